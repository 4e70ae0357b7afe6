from typing import Any

from django import forms

from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.registry.models import Project, ProjectList
from yichuan_tracker.web.forms import MonthField


class ScopeForm(forms.Form):
    """Whose milestones to look at."""

    list = forms.ModelChoiceField(label="清单", queryset=ProjectList.objects.none(), required=False, empty_label="全部")
    leader = forms.ModelChoiceField(
        label="分包领导", queryset=Leader.objects.none(), required=False, empty_label="全部"
    )
    group = forms.ModelChoiceField(
        label="指挥部（专班）", queryset=WorkingGroup.objects.none(), required=False, empty_label="全部"
    )
    unit = forms.ModelChoiceField(label="责任单位", queryset=Unit.objects.none(), required=False, empty_label="全部")
    project = forms.ModelChoiceField(queryset=Project.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "list": ProjectList.objects.active(),
            "leader": Leader.objects.active().order_by("position", "name"),
            "group": WorkingGroup.objects.active(),
            "unit": Unit.objects.active(),
            "project": Project.objects.active(),
        }
        for name, queryset in choices.items():
            field: Any = self.fields[name]
            field.queryset = queryset


class CalendarForm(ScopeForm):
    month = MonthField(label="月份")

    field_order = ("month",)
