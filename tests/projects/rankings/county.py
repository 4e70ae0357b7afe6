"""The worked example of the county's scoring rules, laid down as rows: June 2023 of the road."""

import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.management import call_command

from projects.milestones.models import Milestone
from projects.permits.models import Permit, PermitType
from projects.permits.rules import PermitState
from projects.progress.models import MonthReport, StatisticsEntry
from projects.progress.rules import ReportState
from projects.rankings.actions import compute_trial, publish_run, release_run
from projects.rankings.models import RankingRun
from projects.registry.models import Project, YearPlan
from projects.registry.rules import YearLabel
from tests.world import AT, World

JUNE = datetime.date(2023, 6, 1)
CHINA = ZoneInfo("Asia/Shanghai")
FILED_AT = datetime.datetime(2023, 6, 24, 10, tzinfo=CHINA)


def day(month: int, number: int) -> datetime.date:
    return datetime.date(2023, month, number)


def load_scheme() -> None:
    call_command("load_reference", verbosity=0)


def file_report(
    project: Project, by, done: str, *, planned: str | None = None, month=JUNE, covers_from=None, at=FILED_AT
):
    return MonthReport.objects.create(
        project=project,
        month=month,
        covers_from=covers_from or month,
        planned_wan=planned and Decimal(planned),
        done_wan=Decimal(done),
        progress=f"{month.month}月形象进度",
        state=ReportState.SUBMITTED,
        first_submitted_at=at,
        submitted_at=at,
        submitter=by,
    )


def lay_down_june(world: World) -> World:
    """The road as in the worked example, and the dam, which only reported."""
    load_scheme()
    lay_down_worked_example(world)
    file_report(world.dam, world.wang, "6000")
    return world


def release(world: World, month: datetime.date = JUNE, at=AT) -> RankingRun:
    run = compute_trial(month, by=world.zhao, at=at)
    run = publish_run(run, by=world.zhao, at=at, version=run.version)
    return release_run(run, by=world.zhou, at=at, version=run.version)


def lay_down_worked_example(world: World) -> Project:
    road = world.road
    YearPlan.objects.filter(project=road).update(label=YearLabel.NEW_START, plan_wan=Decimal(12000))
    Project.objects.filter(pk=road.pk).update(planned_start_on=day(3, 31), actual_start_on=day(4, 30))
    file_report(road, world.li, "4200", month=datetime.date(2023, 5, 1), covers_from=datetime.date(2023, 1, 1))
    file_report(road, world.li, "900", planned="1000")
    for number, (due, done) in enumerate(
        [(day(2, 28), day(2, 20)), (day(3, 31), day(3, 31)), (day(4, 30), day(4, 1)), (day(5, 31), day(6, 20))]
    ):
        Milestone.objects.create(project=road, name=f"节点{number}", due_on=due, actual_on=done)
    types = list(PermitType.objects.all()[:8])
    for permit_type in types[:6]:
        Permit.objects.create(
            project=road, permit_type=permit_type, state=PermitState.GRANTED, obtained_on=day(4, 1), due_on=day(5, 31)
        )
    Permit.objects.create(
        project=road, permit_type=types[6], state=PermitState.TOLERATED, owed_until=day(9, 30), due_on=day(5, 31)
    )
    Permit.objects.create(project=road, permit_type=types[7], due_on=day(5, 31))
    StatisticsEntry.objects.create(project=road, entered_on=day(5, 20))
    return Project.objects.get(pk=road.pk)
