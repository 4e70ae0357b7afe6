from typing import Any

from django import forms

from projects.progress.models import MonthReport, StatisticsEntry
from yichuan_tracker.web.forms import VersionField, WanField, field_for
from yichuan_tracker.web.record_form import RecordForm


class ReportForm(forms.ModelForm):
    """What a unit types for a month. There may be no report yet: then `version` is empty."""

    planned_wan = WanField(label="当月计划投资（万元）", required=False, min_value=0)
    done_wan = WanField(
        label="当月完成投资（万元）", required=False, help_text="没有完成投资的填 0；核减填负数并说明原因"
    )
    version = VersionField(required=False)

    class Meta:
        model = MonthReport
        fields = ("planned_wan", "done_wan", "progress", "issues", "note")
        formfield_callback = field_for
        widgets = {
            "progress": forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
            "issues": forms.Textarea(attrs={"rows": 2, "maxlength": 1000}),
            "note": forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
        }
        help_texts = {
            "progress": "干到了什么程度，一两句话，例如“主体完成三层，二次结构开始砌筑”",
            "issues": "需要县里协调的填在这里，没有可不填",
        }

    def __init__(self, data: Any, report: MonthReport | None, prefix: str | None = None) -> None:
        typed = {name: getattr(report, name) for name in self._meta.fields or ()} if report else {}
        super().__init__(data, initial=typed | {"version": report.version if report else None}, prefix=prefix)

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class ReturnForm(forms.Form):
    reason = forms.CharField(label="退回原因", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    version = VersionField()


class DecisionForm(forms.Form):
    """Grant or refuse what somebody asked for (临时开放, 更正)."""

    note = forms.CharField(
        label="审批意见",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="不批准的必填，申请人看得到",
    )
    version = VersionField()


class StatisticsForm(RecordForm):
    class Meta:
        model = StatisticsEntry
        fields = ("entered_on", "is_day_known", "note")
        formfield_callback = field_for
        help_texts = {"is_day_known": "只知道到月份的，日期填当月最后一天，不勾选此项"}


class ClearStatisticsForm(forms.Form):
    reason = forms.CharField(label="取消理由", max_length=500, required=False)
