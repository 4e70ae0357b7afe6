from collections.abc import Sequence
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.periods.queries import holidays
from projects.permits.board.queries import board_cells, sign_of
from projects.permits.models import Permit, PermitType
from projects.permits.queries import permit_clock, permit_state, tone_of
from projects.permits.rules import PermitState
from projects.permits.tables import PermitTable
from projects.registry.models import Project
from yichuan_tracker.web.columns import DayColumn


class SignColumn(tables.Column):
    """One kind: the sign of its permit, a link to it. Its heading stands upright; on a phone the state's word stands beside."""

    attrs = {"td": {"class": "sign"}, "th": {"class": "upright"}}

    def __init__(self, kind: PermitType) -> None:
        super().__init__(verbose_name=kind.name, orderable=False, empty_values=())
        self.kind = kind

    def render(self, record: Any) -> SafeString | str:
        permit = record.cells.get(self.kind.pk)
        if permit is None:
            return "—"
        sign, title, state = sign_of(permit, permit.as_of)
        return format_html(
            '<a class="tag tag-{}" href="{}" title="{}"><span aria-hidden="true">{}</span><span class="sign-word">{}</span></a>',
            tone_of(state),
            reverse("permit-detail", args=[permit.pk]),
            title,
            sign,
            state.label,
        )


class BoardTable(tables.Table):
    """Projects; the columns of the kinds are added for each page (board_table)."""

    lead_column = "name"
    name = tables.Column(verbose_name="项目", linkify=("project-permits", [tables.A("pk")]))
    planned_start_on = DayColumn(verbose_name="计划开工")
    settled = tables.Column(verbose_name="已办/应办", orderable=False, empty_values=(), attrs={"td": {"class": "num"}})

    class Meta:
        model = Project
        fields: tuple[str, ...] = ()
        empty_text = "登记了项目以后，一行一个项目、一列一种手续列在这里；勾选几个项目可以按模板一起列出要办的手续。"
        order_by = ("planned_start_on",)

    permits: QuerySet[Any]

    def prepare(self, records: Sequence[Any]) -> None:
        cells = board_cells(records, self.permits)
        for record in records:
            record.cells = cells[record.pk]

    def render_settled(self, record: Any) -> str:
        states = [permit_state(permit, permit.as_of) for permit in record.cells.values()]
        needed = [state for state in states if state != PermitState.NOT_NEEDED]
        return f"{needed.count(PermitState.GRANTED)}/{len(needed)}"


def board_table(kinds: Sequence[PermitType], permits: QuerySet[Any]) -> type[tables.Table]:
    """The board with one column per kind, its cells of `active_permits`."""
    columns = {f"kind_{kind.pk}": SignColumn(kind) for kind in kinds}
    return type("KindsTable", (BoardTable,), {"permits": permits, **columns})


class QueueTable(PermitTable):
    """A department's own column: what it has to do, with the working days that it promised and used."""

    permit_type = tables.Column(verbose_name="手续", linkify=("permit-detail", [tables.A("pk")]))
    accepted_on = DayColumn(verbose_name="受理日期")
    days = tables.Column(verbose_name="已用/承诺（工作日）", orderable=False, empty_values=())
    owed_papers = tables.Column(verbose_name="所欠材料", attrs={"td": {"class": "long"}})
    obtained_on = DayColumn(verbose_name="办结日期", visible=False)
    document_number = tables.Column(verbose_name="文号", visible=False)

    class Meta:
        model = Permit
        fields: tuple[str, ...] = ()
        empty_text = "项目列出要办的手续后，归这个部门的都排在这里，按应办时限先后。"
        sequence = (
            "permit_type",
            "project",
            "state",
            "accepted_on",
            "days",
            "deadline_on",
            "owed_papers",
            "owed_until",
        )
        order_by = ("deadline_on",)

    lead_column = "permit_type"

    def prepare(self, _: Sequence[Any]) -> None:
        self.holidays = holidays()

    def render_days(self, record: Any) -> SafeString | str:
        found = permit_clock(record, record.as_of, self.holidays)
        if found is None:
            return "—"
        tone = "danger" if found.is_over else "warning" if found.left <= 1 and record.state != "granted" else "plain"
        words = " 超时" if found.is_over else " 补正中" if found.is_paused else ""
        return format_html('<span class="tag tag-{}">{}/{}{}</span>', tone, found.used, found.allowed, words)

    def value_days(self, record: Any) -> str:
        found = permit_clock(record, record.as_of, self.holidays)
        return f"{found.used}/{found.allowed}" if found else ""
