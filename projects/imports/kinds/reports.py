"""月报工作簿: what the units wrote into the month's workbooks, sent as their reports by the action that the pages use.

Nothing that stands is overwritten: what was sent is returned or withdrawn first, and a draft that moved since the workbook left is asked.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.rules import Conflict
from projects.imports.applying import ChangedMeanwhile
from projects.imports.journal import Journal, created_spans, plain
from projects.imports.kinds.kind import Kind, prepare_nothing
from projects.imports.matching import values as read
from projects.imports.matching.result import MADE_HERE, Plan, RowPlan, created_lines, line
from projects.imports.models import ImportBatch, RowAction
from projects.imports.reading.kinds import REPORTS
from projects.imports.reading.problems import option, problem, question_id
from projects.imports.system_ids import ReportId, read_report_id
from projects.periods.queries import decide, granted_for, period_for
from projects.progress.actions import TYPED, submit_report
from projects.progress.corrections.queries import presently
from projects.progress.models import MonthReport
from projects.progress.queries import (
    done_of_year,
    filed_before,
    lead_unit_ids,
    lead_units,
    projects_to_report,
    report_limits,
    warnings_beside,
)
from projects.progress.rules import EDITABLE_STATES, FILED_STATES, is_explained, missing_in
from projects.registry.access import is_office
from projects.registry.models import Project
from projects.registry.plans.queries import targets
from yichuan_tracker.money import format_wan
from yichuan_tracker.months import last_day, month_label

LENGTHS = {"progress": 1000, "issues": 1000, "note": 500}
# What sending a report sets besides what was typed.
SENT = ("state", "submitted_at", "submitter_id", "first_submitted_at", "return_reason")


class Month:
    """What is known of one month: who owes a report, what was reported, what the period allows. A dozen queries."""

    def __init__(self, month: datetime.date, today: datetime.date) -> None:
        self.month, self.today = month, today
        self.period = period_for(month)
        self.granted = granted_for(self.period)
        self.projects: dict[int, Project] = {project.pk: project for project in projects_to_report(month)}
        self.units = lead_units(self.projects, today)
        self.unit_ids = lead_unit_ids(self.projects, today)
        filed = MonthReport.objects.filter(project__in=self.projects)
        self.reports = {report.project_id: report for report in presently(filed.filter(month=month))}
        self.before = filed_before(self.projects, month)
        self.plans = targets(self.projects, month, last_day(month))
        self.done = done_of_year(self.projects, month.year, month)
        self.limits = report_limits(month.year)

    def why_closed(self, project_pk: int) -> str:
        """Why the project's report may not be written today; empty where it may."""
        told: dict[str, Any] = {"project_id": project_pk, "unit_ids": self.unit_ids[project_pk]}
        decision = decide(self.period, self.month, self.today, self.granted, **told)
        return "" if decision else f"{decision.reason}{decision.who_can_open}。"

    def oddities(self, report: MonthReport) -> list[str]:
        """What asks for a reason in the report as it would be sent."""
        held = self.reports.get(report.project_id)
        total = self.done.get(report.project_id, Decimal(0)) + (report.done_wan or Decimal(0))
        if held is not None and held.state in FILED_STATES:
            total -= held.done_wan or Decimal(0)
        before, asked = self.before.get(report.project_id), self.plans.get(report.project_id)
        plan_wan = asked.plan_wan if asked else None
        return [said.message for said in warnings_beside(report, before, total, plan_wan, self.limits)]


class Found(NamedTuple):
    row: RowPlan
    said: ReportId
    month: Month
    project: Project
    report: MonthReport | None
    values: dict[str, Any]


