from django import forms

from projects.inspections.rules import points_of
from yichuan_tracker.web.forms import VersionField


class ChecklistForm(forms.Form):
    points = forms.CharField(
        label="要点",
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="每行一条，可以从 Word、Excel 里整段粘贴；行首的序号会去掉。删掉的不再问，以前答过的仍看得到。",
    )
    version = VersionField(required=False)

    def clean_points(self) -> list[str]:
        return points_of(self.cleaned_data["points"])
