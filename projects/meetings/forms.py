import datetime
from typing import Any

from django import forms

from leaders.accounts.models import User
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.meetings.models import AgendaItem, Meeting
from projects.meetings.queries import scope_projects
from projects.problems.rules import ProblemCategory
from projects.registry.access import is_office
from projects.registry.models import Project, ProjectList
from yichuan_tracker.web.forms import DayField, VersionField, field_for
from yichuan_tracker.web.record_form import RecordForm


class MeetingForm(RecordForm):
    """A leader's account calls that leader's meetings: nobody is asked who is in the chair."""

    leader = forms.ModelChoiceField(label="主持领导", queryset=Leader.objects.active(), empty_label="请选择")
    group = forms.ModelChoiceField(
        label="指挥部（专班）", queryset=WorkingGroup.objects.active(), required=False, empty_label="（不选）"
    )
    project_list = forms.ModelChoiceField(
        label="或者清单",
        queryset=ProjectList.objects.active(),
        required=False,
        empty_label="（不选）",
        help_text="两者选一个，议程从它的项目里生成",
    )

    class Meta:
        model = Meeting
        fields = ("name", "held_on", "leader", "group", "project_list", "place", "people", "summary")
        formfield_callback = field_for
        help_texts = {"people": "会前写通知范围，会后按签到改"}

    def __init__(
        self, data: Any = None, *, user: User, instance: Meeting | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, instance=instance, initial=initial)
        self.own_leader = None if is_office(user) else user.leader
        if self.own_leader is not None:
            del self.fields["leader"]
            self.instance.leader = self.own_leader

    def values(self) -> dict[str, Any]:
        return super().values() | ({"leader": self.own_leader} if self.own_leader else {})


class ItemForm(forms.Form):
    text = forms.CharField(label="议题", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    project = forms.ModelChoiceField(
        label="项目", queryset=Project.objects.none(), required=False, empty_label="（不针对某个项目）"
    )

    def __init__(self, data: Any = None, *, meeting: Meeting, today: datetime.date) -> None:
        super().__init__(data)
        field: Any = self.fields["project"]
        field.queryset = scope_projects(meeting, today).order_by("pinyin")


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=200, required=False)
    version = VersionField()


class MinutesForm(forms.Form):
    minutes = forms.CharField(
        label="会议记录", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="谁说了什么、怎么定的；要单位去办的写成下面的议定事项",
    )  # fmt: skip
    version = VersionField()


class DecisionForm(forms.Form):
    """议定事项: what the ledger asks for, and the supporting units."""

    text = forms.CharField(label="议定事项", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    project = forms.ModelChoiceField(label="项目", queryset=Project.objects.none(), empty_label="请选择")
    unit = forms.ModelChoiceField(
        label="牵头单位", queryset=Unit.objects.active(), required=False, empty_label="（项目的责任单位）"
    )
    due_on = DayField(label="办理时限", help_text="按工作日推算的建议，可以改")
    category = forms.ChoiceField(label="问题类别", choices=[("", "未分类"), *ProblemCategory.choices], required=False)
    supporting = forms.ModelMultipleChoiceField(
        label="配合单位",
        queryset=Unit.objects.active(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "many"}),
        help_text="可不选，可选几个",
    )

    def __init__(self, data: Any = None, *, item: AgendaItem, today: datetime.date, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        if item.project_id is not None:
            del self.fields["project"]
        else:
            projects = scope_projects(item.meeting, today).order_by("pinyin")
            field: Any = self.fields["project"]
            field.queryset = projects

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("text", "unit", "due_on", "category")}
