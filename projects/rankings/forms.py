from typing import Any

from django import forms

from leaders.organisations.models import Unit
from projects.rankings.models import Adjustment
from projects.registry.models import Project
from yichuan_tracker.web.forms import VersionField


class AdjustmentForm(forms.ModelForm):
    """加减分. The project is found by its name or code, so that 390 choices need not be scrolled on a phone."""

    project_name = forms.CharField(label="项目名称", required=False, help_text="给项目加减分时填写项目全称")
    unit = forms.ModelChoiceField(
        label="单位", required=False, queryset=Unit.objects.none(), help_text="给单位加减分时选择"
    )

    class Meta:
        model = Adjustment
        fields = ("points", "is_veto", "reason", "evidence")
        labels = {"points": "加减分（加分写正数，减分写负数）"}

    field_order = ("project_name", "unit", "points", "is_veto", "reason", "evidence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = Unit.objects.active()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        name = (data.get("project_name") or "").strip()
        data["project"] = Project.objects.active().filter(name=name).first() if name else None
        if name and data["project"] is None:
            self.add_error("project_name", f"没有叫“{name}”的项目，请填写项目全称（可从项目列表复制）。")
        elif bool(data["project"]) == bool(data.get("unit")):
            self.add_error(None, "请在项目和单位中填写一项，且只填一项。")
        return data


class WithdrawForm(forms.Form):
    version = VersionField()
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
