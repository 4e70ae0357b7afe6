import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from leaders.organisations.models import Unit
from projects.permits.models import Permit
from projects.permits.reviews.models import Review
from projects.permits.reviews.queries import Reviewed
from projects.permits.reviews.rules import OUTCOMES, Verdict
from projects.permits.rules import PermitState
from projects.registry.models import Project
from yichuan_tracker.web.forms import DayField, VersionField, field_for
from yichuan_tracker.web.record_form import RecordForm


class ConveneForm(RecordForm):
    """The meeting, and which department is asked about which project ("project:unit")."""

    asked = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Review
        fields = ("title", "held_on", "due_on", "note")
        formfield_callback = field_for
        error_messages = {"due_on": {"required": "请填写各部门答复意见的截止日；过了这一天没有答复的会提醒。"}}

    def __init__(self, data: Any, concerned: Mapping[Project, Sequence[Unit]], today: datetime.date) -> None:
        pairs = {f"{project.pk}:{unit.pk}": (project, unit) for project, units in concerned.items() for unit in units}
        initial = {"title": f"{today.month}月{today.day}日联审会", "held_on": today, "asked": list(pairs)}
        super().__init__(data, initial=initial)
        self.pairs = pairs
        field: Any = self.fields["asked"]
        field.choices = [(key, str(unit)) for key, (_, unit) in pairs.items()]
        chosen = set(self["asked"].value() or [])
        self.lines = [
            (project, [(f"{project.pk}:{unit.pk}", unit, f"{project.pk}:{unit.pk}" in chosen) for unit in units])
            for project, units in concerned.items()
        ]

    def asked_pairs(self) -> list[tuple[Project, Unit]]:
        return [self.pairs[key] for key in self.cleaned_data["asked"]]


class OpinionForm(forms.Form):
    verdict = forms.ChoiceField(label="意见", choices=Verdict.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="具体意见",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="除“同意”外必填：附什么条件、为什么不同意、要补正什么",
    )
    version = VersionField()


class CloseForm(forms.Form):
    """The result, and for each open procedure what the meeting decided; nothing chosen leaves it as it is."""

    result = forms.CharField(
        label="联审结论",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="印在联审意见单上，各部门和责任单位都看得到",
    )
    version = VersionField()

    def __init__(self, data: Any, procedures: Sequence[Reviewed], *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.procedures = procedures
        choices = [("", "不变"), *((state.value, state.label) for state in OUTCOMES)]
        for one in procedures:
            pk, name = one.permit.pk, f"{one.permit.project} {one.permit}"
            state = forms.ChoiceField(
                label=f"{name}结论", choices=[pair for pair in choices if pair[0] != one.permit.state], required=False
            )
            words = forms.CharField(label=f"{name}所欠材料、退件原因或依据", max_length=200, required=False)
            self.fields |= {
                f"state_{pk}": state,
                f"words_{pk}": words,
                f"until_{pk}": DayField(label=f"{name}补齐期限", required=False),
            }

    def lines(self) -> list[tuple[Reviewed, forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [
            (one, self[f"state_{one.permit.pk}"], self[f"words_{one.permit.pk}"], self[f"until_{one.permit.pk}"])
            for one in self.procedures
        ]

    def clean(self) -> None:
        super().clean()
        for one in self.procedures:
            pk = one.permit.pk
            state, words, until = (self.cleaned_data.get(f"{part}_{pk}") for part in ("state", "words", "until"))
            if state in {PermitState.TOLERATED, PermitState.RETURNED, PermitState.NOT_NEEDED} and not words:
                self.add_error(f"words_{pk}", "请写明所欠材料、退件原因或依据。")
            if state == PermitState.TOLERATED and until is None and f"until_{pk}" not in self.errors:
                self.add_error(f"until_{pk}", "请填补齐期限。")

    def outcomes(self, held_on: datetime.date) -> list[tuple[Permit, str, dict[str, Any]]]:
        """(procedure, state, what the state needs) of those decided; what is accepted is accepted on the day of the
        meeting."""
        found: list[tuple[Permit, str, dict[str, Any]]] = []
        for one in self.procedures:
            pk = one.permit.pk
            state, words, until = (self.cleaned_data[f"{part}_{pk}"] for part in ("state", "words", "until"))
            accepted_on = one.permit.accepted_on or held_on
            values: dict[str, dict[str, Any]] = {
                PermitState.ACCEPTED: {"accepted_on": held_on},
                PermitState.TOLERATED: {"accepted_on": accepted_on, "owed_papers": words, "owed_until": until},
                PermitState.RETURNED: {"reason": words},
                PermitState.NOT_NEEDED: {"reason": words},
            }
            if state:
                found.append((one.permit, state, values[state]))
        return found
