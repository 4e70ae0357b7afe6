import datetime
from typing import Any

from django import forms

from leaders.accounts.models import User
from leaders.organisations.models import Unit
from projects.periods.models import Period
from projects.progress.exceptions.queries import closed_periods, projects_to_ask_for, units_to_ask_for
from projects.registry.access import is_office
from projects.registry.models import Project
from yichuan_tracker.web.forms import DayField, VersionField


class AskForm(forms.Form):
    """What a closed period is to be opened for. A reporter's unit is the own one; without a project it is all of its."""

    period = forms.ModelChoiceField(queryset=Period.objects.none(), label="报送期", empty_label="请选择")
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(), label="责任单位", required=False, empty_label="（只选项目）"
    )
    project = forms.ModelChoiceField(
        queryset=Project.objects.none(),
        label="项目",
        required=False,
        empty_label="单位的全部项目",
        help_text="只开放一个项目的，选项目",
    )
    expires_on = DayField(label="开放至", help_text="当天终了自动关闭")
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, user: User, today: datetime.date, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["period"].queryset = closed_periods(today)
        fields["project"].queryset = projects_to_ask_for(user, today)
        fields["unit"].queryset = units_to_ask_for(user)
        if not is_office(user):
            del self.fields["unit"]


class RevokeForm(forms.Form):
    reason = forms.CharField(label="提前关闭的理由", max_length=300, required=False)
    version = VersionField()
