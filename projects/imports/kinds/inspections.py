"""督查记录: visits to known projects. A row is a visit with one thing that was found; several rows may tell of one visit."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.utils import timezone

from leaders.accounts.models import User
from leaders.names import squeeze
from leaders.organisations.models import Unit
from leaders.organisations.rules import UnitKind
from leaders.roster.rules import LeaderLevel
from projects.imports.journal import Journal
from projects.imports.kinds.kind import Kind, prepare_nothing
from projects.imports.matching import values as read
from projects.imports.matching.edits import keep_edits
from projects.imports.matching.names import Asked, Names
from projects.imports.matching.remedies import Closings, day_in, read_due, refuse
from projects.imports.matching.result import WAITS, Creation, Plan, RowPlan, Stamp, created_lines, line
from projects.imports.matching.subjects import PARK, Subjects
from projects.imports.models import ImportBatch, RowAction
from projects.imports.pen import write_records
from projects.imports.reading.people import read_attendants
from projects.imports.reading.problems import option, question_id
from projects.imports.system_ids import read_record_id
from projects.inspections.models import Finding, Inspection
from projects.inspections.queries import inspectors
from projects.periods.queries import holidays
from projects.problems.ledger.rules import is_put_right, state_after, state_of_new
from projects.problems.models import Problem
from projects.problems.rules import ProblemSource, ProblemState

ID = "V"
WHO = ("leader", "unit", "group")
NOT_SAID = "（记录里没有写现场情况）"
LONGEST = 10_000
Values = dict[str, Any]


class Inspections:
    def __init__(self, rows: list[RowPlan], year: int, at: datetime.datetime, answers: Mapping[str, str]) -> None:
        self.plan, self.answers, self.today = Plan(rows=rows), answers, timezone.localdate(at)
        self.subjects = Subjects(answers, year, self.today)
        self.names = Names(self.plan, answers, LeaderLevel.COUNTY)
        self.holidays, self.closings = holidays(), Closings(answers, self.today)
        self.known: dict[int, list[Inspection]] = defaultdict(list)
        # Visits that rows of the file tell of: (project, the row's own id, day, who, situation) → the known one or the row's
        # new one.
        self.visits: dict[Any, Inspection | Creation] = {}
        self.found: set[Any] = set()
        self.changed: set[int] = set()
        self.bureaus = list(Unit.objects.active().filter(kind=UnitKind.BUREAU).order_by("pk"))

    def run(self) -> Plan:
        rows = self.subjects.find(self.plan.rows)
        there = Inspection.objects.filter(project__in={row.project_pk for row in rows}, archived_at__isnull=True)
        # Joined, since Django fetches the problems of a thousand findings by a condition too deep for SQLite.
        findings = Prefetch("findings", Finding.objects.select_related("problem__unit"))
        there = there.select_related("leader", "unit", "group").prefetch_related(findings)
        for visit in there.order_by("pk"):
            self.known[visit.project_id].append(visit)
        for row in rows:
            self._match(row)
        keep_edits(rows, self.subjects.known, self.answers)
        for row in self.plan.rows:
            row.settle()
        return self.plan

    def _match(self, row: RowPlan) -> None:
        made, found = self._visit_values(row), self._finding_values(row)
        if row.waits():
            return
        own = read_record_id(row.values.get("system_id", ""), ID) or (None,)
        key = (row.project_pk, own[0], *(made.get(name) for name in ("inspected_on", *WHO, "people", "situation")))
        visit = self.visits.get(key) or self._identify(row, made)
        if row.waits():
            return
        settled = self._settle_finding(row, visit, found)
        if row.waits():
            return
        if visit is None:
            told = {"situation": NOT_SAID} | made
            visit = row.create(Inspection, told, created_lines(Inspection, told, _cells(row, told)))
        elif isinstance(visit, Inspection) and key not in self.visits:
            self._change_visit(row, visit, made)
        self.visits[key] = visit
        if settled is not None:
            self._write_finding(row, visit, *settled)
        is_new = any(creation.model is Inspection for creation in row.creations)
        row.action = RowAction.CREATE if is_new else RowAction.UPDATE
        row.seal()

    # ---- what the row says ------------------------------------------------------------------------------------------

    def _visit_values(self, row: RowPlan) -> Values:
        made: Values = {}
        day = read.day(row, "inspected_on", row.values.get("inspected_on", ""))
        if day is None or len(str(row.values.get("inspected_on"))) == len("2023-06"):
            refuse(row, "没有写督查是哪一天，这一行没有导入。", "请补上日期，如 2023年6月12日。", key="inspected_on")
            return made
        if day > self.today:
            refuse(row, f"日期 {day} 晚于今天，这一行没有导入。", "请核对年份，在这里改正。", key="inspected_on")
        elif (self.today - day).days > 366:
            row.say("warning", f"日期 {day} 早于一年以前，按表登记。", "请核对年份。", key="inspected_on")
        made["inspected_on"] = day
        if "situation" in row.values:
            made["situation"] = read.text(row, "situation", row.values["situation"], LONGEST, "现场情况")
        return made | self._inspectors(row)

    def _inspectors(self, row: RowPlan) -> Values:
        """Leader, unit and group among those named, one of each; everybody else goes under 同行人员."""
        made: Values = {}
        others = []
        for name in _people(row):
            known: Values = {
                "leader": self.names.leaders.known.get(name),
                "unit": self.names.units.known.get(name),
                "group": self.names.groups.known.get(name),
            }
            field = next((field for field in WHO if known[field] is not None and field not in made), None)
            if field is None:
                others.append(name)
            else:
                made[field] = known[field]
        if "leader" in made and (more := [name for name in others if self.names.leaders.known.get(name) is not None]):
            words = f"督查领导不止一位：到现场的天数算“{made['leader'].name}”的，{'、'.join(more)}记在同行人员里。"
            row.say("note", words, "各算一天的，请给另一位领导另写一行。", key="people")
        if others:
            made["people"] = read.text(row, "people", "、".join(others), 200, "同行人员")
        if not made.keys() & set(WHO) and (bureau := self._bureau(row)) is not None:
            made["unit"] = bureau
        return made

    def _bureau(self, row: RowPlan) -> Unit | None:
        """By whom a visit counts that names none of the known leaders, units and groups; asked once for the sheet."""
        asked = question_id("inspectors", row.sheet)
        answer = self.answers.get(asked) or self.answers.get("*", "")
        chosen = next((unit for unit in self.bureaus if answer == f"same:{unit.pk}"), None)
        if chosen is None and answer == "same" and len(self.bureaus) == 1:
            chosen = self.bureaus[0]
        if chosen is not None:
            return chosen
        if not self.bureaus or answer in ("park", "new"):
            words = "督查人员里没有登记的领导、单位或指挥部（专班），这一行没有导入。"
            refuse(row, words, "请写明是谁（或哪个单位）督查。", key="people")
            return None
        row.is_open = True
        if asked in self.closings.asked:
            row.say("note", "等待回答：这次督查算谁的。", "请回答上面的问题。", about=WAITS)
            return None
        self.closings.asked.add(asked)
        options = [option(f"same:{unit.pk}", f"算“{unit.name}”的") for unit in self.bureaus]
        words = "有的行里督查人员都不是登记的领导、单位或指挥部（专班）。这些督查算谁的？"
        cure = "人名照样记在“同行人员”里。"
        row.say("question", words, cure, key="people", id=asked, options=[*options, PARK])
        return None

    def _finding_values(self, row: RowPlan) -> Values:
        """Text, deadline, unit and what a second look showed; empty where nothing was found."""
        if "text" not in row.values:
            return {}
        found: Values = {"text": read.text(row, "text", row.values["text"], LONGEST, "发现问题")}
        if "recheck" in row.values:
            found["recheck"] = read.text(row, "recheck", row.values["recheck"], LONGEST, "复查情况")
        day = read.day(row, "inspected_on", row.values.get("inspected_on", ""))
        if day is not None and (due := read_due(row, day, self.today, self.holidays)) is not None:
            found["due_on"] = due
        try:
            units = [self.names.unit(row, name) for name in row.values.get("unit", ())]
        except Asked:
            row.is_open = True
            row.say("note", "等待回答：这一行写的责任单位是谁。", "请回答上面的问题。", about=WAITS)
            return found
        if units:
            found["unit"] = units[0]
        if len(units) > 1:
            words = f"责任单位有 {len(units)} 个，登记了第一个“{units[0].name}”。"
            row.say("warning", words, "其余的可在问题页列为配合单位。", key="unit")
        return found

    # ---- which visit and which finding ------------------------------------------------------------------------------

    def _identify(self, row: RowPlan, made: Values) -> Inspection | None:
        """The visit that the row speaks of; None is a new one, unless the row is open or parked now."""
        known = self.known[row.project_pk or 0]
        if written := row.values.get("system_id", ""):
            pks = read_record_id(written, ID)
            visit = next((visit for visit in known if pks and visit.pk == pks[0]), None)
            if visit is None:
                words = f"系统标识“{written}”不是“{row.name}”的督查记录（排序时没有带上，或被改动过）。"
                refuse(row, words, "请重新导出记录表，在新的表里改；新加的行请清空系统标识。", key="system_id")
            return visit
        told = {id(visit) for visit in self.visits.values()}
        that_day = [visit for visit in known if visit.inspected_on == made["inspected_on"]]
        same = [visit for visit in that_day if _are_same_people(row, visit, made)]
        exact = [
            visit
            for visit in same
            if read.same_text("situation", visit.situation, made.get("situation", visit.situation))
        ]
        free = [visit for visit in same if id(visit) not in told]
        if exact or free:
            return (exact or free)[0]
        return self._ask(row, [visit for visit in that_day if id(visit) not in told and visit not in same])

    def _ask(self, row: RowPlan, near: list[Inspection]) -> Inspection | None:
        asked = question_id("visit", row.sheet, row.row, squeeze(row.name))
        answer = self.answers.get(asked) or self.answers.get("*", "")
        chosen = next((visit for visit in near if answer == f"same:{visit.pk}"), None)
        if chosen is None and answer == "same" and len(near) == 1:
            chosen = near[0]
        if not near or chosen is not None or answer == "new":
            return chosen
        if answer == "park":
            row.park_as_answered()
            return None
        row.is_open = True
        options = [option(f"same:{one.pk}", f"就是 {_who(one)} 那一次：{one.situation[:30]}") for one in near]
        words = f"“{row.name}”这一天已有督查记录，督查人员不同。是同一次吗？"
        cure = "选“就是”，按表更新那一次；选“不是”，另记一次。"
        options = [*options, option("new", "不是，另记一次"), PARK]
        row.say("question", words, cure, key="people", id=asked, options=options)
        return None

    def _settle_finding(
        self, row: RowPlan, visit: Inspection | Creation | None, found: Values
    ) -> tuple[Finding | None, Values, Values | None] | None:
        """The known finding, what the row says of it, and the problem that it makes of it; None where nothing was found, or an
        earlier row says the same."""
        if not found:
            return None
        there = list(visit.findings.all()) if isinstance(visit, Inspection) else []
        pks = read_record_id(row.values.get("system_id", ""), ID)
        finding = next((one for one in there if pks and len(pks) > 1 and one.pk == pks[1]), None) or next(
            (one for one in there if squeeze(one.text) == squeeze(found["text"])), None
        )
        key = (id(visit) if visit is not None else row.row, finding.pk if finding else squeeze(found["text"]))
        if key in self.found:
            row.say("warning", "与上面一行是同一个问题，没有另外导入。", "确是两个问题的，请写出不同之处。", key="text")
            return None
        self.found.add(key)
        has_problem = finding is not None and finding.problem is not None
        if has_problem or not found.keys() & {"due_on", "unit"}:
            return finding, found, None
        return finding, found, self._new_problem(row, found)

    def _new_problem(self, row: RowPlan, found: Values) -> Values:
        """A finding with a deadline or a unit is an entry of the ledger of problems; one that was put right is closed already."""
        recheck, raised = found.get("recheck", ""), datetime.date.fromisoformat(row.values["inspected_on"])
        state = state_of_new(answer=recheck, done_on=None, closed=is_put_right(recheck))
        values: Values = {
            "source": ProblemSource.INSPECTION,
            "raised_on": raised,
            "text": found["text"],
            "state": state,
        }
        values |= {name: found[name] for name in ("due_on", "unit") if name in found}
        if recheck:
            values["answer"] = recheck
        if state == ProblemState.CLOSED:
            likely = found.get("due_on") or raised
            closed_on = day_in(recheck, raised, self.today)
            closed_on = closed_on or self.closings.day_of(row, likely, key="recheck", at="recheck")
            values |= {"closed_on": closed_on, "is_closed_by_ledger": True}
        return values

    # ---- what becomes of it -----------------------------------------------------------------------------------------

    def _change_visit(self, row: RowPlan, visit: Inspection, made: Values) -> None:
        names = ["inspected_on", "situation"]
        if _people(row) and not _are_same_people(row, visit, made):
            names += [*WHO, "people"]
            made = dict.fromkeys(WHO) | {"people": ""} | made
        differing = {
            name: made[name]
            for name in names
            if name in made
            and not (name == "situation" and read.same_text(name, visit.situation, made[name]))
            and getattr(visit, name) != made[name]
        }
        if differing and visit.pk in self.changed:
            words = "同一次督查在上面的行里已有改动，这一行的现场情况或人员没有导入。"
            row.say("warning", words, "同一次督查的几行请改成一样。", key="situation")
        elif differing:
            self.changed.add(visit.pk)
            cells = _cells(row, differing)
            lines = [
                line(Inspection, name, getattr(visit, name), new, cell=cells.get(name, ""))
                for name, new in differing.items()
            ]
            row.change(Inspection, {"id": visit.pk, "version": visit.version}, differing, lines)

    def _write_finding(
        self, row: RowPlan, visit: Inspection | Creation, finding: Finding | None, found: Values, problem: Values | None
    ) -> None:
        made = None
        if problem is not None:
            made = row.create(Problem, problem, created_lines(Problem, problem, _cells(row, problem)))
        if finding is None:
            values: Values = {name: found[name] for name in ("text", "recheck") if name in found}
            told = created_lines(Finding, values, _cells(row, values))
            row.create(Finding, values | {"inspection": visit, "problem": made}, told)
            return
        known = finding.problem
        values = {"text": found["text"]} if not read.same_text("text", finding.text, found["text"]) else {}
        recheck = found.get("recheck", "")
        is_new = bool(recheck) and not read.same_text("recheck", finding.recheck, recheck)
        values |= {"recheck": recheck} if is_new else {}
        if values or made is not None:
            cells = _cells(row, values)
            lines = [line(Finding, name, getattr(finding, name), new, cell=cells[name]) for name, new in values.items()]
            values |= {"problem": made} if made is not None else {}
            row.change(Finding, {"id": finding.pk, "version": finding.version}, values, lines)
        if known is not None:
            self._change_problem(row, known, found, is_new=is_new)

    def _change_problem(self, row: RowPlan, problem: Problem, found: Values, *, is_new: bool) -> None:
        due = found.get("due_on")
        differing: Values = {}
        if due is not None and not read.same_day(problem.due_on, due, row.values["due_on"]):
            differing["due_on"] = due
        if "unit" in found and problem.unit != found["unit"]:
            differing["unit"] = found["unit"]
        closed = is_new and is_put_right(found["recheck"])
        state = state_after(problem.state, answer="", done_on=None, closed=closed, is_new_answer=False)
        if state != problem.state:
            # In the unit's place, by who brings the file, so that another verifies it.
            differing |= {"state": state, "answer": found["recheck"], "answered_at": Stamp.AT, "answerer": Stamp.BY}
            words = "复查情况写已整改；平台上销号须由他人核查，这个问题列入“待核查”。"
            row.say("note", words, "核查后在问题页销号。", key="recheck")
        if problem.state == ProblemState.CLOSED and differing:
            words = f"这个问题已于 {problem.closed_on} 销号，文件里的时限或单位没有导入。"
            row.say("warning", words, "确需改动的，请先在问题页重新办理。", key="due_on")
        elif differing:
            cells = _cells(row, differing)
            lines = [
                line(Problem, name, getattr(problem, name), new, cell=cells.get(name, ""))
                for name, new in differing.items()
                if type(new) is not Stamp
            ]
            row.change(Problem, {"id": problem.pk, "version": problem.version}, differing, lines)


def _who(visit: Inspection) -> str:
    return "、".join(part for part in (inspectors(visit), visit.people) if part)


def _people(row: RowPlan) -> list[str]:
    return [*row.values.get("people", ()), *row.values.get("others", ())]


def _are_same_people(row: RowPlan, visit: Inspection, made: Values) -> bool:
    """The same leader, unit and group, and the same others; of a row that names nobody, those of the question's answer."""
    if _people(row) and read_attendants(_who(visit)) == _people(row):
        return True
    return all(getattr(visit, name) == made.get(name) for name in WHO) and visit.people == made.get("people", "")


def _cells(row: RowPlan, values: Values) -> dict[str, str]:
    """Field → cell. What is told of a problem stands in the columns of the finding."""
    where = {"raised_on": "inspected_on", "state": "recheck", "answer": "recheck", "closed_on": "recheck"}
    where |= {"is_closed_by_ledger": "recheck", "leader": "people", "group": "people"}
    if "inspected_on" in values or "situation" in values or "people" in values:
        where["unit"] = "people"
    return {name: row.cell(where.get(name, name)) for name in values if where.get(name, name) in row.values}


def match_inspections(
    rows: list[RowPlan], *, year: int, at: datetime.datetime, answers: Mapping[str, str], **_setting: Any
) -> Plan:
    return Inspections(rows, year, at, answers).run()


def write_inspections(
    plan: Plan, _prepared: None, batch: ImportBatch, *, by: User | None, at: datetime.datetime
) -> Journal:
    """Raises PermissionDenied without a person: a visit has an author."""
    if by is None:
        raise PermissionDenied
    return write_records(plan, batch, by=by, at=at)


KIND = Kind(
    "inspections",
    "督查记录",
    match_inspections,
    prepare_nothing,
    write_inspections,
    looks_at=(Inspection, Finding, Problem),
)
