import django_tables2 as tables

from projects.inspections.models import Inspection
from projects.inspections.queries import inspectors
from yichuan_tracker.web.columns import DayColumn, NumberColumn


class InspectionTable(tables.Table):
    lead_column = "project"
    inspected_on = DayColumn(verbose_name="督查日期")
    project = tables.Column(
        verbose_name="项目", accessor="project__name", linkify=("inspection-detail", [tables.A("pk")])
    )
    inspectors = tables.Column(verbose_name="督查人", empty_values=(), orderable=False)
    situation = tables.Column(verbose_name="现场情况", attrs={"td": {"class": "long"}}, orderable=False)
    findings_count = NumberColumn(verbose_name="发现问题")
    open_count = NumberColumn(verbose_name="其中未销号")
    workers = NumberColumn(verbose_name="现场人数（人）", visible=False)
    machines = NumberColumn(verbose_name="现场机械（台）", visible=False)
    photos_count = NumberColumn(verbose_name="照片", visible=False)
    people = tables.Column(verbose_name="同行人员", visible=False)
    author = tables.Column(verbose_name="记录人", accessor="author__display_name", visible=False)

    class Meta:
        model = Inspection
        fields: tuple[str, ...] = ()
        empty_text = "到现场后用手机点“记督查”；原来的记录表用“导入记录表”一次带进来。"
        order_by = ("-inspected_on",)

    def render_inspectors(self, record: Inspection) -> str:
        return inspectors(record)

    def value_inspectors(self, record: Inspection) -> str:
        return inspectors(record)

    def render_situation(self, value: str) -> str:
        return value if len(value) <= 60 else f"{value[:60]}…"

    def value_situation(self, value: str) -> str:
        return value
