import datetime
from decimal import Decimal

import pytest

from leaders.models import Leader
from projects.models import Membership, ProjectCode, ProjectList, Responsibility
from projects.registry.models import Project
from projects.registry.plans.queries import plan_in_force
from projects.registry.queries import (
    Totals,
    current_responsibilities,
    led_by,
    list_totals,
    newest_key_list,
    search_projects,
    totals_by_list,
)
from projects.registry.rules import ListKind, ResponsibilityRole
from tests.world import TODAY, YEAR_START, make_project


def hand_over(project, leader, on):
    Responsibility.objects.filter(project=project, role="leader").update(ends_on=on - datetime.timedelta(days=1))
    Responsibility.objects.create(project=project, role=ResponsibilityRole.LEADER, leader=leader, starts_on=on)


def test_a_score_of_june_finds_junes_leader_after_a_hand_over(world):
    hand_over(world.road, world.leader_wu, datetime.date(2023, 7, 1))
    june = current_responsibilities([world.road.pk], datetime.date(2023, 6, 30))[world.road.pk]
    july = current_responsibilities([world.road.pk], datetime.date(2023, 7, 1))[world.road.pk]
    assert [holder.name for holder in june.leaders] == ["钱一平"]
    assert [holder.name for holder in july.leaders] == ["吴二安"]


def test_every_role_stands_in_its_own_place(world):
    found = current_responsibilities([world.road.pk], TODAY)[world.road.pk]
    assert [holder.short_name for holder in found.lead_units] == ["县交通局"]
    assert [holder.name for holder in found.groups] == ["交通专班"]
    assert found.supporting_units == found.contacts == []


def test_a_project_without_anybody_is_missing(world):
    Responsibility.objects.filter(project=world.dam).delete()
    assert set(current_responsibilities([world.road.pk, world.dam.pk], TODAY)) == {world.road.pk}


def test_totals_count_projects_and_leaders_once(world):
    make_project("第三个项目", key_list=world.key_list, unit=world.traffic, leader=world.leader_qian, position=3)
    second_list = ProjectList.objects.create(key="t", name="四部四专班", year=2023, kind=ListKind.TASK_FORCE)
    Membership.objects.create(project_list=second_list, project=world.road, joined_on=YEAR_START)
    totals = list_totals(
        Project.objects.filter(pk__in=Membership.objects.values("project")), 2023, TODAY, plan_in_force(TODAY)
    )
    assert totals == Totals(3, Decimal("180000.00"), Decimal("36000.00"), 2)


def test_totals_of_nothing_are_zero(world):
    assert list_totals(Project.objects.none(), 2023, TODAY, plan_in_force(TODAY)) == Totals(
        0, Decimal("0.00"), Decimal("0.00"), 0
    )


def test_totals_ask_for_the_plan_of_the_year_and_its_leaders(world):
    hand_over(world.road, world.leader_wu, datetime.date(2024, 1, 1))
    assert list_totals(Project.objects.all(), 2023, datetime.date(2026, 1, 1), plan_in_force(TODAY)).leaders == 2
    assert list_totals(Project.objects.all(), 2024, datetime.date(2026, 1, 1), plan_in_force(TODAY)).leaders == 1
    assert list_totals(Project.objects.all(), 2024, TODAY, plan_in_force(TODAY)).plan_wan == 0


def test_cents_survive_the_sum(world):
    for number in range(10):
        make_project(
            f"小项目{number}",
            key_list=world.key_list,
            unit=world.water,
            leader=world.leader_wu,
            total_wan=Decimal("0.10"),
            plan_wan=Decimal("0.01"),
        )
    totals = list_totals(
        Project.objects.exclude(pk__in=[world.road.pk, world.dam.pk]), 2023, TODAY, plan_in_force(TODAY)
    )
    assert (totals.total_wan, totals.plan_wan) == (Decimal("1.00"), Decimal("0.10"))


def test_each_list_is_totalled_over_its_own_members_in_its_own_year(world, django_assert_num_queries):
    old = ProjectList.objects.create(key="2022-key", name="2022年清单", year=2022, kind=ListKind.COUNTY_KEY)
    empty = ProjectList.objects.create(key="e", name="空清单", year=2023, kind=ListKind.OTHER)
    Membership.objects.create(project_list=old, project=world.road, joined_on=YEAR_START)
    world.road.year_plans.create(year=2022, plan_wan=Decimal("500.00"))
    with django_assert_num_queries(4):
        totals = totals_by_list([world.key_list, old, empty], TODAY)
    assert totals[world.key_list.pk] == Totals(2, Decimal("120000.00"), Decimal("24000.00"), 2)
    # The responsibilities of the world begin in 2023: nobody led the road in 2022.
    assert totals[old.pk] == Totals(1, Decimal("60000.00"), Decimal("500.00"), 0)
    assert empty.pk not in totals


def test_what_has_left_a_list_or_was_archived_is_in_no_total_of_it(world):
    world.key_list.memberships.filter(project=world.dam).update(left_on=TODAY, left_reason="条件变化")
    assert totals_by_list([world.key_list], TODAY)[world.key_list.pk].count == 1
    Project.objects.filter(pk=world.road.pk).update(archived_at="2023-07-01T00:00+08:00")
    assert totals_by_list([world.key_list], TODAY) == {}


@pytest.mark.parametrize(
    "text", ["吕店镇", "县道 改建", "吕店（镇）", "LDZ", "ldzxd", "2303-410329-04-01-1234", "2303－410329"]
)
def test_a_project_is_found_by_name_code_and_initials(world, text):
    ProjectCode.objects.create(project=world.road, code="2303-410329-04-01-123456")
    Project.objects.filter(pk=world.road.pk).update(name_key="吕店镇县道改建工程")
    assert list(search_projects(Project.objects.all(), text)) == [world.road]


def test_a_search_for_blanks_finds_everything(world):
    assert search_projects(Project.objects.all(), " 　").count() == 2


def test_a_search_that_fits_nothing_finds_nothing(world):
    assert not search_projects(Project.objects.all(), "火星").exists()


def test_the_newest_active_county_key_list_is_the_one_in_use(world):
    ProjectList.objects.create(key="t24", name="2024专班", year=2024, kind=ListKind.TASK_FORCE)
    assert newest_key_list() == world.key_list
    newer = ProjectList.objects.create(key="k24", name="2024清单", year=2024, kind=ListKind.COUNTY_KEY)
    assert newest_key_list() == newer


def test_a_leaders_projects_are_those_led_today(world):
    assert list(led_by(world.leader_qian.pk, TODAY)) == [world.road]
    assert not led_by(Leader.objects.create(name="新来的").pk, TODAY).exists()
