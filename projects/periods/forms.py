from django import forms

from projects.periods.models import Holiday, Period
from yichuan_tracker.web.forms import DayField, MonthField, field_for
from yichuan_tracker.web.record_form import RecordForm


class OpenPeriodForm(forms.Form):
    month = MonthField(label="月份", required=True)
    due_on = DayField(label="报送截止日", required=False, help_text="不填为当月 25 日；截止日当天仍算按时")
    closing_on = DayField(label="关账日", required=False, help_text="不填为次月 3 日；当天终了自动关账")


class PeriodForm(RecordForm):
    reason = forms.CharField(
        label="修改理由", max_length=500, required=False, help_text="必填，写入历史，所有人都看得到"
    )

    class Meta:
        model = Period
        fields = ("due_on", "closing_on")
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
