from typing import Any

from django import forms

from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from projects.rankings.annual.rules import MarkKind


class MarkForm(forms.Form):
    kind = forms.ChoiceField(label="哪一项", choices=MarkKind.choices)
    unit = forms.ModelChoiceField(
        label="单位", required=False, queryset=Unit.objects.none(), empty_label="（给专班打分时不选）"
    )
    group = forms.ModelChoiceField(
        label="指挥部（专班）", required=False, queryset=WorkingGroup.objects.none(), empty_label="（给单位打分时不选）"
    )
    value = forms.DecimalField(
        label="分数", max_digits=5, decimal_places=2, help_text="观摩、年终按百分制；全年加减分写要加减的分数，减分写负数",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(label="事由", max_length=200)
    evidence = forms.CharField(label="依据", max_length=200, required=False, help_text="评分表、文件文号等")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["unit"].queryset, fields["group"].queryset = Unit.objects.active(), WorkingGroup.objects.active()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("unit")) == bool(data.get("group")):
            self.add_error(None, "请在单位和指挥部（专班）中选择一个，且只选一个。")
        return data
