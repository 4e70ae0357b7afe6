"""问题台账: problems of known projects. What was closed before it came stays closed; what is open here closes by verification alone."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from django.utils import timezone

from leaders.accounts.models import User
from leaders.names import squeeze
from leaders.roster.rules import LeaderLevel
from projects.imports.journal import Journal
from projects.imports.kinds.kind import Kind, prepare_nothing
from projects.imports.matching import values as read
from projects.imports.matching.edits import keep_edits
from projects.imports.matching.names import Asked, Names
from projects.imports.matching.remedies import Closings, read_due, refuse
from projects.imports.matching.result import WAITS, Plan, RowPlan, Stamp, created_lines, line
from projects.imports.matching.subjects import PARK, Subjects
from projects.imports.models import ImportBatch, RowAction
from projects.imports.pen import write_records
from projects.imports.reading.problems import option, question_id
from projects.imports.system_ids import read_record_id
from projects.periods.queries import holidays
from projects.problems.chat.rules import category_meant
from projects.problems.ledger.rules import closed_said, parts_of, source_said, state_after, state_of_new
from projects.problems.models import CategoryWords, Problem, ProblemPart
from projects.problems.rules import ProblemCategory, ProblemSource, ProblemState

ID = "Q"
LENGTHS = {"text": 10_000, "answer": 10_000, "raised_by": 80}
# Field → the column that says it, where that is called otherwise.
CELLS = {"closed_on": "done_on", "is_closed_by_ledger": "closed", "assigner": "leader", "other_assigners": "leader"}
# Two texts of one day and project that are so much alike may be one problem, put in other words.
ALIKE = 0.6
# The texts that are known are compared with every row of their project.
_words = lru_cache(maxsize=65536)(squeeze)


class Problems:
    def __init__(self, rows: list[RowPlan], year: int, at: datetime.datetime, answers: Mapping[str, str]) -> None:
        self.plan, self.answers, self.today = Plan(rows=rows), answers, timezone.localdate(at)
        self.subjects = Subjects(answers, year, self.today)
        self.names = Names(self.plan, answers, LeaderLevel.COUNTY)
        self.words = dict(CategoryWords.objects.values_list("category", "words"))
        self.holidays, self.closings = holidays(), Closings(answers, self.today)
        self.known: dict[int, list[Problem]] = defaultdict(list)
        self.taken: dict[Any, RowPlan] = {}
        self.is_parts_asked = False
        # Words of the county's own that fit none of ours: (row, field).
        self.vague: set[tuple[int, str]] = set()

    def run(self) -> Plan:
        rows = self.subjects.find(self.plan.rows)
        there = Problem.objects.filter(project__in={row.project_pk for row in rows})
        for problem in (
            there.select_related("unit", "assigner", "leader").prefetch_related("parts__unit").order_by("pk")
        ):
            self.known[problem.project_id].append(problem)
        for row in rows:
            self._match(row)
        keep_edits(rows, self.subjects.known, self.answers)
        for row in self.plan.rows:
            row.settle()
        return self.plan

    def _match(self, row: RowPlan) -> None:
        values = self._values(row)
        for part in [] if row.waits() else self._parts(row, values):
            self._match_part(row, part)
        if row.waits():
            return
        is_new = any(creation.model is Problem for creation in row.creations)
        row.action = RowAction.CREATE if is_new else RowAction.UPDATE
        row.seal()

    def _parts(self, row: RowPlan, values: dict[str, Any]) -> list[dict[str, Any]]:
        """One for each problem that the cell lists (1.…；2.…), where a person says so or they are known so; none while it is asked."""
        texts, answers = parts_of(values["text"]), parts_of(values.get("answer", ""))
        known = {_words(problem.text) for problem in self.known[row.project_pk or 0]}
        if len(texts) == 1 or row.values.get("system_id") or squeeze(values["text"]) in known:
            return [values]
        asked = question_id("parts", row.sheet)
        answer = self.answers.get(asked) or ("whole" if "*" in self.answers else "")
        if answer == "split" or known.issuperset(map(squeeze, texts)):
            said = answers if len(answers) == len(texts) else [values.get("answer", "")] * len(texts)
            told = zip(texts, said, strict=True)
            return [
                values | {"text": text, "label": f"问题{number} "} | ({"answer": one} if one else {})
                for number, (text, one) in enumerate(told, start=1)
            ]
        if answer == "whole":
            return [values]
        row.is_open = True
        if self.is_parts_asked:
            row.say("note", "等待回答：一格里的几个问题要不要分开。", "请回答上面的问题。", about=WAITS)
            return []
        self.is_parts_asked = True
        words = f"有的格里列了几个问题（如这一格的 {len(texts)} 个：1.{texts[0][:20]}…），分开登记吗？"
        cure = "分开的各是一条，时限、单位相同，分别办理、销号。回答对这张表里所有这样的格有效。"
        options = [option("split", "分开，每个问题一条"), option("whole", "不分开，整格一条")]
        row.say("question", words, cure, key="text", id=asked, options=options)
        return []

    def _match_part(self, row: RowPlan, values: dict[str, Any]) -> None:
        label = values.pop("label", "")
        problem = self._identify(row, values)
        if row.waits() or not self._is_first(row, problem, values):
            return
        supporting = values.pop("supporting")
        said = {name: values.pop(name, None) for name in ("done_on", "closed")}
        if problem is None:
            self._create(row, values, said, supporting, label)
        else:
            self._change(row, problem, values, said, supporting)

    # ---- what the row says ------------------------------------------------------------------------------------------

    def _values(self, row: RowPlan) -> dict[str, Any]:
        """Field → value of what the row says; with `done_on`, `closed` and `supporting`, which are no fields."""
        found: dict[str, Any] = {}
        for key, longest in LENGTHS.items():
            if key in row.values:
                found[key] = read.text(row, key, row.values[key], longest, "该格")
        if "text" not in found:
            refuse(row, "没有写存在问题，这一行没有导入。", "请补上问题；没有问题的项目不用列。", key="text")
        self._read_days(row, found)
        self._read_words(row, found)
        try:
            self._read_names(row, found)
        except Asked:
            row.is_open = True
            row.say("note", "等待回答：这一行写的人员或单位是谁。", "请回答上面的问题。", about=WAITS)
        return found

    def _read_days(self, row: RowPlan, found: dict[str, Any]) -> None:
        if "raised_on" in row.values and (raised := read.day(row, "raised_on", row.values["raised_on"])) is not None:
            is_month = len(str(row.values["raised_on"])) == len("2023-06")
            found["raised_on"] = min(raised, self.today) if is_month else raised
            if found["raised_on"] > self.today:
                words = f"反映时间 {raised} 晚于今天，这一行没有导入。"
                refuse(row, words, "请核对年份，在这里改正。", key="raised_on")
        if "done_on" in row.values and (done := read.day(row, "done_on", row.values["done_on"])) is not None:
            if len(str(row.values["done_on"])) == len("2023-06"):
                done = min(done, self.today)
            if done > self.today:
                row.say("warning", f"办结时间 {done} 晚于今天，没有导入。", "请核对年份，在这里改正。", key="done_on")
            else:
                found["done_on"] = done
        if (due := read_due(row, found.get("raised_on"), self.today, self.holidays)) is not None:
            found["due_on"] = due

    def _read_words(self, row: RowPlan, found: dict[str, Any]) -> None:
        """Words of the county's own that fit none of ours go under 其他; the file keeps them."""
        if written := row.values.get("source"):
            found["source"] = source_said(written)
        if written := row.values.get("category"):
            labels = {str(label): value for value, label in ProblemCategory.choices}
            found["category"] = labels.get(written.removesuffix("类")) or category_meant(written, self.words) or None
        for name, other in (("source", ProblemSource.OTHER), ("category", ProblemCategory.OTHER)):
            if name in found and found[name] is None:
                title = "来源" if name == "source" else "问题类别"
                words = f"“{row.values[name]}”不是登记的{title}，新登记的按“其他”，已有的不改。"
                row.say("note", words, "可在问题页改；原文在原文件里。", key=name)
                found[name] = other
                self.vague.add((id(row), name))
        if written := row.values.get("closed"):
            found["closed"] = closed_said(written)
            if found["closed"] is None:
                row.say("warning", f"“{written}”看不出是否销号，按没有销号读。", "请写“是”或“否”。", key="closed")

    def _read_names(self, row: RowPlan, found: dict[str, Any]) -> None:
        """Raises Asked."""
        leaders = [self.names.leader(row, name, "leader") for name in row.values.get("leader", ())]
        if leaders:
            found["assigner"] = leaders[0]
            further = "、".join(leader.name for leader in leaders[1:])
            found["other_assigners"] = read.text(row, "leader", further, 120, "其他交办领导")
        units = [self.names.unit(row, name) for name in row.values.get("unit", ())]
        others = [self.names.unit(row, name, "supporting") for name in row.values.get("supporting", ())]
        if units:
            found["unit"] = units[0]
        found["supporting"] = [unit for unit in dict.fromkeys([*units[1:], *others]) if unit != found.get("unit")]

    # ---- which problem it is ----------------------------------------------------------------------------------------

    def _identify(self, row: RowPlan, values: Mapping[str, Any]) -> Problem | None:
        """The problem that the row speaks of; None is a new one, unless the row is open or parked now."""
        known = self.known[row.project_pk or 0]
        if written := row.values.get("system_id", ""):
            pks = read_record_id(written, ID)
            found = next((problem for problem in known if pks and problem.pk == pks[0]), None)
            if found is None:
                words = f"系统标识“{written}”不是“{row.name}”的问题（排序时没有带上，或被改动过）。"
                refuse(row, words, "请重新导出台账，在新的表里改；新加的行请清空系统标识。", key="system_id")
            return found
        raised, text = values.get("raised_on"), squeeze(values["text"])
        same = [problem for problem in known if _words(problem.text) == text]
        written = row.values.get("raised_on", "")
        exact = [one for one in same if raised is None or read.same_day(one.raised_on, raised, written)]
        if exact:
            return next((problem for problem in exact if problem.pk not in self.taken), exact[0])
        near = same or [
            problem
            for problem in known
            if raised is not None
            and read.same_day(problem.raised_on, raised, written)
            and _are_alike(_words(problem.text), text)
        ]
        return self._ask(row, [problem for problem in near if problem.pk not in self.taken], text)

    def _ask(self, row: RowPlan, near: list[Problem], text: str) -> Problem | None:
        asked = question_id("problem", row.sheet, row.row, text)
        answer = self.answers.get(asked) or self.answers.get("*", "")
        chosen = next((problem for problem in near if answer == f"same:{problem.pk}"), None)
        if chosen is None and answer == "same" and len(near) == 1:
            chosen = near[0]
        if not near or chosen is not None or answer == "new":
            return chosen
        if answer == "park":
            row.park_as_answered()
            return None
        row.is_open = True
        options = [option(f"same:{one.pk}", f"就是 {one.raised_on} 的“{str(one)[:40]}”") for one in near]
        row.say(
            "question",
            f"“{row.name}”已有写法相近的问题。是同一个吗？",
            "选“就是”，按表更新那一个；选“不是”，另登记一个。",
            key="text",
            id=asked,
            options=[*options, option("new", "不是，另登记一个"), PARK],
        )
        return None

    def _is_first(self, row: RowPlan, problem: Problem | None, values: Mapping[str, Any]) -> bool:
        """Whether no earlier row of the file speaks of the same problem."""
        key = problem.pk if problem else (row.project_pk, values.get("raised_on"), squeeze(values["text"]))
        earlier = self.taken.setdefault(key, row)
        if earlier is not row:
            words = f"与“{earlier.sheet}”第 {earlier.row} 行是同一个问题，本行没有另外导入。"
            row.say("warning", words, "确是两个问题的，请写出不同之处。", key="text")
        return earlier is row

    # ---- what becomes of it -----------------------------------------------------------------------------------------

    def _create(
        self, row: RowPlan, values: dict[str, Any], said: dict[str, Any], supporting: list[Any], label: str
    ) -> None:
        """`label`: what tells the lines of one problem from those of others in the same row."""
        if "raised_on" not in values:
            # No later than what followed it.
            raised = min(day for day in (self.today, values.get("due_on"), said["done_on"]) if day is not None)
            row.say("note", f"没有反映时间，按 {raised} 登记。", "可在这里补上。", key="raised_on")
            values["raised_on"] = raised
        values = dict[str, Any](source=ProblemSource.OTHER) | values
        if values["source"] == ProblemSource.INSTRUCTION and "assigner" in values:
            values["leader"] = values.pop("assigner")
        state = state_of_new(answer=values.get("answer", ""), done_on=said["done_on"], closed=said["closed"])
        if state == ProblemState.CLOSED:
            likely = values.get("due_on") or values["raised_on"]
            closed_on = said["done_on"] or self.closings.day_of(row, likely, key="closed", at="done_on")
            values |= {"closed_on": closed_on, "is_closed_by_ledger": True}
        elif state == ProblemState.ANSWERED:
            values["answered_at"] = timezone.make_aware(datetime.datetime.combine(said["done_on"], datetime.time()))
        if row.waits():
            return
        values["state"] = state
        cells = {name: row.cell(CELLS.get(name, name)) for name in values}
        cells |= {"state": _cell_of_state(row, state)}
        creation = row.create(Problem, values, created_lines(Problem, values, cells, label=label))
        for unit in supporting:
            self._support(row, creation, unit)

    def _change(
        self, row: RowPlan, problem: Problem, values: dict[str, Any], said: dict[str, Any], supporting: list[Any]
    ) -> None:
        if problem.source == ProblemSource.INSTRUCTION:
            # An instruction stays that leader's.
            values = {
                ("leader" if name == "assigner" else name): value for name, value in values.items() if name != "source"
            }
        differing = {name: value for name, value in values.items() if self._differs(row, problem, name, value)}
        state = state_after(
            problem.state,
            answer=values.get("answer", ""),
            done_on=said["done_on"],
            closed=said["closed"],
            is_new_answer="answer" in differing,
        )
        held = {part.unit_id for part in problem.parts.all()} | {problem.unit_id}
        fresh = [unit for unit in supporting if unit.pk not in held]
        if problem.state == ProblemState.CLOSED:
            if differing or fresh:
                words = f"这个问题已于 {problem.closed_on} 销号，文件里的改动没有导入。"
                row.say("warning", words, "确需改动的，请先在问题页重新办理。", key=next(iter(differing), "text"))
            return
        if said["closed"] and state in (ProblemState.ANSWERED, ProblemState.VERIFYING):
            words = "文件里写已销号；平台上销号须由他人核查，这个问题列入“待核查”。"
            row.say("note", words, "核查后在问题页销号。", key="closed")
        if state != problem.state:
            differing["state"] = state
        cells = {name: row.cell(CELLS.get(name, name)) for name in differing} | {"state": _cell_of_state(row, state)}
        if differing:
            lines = [
                line(Problem, name, getattr(problem, name), new, cell=cells[name]) for name, new in differing.items()
            ]
            if differing.get("state") == ProblemState.ANSWERED:
                # In the unit's place, by who brings the file, so that another verifies it.
                differing |= {"answered_at": Stamp.AT, "answerer": Stamp.BY}
            row.change(Problem, {"id": problem.pk, "version": problem.version}, differing, lines)
        for unit in fresh:
            self._support(row, problem, unit)
        named = {unit.pk for unit in supporting} | {values["unit"].pk if "unit" in values else None}
        gone = [part.unit.name for part in problem.parts.all() if part.unit_id not in named]
        if gone and "supporting" in row.values:
            words = f"文件里没有配合单位“{'、'.join(gone)}”，平台上的没有去掉。"
            row.say("note", words, "确实不再配合的，请在问题页办理。", key="supporting")

    def _support(self, row: RowPlan, problem: Any, unit: Any) -> None:
        told = created_lines(ProblemPart, {"unit": unit}, {"unit": row.cell("supporting")})
        row.create(ProblemPart, {"problem": problem, "unit": unit}, told)

    def _differs(self, row: RowPlan, problem: Problem, name: str, value: Any) -> bool:
        known = getattr(problem, name)
        if name in ("raised_on", "due_on"):
            return not read.same_day(known, value, row.values[name])
        if (id(row), name) in self.vague:
            return not known
        if name in LENGTHS:
            return not read.same_text(name, known, value)
        return bool(known != value)


def _are_alike(one: str, other: str) -> bool:
    return one in other or other in one or SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _cell_of_state(row: RowPlan, state: str) -> str:
    """Where the file says it: whether it is closed, when it was done, or how far it is."""
    keys = {ProblemState.CLOSED: ("closed",), ProblemState.ANSWERED: ("closed", "done_on")}
    wanted = keys.get(ProblemState(state), ("answer", "text"))
    return next((row.cell(key) for key in wanted if key in row.values), "")


def match_problems(
    rows: list[RowPlan], *, year: int, at: datetime.datetime, answers: Mapping[str, str], **_setting: Any
) -> Plan:
    return Problems(rows, year, at, answers).run()


def write_problems(
    plan: Plan, _prepared: None, batch: ImportBatch, *, by: User | None, at: datetime.datetime
) -> Journal:
    return write_records(plan, batch, by=by, at=at)


KIND = Kind("problems", "问题台账", match_problems, prepare_nothing, write_problems, looks_at=(Problem, ProblemPart))
