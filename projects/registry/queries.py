import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Sum

from leaders.roster.models import Leader
from projects.periods.queries import figures_month
from projects.registry.models import Membership, Project, ProjectList, ProjectQuerySet, Responsibility, Sector
from projects.registry.plans.queries import plan_in_force
from projects.registry.rules import ListKind, ResponsibilityRole, day_in_year, name_key, normalise_code
from yichuan_tracker.money import round_half_up
from yichuan_tracker.months import last_day

# ---- who answers for projects ---------------------------------------------------------------------------------


class Holder(NamedTuple):
    """Who answers for a project in one role: `id` of the leader, unit or group; None for a contact."""

    id: int | None
    name: str
    short_name: str = ""
    post: str = ""
    phone: str = ""


@dataclass
class InForce:
    """Who answers for one project on a day, each role in the order that the list gave."""

    leaders: list[Holder] = field(default_factory=list)
    lead_units: list[Holder] = field(default_factory=list)
    supporting_units: list[Holder] = field(default_factory=list)
    groups: list[Holder] = field(default_factory=list)
    contacts: list[Holder] = field(default_factory=list)


NOBODY = InForce()
_ROLE_LISTS: Mapping[str, str] = {
    ResponsibilityRole.LEADER: "leaders",
    ResponsibilityRole.LEAD_UNIT: "lead_units",
    ResponsibilityRole.SUPPORTING_UNIT: "supporting_units",
    ResponsibilityRole.GROUP: "groups",
    ResponsibilityRole.CONTACT: "contacts",
}
_UNIT_FIELDS = ("unit", "unit__name", "unit__short_name")
_HOLDER_FIELDS: Mapping[str, tuple[str, ...]] = {
    ResponsibilityRole.LEADER: ("leader", "leader__name", "leader__post"),
    ResponsibilityRole.LEAD_UNIT: _UNIT_FIELDS,
    ResponsibilityRole.SUPPORTING_UNIT: _UNIT_FIELDS,
    ResponsibilityRole.GROUP: ("group", "group__name"),
    ResponsibilityRole.CONTACT: ("contact", "phone"),
}


def current_responsibilities(
    project_ids: Collection[int] | QuerySet, on: datetime.date, roles: Collection[str] = tuple(_ROLE_LISTS)
) -> dict[int, InForce]:
    """{project: who answers for it on the day}, in one query; a project without anybody is missing (use NOBODY)."""
    rows = Responsibility.objects.in_force(on).filter(project__in=project_ids, role__in=list(roles))
    # Only the tables of the roles asked for are joined.
    fields = {"project", "role"}.union(*(_HOLDER_FIELDS[role] for role in roles))
    found: dict[int, InForce] = {}
    for row in rows.order_by("position", "pk").values(*sorted(fields)):
        of_role: list[Holder] = getattr(found.setdefault(row["project"], InForce()), _ROLE_LISTS[row["role"]])
        value = row.get
        of_role.append(
            Holder(
                value("leader") or value("unit") or value("group"),
                value("leader__name") or value("unit__name") or value("group__name") or row["contact"],
                value("unit__short_name") or "",
                value("leader__post") or "",
                value("phone", ""),
            )
        )
    return found


def led_by(leader_id: int, on: datetime.date) -> ProjectQuerySet:
    """The active projects that the leader leads (分包) on the day."""
    in_force = Responsibility.objects.in_force(on).filter(role=ResponsibilityRole.LEADER, leader=leader_id)
    return Project.objects.active().filter(pk__in=in_force.values("project"))


def answered_by(role: str, field_name: str, holder_id: int, on: datetime.date) -> QuerySet[Any]:
    """Ids of the projects (as a subquery) for which the leader, unit or group answers in `role` on the day;
    `field_name` is leader, unit or group."""
    return Responsibility.objects.in_force(on).filter(role=role, **{field_name: holder_id}).values("project")


def answered_by_anybody(role: str, on: datetime.date) -> QuerySet[Any]:
    """Ids of the projects (as a subquery) for which somebody answers in `role` on the day."""
    return Responsibility.objects.in_force(on).filter(role=role).values("project")


def holders_of(project: Project, role: str, on: datetime.date) -> list[Holder]:
    """Who answers for the project in one role on the day."""
    found = current_responsibilities([project.pk], on, [role]).get(project.pk, NOBODY)
    return list(getattr(found, _ROLE_LISTS[role]))


def responsibilities_of(project: Project) -> QuerySet[Responsibility]:
    """All of the project's, past, present and to come: by role, the latest first."""
    return project.responsibilities.select_related("leader", "unit", "group").order_by("role", "-starts_on", "position")


# How many projects a text that means several may be answered with.
MIGHT_BE = 5

# ---- finding projects -----------------------------------------------------------------------------------------


def search_projects(projects: ProjectQuerySet, text: str) -> ProjectQuerySet:
    """Those whose name, code or pinyin initials contain what was typed, signs and width aside."""
    key = name_key(text)
    if not key:
        return projects
    found = Q(name_key__contains=key) | Q(pk__in=_with_code(text))
    if key.isascii():
        found |= Q(pinyin__contains=key)
    return projects.filter(found)


