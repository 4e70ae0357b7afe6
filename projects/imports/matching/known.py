"""What the database knows, loaded once for the whole file: a light index of all projects, everything about those concerned."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from projects.imports.rules import core_name
from projects.milestones.models import Milestone
from projects.periods.models import Period
from projects.permits.models import Permit
from projects.permits.queries import deadline_rules
from projects.permits.rules import Deadlines
from projects.progress.corrections.queries import corrections_of
from projects.progress.models import MonthReport, StatisticsEntry, StatisticsFigure
from projects.registry.models import Membership, Project, ProjectCode, ProjectList, Responsibility, YearPlan
from yichuan_tracker.months import month_label

CHUNK = 5000
# A pair of letters that so many names share says nothing (项目, 工程, 建设).
TELLING = 60

# What hangs on projects and moves every day is looked at only for a file with one of these columns (the reader's fields).
COLUMNS_OF: dict[Any, frozenset[str]] = {
    Milestone: frozenset({"milestones"}),
    MonthReport: frozenset({"months", "year_done_wan"}),
    Permit: frozenset({"permits"}),
    StatisticsEntry: frozenset({"entered"}),
    StatisticsFigure: frozenset({"entered_wan"}),
}

Record = dict[str, Any]


class Light(NamedTuple):
    pk: int
    name: str
    name_key: str
    total_wan: Decimal | None
    is_archived: bool


class Known:
    """`year` and `as_of` say which plan, reports and responsibilities the file speaks of, `today` which months are closed."""

    def __init__(self, project_list: ProjectList | None, year: int, as_of: datetime.date, today: datetime.date) -> None:
        self.project_list, self.year, self.as_of, self.today = project_list, year, as_of, today
        self.light: dict[int, Light] = {}
        self.by_name: dict[str, list[Light]] = defaultdict(list)
        rows: Any = Project.objects.order_by("pk").values_list("pk", "name", "name_key", "total_wan", "archived_at")
        for pk, name, key, total, archived_at in rows.iterator(CHUNK):
            light = Light(pk, name, key, total, archived_at is not None)
            self.light[pk] = light
            self.by_name[key].append(light)
        self.code_owner: dict[str, int] = dict(ProjectCode.objects.values_list("code", "project_id"))
        self.members: dict[int, Record] = {}
        if project_list is not None and project_list.pk:
            members: Any = Membership.objects.filter(project_list=project_list).order_by(
                F("left_on").asc(nulls_last=True)  # the stretch that lasts, or the last
            )
            self.members = {row["project_id"]: row for row in members.values()}
        self._pairs: dict[str, list[int]] | None = None
        self.duties: dict[int, list[Record]] = defaultdict(list)
        self.projects: dict[int, Record] = {}
        self.codes: dict[int, set[str]] = defaultdict(set)
        self.plans: dict[int, Record] = {}
        self.milestones: dict[int, list[Record]] = defaultdict(list)
        self.reports: dict[int, list[Record]] = defaultdict(list)
        self.permits: dict[int, dict[int, Record]] = defaultdict(dict)
        self.deadlines: list[Deadlines] = []
        self.entries: dict[int, Record] = {}
        self.figures: dict[int, dict[datetime.date, Record]] = defaultdict(dict)
        for code, pk in self.code_owner.items():
            self.codes[pk].add(code)

    # ---- which project ----------------------------------------------------------------------------------------

    def similar(self, name: str) -> list[Light]:
        """Projects that share most telling pairs of letters with the name, at most five; not yet judged."""
        if self._pairs is None:
            self._pairs = defaultdict(list)
            for light in self.light.values():
                if not light.is_archived:
                    for pair in _pairs(light.name):
                        self._pairs[pair].append(light.pk)
        if not self._pairs:
            return []
        common: Counter[int] = Counter()
        for pair in _pairs(name):
            found = self._pairs.get(pair)
            if found and len(found) <= TELLING:
                common.update(found)
        return [self.light[pk] for pk, _ in common.most_common(5)]

    def load_duties(self, pks: Collection[int]) -> None:
        """Responsibilities in force on `as_of` or later, of the projects given that are not loaded yet."""
        found = Responsibility.objects.exclude(ends_on__lt=self.as_of).order_by("position", "pk")
        for row in _records(found, [pk for pk in pks if pk not in self.duties]):
            self.duties[row["project_id"]].append(row)
        for pk in pks:
            self.duties.setdefault(pk, [])

    def holders(self, pk: int, role: str, field: str) -> set[Any]:
        """Who answers for the project in `role` on the file's day: ids of `field`."""
        return {row[f"{field}_id"] for row in self.duties[pk] if row["role"] == role and row["starts_on"] <= self.as_of}

    # ---- everything about those concerned -----------------------------------------------------------------------

    def load(self, pks: Collection[int], fields: Collection[str]) -> None:
        """All records of the matched projects that the file's columns can touch (`fields` are the reader's)."""
        self.load_duties(pks)
        self.projects = {row["id"]: row for row in _records(Project.objects.all(), pks, by="pk")}
        plans = YearPlan.objects.filter(year=self.year)
        self.plans = {row["project_id"]: row for row in _records(plans, pks)}
        wanted = {model for model, columns in COLUMNS_OF.items() if not columns.isdisjoint(fields)}
        if Milestone in wanted:
            for row in _records(Milestone.objects.active(), pks):
                self.milestones[row["project_id"]].append(row)
        if MonthReport in wanted:
            for row in _records(MonthReport.objects.order_by("month"), pks):
                self.reports[row["project_id"]].append(row)
            self._settle_reports()
        if Permit in wanted:
            self.deadlines = deadline_rules()
            for row in _records(Permit.objects.all(), pks):
                self.permits[row["project_id"]][row["permit_type_id"]] = row
        if StatisticsEntry in wanted:
            self.entries = {row["project_id"]: row for row in _records(StatisticsEntry.objects.all(), pks)}
        if StatisticsFigure in wanted:
            for row in _records(StatisticsFigure.objects.all(), pks):
                self.figures[row["project_id"]][row["month"]] = row

    def _settle_reports(self) -> None:
        """Each report as it is at present. `settled` says why no file may change it any more (empty: it may): its month is
        closed, or it was corrected, which only the next correction may touch."""
        rows = {row["id"]: row for rows in self.reports.values() for row in rows}
        closings = dict(Period.objects.values_list("month", "closing_on"))
        for row in rows.values():
            closing_on = closings.get(row["month"])
            is_closed = closing_on is not None and closing_on < self.today
            row["settled"] = f"{month_label(row['month'])}已关账" if is_closed else ""
        for pk, corrections in corrections_of(rows).items():
            for correction in corrections:
                rows[pk] |= {correction.field: correction.new, "settled": "已有更正"}


def _records(queryset: QuerySet[Any], pks: Iterable[int], by: str = "project") -> Iterator[Record]:
    """Plain rows of the records whose `by` is among `pks`; chunked, since databases limit the number of parameters."""
    wanted = list(pks)
    for start in range(0, len(wanted), CHUNK):
        yield from queryset.filter(**{f"{by}__in": wanted[start : start + CHUNK]}).values()


def _pairs(name: str) -> set[str]:
    core = core_name(name)
    return {core[index : index + 2] for index in range(len(core) - 1)} or {core}


def count_namesakes(name_keys: Collection[str]) -> Counter[str]:
    """How many projects have each of the names now."""
    keys = list(name_keys)
    found: Counter[str] = Counter()
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        found.update(Project.objects.filter(name_key__in=chunk).values_list("name_key", flat=True))
    return found
