from typing import Any

from django import forms

from projects.progress.models import MonthReport
from projects.progress.rules import CorrectedField
from yichuan_tracker.web.forms import VersionField, WanField, field_for


class CorrectionForm(forms.ModelForm):
    """The report's present values: what is typed over is asked to be corrected. `version` is the report's."""

    planned_wan = WanField(label="当月计划投资", required=False, min_value=0)
    done_wan = WanField(label="当月完成投资", required=False)
    reason = forms.CharField(
        label="更正理由",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="必填。为什么当时报错了、依据是什么",
    )
    version = VersionField()

    class Meta:
        model = MonthReport
        fields = tuple(CorrectedField.values)
        formfield_callback = field_for

    def __init__(self, data: Any, present: MonthReport) -> None:
        typed = {name: getattr(present, name) for name in CorrectedField.values}
        super().__init__(data, initial=typed | {"version": present.version})

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in CorrectedField.values}