def project_named(text: str) -> Project:
    """The active project of this name; failing that the only one whose name, code or initials contain the text. Raises
    ValidationError (Chinese), which names those that it might be."""
    projects = Project.objects.active()
    named = list(projects.filter(name_key=name_key(text))[:2])
    found = named if len(named) == 1 else list(search_projects(projects, text).order_by("pk")[: MIGHT_BE + 1])
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValidationError(f"没有找到“{text}”这个项目；请填写项目库中的名称、代码或拼音首字母。")
    names = "、".join(project.name for project in found[:MIGHT_BE])
    raise ValidationError(f"“{text}”对得上不止一个项目：{names}{'等' if len(found) > MIGHT_BE else ''}；请写完整名称。")


def _with_code(text: str) -> QuerySet:
    return Project.objects.filter(codes__code__contains=normalise_code(text)).values("pk")


def members_of(project_list_id: int) -> QuerySet[Membership]:
    """Who stands in the list now: what has left (调出) or was archived is no member."""
    return Membership.objects.filter(
        project_list=project_list_id, left_on__isnull=True, project__archived_at__isnull=True
    )


def newest_key_list() -> ProjectList | None:
    """The 县重点项目清单 that the county works by: the newest year's."""
    return ProjectList.objects.active().filter(kind=ListKind.COUNTY_KEY).order_by("-year", "pk").first()


def sectors_in_use() -> QuerySet[Sector]:
    """All sectors, each with `projects`, how many active projects stand in it."""
    return Sector.objects.annotate(projects=Count("project", filter=Q(project__archived_at__isnull=True)))


# ---- totals ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Totals:
    """Of a set of projects, each counted once: 万元, how many leaders lead them, and what else was asked for by name."""

    count: int
    total_wan: Decimal
    plan_wan: Decimal
    leaders: int
    beside: Mapping[str, int] = field(default_factory=dict)


NO_TOTALS = Totals(0, Decimal("0.00"), Decimal("0.00"), 0)


def list_totals(projects: QuerySet[Project], year: int, today: datetime.date, plan: Any, **beside: Count) -> Totals:
    """Totals of the projects, none of which the query may repeat, with the plans of `year` in force (`plan_in_force` or
    `plan_in_force_simply`) and its leaders (those of today, or of the year's last or first day when today lies outside),
    and further counts of the projects `beside` them. Two queries: as a part of the first the second takes twice as long to
    put together."""
    projects = projects.order_by()
    found = projects.annotate(plan=FilteredRelation("year_plans", condition=Q(year_plans__year=year))).aggregate(
        count=Count("pk"), total=Sum("total_wan"), planned=Sum(plan), **beside
    )
    # For each leader the first project found settles it; counting the different ones would read every responsibility.
    led = projects.filter(_led_on(day_in_year(year, today)), responsibilities__leader=OuterRef("pk"))
    leaders = Leader.objects.order_by().filter(Exists(led)).count()
    further = {name: found[name] for name in beside}
    return Totals(found["count"], _wan(found["total"]), _wan(found["planned"]), leaders, further)


def _led_on(day: datetime.date) -> Q:
    """Of projects: a leader leads them on the day."""
    still = Q(responsibilities__ends_on__isnull=True) | Q(responsibilities__ends_on__gte=day)
    return Q(still, responsibilities__role=ResponsibilityRole.LEADER, responsibilities__starts_on__lte=day)


def totals_by_list(lists: Iterable[ProjectList], today: datetime.date) -> dict[int, Totals]:
    """{list: totals of its members with the plans and leaders of its year}, in four queries."""
    lists = list(lists)
    members = Membership.objects.filter(
        project_list__in=lists, left_on__isnull=True, project__archived_at__isnull=True
    ).order_by()
    own = {
        pk: (count, total)
        for pk, count, total in members.values_list("project_list").annotate(
            count=Count("pk"), total=Sum("project__total_wan")
        )
    }
    plans = dict(
        members.filter(project__year_plans__year=F("project_list__year"))
        .values_list("project_list")
        .annotate(plan=Sum(plan_in_force(last_day(figures_month(today)), plan="project__year_plans__")))
    )
    leaders = _leaders_by_list(members, {row.pk: day_in_year(row.year, today) for row in lists})
    return {
        pk: Totals(count, _wan(total), _wan(plans.get(pk)), leaders.get(pk, 0)) for pk, (count, total) in own.items()
    }


def _leaders_by_list(members: QuerySet[Membership], day_of_list: dict[int, datetime.date]) -> dict[int, int]:
    """How many leaders lead each list's members on that list's day: one query, every list with its own day."""
    on_its_day = Q()
    for day in set(day_of_list.values()):
        still = Q(project__responsibilities__ends_on__isnull=True) | Q(project__responsibilities__ends_on__gte=day)
        on_its_day |= (
            Q(project_list__in=[pk for pk, of in day_of_list.items() if of == day])
            & Q(project__responsibilities__starts_on__lte=day)
            & still
        )
    led = members.filter(on_its_day, project__responsibilities__role=ResponsibilityRole.LEADER)
    rows = led.values_list("project_list").annotate(count=Count("project__responsibilities__leader", distinct=True))
    return dict(rows) if day_of_list else {}


def _wan(amount: Decimal | None) -> Decimal:
    # SQLite adds amounts as binary numbers: the rounding brings the exact 分 back.
    return round_half_up(amount or Decimal(0))
