"""Procedures of the demo county: what stood in the office's list of projects that start this year, templates for those of the second
half, and steps of the departments in every state."""

import datetime
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from leaders.accounts.models import User
from projects.permits.actions import add_permits, change_permit, take_step
from projects.permits.models import Permit, PermitTemplate, PermitType
from projects.permits.pauses.actions import pause_clock
from projects.permits.reviews.actions import close_review, convene, give_opinion
from projects.permits.reviews.models import Review
from projects.permits.reviews.queries import departments_concerned, procedures_of
from projects.permits.reviews.rules import Verdict
from projects.permits.rules import PermitState
from projects.registry.models import Project, YearPlan
from projects.registry.rules import YearLabel

CHINA = ZoneInfo("Asia/Shanghai")
DAY = datetime.timedelta(days=1)
FIRST = ("立项", "环境影响评价", "建设用地规划许可证", "施工许可证")
WITH_TEMPLATE = 8
PAPERS = ("红线图和勘测定界报告", "总平面图", "环评批复原件", "资金证明")
NOTE = "各项目申报材料已发工作群，请看能否容缺、并联办理。"
OPINIONS = (
    (Verdict.AGREED, ""),
    (Verdict.CONDITIONAL, "同意容缺受理，红线图须在开工前补齐。"),
    (Verdict.AGREED, ""),
    (Verdict.SUPPLEMENT, "总平面图未盖章，请设计单位补盖后重报。"),
    (Verdict.AGREED, "可与用地手续并联办理。"),
)
# What happens to a procedure by its turn, each with the day of June on which it happens.
COURSES: tuple[tuple[tuple[PermitState, int], ...], ...] = (
    (),
    ((PermitState.PREPARING, 12),),
    ((PermitState.PREPARING, 8), (PermitState.ACCEPTED, 28)),
    ((PermitState.ACCEPTED, 9), (PermitState.GRANTED, 16)),
    ((PermitState.ACCEPTED, 12), (PermitState.TOLERATED, 14)),
    ((PermitState.NOT_NEEDED, 13),),
    ((PermitState.ACCEPTED, 5), (PermitState.RETURNED, 9)),
    ((PermitState.ACCEPTED, 2), (PermitState.GRANTED, 21)),
    ((PermitState.ACCEPTED, 1),),
    ((PermitState.ACCEPTED, 6), (PermitState.GRANTED, 13)),
)


def settle_permits(*, by: User, at: Mapping[int, datetime.datetime]) -> None:
    """Projects that start this year have four procedures, most of them obtained by the end of May and entered from the
    office's list; what was accepted in June is entered then."""
    types = {one.name: one for one in PermitType.objects.filter(name__in=FIRST)}
    for number, project in enumerate(_starting()):
        for step, name in enumerate(FIRST):
            state, values = _as_listed(number, number + step)
            entered_at = at[6 if state == PermitState.ACCEPTED else 5]
            (permit,) = add_permits(project, [types[name]], by=by, at=entered_at)
            take_step(permit, state, values, version=None, by=by, at=entered_at, reason="按手续清单补录")


def _starting() -> list[Project]:
    plans = YearPlan.objects.filter(year=2023, label=YearLabel.NEW_START).select_related("project")
    return [plan.project for plan in plans.order_by("project")]


def _as_listed(number: int, turn: int) -> tuple[PermitState, dict[str, object]]:
    if turn % 9 == 8:
        return PermitState.ACCEPTED, {"accepted_on": datetime.date(2023, 6, 12) + turn % 17 * DAY}
    if turn % 9 == 7:
        return PermitState.TOLERATED, {
            "accepted_on": datetime.date(2023, 5, 22),
            "owed_papers": PAPERS[turn % len(PAPERS)],
            "owed_until": datetime.date(2023, 9, 30),
        }
    obtained_on = datetime.date(2023, 3, 1) + turn % 60 * DAY
    return PermitState.GRANTED, {
        "accepted_on": obtained_on - (2 + turn % 7) * DAY,
        "obtained_on": obtained_on,
        "document_number": f"伊批〔2023〕{number * 4 + turn % 4 + 1}号",
    }


def work_on_permits() -> None:
    """The second half's projects get their template in June; departments take their steps until the beginning of July."""
    office, approver = (User.objects.get(username=name) for name in ("zhongdian", "shenpi"))
    templates = list(PermitTemplate.objects.filter(name__in=("企业备案", "政府投资")).order_by("pk"))
    later = [one for one in _starting() if one.planned_start_on and one.planned_start_on.month > 6][:WITH_TEMPLATE]
    for number, project in enumerate(later):
        template = templates[number % 2]
        kinds = template.permit_types.select_related("department")
        added = add_permits(project, kinds, template=template, by=office, at=_at(1, 8))
        for step, permit in enumerate(added):
            granting = approver if permit.permit_type.department_id == approver.unit_id else office
            _walk(permit, number * 3 + step * 7, by=granting)
    _pause(later, by=office)
    first = Permit.objects.filter(state=PermitState.NOT_STARTED, project__in=later).select_related("project").first()
    if first is not None:
        change_permit(first, {"due_on": datetime.date(2023, 8, 15)}, version=None, by=office, at=_at(30, 9))


