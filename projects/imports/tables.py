from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leaders.audit.rules import shown_line, shown_value
from projects.imports.applying import summary
from projects.imports.models import ImportBatch, ImportRow, RowAction
from yichuan_tracker.web.columns import MomentColumn

# Of a new project a person wants to see these at a glance; the rest stands on its page afterwards.
TELLING = ("总投资", "年度计划投资", "年度类别", "分包领导", "责任（牵头）单位", "当月完成投资")


class BatchTable(tables.Table):
    file_name = tables.Column(verbose_name="文件", linkify=("import-detail", {"pk": tables.A("pk")}))
    project_list = tables.Column(verbose_name="导入到清单", empty_values=())
    year = tables.Column(verbose_name="年度")
    state = tables.Column(verbose_name="状态")
    counts = tables.Column(verbose_name="结果", orderable=False, empty_values=())
    uploader = tables.Column(verbose_name="上传人", order_by="uploader__display_name", default="系统")
    uploaded_at = MomentColumn(verbose_name="上传时间")
    applier = tables.Column(verbose_name="确认人", order_by="applier__display_name")
    applied_at = MomentColumn(verbose_name="导入时间")

    class Meta:
        model = ImportBatch
        fields = (
            "file_name",
            "project_list",
            "year",
            "state",
            "counts",
            "uploader",
            "uploaded_at",
            "applier",
            "applied_at",
        )
        order_by = ("-uploaded_at",)

    def render_project_list(self, record: ImportBatch) -> str:
        return record.list_name or "—"

    def render_state(self, record: ImportBatch) -> str:
        return record.standing

    def render_counts(self, record: ImportBatch) -> str:
        return summary(record.counts) or "—"


class RowTable(tables.Table):
    """Rows of one batch: what each would do, or has done."""

    name = tables.Column(verbose_name="项目", accessor="values", orderable=False, empty_values=())
    place = tables.Column(verbose_name="位置", accessor="sheet", order_by=("sheet", "row"))
    action = tables.Column(verbose_name="处理")
    changes = tables.Column(
        verbose_name="改动（旧 → 新）", orderable=False, empty_values=(), attrs={"td": {"class": "long"}}
    )
    problems = tables.Column(verbose_name="提示", orderable=False, empty_values=(), attrs={"td": {"class": "long"}})

    lead_column = "name"

    class Meta:
        model = ImportRow
        fields = ("name", "place", "action", "changes", "problems")

    def render_name(self, record: ImportRow) -> SafeString:
        address = reverse("import-row", args=[record.batch_id, record.pk])
        return format_html('<a href="{}">{}</a>', address, self.value_name(record))

    def value_name(self, record: ImportRow) -> str:
        return str(record.values.get("name", "") or "（没有名称）")

    def render_place(self, record: ImportRow) -> str:
        return f"{record.sheet} 第 {record.row} 行"

    def render_action(self, record: ImportRow) -> SafeString:
        return format_html('<span class="state">{}</span>', record.get_action_display())

    def value_action(self, record: ImportRow) -> str:
        return record.get_action_display()

    def render_changes(self, record: ImportRow) -> SafeString | str:
        lines = told_lines(record)
        return shown_changes(lines) if lines else "—"

    def value_changes(self, record: ImportRow) -> str:
        return "\n".join(shown_line(line) for line in record.changes)

    def render_problems(self, record: ImportRow) -> SafeString | str:
        said = [(problem["message"], problem["cure"]) for problem in record.problems]
        return format_html_join("", '<p>{}<span class="muted">{}</span></p>', said) if said else "—"

    def value_problems(self, record: ImportRow) -> str:
        return "\n".join(f"{problem['message']}{problem['cure']}" for problem in record.problems)


def told_lines(record: ImportRow) -> list[dict[str, Any]]:
    """Every change of a known project; of a new one the telling values only."""
    if record.action != RowAction.CREATE:
        return list(record.changes)
    telling = [line for line in record.changes if any(word in line["label"] for word in TELLING)]
    return telling or list(record.changes)


def shown_changes(lines: list[dict[str, Any]]) -> SafeString:
    """Old → new of each line, with its cell."""
    return format_html_join("", "<div>{} {}<ins>{}</ins>{}</div>", map(_item, lines))


def _item(line: dict[str, Any]) -> tuple[str, SafeString | str, str, SafeString | str]:
    old = line["old"]
    before = format_html("<del>{}</del> → ", shown_value(line["type"], old)) if old not in (None, "") else ""
    cell = format_html('<span class="muted">（{}）</span>', line["cell"]) if line.get("cell") else ""
    after = "（清除）" if line["new"] in (None, "") else shown_value(line["type"], line["new"])
    return line["label"], before, after, cell
