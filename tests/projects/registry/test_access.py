import datetime

import pytest

from projects.models import Responsibility
from projects.registry.access import may_edit_project, may_report, reported_by, visible_projects
from projects.registry.models import Project
from tests.world import TODAY


@pytest.mark.parametrize("name", ["li", "wang", "zhao", "sun", "qian", "feng", "he"])
def test_everyone_who_works_with_projects_sees_all_of_them(world, name):
    assert visible_projects(world.people[name]).count() == 2


@pytest.mark.parametrize("name", ["lin", "ma", "gu"])
def test_the_three_administrators_see_no_project(world, name):
    assert not visible_projects(world.people[name]).exists()


def test_someone_without_a_role_sees_no_project(world):
    world.he.grants.all().delete()
    assert not visible_projects(world.he).exists()


def test_only_the_office_edits_the_registry(world):
    editors = {name for name, person in world.people.items() if may_edit_project(person, world.road)}
    assert editors == {"zhao", "zhou"}


def test_a_reporter_reports_for_the_own_units_projects_only(world):
    reporters = {name for name, person in world.people.items() if may_report(person, world.road, today=TODAY)}
    assert reporters == {"li", "zhao", "zhou"}
    assert list(reported_by(world.li, TODAY)) == [world.road]


def test_a_reporter_loses_a_project_with_its_hand_over(world):
    rows = Responsibility.objects.filter(project=world.road, role="lead_unit")
    rows.update(ends_on=TODAY - datetime.timedelta(days=1))
    Responsibility.objects.create(project=world.road, role="lead_unit", unit=world.water, starts_on=TODAY)
    assert not may_report(world.li, world.road, today=TODAY)
    assert may_report(world.wang, world.road, today=TODAY)
    assert may_report(world.li, world.road, today=TODAY - datetime.timedelta(days=1))


def test_nobody_edits_or_reports_for_an_archived_project(world):
    Project.objects.filter(pk=world.road.pk).update(archived_at="2023-07-01T00:00+08:00")
    world.road.refresh_from_db()
    assert not may_edit_project(world.zhao, world.road)
    assert not may_report(world.zhao, world.road, today=TODAY)
    assert not may_report(world.li, world.road, today=TODAY)
