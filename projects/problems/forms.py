from typing import Any

from django import forms

from leaders.organisations.models import Unit
from projects.problems.models import Problem
from projects.problems.rules import ProblemCategory, ProblemSource
from yichuan_tracker.web.forms import DayField, VersionField, field_for
from yichuan_tracker.web.record_form import RecordForm


class ProblemForm(RecordForm):
    unit = forms.ModelChoiceField(
        label="牵头单位",
        queryset=Unit.objects.active(),
        required=False,
        empty_label="（不选）",
        help_text="由谁办理；不选则由项目的责任单位办理",
    )
    category = forms.ChoiceField(label="问题类别", choices=[("", "未分类"), *ProblemCategory.choices], required=False)

    class Meta:
        model = Problem
        fields = ("text", "category", "unit", "due_on", "source", "raised_on", "other_assigners")
        formfield_callback = field_for
        help_texts = {"text": "可以粘贴微信群、例会里的原话", "due_on": "按工作日推算的建议，可以改"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.assigner_id is None and self.instance.leader_id is None:
            del self.fields["other_assigners"]
        if self.instance.leader_id is not None:
            del self.fields["source"]  # An instruction stays that leader's.
            return
        kept = [choice for choice in ProblemSource.choices if choice[0] != ProblemSource.INSTRUCTION]
        field: Any = self.fields["source"]
        field.choices = kept


class EditProblemForm(ProblemForm):
    reason = forms.CharField(label="修改理由", max_length=500, required=False, help_text="改动办理时限时必填")


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="办理情况", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = VersionField()


class NoteForm(forms.Form):
    note = forms.CharField(
        label="办到哪一步",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="随办随记，可以记多次；办完了再反馈",
    )
    version = VersionField()


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label="重新办理的原因", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = DayField(label="新的办理时限", required=False)
    version = VersionField()


class PartForm(forms.Form):
    unit = forms.ModelChoiceField(label="配合单位", queryset=Unit.objects.active(), empty_label="请选择")
    task = forms.CharField(label="配合事项", max_length=300, required=False)


class VerdictForm(forms.Form):
    reason = forms.CharField(
        label="核查意见",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="退回时必填：哪里还没有整改到位",
    )
    version = VersionField()
