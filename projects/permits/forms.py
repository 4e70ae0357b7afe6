import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from projects.permits.models import Permit, PermitType
from projects.permits.queries import dated
from projects.permits.rules import STEP_FIELDS, PermitState, next_states
from yichuan_tracker.web.forms import DayField, field_for
from yichuan_tracker.web.record_form import RecordForm


class StepForm(RecordForm):
    """What one step asks for (STEP_FIELDS); the reason is asked only of a step that skips others."""

    step_reason = forms.CharField(
        label="跳过中间环节的理由", max_length=500, required=False, help_text="如：补录以前已办结的、录入有误更正"
    )

    class Meta:
        model = Permit
        fields = ("accepted_on", "owed_papers", "owed_until", "obtained_on", "document_number", "valid_until", "reason")
        formfield_callback = field_for
        help_texts = {
            "accepted_on": "限时办结从次日起算",
            "owed_papers": "如：环评批复原件、用地红线图",
            "owed_until": "过了这一天还没有补齐，按超期计",
            "valid_until": "长期有效的不填；到期前会提醒",
        }

    def __init__(self, data: Any, *, instance: Permit, state: PermitState, skips: bool, today: datetime.date) -> None:
        initial: dict[str, Any] = {"accepted_on": today, "obtained_on": today}
        if state == PermitState.TOLERATED and instance.accepted_on is not None:
            initial["accepted_on"] = instance.accepted_on
        if instance.state == PermitState.GRANTED:  # renewed: another document
            initial |= {"document_number": "", "valid_until": None}
        super().__init__(data, instance=instance, initial=initial)
        asked = {*STEP_FIELDS[state], "version"} | ({"step_reason"} if skips else set())
        for name in set(self.fields) - asked:
            del self.fields[name]
        labels = {PermitState.NOT_NEEDED: "不需要办理的依据", PermitState.RETURNED: "退件原因和须补正的材料"}
        if "reason" in self.fields:
            self.fields["reason"].label = labels[state]


class PermitForm(RecordForm):
    change_reason = forms.CharField(
        label="修改理由", max_length=500, required=False, help_text="改动已经填过的内容时必填"
    )

    class Meta:
        model = Permit
        fields = (
            "due_on",
            "accepted_on",
            "owed_papers",
            "owed_until",
            "obtained_on",
            "document_number",
            "valid_until",
            "reason",
        )
        formfield_callback = field_for
        help_texts = {
            "due_on": "不填则按计划开工推算，计划开工调整时随着移动；填了的不再移动，清空即恢复",
            "owed_until": "容缺预审：所欠材料的补齐期限",
            "valid_until": "长期有效的不填",
        }


def take_versions(permits: Iterable[Permit], versions: Mapping[int, int]) -> dict[int, int]:
    """Give the permits the versions that a person saw, 0 where none was shown; returns those that they had."""
    held = {}
    for permit in permits:
        held[permit.pk], permit.version = permit.version, versions.get(permit.pk, 0)
    return held


def _reason_to_skip(permits: Iterable[Permit], state: PermitState, today: datetime.date) -> dict[str, forms.Field]:
    """The field that asks why, where the step to `state` skips others for one of the permits."""
    if all(permit.state == state or state in next_states(dated(permit), today) for permit in permits):
        return {}
    words = "有手续会跳过中间环节（如退件后没有再受理），请写明；如：补录以前已办结的"
    return {"step_reason": forms.CharField(label="跳过中间环节的理由", max_length=500, required=False, help_text=words)}


class AcceptForm(forms.Form):
    """受理 of many on one day."""

    state, columns = PermitState.ACCEPTED, ()
    accepted_on = DayField(label="受理日期", help_text="限时办结从次日起算")

    def __init__(self, data: Any, permits: Sequence[Permit], today: datetime.date) -> None:
        super().__init__(data, initial={"accepted_on": today})
        self.permits = permits
        self.fields |= _reason_to_skip(permits, self.state, today)

    @property
    def day(self) -> forms.BoundField:
        return self["accepted_on"]

    def document(self, _: Permit) -> list[forms.BoundField]:
        """What is asked of each: nothing, it is accepted on the same day as the others."""
        return []

    def steps(self) -> list[tuple[Permit, str, dict[str, Any]]]:
        return [(permit, self.state, {"accepted_on": self.cleaned_data["accepted_on"]}) for permit in self.permits]


class GrantForm(forms.Form):
    """办结 of many on one day, each with its own document."""

    state, columns = PermitState.GRANTED, ("文号", "有效期至（长期的不填）")
    obtained_on = DayField(label="办结日期", help_text="不是同一天办结的，分几次办")

    def __init__(self, data: Any, permits: Sequence[Permit], today: datetime.date) -> None:
        super().__init__(data, initial={"obtained_on": today})
        self.permits = permits
        self.fields |= _reason_to_skip(permits, self.state, today)
        for permit in permits:
            name, (number, until) = f"{permit.project} {permit}", self.columns
            self.fields |= {
                f"number_{permit.pk}": forms.CharField(
                    label=f"{name}文号", max_length=80, required=False, help_text=number
                ),
                f"until_{permit.pk}": DayField(label=f"{name}有效期至", required=False, help_text=until),
            }

    @property
    def day(self) -> forms.BoundField:
        return self["obtained_on"]

    def document(self, permit: Permit) -> list[forms.BoundField]:
        return [self[f"number_{permit.pk}"], self[f"until_{permit.pk}"]]

    def steps(self) -> list[tuple[Permit, str, dict[str, Any]]]:
        typed = self.cleaned_data
        named = {"document_number": "number", "valid_until": "until"}
        return [
            (
                permit,
                self.state,
                {
                    "obtained_on": typed["obtained_on"],
                    **{field: typed[f"{key}_{permit.pk}"] for field, key in named.items()},
                },
            )
            for permit in self.permits
        ]


class AddPermitsForm(forms.Form):
    permit_types = forms.ModelMultipleChoiceField(
        label="需要办理的手续", queryset=PermitType.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, types: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["permit_types"]
        field.queryset = types
