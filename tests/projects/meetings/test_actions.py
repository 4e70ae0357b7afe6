import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Conflict
from projects.meetings.actions import (
    add_item,
    change_meeting,
    create_meeting,
    decide,
    drop_item,
    hold_meeting,
    make_agenda,
    move_item,
    take_item_back,
    write_minutes,
)
from projects.meetings.queries import meeting_page, open_decisions
from projects.models import Milestone, Problem, Project
from projects.problems.actions import answer_problem, create_problem
from tests.world import AT, TODAY

DAY = datetime.timedelta(days=1)
DUE = TODAY + 7 * DAY


@pytest.fixture
def meeting(world):
    values = {"name": "交通专班例会", "held_on": TODAY, "leader": world.leader_qian, "group": world.group}
    return create_meeting(values, by=world.qian, at=AT)


@pytest.fixture
def agenda(world, meeting):
    """The road's red light and its overdue problem; the dam belongs to no group of this meeting."""
    Milestone.objects.create(project=world.road, name="路基完工", due_on=TODAY - 90 * DAY)
    for project in (world.road, world.dam):
        values = {"source": "inspection", "text": "电杆未迁", "due_on": TODAY - DAY, "raised_on": TODAY - 9 * DAY}
        create_problem(project, values, by=world.sun, at=AT)
    return make_agenda(meeting, version=1, by=world.qian, at=AT)


def decided(world, meeting, **changes):
    item = meeting.items.get(kind="red")
    values = {"text": "本周内迁完电杆", "unit": world.traffic, "due_on": DUE, "category": "utilities"} | changes
    return decide(item, world.road, values, supporting=[world.land], by=world.qian, at=AT)


def test_the_agenda_is_made_of_the_facts_of_its_own_scope(world, agenda):
    items = list(agenda.items.all())
    assert [item.kind for item in items] == ["red", "overdue", "unseen"]
    assert agenda.as_of == TODAY
    assert "路基完工" in items[0].text
    assert "超期 1 天" in items[1].text
    assert "（从未）" in items[2].text
    assert all(world.dam.name not in item.text for item in items)


def test_once_held_the_agenda_stays_whatever_happens(world, agenda):
    words = list(agenda.items.values_list("text", flat=True))
    held = hold_meeting(agenda, version=agenda.version, by=world.qian, at=AT)
    Problem.objects.update(state="answered", due_on=DUE)
    for refused in (
        lambda: make_agenda(held, version=held.version, by=world.qian, at=AT + 9 * DAY),
        lambda: drop_item(held.items.first(), reason="x", version=None, by=world.qian, at=AT),
        lambda: move_item(held.items.first(), later=True, version=None, by=world.qian, at=AT),
        lambda: change_meeting(held, {"held_on": DUE}, version=None, by=world.qian, at=AT),
        lambda: hold_meeting(held, version=None, by=world.qian, at=AT),
    ):
        with pytest.raises(ValidationError):
            refused()
    assert list(held.items.values_list("text", flat=True)) == words
    assert add_item(held, "临时议题", by=world.qian, at=AT).position == 4


def test_items_are_left_out_with_a_reason_and_change_places(world, agenda):
    red, overdue, _ = agenda.items.all()
    with pytest.raises(ValidationError, match="为什么"):
        drop_item(red, reason=" ", version=red.version, by=world.qian, at=AT)
    dropped = drop_item(red, reason="已单独调度", version=red.version, by=world.qian, at=AT)
    again = make_agenda(agenda, version=None, by=world.qian, at=AT)
    assert [line.item.kind for line in meeting_page(again, TODAY).lines] == ["overdue", "unseen"]
    with pytest.raises(Conflict):
        take_item_back(red, version=red.version, by=world.qian, at=AT)
    take_item_back(dropped, version=dropped.version, by=world.qian, at=AT)
    move_item(overdue, later=False, version=overdue.version, by=world.qian, at=AT)
    assert [line.item.kind for line in meeting_page(again, TODAY).lines] == ["overdue", "red", "unseen"]


def test_a_decision_is_an_entry_of_the_ledger_in_one_step(world, agenda):
    with pytest.raises(ValidationError, match="还没有召开"):
        decided(world, agenda)
    hold_meeting(agenda, version=agenda.version, by=world.qian, at=AT)
    problem = decided(world, agenda)
    assert (problem.source, problem.raised_on, problem.unit) == ("meeting", TODAY, world.traffic)
    assert [part.unit for part in problem.parts.all()] == [world.land]
    with pytest.raises(ValidationError, match="已经交办过"):
        decided(world, agenda)
    assert decided(world, agenda, text="另一件事").pk != problem.pk
    assert problem in open_decisions(Project.objects.filter(pk=world.road.pk))


def test_the_next_meeting_shows_what_became_of_the_decisions(world, agenda):
    hold_meeting(agenda, version=agenda.version, by=world.qian, at=AT)
    answer_problem(decided(world, agenda), answer="已迁完", version=None, by=world.li, at=AT)
    values = {"name": "下一次", "held_on": DUE, "leader": world.leader_qian, "group": world.group}
    page = meeting_page(create_meeting(values, by=world.zhao, at=AT), TODAY)
    assert page.previous == agenda
    assert [(one.problem.answer, one.units) for one in page.previous_decisions] == [
        ("已迁完", "县交通运输局牵头，县自然资源局配合")
    ]


def test_another_chair_keeps_their_own_meetings(world, meeting):
    values = {"name": "x", "held_on": TODAY, "leader": world.leader_wu, "group": world.group}
    with pytest.raises(PermissionDenied):
        create_meeting(values, by=world.qian, at=AT)
    of_wu = create_meeting(values, by=world.zhao, at=AT)
    item = add_item(of_wu, "议题", by=world.zhao, at=AT)
    for refused in (
        lambda: make_agenda(of_wu, version=None, by=world.qian, at=AT),
        lambda: write_minutes(item, "x", version=None, by=world.qian, at=AT),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_a_meeting_is_about_one_group_or_one_list(world):
    for scope in ({}, {"group": world.group, "project_list": world.key_list}):
        with pytest.raises(ValidationError, match="选一个指挥部"):
            create_meeting({"name": "x", "held_on": TODAY, "leader": world.leader_qian} | scope, by=world.zhao, at=AT)
