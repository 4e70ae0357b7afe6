"""Leaders, units, groups, sectors, townships and permits as the file names them. What nobody knows becomes a proposal to
create, unless a near name is known: then a person says which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from django.db.models import Model

from leaders.groups.models import WorkingGroup
from leaders.groups.queries import known_groups, nearest_groups
from leaders.names import NameIndex, squeeze
from leaders.organisations.models import Township, Unit, UnitAlias
from leaders.organisations.queries import known_units, nearest_units
from leaders.roster.models import Leader, LeaderAlias
from leaders.roster.queries import known_leaders, nearest_leaders
from leaders.roster.rules import LeaderLevel
from projects.imports.matching.result import MADE_HERE, Plan, RowPlan
from projects.imports.reading.problems import option, problem, question_id
from projects.imports.rules import are_persons_alike, are_units_alike, group_kind, unit_kind
from projects.permits.models import PermitType
from projects.registry.models import Sector
from projects.registry.rules import ListKind

R = TypeVar("R", Unit, Leader, WorkingGroup)


class Asked(Exception):
    """The name waits for a person's answer, and with it the row."""


class Directory(Generic[R]):
    """One kind of record: found, proposed or asked, once for every written name."""

    def __init__(
        self,
        title: str,
        known: NameIndex[R],
        nearest: Callable[[str, NameIndex[R]], list[R]],
        is_near: Callable[[str, str], bool],
        make: Callable[[str], R],
    ) -> None:
        self.title, self.is_near = title, is_near
        self.known: NameIndex[R] = known
        self.nearest: Callable[[str, NameIndex[R]], list[R]] = nearest
        self.make: Callable[[str], R] = make
        self.found: dict[str, R | None] = {}
        self.names: dict[int, str] = {}


