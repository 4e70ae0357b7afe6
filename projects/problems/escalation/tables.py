import django_tables2 as tables

from projects.problems.models import Letter
from yichuan_tracker.web.columns import DayColumn, NumberColumn


class LetterTable(tables.Table):
    lead_column = "number_text"
    number_text = tables.Column(
        verbose_name="发文字号", linkify=("letter-detail", [tables.A("pk")]), order_by=("code", "year", "number")
    )
    step = tables.Column(verbose_name="种类")
    unit = tables.Column(verbose_name="发往单位", accessor="unit__name")
    problems_count = NumberColumn(verbose_name="问题（个）")
    dated_on = DayColumn(verbose_name="成文日期")
    sender = tables.Column(verbose_name="发文单位")
    issuer = tables.Column(verbose_name="印发人", accessor="issuer__display_name", visible=False)

    class Meta:
        model = Letter
        fields: tuple[str, ...] = ()
        order_by = ("-dated_on",)
