import datetime
from decimal import Decimal

import pytest

from projects.models import Membership, Project
from projects.progress.queries import projects_to_report
from projects.rankings.facts import ranked_projects
from projects.registry.lists.queries import all_members, changes_of_lists
from projects.registry.models import ProjectList
from projects.registry.plans.actions import approve_revision, request_revision
from projects.registry.queries import totals_by_list
from tests.world import AT, TODAY, YEAR_START

pytestmark = pytest.mark.django_db
JULY, JULY_END = datetime.date(2023, 7, 1), datetime.date(2023, 7, 31)


def test_what_joined_came_back_left_and_was_completed_in_the_month(world):
    Membership.objects.filter(project=world.dam).update(left_on=TODAY, left_reason="资金未落实")
    Membership.objects.create(project_list=world.key_list, project=world.dam, joined_on=JULY_END)
    school = Project.objects.create(name="新增学校", name_key="新增学校")
    Membership.objects.create(project_list=world.key_list, project=school, joined_on=JULY)
    Project.objects.filter(pk=world.road.pk).update(actual_end_on=TODAY)

    def told(*days, **only):
        return [(line.kind.label, line.project.name[:2], line.reason) for line in changes_of_lists(*days, **only)]

    july = [("新增", "新增", ""), ("重新列入", "鸣皋", ""), ("调出", "鸣皋", "资金未落实"), ("竣工", "吕店", "")]
    assert told(JULY, JULY_END) == july
    other = ProjectList.objects.create(key="x", name="另一份", year=2023, kind="other")
    assert told(JULY, JULY_END, project_list=other) == []
    assert told(YEAR_START, YEAR_START) == []  # what a list was founded with is no change of it


@pytest.mark.parametrize(("kind", "second"), [("other", "又列入"), ("three_batches", "新增"), ("whitelist", "新增")])
def test_what_joins_a_second_list_of_the_years_work_is_new_once(world, kind, second):
    """The reserve and the whitelist are no work of the year: joining one of them does not hang on the others."""
    other = ProjectList.objects.create(key="x", name="另一份", year=2023, kind=kind)
    Membership.objects.create(project_list=other, project=world.dam, joined_on=YEAR_START)
    school = Project.objects.create(name="学校", name_key="学校")
    june = datetime.date(2023, 6, 1)
    Membership.objects.create(project_list=world.key_list, project=school, joined_on=june)
    Membership.objects.create(project_list=other, project=school, joined_on=JULY)
    told = [(line.on, line.kind.label) for line in changes_of_lists(june, JULY_END)]
    assert told == [(june, "新增"), (JULY, second)]


def test_the_months_between_two_stretches_stay_without_the_project_and_no_stretch_counts_twice(world):
    Membership.objects.filter(project=world.dam).update(left_on=datetime.date(2023, 3, 10), left_reason="x")
    Membership.objects.create(project_list=world.key_list, project=world.dam, joined_on=datetime.date(2023, 6, 5))
    for projects in (ranked_projects, projects_to_report):
        months = [month for month in range(1, 7) if world.dam in projects(datetime.date(2023, month, 1))]
        assert months == [1, 2, 6]
        assert projects(datetime.date(2023, 6, 1)).count() == 2


def test_the_plans_of_a_list_are_those_in_force_as_in_its_total(world):
    asked = {"planned_wan": Decimal(24000), "from_on": datetime.date(2023, 10, 1), "reason": "文件"}
    plan = request_revision(world.road.year_plans.get(), asked, by=world.zhao, at=AT, version=None)
    approve_revision(plan, by=world.zhou, at=AT, version=None)
    rows = [row.plan_wan for row in all_members(world.key_list, TODAY)]
    assert sum(rows) == 24000 == totals_by_list([world.key_list], TODAY)[world.key_list.pk].plan_wan
