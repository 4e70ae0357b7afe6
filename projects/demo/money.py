"""Plans split over the year and moved in its course, and money that arrived: as units ask and the office's head decides."""

import datetime
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from leaders.accounts.models import User
from projects.registry.actions import add_funding
from projects.registry.models import Project, YearPlan
from projects.registry.plans.actions import add_arrival, approve_revision, request_revision
from projects.registry.plans.rules import CENT, MONTH_FIELDS, spread_quarters
from projects.registry.rules import FundingKind

CHINA = ZoneInfo("Asia/Shanghai")
# Shares of the year in hundredths: little work in winter, most of it in the third quarter.
QUARTERS = (10, 30, 40, 20)
SOURCES = (
    (FundingKind.ENTERPRISE, FundingKind.BANK_LOAN),
    (FundingKind.SPECIAL_BOND, FundingKind.LOCAL_FISCAL),
    (FundingKind.CENTRAL_BUDGET, FundingKind.LOCAL_FISCAL),
    (FundingKind.POLICY_TOOL, FundingKind.ENTERPRISE),
)


def plan_and_fund() -> None:
    """Every fourth project of the key list has its plan split by month, every third its money; a few pass plan on to the
    next in June, so that the county's published plan of the year stays what it is."""
    office, head, reporter = (User.objects.get(username=name) for name in ("zhongdian", "qianfa", "jiaotong"))
    plans = YearPlan.objects.filter(year=2023, plan_wan__gt=0, project__lists__key="2023-key")
    rows = list(plans.select_related("project").order_by("project"))
    for number, plan in enumerate(rows):
        if number % 4 == 0:
            _revise(plan, (office, head), _split(plan.plan_wan or CENT), datetime.date(2023, 1, 31), "年初按月分解")
        if number % 3 == 0:
            _fund(plan.project, plan.plan_wan or CENT, number, office)
    for giver, taker in list(pairwise(rows))[11::23]:
        _pass_on(giver, taker, (office, head))
    _ask(reporter)


def _pass_on(giver: YearPlan, taker: YearPlan, people: tuple[User, User]) -> None:
    """A fifth of the giver's plan goes to the taker, as one document says of both."""
    amount = ((giver.plan_wan or CENT) / 5).quantize(CENT)
    reason = "伊重点〔2023〕演示6号：年度计划在两个项目之间调剂"
    for plan, planned_wan in ((giver, (giver.plan_wan or CENT) - amount), (taker, (taker.plan_wan or CENT) + amount)):
        _revise(plan, people, {"planned_wan": planned_wan}, datetime.date(2023, 6, 10), reason)


def _split(planned_wan: Decimal) -> dict[str, Decimal]:
    shares = [(planned_wan * share / 100).quantize(CENT) for share in QUARTERS[:3]]
    months = spread_quarters([*shares, planned_wan - sum(shares)])
    return {"planned_wan": planned_wan, **dict(zip(MONTH_FIELDS, months, strict=True))}


def _revise(
    plan: YearPlan, people: tuple[User, User], values: dict[str, Decimal], on: datetime.date, reason: str
) -> None:
    office, head = people
    at = datetime.datetime(2023, max(on.month, 2), 20, 9, tzinfo=CHINA)
    asked = request_revision(plan, {**values, "from_on": on, "reason": reason}, by=office, at=at, version=None)
    approve_revision(asked, note="同意", by=head, at=at + datetime.timedelta(hours=5), version=asked.version)


def _fund(project: Project, planned_wan: Decimal, number: int, office: User) -> None:
    for part, kind in enumerate(SOURCES[number % len(SOURCES)]):
        amount = (planned_wan * (60 if part == 0 else 40) / 100).quantize(CENT)
        at = datetime.datetime(2023, 2, 21, 9, tzinfo=CHINA)
        source = add_funding(project, {"kind": kind, "planned_wan": amount}, by=office, at=at)
        for step in range((number + part) % 3):
            day = datetime.date(2023, 3 + step * 2, 10 + part)
            paid = (amount * (20 + number % 7) / 100).quantize(CENT)
            values = {"arrived_on": day, "amount_wan": paid, "note": f"第{step + 1}笔"}
            at = datetime.datetime(day.year, day.month, day.day, 15, tzinfo=CHINA)
            add_arrival(source, values, by=office, at=at)


def _ask(reporter: User) -> None:
    """One request waits for its approver."""
    at = datetime.datetime(2023, 7, 4, 16, tzinfo=CHINA)
    own = YearPlan.objects.filter(
        year=2023, plan_wan__gt=0, project__responsibilities__unit=reporter.unit, project__lists__key="2023-key"
    )
    own = own.filter(project__responsibilities__role="lead_unit", revisions__isnull=True)
    plan = own.order_by("project").first()
    if plan is not None and plan.plan_wan is not None:
        values = {
            **_split(plan.plan_wan),
            "from_on": datetime.date(2023, 7, 1),
            "reason": "下半年集中施工，申请按月分解",
        }
        request_revision(plan, values, by=reporter, at=at, version=None)