class Reports:
    def __init__(
        self, rows: list[RowPlan], at: datetime.datetime, answers: Mapping[str, str], uploader: User | None
    ) -> None:
        self.plan, self.answers = Plan(rows=rows), answers
        # A reporter's file speaks of the own unit's projects only.
        self.own_unit_id = uploader.unit_id if uploader is not None and not is_office(uploader) else None
        self.today = timezone.localdate(at)
        self.months: dict[datetime.date, Month] = {}
        self.first: dict[tuple[int, datetime.date], Found] = {}
        self.answered: set[tuple[datetime.date, int]] = set()
        self.unfilled: Counter[str] = Counter()

    def run(self) -> Plan:
        for row in self.plan.rows:
            if not (row.parked or row.is_open) and (found := self._find(row)) is not None:
                self._match(found)
            row.action = row.action or (
                RowAction.PARK if row.parked else RowAction.ASK if row.is_open else RowAction.SAME
            )
        for sheet, count in self.unfilled.items():
            words = f"{count} 行没有填，没有上报。"
            cure = "需要报的，填好再上传一次，或在平台上报。"
            self.plan.problems.append(problem("note", words, cure, sheet=sheet, by=MADE_HERE))
        self.plan.missing = list(self._owing())
        return self.plan

    def _find(self, row: RowPlan) -> Found | None:
        written = str(row.values.get("system_id", ""))
        said = read_report_id(written)
        if said is None:
            words = (
                f"系统标识“{written}”不是本系统写出的（被改动过）" if written else "没有系统标识（在原表以外加的行）"
            )
            cure = "请在重新下载的月报工作簿里填这个项目。"
            _refuse(row, f"{words}，不知道“{row.name}”是哪个项目的哪个月。", cure, key="system_id")
            return None
        month = self.months.get(said.month) or self.months.setdefault(said.month, Month(said.month, self.today))
        project = month.projects.get(said.project_pk)
        if project is None:
            words = f"“{row.name}”不在{month_label(said.month)}要报月报的项目里（已调出、竣工、终止或归档）。"
            _refuse(row, words, "不用报；确应报的，请先在项目页和清单里核对。")
            return None
        if read.key_of_name(row.name) != project.name_key:
            words = f"系统标识是“{project.name}”，项目名称却是“{row.name}”，多半是排序或粘贴错了行。"
            _refuse(row, words, "请在重新下载的月报工作簿里填。")
            return None
        row.project_pk = project.pk
        unit = month.units.get(project.pk)
        if self.own_unit_id is not None and self.own_unit_id not in month.unit_ids[project.pk]:
            _refuse(row, f"“{project.name}”的责任单位是{unit or '（未明确）'}，不由您的单位报。", "请交责任单位报。")
            return None
        report = month.reports.get(project.pk)
        return Found(row, said, month, project, report, _typed(row, report))

    def _match(self, found: Found) -> None:
        row, report, values = found.row, found.report, found.values
        differing = {name: value for name, value in values.items() if report is None or getattr(report, name) != value}
        key = (found.project.pk, found.month.month)
        earlier = self.first.get(key)
        if not differing and (report is None or report.state in EDITABLE_STATES):
            if report is None:
                self.unfilled[row.sheet] += 1
            else:
                words = f"与平台上的{report.get_state_display()}月报相同，没有改动，没有上报。"
                row.say("note", words, "需要报的，填好再上传一次，或在平台上报。")
            return
        if earlier is not None:
            if earlier.values != values:
                place = f"“{earlier.row.sheet}”第 {earlier.row.row} 行"
                words = f"“{found.project.name}”在{place}已有，数字或文字不同。"
                _refuse(row, words, "只收先出现的一行；要改用这一行，请只上传这一份。", key="done_wan")
            return
        self.first[key] = found
        self.answered.add((found.month.month, found.project.pk))
        if report is not None and report.state in FILED_STATES:
            if differing:
                _refuse_filed(row, report, differing)
            return
        if why := found.month.why_closed(found.project.pk):
            _refuse(row, why, "关账后请申请临时开放，或在下月补报说明。")
        elif report is not None and report.version != found.said.version and differing and not self._goes(found):
            return
        else:
            self._send(found, differing)

    def _goes(self, found: Found) -> bool:
        """Whether the workbook is right where somebody wrote in the browser since it left; asks."""
        row, report = found.row, found.report
        asked = question_id("report", row.sheet, row.row, row.values.get("system_id", ""))
        answer = self.answers.get(asked) or self.answers.get("*", "")
        if answer == "file":
            return True
        if answer in ("keep", "park"):
            row.say("note", "按回答，保留平台上的，这一行没有导入。")
            return False
        row.is_open = True
        now = f"当月完成 {format_wan(report.done_wan)} 万元，{report.progress or '没有形象进度'}" if report else ""
        row.say(
            "question",
            f"工作簿下载之后，有人在平台上改过“{found.project.name}”的草稿（现在是：{now}）。用哪个？",
            "选“用工作簿里的”，按表上报；选“保留平台上的”，这一行不导入。",
            id=asked,
            key="done_wan",
            options=[option("file", "用工作簿里的"), option("keep", "保留平台上的")],
        )
        return False

    def _send(self, found: Found, differing: dict[str, Any]) -> None:
        row, report = found.row, found.report
        span = found.month.period.covers_from if found.month.period else found.month.month
        fresh = report or MonthReport(project=found.project, month=found.month.month, covers_from=span)
        whole = MonthReport(project=found.project, month=fresh.month, covers_from=fresh.covers_from)
        for name in TYPED:
            setattr(whole, name, found.values.get(name, getattr(fresh, name)))
        refused = [(key, said) for key, words in missing_in(whole.done_wan, whole.progress).items() for said in words]
        if not is_explained(whole.note):
            refused += [("note", f"{said}（没有写异常说明）") for said in found.month.oddities(whole)]
        for key, said in refused:
            _refuse(row, said, "请在工作簿里补上再传，或点开这一行在页面上补。", key=key)
        if refused:
            return
        cells = {name: row.cell(name) for name in TYPED}
        label = month_label(fresh.month)
        state = line(MonthReport, "state", report.state if report else None, "submitted", label=label)
        if report is None:
            told = created_lines(MonthReport, found.values, cells, label=label)
            row.create(MonthReport, {"month": fresh.month} | found.values, [*told, state])
            row.action = RowAction.CREATE
        else:
            told = [
                line(MonthReport, name, getattr(report, name), new, label=label, cell=cells[name])
                for name, new in differing.items()
            ]
            row.change(MonthReport, {"id": report.pk, "version": report.version}, found.values, [*told, state])
            row.action = RowAction.UPDATE
        row.seal()

    def _owing(self) -> Iterable[dict[str, Any]]:
        """The units with projects of which neither the files nor the system say anything yet: {id, name, serial}; first those
        that have said nothing at all."""
        for month in self.months.values():
            owed: Counter[Any] = Counter()
            silent: dict[Any, list[str]] = defaultdict(list)
            for pk, project in month.projects.items():
                report = month.reports.get(pk)
                unit = month.units.get(pk)
                if self.own_unit_id is not None and (unit is None or unit.pk != self.own_unit_id):
                    continue
                owed[unit] += 1
                filed = report is not None and report.state in FILED_STATES
                if not filed and (month.month, pk) not in self.answered:
                    silent[unit].append(project.name)
            for unit, names in sorted(silent.items(), key=lambda one: (len(one[1]) < owed[one[0]], str(one[0]))):
                count, total = len(names), owed[unit]
                part = f"{total} 个都没有报" if count == total else f"{total} 个里差 {count} 个"
                told = f"{unit or '未明确责任单位'}（{part}）：{'、'.join(names)}"
                yield {"id": unit.pk if unit else 0, "serial": month_label(month.month), "name": told}


