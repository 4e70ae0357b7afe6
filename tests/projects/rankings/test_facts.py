import datetime
from decimal import Decimal

import pytest

from leaders.audit.actions import change
from projects.milestones.actions import create_milestone, record_done, take_back_done
from projects.models import Membership, Milestone, Period, Permit, PermitType, Problem, ProjectList, YearPlan
from projects.permits.actions import add_permits, take_step
from projects.progress.actions import set_statistics_entry
from projects.rankings.facts import facts_of_month
from projects.registry.plans.actions import approve_revision, request_revision
from projects.registry.plans.rules import MONTH_FIELDS
from projects.status.rules import DEFAULT_THRESHOLDS
from tests.projects.rankings.county import CHINA, day, file_report
from tests.world import AT

pytestmark = pytest.mark.django_db
JANUARY = datetime.date(2024, 1, 1)
CLOSED_AT = datetime.datetime(2024, 2, 3, 23, 59, tzinfo=CHINA)


@pytest.fixture
def road(world):
    key_list = ProjectList.objects.create(key="2024-key", name="2024年重点项目清单", year=2024, kind="county_key")
    Membership.objects.create(project_list=key_list, project=world.road, serial="1", position=1, joined_on=JANUARY)
    return world.road


def test_january_is_looked_at_beside_december_and_counts_alone(world, road):
    file_report(road, world.li, "500", month=datetime.date(2023, 12, 1))
    file_report(road, world.li, "500", month=JANUARY, at=datetime.datetime(2024, 1, 24, tzinfo=CHINA))
    facts = facts_of_month(JANUARY, entered_until=CLOSED_AT, thresholds=DEFAULT_THRESHOLDS).projects[road.pk]
    assert facts.has_unexplained_repeat
    assert facts.cumulative_wan == 500
    assert [source.label for source in facts.sources_of("A1", "A2")] == ["2024年1月月报"] * 2


def test_an_approved_split_is_what_a_score_measures_by_when_it_was_approved_in_time(world):
    june, months = datetime.date(2023, 6, 1), [Decimal(500)] * 6 + [Decimal(1500)] * 6
    plan = YearPlan.objects.get(project=world.road)
    values = {"planned_wan": Decimal(12000), "from_on": june, "reason": "按月分解"}
    split = dict(zip(MONTH_FIELDS, months, strict=True))
    asked = request_revision(plan, values | split, by=world.li, at=AT, version=None)
    approved_at = datetime.datetime(2023, 7, 3, 18, tzinfo=CHINA)
    approve_revision(asked, by=world.zhou, at=approved_at, version=1)
    file_report(world.road, world.li, "400")

    def facts(until):
        return facts_of_month(june, entered_until=until, thresholds=DEFAULT_THRESHOLDS).projects[world.road.pk]

    measured = facts(datetime.datetime(2023, 7, 3, 23, 59, tzinfo=CHINA))
    assert (measured.own_planned_wan, measured.month_planned_wan) == (3000, 500)
    assert "2023年度计划按月分解" in [source.label for source in measured.sources_of("A2")]
    too_late = facts(approved_at - datetime.timedelta(hours=1))
    assert too_late.own_planned_wan is None
    assert too_late.month_planned_wan != 500


JUNE = datetime.date(2023, 6, 1)
CLOSING = datetime.datetime(2023, 7, 3, 23, 59, 59, tzinfo=CHINA)
IN_TIME, TOO_LATE = CLOSING - datetime.timedelta(hours=1), CLOSING + datetime.timedelta(hours=1)


def june_of(project):
    return facts_of_month(JUNE, entered_until=CLOSING, thresholds=DEFAULT_THRESHOLDS).projects[project.pk]


def milestone_of(world, **values):
    return Milestone.objects.create(project=world.road, name="主体封顶", due_on=day(6, 20), **values)


def done(milestone, world, at, by="li"):
    values = {"actual_on": day(6, 20), "evidence": "已封顶", "version": None}
    return record_done(milestone, **values, by=getattr(world, by), at=at)


