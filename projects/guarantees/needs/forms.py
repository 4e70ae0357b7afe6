from typing import Any

from django import forms

from leaders.organisations.models import Unit
from projects.guarantees.rules import GUARANTEES
from projects.problems.models import Problem
from yichuan_tracker.web.forms import field_for
from yichuan_tracker.web.record_form import RecordForm


class NeedForm(RecordForm):
    category = forms.ChoiceField(
        label="哪项保障", choices=[("", "请选择"), *((one.value, one.label) for one in GUARANTEES)]
    )
    unit = forms.ModelChoiceField(
        label="交给哪个部门",
        queryset=Unit.objects.active(),
        required=False,
        empty_label="（这项保障的牵头单位）",
    )

    class Meta:
        model = Problem
        fields = ("category", "text", "unit", "due_on")
        formfield_callback = field_for
        labels = {"text": "需要什么", "due_on": "希望何时解决"}
        help_texts = {"text": "缺什么、缺多少、卡在哪里，如：流动资金贷款 2000 万元，抵押物已备齐"}

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["due_on"].required = True
