from typing import Any

from django import forms

from projects.problems.forms import ProblemForm
from projects.registry.models import Project
from yichuan_tracker.web.forms import VersionField


class PasteForm(forms.Form):
    text = forms.CharField(
        label="群里的原话",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="整段粘贴，名字和时间不用删",
    )


class DraftForm(ProblemForm):
    """The draft made of a pasted text, to be put right."""

    project = forms.ModelChoiceField(label="项目", queryset=Project.objects.none(), empty_label="请选择项目")
    original = forms.CharField(max_length=4000, widget=forms.HiddenInput)
    field_order = ("project", "text", "category", "unit", "due_on", "source", "raised_on")

    def __init__(self, *args: Any, projects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["project"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
        chosen.queryset = projects

    def values(self) -> dict[str, Any]:
        return super().values() | {"original": self.cleaned_data["original"]}


class WordsForm(forms.Form):
    text = forms.CharField(
        label="关键词", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="用顿号分开"
    )
    version = VersionField()
