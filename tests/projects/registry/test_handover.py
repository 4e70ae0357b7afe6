"""分包交接: the months before stay with the old leader, and what was done by mistake is taken back whole."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry, Leader
from projects.models import Handover, Responsibility
from projects.registry.actions import assign_leader
from projects.registry.handover.actions import hand_over, undo_handover
from projects.registry.queries import holders_of
from projects.registry.rules import ResponsibilityRole
from tests.world import AT, TODAY, YEAR_START

pytestmark = pytest.mark.django_db
JULY = datetime.date(2023, 7, 1)
JUNE_30 = datetime.date(2023, 6, 30)


def leaders(project, day):
    return [holder.name for holder in holders_of(project, ResponsibilityRole.LEADER, day)]


@pytest.fixture
def new_leader():
    return Leader.objects.create(name="孙三平", post="县委常委")


def give(world, receiver, projects=None, **changed):
    details = {"starts_on": JULY, "reason": "分工调整", "by": world.zhao, "at": AT} | changed
    return hand_over(world.leader_qian, receiver, [world.road] if projects is None else projects, **details)


def test_from_the_day_on_the_new_leader_leads_and_june_stays_with_the_old(world, new_leader):
    give(world, new_leader)
    assert (leaders(world.road, JUNE_30), leaders(world.road, JULY)) == (["钱一平"], ["孙三平"])
    assert HistoryEntry.objects.filter(object_type="handover", action="create").count() == 1
    assert "分工调整" in HistoryEntry.objects.filter(object_type="responsibility", action="create").latest("pk").reason


def test_others_who_lead_the_project_too_keep_their_place(world, new_leader):
    Responsibility.objects.create(
        project=world.road, role=ResponsibilityRole.LEADER, leader=world.leader_wu, starts_on=YEAR_START, position=2
    )
    handover = give(world, new_leader)
    assert leaders(world.road, JULY) == ["孙三平", "吴二安"]
    undo_handover(handover, version=handover.version, by=world.zhao, at=AT)
    # To one who leads it already: that one alone is left, and taking it back brings both.
    handover = give(world, world.leader_wu)
    assert leaders(world.road, JULY) == ["吴二安"]
    undo_handover(handover, version=handover.version, by=world.zhao, at=AT)
    assert leaders(world.road, JULY) == ["钱一平", "吴二安"]


def test_taken_back_every_day_is_led_as_before(world, new_leader):
    handover = give(world, new_leader)
    with pytest.raises(Conflict):
        undo_handover(handover, version=handover.version + 1, by=world.zhao, at=AT)
    undo_handover(handover, version=handover.version, by=world.zhao, at=AT)
    assert {tuple(leaders(world.road, day)) for day in (YEAR_START, JUNE_30, JULY, TODAY)} == {("钱一平",)}
    with pytest.raises(ValidationError, match="已经撤销过"):
        undo_handover(handover, version=None, by=world.zhao, at=AT)


def test_what_was_changed_since_is_not_taken_back(world, new_leader):
    handover = give(world, new_leader)
    assign_leader([world.road], world.leader_wu, starts_on=TODAY, by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match="又调整过"):
        undo_handover(handover, version=None, by=world.zhao, at=AT)
    assert leaders(world.road, TODAY) == ["吴二安"]


def test_the_projects_are_locked_before_their_leaders_are_read(world, new_leader):
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""

    def locked_first(queries):
        told = [one["sql"] for one in queries]
        reads = next(at for at, sql in enumerate(told) if 'FROM "projects_responsibility"' in sql)
        return any('FROM "projects_project"' in sql and sql.endswith(lock) for sql in told[:reads])

    with CaptureQueriesContext(connection) as giving:
        handover = give(world, new_leader)
    with CaptureQueriesContext(connection) as undoing:
        undo_handover(handover, version=None, by=world.zhao, at=AT)
    assert locked_first(giving.captured_queries)
    assert locked_first(undoing.captured_queries)


def test_all_or_nothing_by_the_office_with_a_reason(world, new_leader):
    with pytest.raises(ValidationError, match="不由钱一平分包"):
        give(world, new_leader, [world.road, world.dam])
    with pytest.raises(ValidationError, match="不由钱一平分包"):
        give(world, new_leader, starts_on=YEAR_START)
    with pytest.raises(ValidationError, match="理由"):
        give(world, new_leader, reason=" ")
    with pytest.raises(ValidationError, match="至少勾选"):
        give(world, new_leader, [])
    with pytest.raises(ValidationError, match="另选一位"):
        give(world, world.leader_qian)
    with pytest.raises(PermissionDenied):
        give(world, new_leader, by=world.qian)
    assert not Handover.objects.exists()
    assert leaders(world.road, TODAY) == ["钱一平"]


def test_the_office_hands_over_and_takes_back_on_the_page(world, client, new_leader):
    client.force_login(world.zhao)
    url = reverse("handover-create", args=[world.leader_qian.pk])
    typed = {"receiver": new_leader.pk, "starts_on": "2023-07-01", "reason": "分工调整", "projects": [world.road.pk]}
    assert client.post(url, typed | {"reason": ""}).status_code == 422
    page = client.post(url, typed, follow=True).content.decode()
    assert "钱一平交接给孙三平" in page
    assert leaders(world.road, TODAY) == ["孙三平"]
    handover = Handover.objects.get()
    client.post(reverse("handover-undo", args=[handover.pk]), {"version": handover.version})
    assert leaders(world.road, TODAY) == ["钱一平"]