def _pause(projects: list[Project], *, by: User) -> None:
    """补正: what was accepted at the beginning of June has its papers again, the last one waits for them."""
    accepted = list(
        Permit.objects.filter(state=PermitState.ACCEPTED, project__in=projects).order_by("accepted_on", "pk")
    )
    back = {
        "from_on": datetime.date(2023, 6, 8),
        "to_on": datetime.date(2023, 6, 14),
        "reason": "总平面图未盖章，请设计单位补盖",
    }
    pause_clock(accepted[0], back, by=by, at=_at(15, 9))
    waiting = {"from_on": datetime.date(2023, 6, 29), "to_on": None, "reason": "缺勘测定界报告"}
    pause_clock(accepted[-1], waiting, by=by, at=_at(29, 16))


def hold_reviews() -> None:
    """A review round of June with its result, one whose day is over and that some departments owe their opinion, and one of this
    week."""
    office, approver = (User.objects.get(username=name) for name in ("zhongdian", "shenpi"))
    later = [one for one in _starting() if one.planned_start_on and one.planned_start_on.month > 6]
    june, late, july = datetime.date(2023, 6, 20), datetime.date(2023, 6, 27), datetime.date(2023, 7, 3)
    rounds = (
        (june, "6月20日联审会", later[:2]),
        (late, "6月27日联审会", later[5:7]),
        (july, "7月第1次联审会", later[2:5]),
    )
    for day, title, projects in rounds:
        concerned = departments_concerned(projects, day)
        asked = [(project, unit) for project, units in concerned.items() for unit in units[:5]]
        values = {"title": title, "held_on": day, "due_on": day + 4 * DAY, "note": NOTE}
        at = datetime.datetime.combine(day, datetime.time(9), CHINA)
        review = convene(values, asked, by=office, at=at)
        for number, opinion in enumerate(review.opinions.select_related("project").order_by("pk")):
            if day != june and number % 3 == 0:
                continue
            verdict, text = OPINIONS[number % len(OPINIONS)]
            by = approver if opinion.department_id == approver.unit_id else office
            answered_at = at + (1 + number % 3) * DAY if day == june else at + datetime.timedelta(hours=2 + number)
            give_opinion(opinion, verdict=verdict, text=text, version=None, by=by, at=answered_at)
        if day == june:
            _close(review, by=office)


def _close(review: Review, *, by: User) -> None:
    """What was not begun is accepted, the rest stays with its department."""
    at = datetime.datetime(2023, 6, 28, 15, tzinfo=CHINA)
    accepted = {"accepted_on": at.date()}
    begun = [one.permit for one in procedures_of(review, at.date()) if one.permit.state == PermitState.NOT_STARTED]
    outcomes = [(permit, PermitState.ACCEPTED, accepted) for permit in begun]
    result = "原则同意并联办理；需补正的由责任单位五个工作日内补齐，各部门不得互为前置。"
    close_review(review, result, outcomes, version=None, by=by, at=at)


def _walk(permit: Permit, turn: int, *, by: User) -> None:
    for state, number in COURSES[turn % len(COURSES)]:
        day = datetime.date(2023, 6, number)
        values: dict[PermitState, dict[str, object]] = {
            PermitState.ACCEPTED: {"accepted_on": day},
            PermitState.TOLERATED: {
                "owed_papers": PAPERS[turn % len(PAPERS)],
                "owed_until": datetime.date(2023, 7, 20) + turn % 40 * DAY,
            },
            PermitState.GRANTED: {
                "obtained_on": day,
                "document_number": f"伊批〔2023〕{300 + turn}号",
                # Some run out soon, one in ten has run out.
                "valid_until": {7: datetime.date(2023, 7, 25), 9: datetime.date(2023, 6, 30)}.get(turn % 10),
            },
            PermitState.NOT_NEEDED: {"reason": "不涉及，已与主管部门核对"},
            PermitState.RETURNED: {"reason": f"缺{PAPERS[turn % len(PAPERS)]}，补齐后重新申报"},
        }
        permit = take_step(permit, state, values.get(state, {}), version=None, by=by, at=_at(number, 10))


def _at(june: int, hour: int) -> datetime.datetime:
    return datetime.datetime(2023, 6, june, hour, tzinfo=CHINA)