@pytest.mark.parametrize(("at", "counted"), [(IN_TIME, day(6, 20)), (TOO_LATE, None)])
def test_a_milestone_is_done_when_that_was_entered_by_closing(world, at, counted):
    done(milestone_of(world), world, at)
    (fact,) = june_of(world.road).milestones
    assert fact.actual_on == counted


def test_what_was_entered_in_time_holds_whatever_is_entered_later_unless_it_was_found_untrue(world):
    milestone = done(milestone_of(world), world, IN_TIME)
    change(milestone, {"actual_on": day(7, 1), "weight": Decimal(3)}, by=world.zhao, at=TOO_LATE, version=None)
    (fact,) = june_of(world.road).milestones
    assert (fact.actual_on, fact.weight) == (day(6, 20), 1)
    take_back_done(milestone, reason="现场未封顶", version=None, by=world.zhao, at=TOO_LATE)
    done(milestone, world, TOO_LATE + datetime.timedelta(hours=1))
    (fact,) = june_of(world.road).milestones
    assert fact.actual_on is None


@pytest.mark.parametrize(("at", "count"), [(IN_TIME, 1), (TOO_LATE, 0)])
def test_a_milestone_and_a_permit_count_from_the_month_in_which_they_were_entered(world, at, count):
    create_milestone(world.road, {"name": "封顶", "due_on": day(6, 20)}, by=world.zhao, at=at)
    add_permits(world.road, [PermitType.objects.create(name="立项")], by=world.zhao, at=at)
    facts = june_of(world.road)
    assert (len(facts.milestones), len(facts.permits)) == (count, count)


@pytest.mark.parametrize(("at", "state"), [(IN_TIME, "granted"), (TOO_LATE, "not_started")])
def test_a_permit_is_obtained_when_that_was_entered_by_closing(world, at, state):
    permit = Permit.objects.create(project=world.road, permit_type=PermitType.objects.create(name="立项"))
    take_step(permit, "granted", {"obtained_on": day(6, 10)}, version=None, by=world.zhao, at=at, reason="补录")
    (fact,) = june_of(world.road).permits
    assert (fact.state, fact.obtained_on) == (state, day(6, 10) if state == "granted" else None)


@pytest.mark.parametrize(("at", "counted"), [(IN_TIME, True), (TOO_LATE, False)])
def test_statistics_start_and_closed_problems_count_when_they_were_entered_by_closing(world, at, counted):
    before = world.road.actual_start_on
    set_statistics_entry(world.road, entered_on=day(6, 10), by=world.zhao, at=at)
    change(world.road, {"actual_start_on": day(6, 1)}, by=world.zhao, at=at, version=None)
    problem = Problem.objects.create(
        project=world.road, text="土地", source="inspection", raised_on=day(5, 1), due_on=day(6, 20)
    )
    closed = {"state": "closed", "closed_on": day(6, 15), "verifier": world.zhao}
    change(problem, closed, by=world.zhao, at=at, version=None)
    facts = june_of(world.road)
    told = (facts.entered_on, facts.started_on, facts.problems[0].closed_on)
    assert told == ((day(6, 10), day(6, 1), day(6, 15)) if counted else (None, before, None))


def test_what_was_found_untrue_after_closing_counts_no_more(world):
    values = {
        "state": "closed",
        "closed_on": day(6, 15),
        "verifier": world.zhao,
        "raised_on": day(5, 1),
        "due_on": day(6, 20),
    }
    problem = Problem.objects.create(project=world.road, text="土地", source="inspection", **values)
    change(world.road, {"actual_start_on": day(6, 1)}, by=world.zhao, at=IN_TIME, version=None)
    reopened = {"state": "handling", "closed_on": None, "verifier": None}
    change(problem, reopened, by=world.zhao, at=TOO_LATE, version=None)
    change(world.road, {"actual_start_on": None}, by=world.zhao, at=TOO_LATE, version=None)
    facts = june_of(world.road)
    assert (facts.started_on, facts.problems[0].closed_on) == (None, None)


def test_a_month_that_was_never_opened_takes_what_was_entered_since(world):
    Period.objects.filter(month=JUNE).delete()
    done(milestone_of(world), world, TOO_LATE)
    assert june_of(world.road).milestones[0].actual_on == day(6, 20)
