from django import forms

from leaders.organisations.models import Unit
from projects.milestones.models import Milestone, MilestoneParameters
from yichuan_tracker.web.forms import DayField, VersionField, field_for
from yichuan_tracker.web.record_form import RecordForm

OFFICE_FIELDS = ("weight",)


class MilestoneForm(RecordForm):
    """A new milestone, or (without the original date) the change of one."""

    unit = forms.ModelChoiceField(
        label="责任单位",
        queryset=Unit.objects.active(),
        required=False,
        empty_label="（不选）",
        help_text="不选即为项目的责任单位",
    )

    class Meta:
        model = Milestone
        fields = ("name", "due_on", "forecast_on", "unit", "person", "weight")
        formfield_callback = field_for
        help_texts = {
            "due_on": "只知道月份时填当月最后一天；录入后只凭批准的申请调整，进度变化填“预计完成日”",
            "forecast_on": "按现在的进度预计哪天完成；不影响计划日期",
            "weight": "各节点同等重要的都填 1",
        }

    def leave_out(self, *names: str) -> None:
        """Fields that this person may not set, or that are settled."""
        for name in names:
            self.fields.pop(name, None)


class DoneForm(forms.Form):
    actual_on = DayField(label="实际完成日")
    evidence = forms.CharField(
        label="完成情况说明",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="必填。一句话：验收文号、现场情况等",
    )
    version = VersionField()


class CorrectDueForm(forms.Form):
    due_on = DayField(label="更正后的原定日期")
    reason = forms.CharField(label="更正理由", max_length=500, required=False, help_text="必填")
    version = VersionField()


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=500, required=False, help_text="必填")
    version = VersionField()


class ParametersForm(RecordForm):
    class Meta:
        model = MilestoneParameters
        fields = ("soon_days", "near_days", "warn_days", "counts_unverified")
