from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from projects.registry.plans.models import FundingArrival
from projects.registry.plans.rules import MONTH_FIELDS, MONTHS, spread_evenly, spread_quarters
from yichuan_tracker.web.forms import DayField, VersionField, WanField, field_for
from yichuan_tracker.web.record_form import RecordForm

QUARTER_FIELDS = ("q1_wan", "q2_wan", "q3_wan", "q4_wan")
EVENLY, BY_QUARTER = "evenly", "by_quarter"


class RevisionForm(forms.Form):
    """The amount of the year, its twelve months, from when, and why. Quarters only help to fill the months."""

    planned_wan = WanField(label="年度计划投资", min_value=0)
    from_on = DayField(label="自何日起执行", help_text="这一天以前的月份仍按原计划计算；1 月内的日期按全年执行")
    reason = forms.CharField(label="调整理由", max_length=500, required=False, help_text="必填，如调整文件的文号")
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in zip(MONTHS, MONTH_FIELDS, strict=True):
            self.fields[name] = WanField(label=f"{number}月", required=False)
        for number, name in enumerate(QUARTER_FIELDS, start=1):
            self.fields[name] = WanField(label=f"{'一二三四'[number - 1]}季度", min_value=0, required=False)

    def quarters(self) -> Iterator[tuple[forms.BoundField, list[forms.BoundField]]]:
        """Each quarter's box with those of its months."""
        for index, name in enumerate(QUARTER_FIELDS):
            yield self[name], [self[month] for month in MONTH_FIELDS[index * 3 : index * 3 + 3]]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("planned_wan", "from_on", "reason", *MONTH_FIELDS)}

    def filled(self, how: str, data: QueryDict) -> dict[str, Any] | None:
        """What was typed, with the months filled in from the year or from the quarters; None when these do not read."""
        self.full_clean()
        amounts = self.cleaned_data
        if how == BY_QUARTER:
            if any(name in self.errors for name in QUARTER_FIELDS):
                return None
            if all(amounts[name] is None for name in QUARTER_FIELDS):
                self.add_error(QUARTER_FIELDS[0], "请先填各季度的数，再分摊到月；下面填过的月份没有改动。")
                return None
            quarters = [amounts[name] or Decimal(0) for name in QUARTER_FIELDS]
            months, whole = spread_quarters(quarters), sum(quarters, Decimal(0))
        else:
            if "planned_wan" in self.errors:
                return None
            whole = amounts["planned_wan"]
            months = spread_evenly(whole, len(MONTHS))
        return {**data.dict(), "planned_wan": whole, **dict(zip(MONTH_FIELDS, months, strict=True))}


class DecisionForm(forms.Form):
    note = forms.CharField(
        label="审批意见",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="不批准的必填，申请人看得到",
    )
    version = VersionField()


class ArrivalForm(RecordForm):
    class Meta:
        model = FundingArrival
        fields: ClassVar = ["arrived_on", "amount_wan", "note"]
        formfield_callback = field_for
        help_texts: ClassVar = {"arrived_on": "资金到账之日", "note": "如拨款文号、哪一批"}
