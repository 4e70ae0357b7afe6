from django import forms

from projects.problems.models import EscalationRung
from projects.problems.rules import LETTERS
from yichuan_tracker.web.forms import VersionField


class RungForm(forms.Form):
    workdays = forms.IntegerField(label="超期工作日", min_value=1, max_value=250, help_text="超过办理时限多少个工作日")
    code = forms.CharField(
        label="发文代字", max_length=20, required=False, help_text="函的发文字号开头的字，如“伊督办函”；按年从 1 号编起"
    )
    version = VersionField()

    def __init__(self, data: object = None, *, rung: EscalationRung) -> None:
        initial = {"workdays": rung.workdays, "code": rung.code, "version": rung.version}
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        if rung.step not in LETTERS:
            del self.fields["code"]
