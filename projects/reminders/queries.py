import datetime

from django.conf import settings

from projects.milestones.queries import open_milestones
from projects.periods.queries import holidays, reporting_period
from projects.permits.queries import active_permits, pressing
from projects.permits.reviews.queries import owed_opinions
from projects.problems.queries import open_problems
from projects.problems.rules import WAITING_STATES
from projects.progress.queries import filing_status
from projects.registry.queries import NOBODY, current_responsibilities
from projects.registry.rules import ResponsibilityRole
from projects.reminders.models import Delivery, Digest
from projects.reminders.rules import SOON, Channel, UnitDue, digest_text
from yichuan_tracker.workdays import workdays_between

UNKNOWN = "没有登记责任单位的项目"
DELIVERIES_SHOWN = 20


def digest_of(today: datetime.date) -> str:
    """The text of the day. Seven queries."""
    until = today + SOON
    milestones = list(open_milestones(today).filter(due_on__lte=until).values_list("project", "due_on"))
    problems = open_problems().filter(state__in=WAITING_STATES, due_on__lte=until)
    of_problems = list(problems.values_list("project", "unit__name", "due_on"))
    permits = pressing(active_permits(today)).filter(pressing_on__lte=until)
    of_permits = list(permits.values_list("permit_type__department__name", "pressing_on"))
    of_opinions = list(owed_opinions(until).values_list("department__name", "review__due_on"))
    projects = {pk for pk, _ in milestones} | {pk for pk, unit, _ in of_problems if unit is None}
    held = current_responsibilities(projects, today, [ResponsibilityRole.LEAD_UNIT])
    lead = {pk: held.get(pk, NOBODY).lead_units[:1] for pk in projects}
    of = {pk: units[0].name if units else UNKNOWN for pk, units in lead.items()}
    found: dict[str, UnitDue] = {}
    for kind, name, due_on in [
        *(("节点", of[pk], day) for pk, day in milestones),
        *(("问题", unit or of[pk], day) for pk, unit, day in of_problems),
        *(("手续", unit or UNKNOWN, day) for unit, day in of_permits),
        *(("联审意见", unit, day) for unit, day in of_opinions),
    ]:
        found.setdefault(name, UnitDue(name)).count(kind, due_on, today)
    return digest_text(today, sorted(found.values(), key=lambda one: one.name), _filing(today))


def _filing(today: datetime.date) -> str:
    period = reporting_period(today)
    if period is None:
        return ""
    status = filing_status(period.month)
    due_on = period.due_on
    return f"{period}月报 {due_on.month}月{due_on.day}日截止，已报 {status.filed}/{status.total} 个项目。"


def channels_on() -> list[Channel]:
    """Those that the server's settings name."""
    on = {Channel.WECOM: bool(settings.WECOM_WEBHOOK), Channel.MAIL: bool(settings.DIGEST_TO)}
    return [channel for channel in Channel if on[channel]]


def last_digest() -> Digest | None:
    return Digest.objects.first()


def latest_deliveries() -> list[Delivery]:
    return list(Delivery.objects.select_related("digest", "asked_by")[:DELIVERIES_SHOWN])


def silence(last: Digest | None, today: datetime.date) -> int:
    """Working days since the last digest; more than one means that the timer stands still. 0 when it never ran."""
    return workdays_between(last.day, today, holidays()) if last else 0
