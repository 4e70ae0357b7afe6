from django import forms

from projects.periods.models import FilingRule, Holiday, Period
from projects.periods.queries import RULE_FIELDS
from yichuan_tracker.web.forms import DayField, MonthField, VersionField, field_for
from yichuan_tracker.web.record_form import RecordForm


class OpenPeriodForm(forms.Form):
    month = MonthField(label="月份", required=True)
    opens_on = DayField(label="开放日", required=False, help_text="三个日期不填的，按这一年的填报规则")
    due_on = DayField(label="报送截止日", required=False, help_text="截止日当天仍算按时")
    closing_on = DayField(label="关账日", required=False, help_text="当天终了自动关账")


class FilingRuleForm(RecordForm):
    """`version` is that of the year's rule; None when it has none yet."""

    version = VersionField(required=False)

    class Meta:
        model = FilingRule
        fields = RULE_FIELDS
        formfield_callback = field_for
        labels = {"closing_day": "关账日（次月）"}
        help_texts = {
            "opening_day": "每月几日起可以填报；当月没有这一天的，为当月最后一天",
            "closing_day": "次月几日终了自动关账",
            "combines_first_months": "统计上 1 月不单独报数的，勾选后 1—2 月为一期",
            "jump_pct": "当月完成超过年度计划的百分之几，要求单位写明原因",
            "idle_words": "用顿号分开；报了投资、形象进度却写着这些话的，要求单位写明原因",
            "problem_workdays": "交办问题时按它推算办理时限，可以逐件另定",
        }


class PeriodForm(RecordForm):
    reason = forms.CharField(
        label="修改理由", max_length=500, required=False, help_text="必填，写入历史，所有人都看得到"
    )

    class Meta:
        model = Period
        fields = ("opens_on", "due_on", "closing_on")
        formfield_callback = field_for


class HolidayForm(forms.ModelForm):
    """Not bound to a record: a day that stands in the table already is changed by entering it again."""

    class Meta:
        model = Holiday
        fields = ("day", "name", "is_workday")
        formfield_callback = field_for
        labels = {"is_workday": "上班（调休）"}
        help_texts = {"is_workday": "周末调休上班的勾选；放假的不勾"}

    def validate_unique(self) -> None:
        pass
