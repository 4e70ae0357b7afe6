"""The demo county's rankings beyond June's run: what units said of its trial, the year so far, a scheme in the making."""

import datetime
from decimal import Decimal

from leaders.accounts.models import User
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from projects.rankings.actions import compute_trial
from projects.rankings.annual.actions import compute_year, give_mark
from projects.rankings.annual.rules import MarkKind
from projects.rankings.objections.actions import answer_objection, object_to, open_window
from projects.rankings.objections.queries import own_projects
from projects.rankings.queries import scheme_rules
from projects.rankings.schemes.actions import draft_scheme, save_scheme
from projects.rankings.schemes.rules import with_values
from projects.registry.models import Project

DAY = datetime.timedelta(days=1)
TAKEN_UP = "6月份现场完成的工程量有一部分在月底才计量，月报已按计量单补报，请按补报后的数计算。"
TAKEN_UP_ANSWER = "补报的月报已审核通过，关账后重新试算时计入。"
REFUSED = "督查整改有两项在时限次日上报销号材料，建议按期计。"
REFUSED_ANSWER = "按考评办法，销号日不晚于时限才算按期；材料晚一天的按逾期计，不作调整。"


def ask_the_units(month: datetime.date, *, by: User, at: datetime.datetime) -> None:
    """A first trial, shown to the units until the day of closing: one comment is taken up, one is not."""
    run = compute_trial(month, by=by, at=at)
    run = open_window(run, (at + 2 * DAY).date(), by=by, at=at, version=run.version)
    roads, water = (User.objects.get(username=name) for name in ("jiaotong", "shuili"))
    own = Project.objects.filter(pk__in=own_projects(roads, run)).order_by("pk").first()
    taken = object_to(run, own, text=TAKEN_UP, by=roads, at=at + DAY)
    answer_objection(taken, accepted=True, answer=TAKEN_UP_ANSWER, by=by, at=at + 2 * DAY, version=taken.version)
    refused = object_to(run, None, text=REFUSED, by=water, at=at + DAY)
    answer_objection(refused, accepted=False, answer=REFUSED_ANSWER, by=by, at=at + 2 * DAY, version=refused.version)


def draft_next_scheme(*, by: User, at: datetime.datetime) -> None:
    """From August on more weight on money and permits; waits for the other account."""
    draft = draft_scheme(datetime.date(2023, 8, 1), by=by, at=at)
    values = {
        "items.A1.weight": Decimal(30),
        "items.D.weight": Decimal(15),
        "items.B.params.steps.1.1": Decimal("0.6"),
        "body.weights_by_size": True,
    }
    save_scheme(
        draft,
        with_values(scheme_rules(draft), values),
        name="重点项目月考评办法（下半年）",
        first_month=draft.first_month,
        by=by,
        at=at,
        version=draft.version,
    )


def sum_up_so_far(year: int, *, by: User, at: datetime.datetime) -> None:
    """The year's standing as it looks in July, with the half-year observation's marks."""
    run = compute_year(year, by=by, at=at)
    for row in run.rows.filter(subject_type__in=["unit", "group"]).select_related("board"):
        subject: Unit | WorkingGroup = (Unit if row.subject_type == "unit" else WorkingGroup).objects.get(
            pk=row.subject_id
        )
        give_mark(
            year,
            MarkKind.OBSERVATION,
            subject,
            value=Decimal(93 - row.position),
            reason="上半年重点项目观摩评分",
            evidence="观摩评分汇总表",
            by=by,
            at=at,
        )
    compute_year(year, by=by, at=at)