class Names:
    def __init__(self, plan: Plan, answers: Mapping[str, str], level: LeaderLevel) -> None:
        """`level` is what a leader who is not known yet is taken for."""
        self.plan, self.answers = plan, answers
        self.units: Directory[Unit] = Directory(
            "单位", known_units(), nearest_units, are_units_alike, lambda name: Unit(name=name, kind=unit_kind(name))
        )
        self.leaders: Directory[Leader] = Directory(
            "领导", known_leaders(), nearest_leaders, are_persons_alike, lambda name: Leader(name=name, level=level)
        )
        self.groups: Directory[WorkingGroup] = Directory(
            "指挥部（专班）",
            known_groups(),
            nearest_groups,
            are_units_alike,
            lambda name: WorkingGroup(name=name, kind=group_kind(name)),
        )
        self.sectors: dict[str, Sector] = {squeeze(sector.name): sector for sector in Sector.objects.all()}
        self.townships: dict[str, Township] = {township.name: township for township in Township.objects.all()}
        self._permit_types: dict[str, PermitType] | None = None

    def unit(self, row: RowPlan, name: str, key: str = "unit") -> Unit:
        return self._find(self.units, row, name, key)

    def leader(self, row: RowPlan, name: str, key: str = "leaders") -> Leader:
        return self._find(self.leaders, row, name, key)

    def group(self, row: RowPlan, name: str) -> WorkingGroup:
        return self._find(self.groups, row, name, "group")

    def sector(self, name: str) -> Sector:
        """交通类 is 交通. A name that is not there becomes a proposal."""
        key = squeeze(name)
        found = self.sectors.get(key) or self.sectors.get(key.removesuffix("类"))
        if found is None:
            found = self.sectors[key] = Sector(name=name[:40])
            self.plan.proposals.append(found)
        return found

    def township(self, place: str) -> tuple[Township | None, str]:
        """The township that the place names, and the rest of what it says of where ("" when it says no more)."""
        found = self.townships.get(place)
        if found is not None:
            return found, ""
        named = [township for name, township in self.townships.items() if name in place]
        return (named[0] if len(named) == 1 else None), place

    def related(self, field: str, pk: int) -> Model:
        """The sector or township that a project has now, for its name."""
        known: Iterable[Model] = self.sectors.values() if field == "sector" else self.townships.values()
        return next(record for record in known if record.pk == pk)

    def name_of(self, field: str, pk: int) -> str:
        """The name of a known leader, unit or group by its id."""
        directories: dict[str, Directory[Any]] = {"leader": self.leaders, "unit": self.units, "group": self.groups}
        names = directories[field].names
        if not names:
            model: Any = {"leader": Leader, "unit": Unit, "group": WorkingGroup}[field]
            names.update(model.objects.values_list("pk", "name"))
        return names[pk]

    def permit_type(self, name: str) -> PermitType:
        if self._permit_types is None:
            self._permit_types = {}
            for kind in PermitType.objects.order_by("-position"):
                spellings = [kind.name, *kind.also_called.split("、")]
                self._permit_types |= {squeeze(spelling): kind for spelling in spellings if spelling}
            # The name itself goes before what another kind is also called.
            self._permit_types |= {squeeze(kind.name): kind for kind in self._permit_types.values()}
        key = squeeze(name)
        if key not in self._permit_types:
            self._permit_types[key] = PermitType(name=name[:40])
            self.plan.proposals.append(self._permit_types[key])
        return self._permit_types[key]

    def _find(self, directory: Directory[Any], row: RowPlan, name: str, key: str) -> Any:
        """Raises Asked while a person has not said who is meant."""
        if name not in directory.found:
            directory.found[name] = self._decide(directory, row, name, key)
        found = directory.found[name]
        if found is None:
            raise Asked
        return found

    def _decide(self, directory: Directory[Any], row: RowPlan, name: str, key: str) -> Any:
        known = directory.known.get(name)
        if known is not None:
            return known
        near = [record for record in directory.nearest(name, directory.known) if directory.is_near(name, record.name)]
        if near:
            # Of a group no other spelling is kept, so that it is asked again with the next file.
            asked = question_id("name", directory.title, squeeze(name))
            answer = self.answers.get(asked) or self.answers.get("*", "")
            chosen = {f"same:{record.pk}": record for record in near}.get(answer)
            if answer == "same" and len(near) == 1:
                chosen = near[0]
            if chosen is not None:
                self._remember(name, chosen)
                return chosen
            if answer != "new":
                self._ask(asked, directory.title, near, row, (key, name))
                return None
        proposed = directory.make(name)
        self.plan.proposals.append(proposed)
        return proposed

    def _ask(self, asked: str, title: str, near: list[Any], row: RowPlan, written: tuple[str, str]) -> None:
        key, name = written
        options = [option(f"same:{record.pk}", f"就是“{_described(record)}”") for record in near]
        self.plan.problems.append(
            problem(
                "question",
                f"台账里没有叫“{name}”的{title}，但有写法相近的。是同一个吗？",
                "选“就是”，以后这个写法都认作它；选“新增”，确认导入时新建。",
                sheet=row.sheet,
                cell=row.cell(key),
                value=name,
                row=row.row,
                id=asked,
                options=[*options, option("new", f"不是，新增“{name}”")],
                by=MADE_HERE,
            )
        )

    def _remember(self, name: str, record: Unit | Leader | WorkingGroup) -> None:
        if isinstance(record, Unit):
            self.plan.aliases.append(UnitAlias(unit=record, name=squeeze(name)))
        elif isinstance(record, Leader) and squeeze(name) != squeeze(record.name):
            self.plan.aliases.append(LeaderAlias(leader=record, name=squeeze(name)))


def level_of_leaders(kind: str, headings: list[str]) -> LeaderLevel:
    """四部四专班 are led by county leaders *and* by heads of units; a heading that says 县级 means the former."""
    if kind != ListKind.TASK_FORCE or any("县级" in heading or "县处级" in heading for heading in headings):
        return LeaderLevel.COUNTY
    return LeaderLevel.UNIT


def _described(record: Any) -> str:
    post = getattr(record, "post", "")
    return f"{record.name}（{post}）" if post else str(record.name)
