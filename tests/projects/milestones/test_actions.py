import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.milestones.actions import (
    archive_milestone,
    change_milestone,
    correct_due_on,
    create_milestone,
    create_milestones,
    record_done,
    restore_milestone,
    take_back_done,
    unverify_milestones,
    verify_milestones,
)
from projects.milestones.queries import verification_words
from projects.models import Milestone
from tests.world import AT, TODAY

DUE = datetime.date(2023, 7, 31)
TOMORROW = TODAY + datetime.timedelta(days=1)


@pytest.fixture
def milestone(world):
    return create_milestone(world.road, {"name": "路基完工", "due_on": DUE}, by=world.li, at=AT)


def test_the_unit_and_the_office_log_milestones_nobody_else(world):
    create_milestone(world.road, {"name": "甲", "due_on": DUE}, by=world.zhao, at=AT)
    for user in (world.wang, world.sun, world.qian, world.feng, world.he, world.lin):
        with pytest.raises(PermissionDenied):
            create_milestone(world.road, {"name": "乙", "due_on": DUE}, by=user, at=AT)


def test_the_original_date_stays_when_the_forecast_moves(world, milestone):
    forecast = datetime.date(2023, 8, 20)
    with pytest.raises(ValidationError, match="不再改动"):
        change_milestone(milestone, {"due_on": forecast}, version=1, by=world.zhao, at=AT)
    changed = change_milestone(milestone, {"forecast_on": forecast, "due_on": DUE}, version=1, by=world.li, at=AT)
    assert (changed.due_on, changed.forecast_on) == (DUE, forecast)


def test_a_wrong_original_date_is_corrected_by_the_office_with_a_reason(world, milestone):
    june = datetime.date(2023, 6, 30)
    with pytest.raises(PermissionDenied):
        correct_due_on(milestone, june, reason="录错", version=1, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="写明理由"):
        correct_due_on(milestone, june, reason="", version=1, by=world.zhao, at=AT)
    correct_due_on(milestone, june, reason="录入有误", version=1, by=world.zhao, at=AT)
    entry = HistoryEntry.objects.filter(object_type="milestone").first()
    assert (entry.reason, entry.changes[0]["old"], entry.changes[0]["new"]) == ("录入有误", "2023-07-31", "2023-06-30")
    assert (entry.subject_type, entry.subject_id) == ("project", world.road.pk)


def test_done_is_a_day_that_has_been_with_a_word_on_how(world, milestone):
    with pytest.raises(ValidationError, match="不能晚于今天"):
        record_done(milestone, actual_on=TOMORROW, evidence="验收", version=1, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="一句话"):
        record_done(milestone, actual_on=TODAY, evidence=" ", version=1, by=world.li, at=AT)
    with pytest.raises(PermissionDenied):
        record_done(milestone, actual_on=TODAY, evidence="验收", version=1, by=world.wang, at=AT)
    done = record_done(milestone, actual_on=TODAY, evidence="验收合格", version=1, by=world.li, at=AT)
    assert (done.actual_on, done.evidence) == (TODAY, "验收合格")


def test_only_the_office_takes_a_completion_back(world, milestone):
    done = record_done(milestone, actual_on=TODAY, evidence="验收", version=1, by=world.li, at=AT)
    with pytest.raises(PermissionDenied):
        take_back_done(done, reason="未完", version=done.version, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="为什么"):
        take_back_done(done, reason="", version=done.version, by=world.zhao, at=AT)
    assert take_back_done(done, reason="现场未完", version=done.version, by=world.zhao, at=AT).actual_on is None


