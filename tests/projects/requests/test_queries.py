import datetime

import pytest

from projects.models import Milestone, MilestoneParameters, Project
from projects.rankings.facts import facts_of_month
from projects.registry.life.actions import correct_project
from projects.requests.actions import Asked, approve, ask
from projects.requests.queries import milestones_in_force, stops_in_force
from projects.requests.rules import RequestKind
from projects.status.queries import lights_of
from projects.status.rules import DEFAULT_THRESHOLDS
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
JUNE, JUNE_END, DECEMBER = datetime.date(2023, 6, 1), datetime.date(2023, 6, 30), datetime.date(2023, 12, 31)
DAY = datetime.timedelta(days=1)
CLOSED_AT = AT.replace(month=7, day=3)


def moved(world, milestone, to, decided_at):
    asked = Asked(RequestKind.MOVE_MILESTONE, milestone, to, reason_code="land", reason="x")
    made = ask(asked, by=world.li, at=decided_at)
    approve(made, version=1, by=world.dong, at=decided_at)
    milestone.refresh_from_db()


def facts(world):
    return facts_of_month(JUNE, entered_until=CLOSED_AT, thresholds=DEFAULT_THRESHOLDS).projects[world.road.pk]


def test_the_plan_in_force_is_the_last_version_approved_by_that_day(world):
    milestone = Milestone.objects.create(project=world.road, name="封顶", due_on=datetime.date(2023, 5, 31))
    moved(world, milestone, JUNE_END, AT.replace(month=5, day=10))
    moved(world, milestone, DECEMBER, AT.replace(month=7, day=1, hour=0, minute=0))

    def due(on):
        return milestones_in_force(on).get().in_force_on

    assert due(datetime.date(2023, 5, 9)) == datetime.date(2023, 5, 31)
    assert due(datetime.date(2023, 5, 10)) == due(JUNE_END) == JUNE_END
    assert due(datetime.date(2023, 7, 1)) == DECEMBER


def test_a_move_approved_after_the_month_does_not_save_the_month(world):
    milestone = Milestone.objects.create(project=world.road, name="封顶", due_on=JUNE_END)
    moved(world, milestone, DECEMBER, AT)
    assert [(fact.label, fact.due_on) for fact in facts(world).milestones] == [("封顶", JUNE_END)]
    assert lights_of([world.road.pk], JUNE_END)[world.road.pk].milestone.colour == "none"
    assert lights_of([world.road.pk], datetime.date(2023, 7, 4))[world.road.pk].milestone.colour == "yellow"
    assert lights_of([world.road.pk], TODAY)[world.road.pk].milestone.colour == "none"


def test_planned_start_and_end_count_as_they_were_in_force(world):
    Project.objects.filter(pk=world.road.pk).update(planned_end_on=JUNE_END)
    world.road.refresh_from_db()
    asked = Asked(RequestKind.MOVE_END, world.road, DECEMBER, reason_code="land", reason="x")
    approve(ask(asked, by=world.li, at=AT), version=1, by=world.dong, at=AT)
    assert facts(world).completion_due_on == JUNE_END
    assert Project.objects.get(pk=world.road.pk).planned_end_on == DECEMBER


def test_an_approved_standstill_is_told_from_one_that_a_list_states(world):
    asked = Asked(
        RequestKind.STOP, world.road, JUNE, resume_on=DECEMBER, reason_code="weather", reason="汛期", evidence="停工令"
    )
    at = AT.replace(month=6, day=2)
    approve(ask(asked, by=world.li, at=at), version=1, by=world.zhou, at=at)
    Project.objects.filter(pk=world.dam.pk).update(state="stopped")
    states = dict(Project.objects.values_list("pk", "state"))
    assert stops_in_force(states, JUNE_END, CLOSED_AT) == {world.road.pk: True, world.dam.pk: False}
    # Before it stopped, and while nobody had granted it, the road was at work as far as anyone knew.
    assert world.road.pk not in stops_in_force(states, JUNE - DAY, CLOSED_AT)
    assert world.road.pk not in stops_in_force(states, JUNE_END, at - DAY)
    assert facts(world).stopped_approved is True


def test_a_standstill_ends_with_the_state_and_an_approval_to_come_does_not_hide_it(world):
    def decided(kind, day, at, **details):
        asked = Asked(
            kind, Project.objects.get(pk=world.road.pk), day, reason_code="land", reason="x", evidence="x", **details
        )
        approve(ask(asked, by=world.li, at=at), version=1, by=world.dong, at=at)

    def stood(on, until=AT + 60 * DAY):
        return stops_in_force(dict(Project.objects.filter(pk=world.road.pk).values_list("pk", "state")), on, until).get(
            world.road.pk
        )

    july_end = datetime.date(2023, 7, 31)
    Project.objects.filter(pk=world.road.pk).update(state="stopped")
    assert stood(JUNE_END, CLOSED_AT) is False
    decided(RequestKind.STOP, TODAY - DAY, AT, resume_on=datetime.date(2023, 9, 1))
    assert (stood(JUNE_END, CLOSED_AT), stood(july_end)) == (False, True)
    world.road.refresh_from_db()
    correct_project(world.road, {"state": "building"}, by=world.zhao, at=AT + DAY, version=None, reason="误报停工")
    assert (stood(JUNE_END, CLOSED_AT), stood(july_end)) == (False, None)
    decided(RequestKind.STOP, datetime.date(2023, 7, 7), AT + 2 * DAY, resume_on=datetime.date(2023, 7, 20))
    assert (stood(datetime.date(2023, 7, 8)), stood(july_end)) == (True, False)
    decided(RequestKind.TERMINATE, datetime.date(2023, 7, 25), AT + 20 * DAY)
    assert (stood(datetime.date(2023, 7, 8)), stood(july_end)) == (True, None)


def test_an_approved_standstill_that_a_correction_ended_stands_in_the_months_before(world):
    at = AT.replace(month=6, day=2)
    asked = Asked(
        RequestKind.STOP, world.road, JUNE, resume_on=DECEMBER, reason_code="weather", reason="汛期", evidence="停工令"
    )
    approve(ask(asked, by=world.li, at=at), version=1, by=world.zhou, at=at)
    Project.objects.filter(pk=world.dam.pk).update(state="stopped")  # a list said so, nobody approved it
    for pk in (world.road.pk, world.dam.pk):
        project = Project.objects.get(pk=pk)
        correct_project(project, {"state": "building"}, by=world.zhao, at=AT, version=None, reason="已复工")
    states = dict(Project.objects.values_list("pk", "state"))
    assert stops_in_force(states, JUNE_END, CLOSED_AT) == {world.road.pk: True}
    assert stops_in_force(states, datetime.date(2023, 7, 31), AT + 30 * DAY) == {}


@pytest.mark.parametrize(("counts", "colour"), [(True, "green"), (False, "red")])
def test_what_nobody_verified_counts_as_the_parameters_say(world, counts, colour):
    done = {"due_on": datetime.date(2023, 5, 31), "actual_on": datetime.date(2023, 5, 30)}
    milestone = Milestone.objects.create(project=world.road, name="封顶", **done)
    MilestoneParameters.objects.create(pk=1, counts_unverified=counts)
    assert lights_of([world.road.pk], TODAY)[world.road.pk].milestone.colour == colour
    assert (facts(world).milestones[0].actual_on is not None) is counts
    Milestone.objects.filter(pk=milestone.pk).update(verifier=world.zhao, verified_at=AT)
    assert lights_of([world.road.pk], TODAY)[world.road.pk].milestone.colour == "green"