def _typed(row: RowPlan, report: MonthReport | None) -> dict[str, Any]:
    """The fields that the row fills; a blank cell leaves what stands."""
    found: dict[str, Any] = {}
    for name in ("planned_wan", "done_wan"):
        if (
            name in row.values
            and (amount := read.amount(row, name, row.values[name], negative=name == "done_wan")) is not None
        ):
            found[name] = amount
    for name, longest in LENGTHS.items():
        if name in row.values:
            text = read.text(row, name, row.values[name], longest, "该格")
            known = getattr(report, name) if report else ""
            found[name] = known if read.same_text(name, known, text) else text
    return found


def _refuse(row: RowPlan, message: str, cure: str, *, key: str = "") -> None:
    row.parked = True
    row.say("error", message, cure, key=key)


def _refuse_filed(row: RowPlan, report: MonthReport, differing: Mapping[str, Any]) -> None:
    now, new = report.done_wan, differing.get("done_wan", report.done_wan)
    told = (
        f"系统里当月完成 {format_wan(now)} 万元，表中是 {format_wan(new)} 万元"
        if now != new
        else "表中的文字或计划不同"
    )
    cure = "未审核的先退回（或由单位撤回）再导入；已审核的请在那份月报上提出更正。"
    _refuse(row, f"这份月报{report.get_state_display()}，{told}，没有覆盖。", cure, key=next(iter(differing)))


def match_reports(
    rows: list[RowPlan], *, at: datetime.datetime, answers: Mapping[str, str], uploader: User | None, **_setting: Any
) -> Plan:
    return Reports(rows, at, answers, uploader).run()


def write_reports(
    plan: Plan, _prepared: None, batch: ImportBatch, *, by: User | None, at: datetime.datetime
) -> Journal:
    """Raises PermissionDenied without a person, ChangedMeanwhile when somebody wrote one of the reports in between."""
    if by is None:
        raise PermissionDenied
    journal: Journal = {"created": {}, "changed": [], "removed": [], "positions": {}}
    made: list[int] = []
    for row in (row for row in plan.rows if row.writes):
        held = row.changes[0] if row.changes else None
        typed = (held.values if held else row.creations[0].values) or {}
        values = {name: value for name, value in typed.items() if name in TYPED}
        names = [*values, *SENT]
        before = MonthReport.objects.get(pk=held.pk) if held else None
        old = {name: plain(getattr(before, name)) for name in names} if before else {}
        origin = {name: {"sheet": row.sheet, "cell": row.cell(name)} for name in values if row.cell(name)}
        try:
            about: dict[str, Any] = {"version": held.version if held else None, "batch_id": batch.pk, "origin": origin}
            project, month = Project.objects.get(pk=row.project_pk or 0), before.month if before else typed["month"]
            done = submit_report(project, month, values, by=by, at=at, **about)
        except Conflict as lost:
            raise ChangedMeanwhile([(row.sheet, row.row)]) from lost
        if held is None:
            made.append(done.pk)
            row.creations[0].pk = done.pk
        columns = {name: [old[name], plain(getattr(done, name))] for name in names} if before else {}
        journal["changed"].append(["monthreport", done.pk, done.version, columns])
    journal["created"] = {"monthreport": created_spans(made)} if made else {}
    return journal


KIND = Kind(
    REPORTS,
    "各单位返回的月报工作簿（可压缩成一个 ZIP）",
    match_reports,
    prepare_nothing,
    write_reports,
    silent="还没有报齐的单位",
)
