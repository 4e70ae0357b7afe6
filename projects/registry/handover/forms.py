from typing import Any

from django import forms

from leaders.roster.models import Leader
from projects.registry.forms import LeaderChoiceField, leaders_in_office
from projects.registry.models import Project, ProjectQuerySet
from yichuan_tracker.web.forms import DayField


class HandoverForm(forms.Form):
    receiver = LeaderChoiceField(label="接手领导", queryset=Leader.objects.none(), empty_label="请选择")
    starts_on = DayField(label="自何日起", help_text="原分包领导到前一天为止；以前的月份仍算他的")
    reason = forms.CharField(label="理由", max_length=500, required=False, help_text="如分工调整文件的文号")
    projects = forms.ModelMultipleChoiceField(
        label="交接的项目",
        queryset=Project.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不交接的去掉勾",
    )

    def __init__(self, data: Any = None, *, giver: Leader, led: ProjectQuerySet, initial: dict[str, Any]) -> None:
        super().__init__(data, initial={"projects": led} | initial)
        for name, queryset in {"receiver": leaders_in_office().exclude(pk=giver.pk), "projects": led}.items():
            field: Any = self.fields[name]
            field.queryset = queryset
