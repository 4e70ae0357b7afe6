import datetime
from typing import Any

from django import forms

from projects.permits.catalogue.queries import ApplyLine
from projects.permits.models import PermitDeadlines, PermitTemplate, PermitType
from projects.permits.queries import active_types
from yichuan_tracker.web.forms import VersionField, field_for
from yichuan_tracker.web.record_form import RecordForm


class _KindsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, label: str, help_text: str = "") -> None:
        super().__init__(PermitType.objects.all(), label=label, required=False, help_text=help_text)


class PermitTypeForm(RecordForm):
    prerequisites = _KindsField(label="前置手续", help_text="前置没有办结的只提醒，不拦：容缺办理有意打破次序")

    class Meta:
        model = PermitType
        fields = (
            "name",
            "department",
            "allowed_days",
            "is_before_start",
            "position",
            "also_called",
            "active_from",
            "active_to",
        )
        formfield_callback = field_for

    def __init__(self, data: Any = None, *, instance: PermitType | None = None) -> None:
        held = list(instance.prerequisites.values_list("pk", flat=True)) if instance else []
        super().__init__(data, instance=instance, initial={"prerequisites": held})
        if instance is not None:
            field: Any = self.fields["prerequisites"]
            field.queryset = PermitType.objects.exclude(pk=instance.pk)


class NewTemplateForm(forms.Form):
    name = forms.CharField(label="项目类型", max_length=40, help_text="如：政府投资、企业备案、房建、线性工程")


class TemplateForm(forms.Form):
    name = forms.CharField(label="项目类型", max_length=40)
    permit_types = _KindsField(label="需要办理的手续")
    version = VersionField()


class DeadlinesForm(RecordForm):
    """`version` is that of the year's own rule; None when it has none yet."""

    version = VersionField(required=False)

    class Meta:
        model = PermitDeadlines
        fields = ("first_half_on", "second_half_on", "remind_days")
        formfield_callback = field_for
        help_texts = {
            "first_half_on": "计划 1—6 月开工的项目，开工前手续在这一天以前办完",
            "second_half_on": "计划 7—12 月开工的项目",
            "remind_days": "应办时限、容缺补齐期限、有效期届满之前，在首页提醒",
        }


class ChooseTemplateForm(forms.Form):
    template = forms.ModelChoiceField(label="手续模板", queryset=PermitTemplate.objects.none())

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["template"]
        field.queryset = PermitTemplate.objects.all()


class ApplyForm(forms.Form):
    """What the template would add to the project; each may be left out."""

    permit_types = forms.ModelMultipleChoiceField(
        label="要添加的手续", queryset=PermitType.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, data: Any, lines: list[ApplyLine], today: datetime.date) -> None:
        new = [line.permit_type.pk for line in lines if line.is_new]
        super().__init__(data, initial={"permit_types": new})
        field: Any = self.fields["permit_types"]
        field.queryset = active_types(today).filter(pk__in=new)
        chosen = {str(value) for value in (self["permit_types"].value() or [])}
        self.lines = [(line, str(line.permit_type.pk) in chosen) for line in lines]