def test_the_unit_says_done_the_office_verifies_and_takes_it_back(world, milestone):
    record_done(milestone, actual_on=TODAY, evidence="验收", version=1, by=world.li, at=AT)
    mine = create_milestone(world.dam, {"name": "赵报的", "due_on": DUE}, by=world.zhao, at=AT)
    record_done(mine, actual_on=TODAY, evidence="验收", version=1, by=world.zhao, at=AT)
    both = list(Milestone.objects.all())
    with pytest.raises(PermissionDenied):
        verify_milestones(both, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="另一人"):  # all or none
        verify_milestones(both, by=world.zhao, at=AT)
    assert not Milestone.objects.filter(verifier__isnull=False).exists()
    assert verify_milestones(both, by=world.zhou, at=AT) == 2
    assert set(Milestone.objects.values_list("verifier", "verified_at")) == {(world.zhou.pk, AT)}
    assert verify_milestones(both, by=world.zhou, at=AT) == 0
    assert unverify_milestones(Milestone.objects.all(), by=world.zhou, at=AT) == 2
    with pytest.raises(ValidationError, match="还没有报完成"):
        verify_milestones(
            [create_milestone(world.road, {"name": "丁", "due_on": DUE}, by=world.li, at=AT)], by=world.zhou, at=AT
        )


def test_what_is_found_untrue_is_not_done_and_says_who_found_it(world, milestone):
    done = record_done(milestone, actual_on=TODAY, evidence="验收", version=1, by=world.li, at=AT)
    back = take_back_done(done, reason="现场未完", version=done.version, by=world.zhao, at=AT)
    assert (back.actual_on, back.verifier, verification_words(back)) == (None, world.zhao, "核实不实")
    again = record_done(back, actual_on=TODAY, evidence="补做完成", version=back.version, by=world.li, at=AT)
    assert (again.verifier, verification_words(again)) == (None, "待核实")


def test_a_unit_does_not_set_weights(world, milestone):
    with pytest.raises(ValidationError, match="重点办设定"):
        change_milestone(milestone, {"weight": Decimal(5)}, version=1, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="重点办设定"):
        create_milestone(world.road, {"name": "丙", "due_on": DUE, "weight": Decimal(5)}, by=world.li, at=AT)
    assert change_milestone(milestone, {"weight": Decimal(5)}, version=1, by=world.zhao, at=AT).weight == 5


def test_a_unit_does_not_make_a_milestone_vanish(world, milestone):
    with pytest.raises(PermissionDenied):
        archive_milestone(milestone, reason="不要了", version=1, by=world.li, at=AT)
    archived = archive_milestone(milestone, reason="重复录入", version=1, by=world.zhao, at=AT)
    with pytest.raises(PermissionDenied):
        change_milestone(archived, {"name": "丁"}, version=archived.version, by=world.zhao, at=AT)
    assert restore_milestone(archived, version=archived.version, by=world.zhao, at=AT).archived_at is None


def test_two_people_on_one_milestone_meet_a_conflict(world, milestone):
    change_milestone(milestone, {"person": "张三"}, version=1, by=world.li, at=AT)
    with pytest.raises(Conflict):
        change_milestone(milestone, {"person": "李四"}, version=1, by=world.zhao, at=AT)


def test_many_come_in_at_once_each_with_its_line_of_history(world):
    rows = [
        (world.road, {"name": "甲", "due_on": DUE}, {"name": {"sheet": "节点", "cell": "C4"}}),
        (world.dam, {"name": "乙", "due_on": DUE, "actual_on": TODAY}, None),
    ]
    made = create_milestones(rows, by=world.zhao, at=AT, batch_id=3)
    entries = {entry.object_id: entry for entry in HistoryEntry.objects.filter(object_type="milestone", batch_id=3)}
    assert set(entries) == {milestone.pk for milestone in made}
    assert entries[made[0].pk].origin == {"name": {"sheet": "节点", "cell": "C4"}}


def test_one_wrong_row_keeps_all_out(world):
    rows = [(world.road, {"name": "甲", "due_on": DUE}, None), (world.dam, {"name": "", "due_on": DUE}, None)]
    with pytest.raises(ValidationError, match="鸣皋镇"):
        create_milestones(rows, by=world.zhao, at=AT)
    assert not Milestone.objects.exists()


def test_the_importer_is_the_offices(world):
    with pytest.raises(PermissionDenied):
        create_milestones([], by=world.li, at=AT)
