import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from leaders.organisations.models import Unit
from projects.periods.models import Period
from projects.progress.corrections.queries import as_corrected, corrections_of
from projects.progress.models import MonthReport
from projects.progress.queries import lead_units, projects_to_report, tone_of, was_late
from projects.progress.rules import FILED_STATES, ReportState
from projects.registry.models import Project, ProjectList
from projects.registry.rules import WORKED_LISTS
from yichuan_tracker.months import day_label, last_day, month_label


@dataclass(frozen=True)
class FilingLine:
    """One project's report of the month, or that it is missing."""

    project: Project
    unit: Unit | None
    month: datetime.date
    report: MonthReport | None
    is_late: bool
    is_corrected: bool = False

    @property
    def is_filed(self) -> bool:
        return self.report is not None and self.report.state in FILED_STATES

    @property
    def state_label(self) -> str:
        return "未报" if self.report is None else self.report.get_state_display()

    @property
    def tone(self) -> str:
        return tone_of(self.report)

    @property
    def sheet_month(self) -> datetime.date:
        """Where its page is: the month of the report that covers this one."""
        return self.report.month if self.report else self.month

    @property
    def is_waiting(self) -> bool:
        """For the office to accept or return."""
        return self.report is not None and self.report.state == ReportState.SUBMITTED


# Which lines of the board a person may ask for: (key, words, test).
BOARD_LINES: tuple[tuple[str, str, Callable[[FilingLine], bool]], ...] = (
    ("all", "全部", bool),
    ("missing", "未报", lambda line: not line.is_filed),
    ("waiting", "待审", lambda line: line.is_waiting),
    ("returned", "已退回", lambda line: line.report is not None and line.report.state == ReportState.RETURNED),
    ("accepted", "已审", lambda line: line.report is not None and line.report.state == ReportState.ACCEPTED),
    ("late", "迟报", lambda line: line.is_late),
)


@dataclass(frozen=True)
class UnitFiling:
    """A unit's part of the board: all its `lines`, and those `shown`."""

    unit: Unit | None
    lines: list[FilingLine]
    shown: list[FilingLine]

    @property
    def filed(self) -> int:
        return sum(line.is_filed for line in self.lines)

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def missing(self) -> int:
        return self.total - self.filed

    @property
    def waiting(self) -> int:
        return sum(line.is_waiting for line in self.lines)

    @property
    def returned(self) -> int:
        return sum(line.report is not None and line.report.state == ReportState.RETURNED for line in self.lines)

    @property
    def late(self) -> int:
        return sum(line.is_late for line in self.lines)


@dataclass(frozen=True)
class FilingBoard:
    """What was filed of what is owed for a month, per unit; `counts` are of all lines, whatever is shown."""

    month: datetime.date
    groups: list[UnitFiling]
    counts: list[tuple[str, str, int]]
    is_by_unit: bool

    @property
    def filed(self) -> int:
        return sum(group.filed for group in self.groups)

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def shown(self) -> list[UnitFiling]:
        return [group for group in self.groups if group.shown]

    @property
    def has_waiting(self) -> bool:
        return any(line.is_waiting for group in self.groups for line in group.shown)


def filing_board(
    month: datetime.date,
    period: Period | None,
    first_unit: Unit | None = None,
    show: str = "",
    project_list: ProjectList | None = None,
) -> FilingBoard:
    """The board of `month`: `first_unit` first, then the units by kind and name, projects without a unit last. Only the
    lines of the kind `show` (see BOARD_LINES) are shown, of any other the units alone; only those of `project_list`, where
    it is given. Four queries."""
    lines = filing_lines(month, period, project_list)
    wanted = next((test for key, _, test in BOARD_LINES if key == show), None)
    by_unit: dict[int | None, list[FilingLine]] = defaultdict(list)
    for line in lines:
        by_unit[line.unit.pk if line.unit else None].append(line)
    own = first_unit.pk if first_unit else None
    groups = [
        UnitFiling(of[0].unit, of, [line for line in of if wanted is None or wanted(line)]) for of in by_unit.values()
    ]
    groups.sort(
        key=lambda group: (
            group.unit is None,
            group.unit is not None and group.unit.pk != own,
            group.unit.kind if group.unit else "",
            group.unit.name if group.unit else "",
        )
    )
    counts = [("", "各单位", len(groups)), *((key, words, sum(map(test, lines))) for key, words, test in BOARD_LINES)]
    return FilingBoard(month, groups, counts, wanted is None)


def filing_lines(
    month: datetime.date, period: Period | None, project_list: ProjectList | None = None
) -> list[FilingLine]:
    """Every project (of the list) that owes a report of `month`, with the report as it is at present if there is one. Four
    queries."""
    owing = projects_to_report(month).order_by("pk")
    if project_list is not None:
        owing = owing.filter(memberships__project_list=project_list, memberships__left_on__isnull=True)
    projects = list(owing)
    units = lead_units([project.pk for project in projects], last_day(month))
    reports = {
        report.project_id: report
        for report in MonthReport.objects.filter(month__gte=month, covers_from__lte=month).select_related(
            "submitter", "project"
        )
    }
    corrections = corrections_of(report.pk for report in reports.values())
    lines = []
    for project in projects:
        report = reports.get(project.pk)
        late = report is not None and period is not None and was_late(report, period.due_on)
        own = corrections.get(report.pk, []) if report else []
        present = as_corrected(report, own) if report else None
        lines.append(FilingLine(project, units.get(project.pk), month, present, late, bool(own)))
    return lines


def reported_lists(year: int) -> list[ProjectList]:
    """The lists of the year whose projects report. One query."""
    return list(ProjectList.objects.active().filter(year=year, kind__in=sorted(WORKED_LISTS)).order_by("pk"))


def announcement(board: FilingBoard, period: Period | None, at: datetime.datetime) -> str:
    """Where the month stands, in words for the group chat: counts, units that owe and how many, returned reports with the
    reason, and until when."""
    lines = [line for group in board.groups for line in group.lines]
    returned = [line.report for line in lines if line.report is not None and line.report.state == ReportState.RETURNED]
    label = str(period) if period else month_label(board.month)
    local = timezone.localtime(at)
    parts = [
        f"【{label}重点项目月报】截至{local.month}月{local.day}日{local:%H:%M}，应报{board.total}个，已报{board.filed}个，"
        f"未报{board.total - board.filed}个" + (f"（其中退回待重报{len(returned)}个）" if returned else "") + "。"
    ]
    if period is not None:
        parts.append(f"报送截止{day_label(period.due_on)}，{day_label(period.closing_on)}终了自动关账。")
    owing = sorted(
        (group for group in board.groups if group.filed < group.total), key=lambda one: one.filed - one.total
    )
    if owing:
        names = "、".join(f"{group.unit or '未明确责任单位'}{group.total - group.filed}个" for group in owing)
        parts.append(f"未报的单位：{names}。请尽快登录平台报送。")
    else:
        parts.append("已全部报齐，谢谢各单位。")
    if returned:
        told = "；".join(f"{report.project}（{report.return_reason}）" for report in returned)
        parts.append(f"退回待重报：{told}。")
    return "\n".join(parts)
