"""The requests of four slices as one list: 变更申请, 调整年度计划, 更正月报 and 临时开放. Which stand on a page is found by one
query over all of them; their records come with one query for each kind that is on it."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, CharField, DateField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from leaders.accounts.models import User
from projects.periods.access import may_approve, may_approve_near_deadline, why_not_decide
from projects.periods.models import FilingException
from projects.problems.access import verifies_problems
from projects.progress.corrections.queries import known_corrections
from projects.progress.exceptions.queries import exception_row, known_exceptions
from projects.progress.models import Correction
from projects.registry.models import Project
from projects.registry.plans.models import PlanRevision
from projects.registry.plans.queries import plan_requests
from projects.registry.queries import search_projects
from projects.requests.access import why_not_decide_request
from projects.requests.inbox.rules import STATES, Source, Tab, days_beyond
from projects.requests.models import ChangeRequest
from projects.requests.queries import all_requests
from projects.requests.rules import ChangedColour, RequestKind, Verdict
from yichuan_tracker.money import format_wan


@dataclass(frozen=True)
class Matter:
    """One request, whatever its kind: what is asked of what, from old to new, why, and until when (`until` is the day,
    `until_words` what it means)."""

    source: Source
    record: Any
    kind: str
    subject: str
    project_id: int | None
    detail: str
    old: str
    new: str
    reason: str
    words: str
    tone: str
    note: str
    decider: User | None
    until: datetime.date | None = None
    until_words: str = ""
    needs_chief: bool = False
    overdue_days: int = 0

    def __str__(self) -> str:
        return f"{self.subject}：{self.kind}{f'（{self.detail}）' if self.detail else ''}"

    @property
    def key(self) -> str:
        """`plan-43`: names the request among those of all kinds."""
        return f"{self.source}-{self.record.pk}"

    @property
    def url(self) -> str:
        return reverse(_PAGES[self.source], args=[self.record.pk])

    @property
    def is_waiting(self) -> bool:
        return STATES[self.source][Verdict.PENDING] == getattr(self.record, _KINDS[self.source].state)

    @property
    def is_overdue(self) -> bool:
        """Undecided beyond the day that it is about."""
        return self.is_waiting and self.overdue_days > 0

    def objection(self, user: User) -> str:
        """Why the person may not decide it now; empty when the person may."""
        if not self.is_waiting:
            return f"已处理（{self.words}）"
        if self.source == Source.CHANGE:
            return why_not_decide_request(user, self.record)
        return why_not_decide(user, self.record.requester_id)


def _until(row: ChangeRequest) -> datetime.date | None:
    """The day after which the request has no point: of a changed light its last day, of a move the date that moves. To end
    a change is never too late."""
    if row.colour == ChangedColour.RESTORED:
        return None
    return row.proposed_on if row.light else row.before_on


def _of_change(row: ChangeRequest, _: datetime.date) -> Matter:
    about = row.milestone or (row.membership.project_list if row.membership else None) or row.problem
    new = row.change_words if row.before_on is None else str(row.proposed_on)
    reason = "：".join(filter(None, [row.get_reason_code_display(), row.reason])) or row.evidence
    return Matter(
        Source.CHANGE, row, row.get_kind_display(), row.project.name, row.project_id,
        detail=str(about)[:60] if about else "", old=str(row.before_on or ""), new=new, reason=reason,
        words=row.get_verdict_display(), tone=row.tone, note=row.note, decider=row.decider,
        until=_until(row), until_words="前有效" if row.light else "原定到期",
        needs_chief=row.needs_chief,
    )  # fmt: skip


def _of_plan(row: PlanRevision, _: datetime.date) -> Matter:
    plan = row.year_plan
    is_split_only = row.before_wan == row.planned_wan
    return Matter(
        Source.PLAN, row, Source.PLAN.label, plan.project.name, plan.project_id,
        detail=f"{plan.year}年{'，按月分解' if row.has_split else ''}",
        old="" if is_split_only else format_wan(row.before_wan),
        new=f"{format_wan(row.planned_wan)} 万元{'（总额不变）' if is_split_only else ''}",
        reason=row.reason, words=row.get_state_display(), tone=row.tone, note=row.answer, decider=row.approver,
        until=row.from_on, until_words="起执行",
    )  # fmt: skip


def _of_correction(row: Correction, _: datetime.date) -> Matter:
    old, new = (format_wan(row.old_wan), f"{format_wan(row.new_wan)} 万元") if row.is_amount else (row.old, row.new)
    report = row.report
    return Matter(
        Source.CORRECTION, row, Source.CORRECTION.label, report.project.name, report.project_id,
        detail=f"{report.month.year}年{report.month.month}月{row.get_field_display()}",
        old=str(old or "空"), new=str(new or "空"), reason=row.reason, words=row.get_state_display(), tone=row.tone,
        note=row.decision_note, decider=row.approver,
    )  # fmt: skip


def _of_exception(row: FilingException, today: datetime.date) -> Matter:
    shown = exception_row(row, today)
    subject = row.project.name if row.project else f"{row.unit}（全部项目）"
    return Matter(
        Source.EXCEPTION, row, Source.EXCEPTION.label, subject, row.project_id,
        detail=f"{row.period}月报", old="已关账", new=f"开放至 {row.expires_on}", reason=row.reason,
        words=shown.words, tone=shown.tone, note=row.decision_note, decider=row.approver,
        until=row.expires_on, until_words="前有效",
    )  # fmt: skip


@dataclass(frozen=True)
class _Kind:
    """How the requests of a slice are found: its own query, the names of its fields, and how a record reads."""

    rows: Callable[[], "QuerySet[Any]"]
    matter: Callable[[Any, datetime.date], Matter]
    project: str
    until: Any
    state: str = "state"
    unit: str = ""


# The same for a query.
_CHANGE_UNTIL = Case(
    When(colour=ChangedColour.RESTORED, then=None),
    When(kind=RequestKind.CHANGE_LIGHT, then=F("proposed_on")),
    default=F("before_on"),
)
_KINDS: Mapping[str, _Kind] = {
    Source.CHANGE: _Kind(all_requests, _of_change, "project", _CHANGE_UNTIL, "verdict"),
    Source.PLAN: _Kind(plan_requests, _of_plan, "year_plan__project", F("from_on")),
    Source.CORRECTION: _Kind(known_corrections, _of_correction, "report__project", Value(None)),
    Source.EXCEPTION: _Kind(known_exceptions, _of_exception, "project", F("expires_on"), unit="unit__name__icontains"),
}
_PAGES: Mapping[str, str] = {
    Source.CHANGE: "request-detail",
    Source.PLAN: "plan-request",
    Source.CORRECTION: "correction-detail",
    Source.EXCEPTION: "exception-detail",
}


@dataclass(frozen=True)
class Wanted:
    """What narrows the list: a kind (a Source or a RequestKind), words of the project or unit, a Verdict, a ReasonCode."""

    kind: str = ""
    text: str = ""
    verdict: str = ""
    reason_code: str = ""


def found(user: User, tab: Tab, wanted: Wanted = Wanted()) -> "QuerySet[Any]":
    """(source, pk) of the requests of a tab in its order, over all four kinds: waiting ones that the person may decide
    first and then the longest waiting; others the newest first. One query."""
    lines = [_lines(source, user, tab, wanted) for source in Source if _is_wanted(source, wanted)]
    order = ["others", "requested_at"] if tab == Tab.WAITING else ["-settled_at"]
    rows = lines[0].union(*lines[1:], all=True) if len(lines) > 1 else lines[0]
    return rows.order_by(*order, "source", "number")


def to_decide(user: User) -> "QuerySet[Any]":
    """Of the waiting ones those that this person may decide."""
    mine = [_lines(source, user, Tab.WAITING, Wanted()).filter(others=0) for source in Source]
    return mine[0].union(*mine[1:], all=True).order_by("requested_at", "source", "number")


def _is_wanted(source: Source, wanted: Wanted) -> bool:
    if wanted.reason_code and source != Source.CHANGE:
        return False
    return not wanted.kind or (wanted.kind == source if wanted.kind in Source.values else source == Source.CHANGE)


def _lines(source: Source, user: User, tab: Tab, wanted: Wanted) -> "QuerySet[Any]":
    kind, states = _KINDS[source], STATES[source]
    rows = kind.rows().order_by()
    waiting = Q(**{kind.state: states[Verdict.PENDING]})
    rows = rows.filter({Tab.WAITING: waiting, Tab.MINE: Q(requester=user), Tab.DONE: ~waiting}[tab])
    if wanted.verdict:
        rows = rows.filter(**{kind.state: states[wanted.verdict]})
    if wanted.text:
        about = Q(**{f"{kind.project}__in": search_projects(Project.objects.all(), wanted.text).values("pk")})
        rows = rows.filter(about | Q(**{kind.unit: wanted.text}) if kind.unit else about)
    if source == Source.CHANGE and wanted.kind and wanted.kind != Source.CHANGE:
        rows = rows.filter(kind=wanted.kind)
    if wanted.reason_code:
        rows = rows.filter(reason_code=wanted.reason_code)
    rows = rows.annotate(
        source=Value(source.value, output_field=CharField()),
        number=F("pk"),
        others=Case(When(_decided_by(source, user), then=0), default=1, output_field=IntegerField()),
        settled_at=Coalesce("decided_at", "requested_at"),
        wanted_on=Cast(kind.until, DateField()),
    )
    return rows.values_list("source", "number", "others", "requested_at", "settled_at", "wanted_on")


def _decided_by(source: Source, user: User) -> Q:
    """The rule of `objection`, for a query."""
    nobody = Q(pk__in=[])
    approves = ~Q(requester=user) if may_approve(user) else nobody
    if source != Source.CHANGE:
        return approves
    plain = approves if may_approve_near_deadline(user) else approves & Q(needs_chief=False)
    about_problems = ~Q(requester=user) if verifies_problems(user) else nobody
    return plain & Q(problem__isnull=True) | about_problems & Q(problem__isnull=False)


def matters(lines: Iterable[Any], today: datetime.date) -> list[Matter]:
    """The requests of (source, pk, …), in that order; what is gone is left out. One query for each kind among them."""
    keys = [(line[0], line[1]) for line in lines]
    wanted: dict[str, list[int]] = defaultdict(list)
    for source, pk in keys:
        wanted[source].append(pk)
    records = {source: _KINDS[source].rows().in_bulk(pks) for source, pks in wanted.items()}
    found = [_KINDS[source].matter(records[source][pk], today) for source, pk in keys if pk in records[source]]
    return [replace(one, overdue_days=days_beyond(one.until, today)) for one in found]
