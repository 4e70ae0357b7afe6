from typing import Any

from django import forms

from projects.requests.inbox.queries import Wanted
from projects.requests.inbox.rules import KINDS
from projects.requests.rules import ReasonCode, Verdict


class WantedForm(forms.Form):
    """What narrows the list; a word that cannot be read narrows nothing."""

    tab = forms.CharField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(label="项目、单位", max_length=100, required=False)
    kind = forms.ChoiceField(label="事项", choices=[("", "全部"), *KINDS], required=False)
    reason_code = forms.ChoiceField(label="变更原因", choices=[("", "全部"), *ReasonCode.choices], required=False)
    verdict = forms.ChoiceField(label="结果", choices=[("", "全部"), *Verdict.choices], required=False)

    def __init__(self, data: Any, *, is_decided: bool) -> None:
        super().__init__(data)
        if not is_decided:
            del self.fields["verdict"]

    def wanted(self) -> Wanted:
        self.full_clean()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if name != "tab"})


class ApproveForm(forms.Form):
    note = forms.CharField(
        label="审批意见",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写给勾选的全部申请；批准的可不填，不批准的请写明原因",
    )
