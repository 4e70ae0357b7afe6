import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.models import ProjectCode, Responsibility, YearPlan
from projects.registry import actions
from projects.registry.life.actions import correct_project
from projects.registry.models import Project
from projects.registry.queries import holders_of
from projects.registry.rules import Contact, ProjectState, ResponsibilityRole
from tests.world import AT, TODAY, YEAR_START

LEADER = ResponsibilityRole.LEADER


def refusal(callable_, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        callable_(*args, **kwargs)
    return caught.value


def leaders_of(project):
    rows = Responsibility.objects.filter(project=project, role=LEADER).order_by("starts_on", "position")
    return [(row.leader.name, row.starts_on, row.ends_on) for row in rows]


# ---- project --------------------------------------------------------------------------------------------------


def test_a_new_project_can_be_found_and_has_its_history(world):
    project = actions.create_project({"name": "白元镇 水厂（二期）"}, by=world.zhao, at=AT)
    assert (project.name_key, project.pinyin) == ("白元镇水厂二期", "byzsceq")
    entry = HistoryEntry.objects.get(subject_type="project", subject_id=project.pk)
    assert (entry.action, entry.actor) == ("create", world.zhao)
    assert {line["label"] for line in entry.changes} == {"项目名称", "状态"}


def test_a_second_project_of_the_same_name_must_be_said_to_be_different(world):
    actions.create_project({"name": "白元镇水厂（二期）"}, by=world.zhao, at=AT)
    error = refusal(actions.create_project, {"name": "白元镇水厂(二期)"}, by=world.zhao, at=AT)
    assert "is_different" in error.message_dict
    actions.create_project({"name": "白元镇水厂(二期)"}, by=world.zhao, at=AT, is_different=True)
    assert Project.objects.filter(name_key="白元镇水厂二期").count() == 2


def test_renaming_finds_twins_too_but_not_itself(world):
    twin = actions.create_project({"name": "水厂"}, by=world.zhao, at=AT)
    other = actions.create_project({"name": "水厂扩建"}, by=world.zhao, at=AT)
    changed = actions.change_project(twin, {"name": "水 厂"}, by=world.zhao, at=AT, version=1)
    assert changed.name == "水 厂"
    error = refusal(actions.change_project, other, {"name": "水厂"}, by=world.zhao, at=AT, version=1)
    assert "已有同名项目" in error.messages[0]


def test_a_name_without_letters_is_refused(world):
    assert "name" in refusal(actions.create_project, {"name": "——"}, by=world.zhao, at=AT).message_dict


@pytest.mark.parametrize("name", ["li", "sun", "qian", "he", "lin"])
def test_only_the_office_creates_and_changes_projects(world, name):
    person = world.people[name]
    with pytest.raises(PermissionDenied):
        actions.create_project({"name": "新项目"}, by=person, at=AT)
    with pytest.raises(PermissionDenied):
        actions.change_project(world.road, {"remark": "x"}, by=person, at=AT, version=1)
    with pytest.raises(PermissionDenied):
        actions.archive_project(world.road, by=person, at=AT, version=1, reason="x")


def test_a_change_against_an_old_version_is_a_conflict_and_writes_nothing(world):
    actions.change_project(world.road, {"remark": "先改"}, by=world.zhao, at=AT, version=1)
    with pytest.raises(Conflict):
        actions.change_project(world.road, {"remark": "后改"}, by=world.zhou, at=AT, version=1)
    world.road.refresh_from_db()
    assert world.road.remark == "先改"


def test_history_tells_old_and_new_of_the_change(world):
    actions.change_project(world.road, {"total_wan": Decimal("70000")}, by=world.zhao, at=AT, version=1)
    line = HistoryEntry.objects.get(action="change").changes[0]
    assert (line["old"], line["new"], line["type"]) == ("60000.00", "70000.00", "wan")


def test_what_needs_evidence_is_asked_for_and_not_typed(world):
    for values in ({"state": ProjectState.STOPPED}, {"actual_start_on": TODAY}, {"planned_end_on": TODAY}):
        error = refusal(actions.change_project, world.road, values, by=world.zhao, at=AT, version=1)
        assert "提申请" in str(error)
    Project.objects.filter(pk=world.dam.pk).update(state=ProjectState.PREPARING, planned_end_on=None)
    values = {"state": ProjectState.RESERVED, "planned_end_on": TODAY}  # no evidence asked, no date moved
    assert actions.change_project(world.dam, values, by=world.zhao, at=AT, version=1).planned_end_on == TODAY


def test_what_was_entered_wrongly_is_corrected_with_a_reason(world):
    values = {"state": ProjectState.CONCEIVED, "actual_start_on": None}
    assert (
        "reason"
        in refusal(correct_project, world.road, values, by=world.zhao, at=AT, version=1, reason="").message_dict
    )
    changed = correct_project(world.road, values, by=world.zhao, at=AT, version=1, reason="录错了")
    assert (changed.state, changed.actual_start_on) == (ProjectState.CONCEIVED, None)
    with pytest.raises(PermissionDenied):
        correct_project(world.road, values, by=world.li, at=AT, version=1, reason="x")


def test_a_project_cannot_be_bundled_under_itself(world):
    error = refusal(actions.change_project, world.road, {"parent": world.road}, by=world.zhao, at=AT, version=1)
    assert "parent" in error.message_dict


def test_archiving_needs_a_reason_and_can_be_undone(world):
    assert (
        "reason"
        in refusal(actions.archive_project, world.road, by=world.zhao, at=AT, version=1, reason=" ").message_dict
    )
    archived = actions.archive_project(world.road, by=world.zhao, at=AT, version=1, reason="重复登记")
    assert archived not in Project.objects.active()
    with pytest.raises(PermissionDenied):
        actions.change_project(archived, {"remark": "x"}, by=world.zhao, at=AT, version=2)
    restored = actions.restore_project(archived, by=world.zhao, at=AT, version=2)
    assert restored in Project.objects.active()
    assert list(HistoryEntry.objects.order_by("pk").values_list("action", flat=True)) == ["archive", "restore"]


def test_only_a_project_on_which_nothing_hangs_is_deleted(world):
    error = refusal(actions.delete_project, world.road, by=world.zhao, at=AT)
    assert "清单项目" in error.messages[0]
    assert "年度计划" in error.messages[0]
    mistake = actions.create_project({"name": "录错的"}, by=world.zhao, at=AT)
    actions.delete_project(mistake, by=world.zhao, at=AT)
    assert not Project.objects.filter(name="录错的").exists()
    assert HistoryEntry.objects.filter(action="delete", object_name="录错的").exists()


# ---- who answers ----------------------------------------------------------------------------------------------


def test_a_hand_over_ends_the_former_leader_the_day_before(world):
    day = datetime.date(2023, 7, 1)
    reason = "分工调整"
    actions.set_responsibility(
        world.road, LEADER, [world.leader_wu], starts_on=day, by=world.zhao, at=AT, reason=reason
    )
    assert leaders_of(world.road) == [
        ("钱一平", YEAR_START, datetime.date(2023, 6, 30)),
        ("吴二安", day, None),
    ]
    assert set(HistoryEntry.objects.values_list("reason", flat=True)) == {"分工调整"}
    assert set(HistoryEntry.objects.values_list("subject_id", flat=True)) == {world.road.pk}


def test_a_second_leader_may_join_the_first(world):
    both = [world.leader_qian, world.leader_wu]
    fresh = actions.set_responsibility(world.road, LEADER, both, starts_on=TODAY, by=world.zhao, at=AT)
    assert [row.leader for row in fresh] == [world.leader_wu]
    assert leaders_of(world.road) == [("钱一平", YEAR_START, None), ("吴二安", TODAY, None)]


def test_who_is_named_first_is_the_first_from_that_day_on(world):
    role, was = ResponsibilityRole.LEAD_UNIT, TODAY - datetime.timedelta(days=1)

    def first_unit(day):
        return holders_of(world.road, role, day)[0].name

    def hand_over(*units):
        actions.set_responsibility(world.road, role, units, starts_on=TODAY, by=world.zhao, at=AT)

    hand_over(world.water, world.traffic)
    assert (first_unit(was), first_unit(TODAY)) == ("县交通运输局", "县水利局")
    hand_over(world.traffic, world.water)
    assert (first_unit(was), first_unit(TODAY)) == ("县交通运输局", "县交通运输局")
    before = Responsibility.objects.count()
    hand_over(world.traffic, world.water)
    assert Responsibility.objects.count() == before


def test_handing_over_to_the_same_leader_changes_nothing(world):
    actions.set_responsibility(world.road, LEADER, [world.leader_qian], starts_on=TODAY, by=world.zhao, at=AT)
    assert leaders_of(world.road) == [("钱一平", YEAR_START, None)]
    assert not HistoryEntry.objects.exists()


def test_one_who_began_on_that_very_day_was_a_mistake(world):
    actions.set_responsibility(world.road, LEADER, [world.leader_wu], starts_on=YEAR_START, by=world.zhao, at=AT)
    assert leaders_of(world.road) == [("吴二安", YEAR_START, None)]
    assert HistoryEntry.objects.filter(action="delete").count() == 1


def test_nobody_is_slipped_in_before_a_later_beginning(world):
    actions.set_responsibility(world.road, LEADER, [world.leader_wu], starts_on=TODAY, by=world.zhao, at=AT)
    error = refusal(
        actions.set_responsibility,
        world.road,
        LEADER,
        [world.leader_qian],
        starts_on=datetime.date(2023, 3, 1),
        by=world.zhao,
        at=AT,
    )
    assert "2023-07-05" in error.messages[0]


def test_a_contact_has_a_name_and_a_telephone(world):
    row = actions.set_responsibility(
        world.road,
        ResponsibilityRole.CONTACT,
        [Contact("郑三", "0379-0000000")],
        starts_on=TODAY,
        by=world.zhao,
        at=AT,
    )[0]
    assert (row.contact, row.phone) == ("郑三", "0379-0000000")


def test_a_leader_is_assigned_to_many_projects_or_to_none(world):
    both = [world.road, world.dam]
    count = actions.assign_leader(both, world.leader_wu, starts_on=TODAY, by=world.zhao, at=AT)
    assert count == 1  # 吴二安 leads the dam already
    early = YEAR_START - datetime.timedelta(days=1)
    error = refusal(actions.assign_leader, both, world.leader_qian, starts_on=early, by=world.zhao, at=AT)
    assert world.road.name in error.messages[0]
    assert leaders_of(world.dam) == [("吴二安", YEAR_START, None)]


def test_dates_of_a_responsibility_change_with_a_reason_only(world):
    row = Responsibility.objects.get(project=world.road, role=LEADER)
    assert (
        "reason"
        in refusal(
            actions.change_responsibility, row, {"ends_on": TODAY}, by=world.zhao, at=AT, version=1, reason=""
        ).message_dict
    )
    ended = actions.change_responsibility(row, {"ends_on": TODAY}, by=world.zhao, at=AT, version=1, reason="调离")
    assert ended.ends_on == TODAY


# ---- codes, plans, money --------------------------------------------------------------------------------------


def test_a_code_is_stored_in_plain_digits(world):
    record = actions.add_code(world.road, "２１１１－522323—04－01－342068", by=world.zhao, at=AT)
    assert record.code == "2111-522323-04-01-342068"


def test_a_code_belongs_to_one_project(world):
    actions.add_code(world.road, "2111-522323-04-01-342068", by=world.zhao, at=AT)
    error = refusal(actions.add_code, world.dam, "21115223230401342068", by=world.zhao, at=AT)
    assert world.road.name in error.message_dict["code"][0]


def test_a_code_with_a_wrong_check_digit_is_kept_all_the_same(world):
    assert actions.add_code(world.road, "2111-522323-04-01-342069", by=world.zhao, at=AT).pk


def test_a_changed_code_may_keep_its_own_number(world):
    record = actions.add_code(world.road, "2111-522323-04-01-342068", by=world.zhao, at=AT)
    changed = actions.change_code(record, "2111-522323-04-01-342068", note="一期", by=world.zhao, at=AT, version=1)
    assert changed.note == "一期"


def test_an_amount_that_was_set_moves_by_a_revision_only(world):
    plan = YearPlan.objects.get(project=world.road)
    error = refusal(actions.change_year_plan, plan, {"plan_wan": Decimal(15000)}, by=world.zhao, at=AT, version=1)
    assert "plan_wan" in error.message_dict
    goals = {"goal_first_half": "完成主体"}
    assert actions.change_year_plan(plan, goals, by=world.zhao, at=AT, version=1).goal_first_half == "完成主体"
    empty = actions.create_year_plan(world.road, {"year": 2024}, by=world.zhao, at=AT)
    assert actions.change_year_plan(empty, {"plan_wan": Decimal(5)}, by=world.zhao, at=AT, version=1).plan_wan == 5


def test_a_year_has_one_plan(world):
    values = {"year": 2023, "plan_wan": Decimal("1.00")}
    assert "year" in refusal(actions.create_year_plan, world.road, values, by=world.zhao, at=AT).message_dict
    assert actions.create_year_plan(world.road, {"year": 2024}, by=world.zhao, at=AT).year == 2024


def test_money_is_never_negative(world):
    error = refusal(
        actions.add_funding,
        world.road,
        {"kind": "special_bond", "planned_wan": Decimal("-1.00")},
        by=world.zhao,
        at=AT,
    )
    assert "不能为负数" in error.messages[0]


def test_a_particular_entered_by_mistake_goes_and_history_keeps_it(world):
    record = actions.add_code(world.road, "2111-522323-04-01-342068", by=world.zhao, at=AT)
    actions.delete_particular(record, by=world.zhao, at=AT, reason="录错")
    assert not ProjectCode.objects.exists()
    assert HistoryEntry.objects.filter(action="delete", object_name="2111-522323-04-01-342068").exists()


def test_sectors_are_named_once(world):
    sector = actions.create_sector("产业发展", by=world.zhao, at=AT)
    with pytest.raises(ValidationError):
        actions.create_sector("产业发展", by=world.zhao, at=AT)
    assert actions.change_sector(sector, {"name": "产业"}, by=world.zhao, at=AT, version=1).name == "产业"
    with pytest.raises(PermissionDenied):
        actions.create_sector("教育", by=world.li, at=AT)
