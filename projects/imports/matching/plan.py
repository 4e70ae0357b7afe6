"""The plan of a whole file: every row matched, every name found or asked, members that the file does not name."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from projects.imports.matching.doubles import settle_doubles
from projects.imports.matching.duties import Parties, match_duties, parties_of
from projects.imports.matching.edits import keep_edits
from projects.imports.matching.facts import match_entry, match_milestones, match_permits
from projects.imports.matching.identity import NEW, OPEN, Found, Identity
from projects.imports.matching.known import Known
from projects.imports.matching.membership import match_membership
from projects.imports.matching.months import match_months, match_statistics
from projects.imports.matching.names import Asked, Names, level_of_leaders
from projects.imports.matching.particulars import match_code, match_project, match_year_plan
from projects.imports.matching.renamed import ask_renamed
from projects.imports.matching.result import FOLDED, MADE_HERE, WAITS, Plan, RowPlan
from projects.imports.models import RowAction
from projects.imports.reading.problems import problem
from projects.registry.models import ProjectList
from projects.registry.rules import day_in_year

# What a section may say of the rows below it.
BY_SECTION = ("label", "sector", "group", "unit", "township")
NOBODY = Parties(None, None, None, None)
# What is said of many rows at once → what to do about it.
CURES = {
    "start": "可在项目页逐个更正。",
    "issue": "需要跟踪的，请录入问题台账。",
    "term": "是白名单的，请确认选对了清单的种类。",
    "folded": "",
    "outdated": "哪一行以哪张表为准，写在各行上；以那张表为准不对的，请只导入最近一个月的表。",
}


class Matching:
    def __init__(
        self,
        rows: list[RowPlan],
        *,
        project_list: ProjectList | None,
        year: int,
        at: datetime.datetime,
        answers: Mapping[str, str],
        headings: Mapping[str, Mapping[str, list[str]]] | None = None,
        registers: bool = True,
        **_setting: Any,
    ) -> None:
        """`headings`: field → sheet → the headings of its columns, for what the words there say of the people below.
        `registers`: a row whose project nobody knows becomes a new one; otherwise it is parked, and the file says so."""
        is_new = project_list is not None and project_list._state.adding
        self.plan = Plan(rows=rows, project_list=project_list, is_new_list=is_new)
        self.at, self.answers, self.registers = at, answers, registers
        self.known = Known(project_list, year, day_in_year(year, at.date()), at.date())
        self.kind = project_list.kind if project_list else ""
        of_leaders = list(chain.from_iterable((headings or {}).get("leaders", {}).values()))
        self.names = Names(self.plan, answers, level_of_leaders(self.kind, of_leaders))
        self.identity = Identity(self.known, answers, list(self.names.townships), self.names.name_of, registers)
        self.parties: dict[int, Parties] = {}

    def run(self) -> Plan:
        rows = [row for row in self.plan.rows if not row.parked]
        self._identify(rows)
        settle_doubles(rows, self.answers)
        alive = [row for row in rows if not row.parked]
        fields = {key for row in alive for key in row.values}
        self.known.load([row.project_pk for row in alive if row.project_pk], fields)
        for position, row in enumerate(rows, start=1):
            if not row.is_open and not row.parked and row.action != RowAction.SAME:
                self._match(row, position)
        keep_edits(alive, self.known, self.answers)
        for row in self.plan.rows:
            row.action = _action(row)
        if self._only_gathers(alive):
            self.plan.positions = {}
        self._list_missing()
        self._sum_up_notes()
        return self.plan

    def _identify(self, rows: list[RowPlan]) -> None:
        if not self.registers:
            # Nobody is asked who is meant by a row that stays out whatever the answer.
            for row in rows:
                if self.identity.is_unheard_of(row):
                    _park_unknown(row)
            rows = [row for row in rows if not row.parked]
        for row in rows:
            try:
                self.parties[id(row)] = parties_of(row, self.names)
            except Asked:
                row.is_open = True
                row.say("note", "等待回答：这一行写的人员或单位是谁。", "请回答上面的问题。", about=WAITS)
        self.identity.load_namesakes(rows)
        waiting = []
        # First every project that stands in the file under its own name, so that no other row is taken for it.
        for row in rows:
            found = self.identity.exact(row, self._parties(row).unit_pk)
            if found is None:
                waiting.append(row)
            else:
                _place(row, found)
        near = self.identity.near(waiting)
        found_of: dict[int, Found] = {}
        for row in waiting:
            parties = self._parties(row)
            found_of[id(row)] = self.identity.alike(row, near[id(row)], parties.unit_pk, parties.leader_pks)
        fresh = [row for row in waiting if found_of[id(row)] is NEW]
        found_of |= ask_renamed(fresh, self.identity, self._parties)
        for row in waiting:
            _place(row, found_of[id(row)])
            if not (self.registers or row.project_pk or row.waits()):
                _park_unknown(row)

    def _parties(self, row: RowPlan) -> Parties:
        return self.parties.get(id(row), NOBODY)

    def _match(self, row: RowPlan, position: int) -> None:
        match_project(row, self.known, self.names, self.kind)
        match_code(row, self.known)
        match_membership(row, self.known, self.plan, position, self.answers, is_list="months" not in row.values)
        match_year_plan(row, self.known)
        match_duties(row, self._parties(row), self.known, self.names)
        match_milestones(row, self.known)
        match_months(row, self.known, self.at)
        match_permits(row, self.known, self.names, self.at.date())
        match_entry(row, self.known, self.at)
        match_statistics(row, self.known, self.at.date())
        row.seal()

    def _only_gathers(self, rows: Iterable[RowPlan]) -> bool:
        """Whether the file's sections only gather what the list has apart, so that its order tells nothing new: nobody joins, and
        within each section the members stand as they do in the list."""
        last: dict[Any, int] = {}
        for row in rows:
            if row.is_open:
                continue
            member = self.known.members.get(row.project_pk or 0)
            if member is None:
                return False
            section = (row.sheet, *(None if key in row.cells else row.values.get(key) for key in BY_SECTION))
            if member["position"] < last.get(section, 0):
                return False
            last[section] = member["position"]
        return True

    def _list_missing(self) -> None:
        named = {row.project_pk for row in self.plan.rows if row.project_pk}
        named |= {
            int(choice["value"].removeprefix("same:"))
            for row in self.plan.rows
            if row.is_open
            for said in row.problems
            for choice in said.get("options", ())
            if choice["value"].startswith("same:") and said.get("by") == MADE_HERE
        }
        for pk, membership in self.known.members.items():
            until = membership["valid_until"]
            stands = membership["left_on"] is None and (until is None or until >= self.known.today)
            if pk not in named and stands:
                light = self.known.light[pk]
                self.plan.missing.append({"id": pk, "name": light.name, "serial": membership["serial"]})

    def _sum_up_notes(self) -> None:
        """What is true of many rows is said once for the sheet."""
        for about, sentence in (
            ("start", "{count} 个项目已开工而表中没有实际开工日期，按计划开工月记为实际开工。"),
            ("issue", "{count} 行的存在问题没有对应的月份，没有登记到月报。"),
            ("term", "{count} 行写了有效期；只有四保白名单登记有效期，这一列没有导入。"),
            ("folded", "{count} 行的项目在别的表里也有，这张表只取各月的数。"),
            (
                "outdated",
                "{count} 行的项目在别的表里也有，内容不同（如投资、单位），这张表只取各月的数，其余以那张表为准。",
            ),
        ):
            sheets: dict[str, int] = {}
            for row in self.plan.rows:
                if any(said.get("about") == about for said in row.problems):
                    sheets[row.sheet] = sheets.get(row.sheet, 0) + 1
                    if about not in FOLDED:
                        row.problems[:] = [said for said in row.problems if said.get("about") != about]
            for sheet, count in sheets.items():
                said = problem("note", sentence.format(count=count), CURES[about], sheet=sheet, by=MADE_HERE)
                self.plan.problems.append(said)


def match(rows: list[RowPlan], **setting: Any) -> Plan:
    """Every row with its action and what it writes; see Matching for the setting."""
    return Matching(rows, **setting).run()


def _park_unknown(row: RowPlan) -> None:
    row.parked = True
    words = f"台账里没有叫“{row.name}”的项目，这一行没有导入。"
    row.say("error", words, "请在这里改成登记的项目名称；项目还没有登记的，请先登记。", key="name")


def _place(row: RowPlan, found: Found) -> None:
    row.project_pk = found.pk
    row.is_open = row.is_open or found is OPEN or found.is_open
    row.parked = row.parked or found.parked
    if found is NEW:
        row.project_pk = None


def _action(row: RowPlan) -> str:
    if row.parked:
        return RowAction.PARK
    if row.is_open:
        return RowAction.ASK
    if row.action:
        return row.action
    if row.project_pk is None:
        return RowAction.CREATE
    return RowAction.UPDATE if row.creations or row.changes else RowAction.SAME
