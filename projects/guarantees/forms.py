from typing import Any

from django import forms

from leaders.organisations.models import Unit
from projects.guarantees.models import GuaranteeEntry, GuaranteeTarget
from projects.registry.queries import project_named
from yichuan_tracker.web.forms import EvidenceField, LookupField, VersionField, field_for
from yichuan_tracker.web.record_form import RecordForm


class TargetForm(RecordForm):
    unit = forms.ModelChoiceField(
        label="牵头单位",
        queryset=Unit.objects.active(),
        required=False,
        empty_label="（不选）",
        help_text="这个单位的人可以登记；项目提出的同类需求也先交给它",
    )

    class Meta:
        model = GuaranteeTarget
        fields = ("year", "guarantee", "name", "amount", "measure", "unit", "counting")
        formfield_callback = field_for
        help_texts = {"name": "如：盘活闲置低效用地", "measure": "如：亩、个、场、万元"}


class EntryForm(RecordForm):
    project = LookupField(
        project_named, label="项目", required=False, help_text="与某个项目有关的才填：名称、代码或拼音首字母"
    )
    file = EvidenceField(label="附件", required=False, help_text="可不传，但依据和附件至少有一样")

    class Meta:
        model = GuaranteeEntry
        fields = ("done_on", "amount", "project", "evidence")
        formfield_callback = field_for
        widgets = {"evidence": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"evidence": "文号、合同、批复、会议纪要等"}

    field_order = ("done_on", "amount", "project", "evidence", "file")

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        target: GuaranteeTarget,
        instance: GuaranteeEntry | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, instance=instance or GuaranteeEntry(target=target), initial=initial)
        self.files = files if files is not None else self.files
        if instance is None:
            del self.fields["version"]
        elif instance.project is not None:
            self.initial["project"] = instance.project.name
        self.fields["amount"].label = f"数量（{target.measure}）"


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    version = VersionField()
