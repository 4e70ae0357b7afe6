from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.registry.forms import LeaderChoiceField
from projects.registry.models import FundingSource, ProjectCode, Responsibility, YearPlan
from projects.registry.rules import Contact, ResponsibilityRole
from yichuan_tracker.web.forms import DayField, field_for
from yichuan_tracker.web.record_form import RecordForm


class CodeForm(RecordForm):
    class Meta:
        model = ProjectCode
        fields: ClassVar = ["code", "note"]
        help_texts: ClassVar = {"code": "全角数字、各种横线会自动改正；校验码不对只提示，不拒收"}

    def validate_unique(self) -> None:
        """The action says whose code it is."""


class YearPlanForm(RecordForm):
    class Meta:
        model = YearPlan
        fields: ClassVar = [
            "year",
            "label",
            "plan_wan",
            "done_before_wan",
            "goal",
            "goal_first_half",
            "goal_second_half",
        ]
        formfield_callback = field_for

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["year"].disabled = True
            if self.instance.plan_wan is not None:
                self.fields["plan_wan"].disabled = True
                self.fields["plan_wan"].help_text = "已定的计划不在这里改：请在资金页用“调整、分解”申请"

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not 2000 <= year <= 2199:
            raise ValidationError("年度应为 2000 到 2199 之间的四位数字。")
        return year


class FundingForm(RecordForm):
    class Meta:
        model = FundingSource
        fields: ClassVar = ["kind", "planned_wan", "note"]
        formfield_callback = field_for


class HandOverForm(forms.Form):
    """Who answers in one role from a day on: as many choices as there are holders now, and at least three."""

    starts_on = DayField(label="自何日起", help_text="原来的责任人到前一天为止，以前月份的考评仍算他的")
    reason = forms.CharField(label="理由", max_length=500, required=False, help_text="如分工调整文件的文号")

    def __init__(self, *args: Any, role: str, now: Sequence[int | None] = (), **kwargs: Any) -> None:
        """`now` are the ids of today's leaders, units or groups, chosen beforehand."""
        super().__init__(*args, **kwargs)
        self.role = role
        own: dict[str, forms.Field] = {}
        if role == ResponsibilityRole.CONTACT:
            own["contact"] = forms.CharField(label="责任人", max_length=40, required=False)
            own["phone"] = forms.CharField(label="联系电话", max_length=40, required=False)
        else:
            label = ResponsibilityRole(role).label
            for number in range(1, max(3, len(now) + 1) + 1):
                field = self._choice(f"{label}{number}", now)
                field.initial = now[number - 1] if number <= len(now) else None
                own[f"holder_{number}"] = field
        self.fields = {**own, **self.fields}

    def _choice(self, label: str, now: Sequence[int | None]) -> forms.ModelChoiceField:
        model, field = {
            ResponsibilityRole.LEADER: (Leader, LeaderChoiceField),
            ResponsibilityRole.GROUP: (WorkingGroup, forms.ModelChoiceField),
        }.get(ResponsibilityRole(self.role), (Unit, forms.ModelChoiceField))
        # Who is archived but still answers stays in the choice, or saving would end it unasked.
        usable: Any = model._default_manager.filter(Q(archived_at__isnull=True) | Q(pk__in=now))
        return field(label=label, queryset=usable, required=False)

    def holders(self) -> list[Any]:
        """Leaders, units, groups or the contact, each once, as set_responsibility takes them."""
        data = self.cleaned_data
        if self.role == ResponsibilityRole.CONTACT:
            return [Contact(data["contact"], data["phone"])] if data["contact"] else []
        chosen = [data[name] for name in data if name.startswith("holder_") and data[name]]
        return list(dict.fromkeys(chosen))


class ResponsibilityForm(RecordForm):
    """Dates and telephone of one line; the person changes by a hand-over."""

    reason = forms.CharField(label="理由", max_length=500, required=False, help_text="必填：考评按责任起止日期认人")

    class Meta:
        model = Responsibility
        fields: ClassVar = ["starts_on", "ends_on", "phone"]
        formfield_callback = field_for

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.role != ResponsibilityRole.CONTACT:
            del self.fields["phone"]
