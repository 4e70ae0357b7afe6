from typing import Any

from django import forms

from leaders.accounts.models import User
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.problems.models import Problem
from projects.registry.access import is_office
from yichuan_tracker.web.forms import field_for
from yichuan_tracker.web.record_form import RecordForm


class InstructionForm(RecordForm):
    """Where the account says who instructs, nobody is asked again."""

    leader = forms.ModelChoiceField(label="批示领导", queryset=Leader.objects.active(), empty_label="请选择")
    unit = forms.ModelChoiceField(
        label="由谁办理",
        queryset=Unit.objects.active(),
        required=False,
        empty_label="（项目的责任单位）",
    )

    class Meta:
        model = Problem
        fields = ("text", "unit", "due_on", "raised_on")
        formfield_callback = field_for
        labels = {"text": "批示内容", "raised_on": "批示日期"}
        help_texts = {"due_on": "按工作日推算的建议，可以改"}

    field_order = ("text", "leader", "unit", "due_on", "raised_on")

    def __init__(self, data: Any = None, *, user: User, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.own_leader = None if is_office(user) else user.leader
        self.fields["due_on"].required = True
        if self.own_leader is not None:
            del self.fields["leader"]

    @property
    def who(self) -> Leader:
        """In whose name the instruction is given; of a form that is valid."""
        leader: Leader = self.own_leader or self.cleaned_data["leader"]
        return leader
