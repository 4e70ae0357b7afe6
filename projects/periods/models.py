from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked


class Period(Tracked):
    """A month of reporting: filed until `due_on`, late until the end of `closing_on`, closed by itself afterwards."""

    month = models.DateField("月份", unique=True)
    due_on = models.DateField("报送截止日")
    closing_on = models.DateField("关账日")

    class Meta:
        verbose_name = "报送期"
        ordering: ClassVar = ["-month"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="period_month_is_first_day",
                condition=Q(month__day=1),
                violation_error_message="月份应为当月第一天。",
            ),
            models.CheckConstraint(
                name="period_due_before_closing",
                condition=Q(due_on__lte=F("closing_on")) & Q(month__lte=F("due_on")),
                violation_error_message="报送截止日应在月初之后、关账日之前，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month.year}年{self.month.month}月"


class Holiday(models.Model):
    """A day that is not what its weekday says: a holiday, or a Saturday worked (调休). Edited by the project office."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班", default=False)
    name = models.CharField("名称", max_length=40)

    class Meta:
        verbose_name = "节假日与调休"
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
