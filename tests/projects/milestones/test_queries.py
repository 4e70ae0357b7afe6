import datetime

from projects.milestones.queries import closing_windows, due_soon, next_milestones, overdue
from projects.models import Milestone, MilestoneParameters
from tests.world import AT, TODAY


def add(project, name, days, **values):
    return Milestone.objects.create(project=project, name=name, due_on=TODAY + datetime.timedelta(days=days), **values)


def test_the_next_milestone_is_the_earliest_that_is_not_done(world):
    add(world.road, "已完成", -20, actual_on=TODAY)
    add(world.road, "归档", -10, archived_at=AT)
    late = add(world.road, "逾期", -5)
    add(world.road, "将到期", 3)
    assert next_milestones([world.road.pk, world.dam.pk], TODAY) == {world.road.pk: late}


def test_due_soon_and_overdue_are_the_persons_own(world):
    late, soon = add(world.road, "逾期", -1), add(world.road, "今天到期", 0)
    dam = add(world.dam, "三十天", 30)
    add(world.dam, "三十一天", 31)
    assert [list(due_soon(user, TODAY)) for user in (world.li, world.wang)] == [[soon], [dam]]
    assert list(due_soon(world.zhao, TODAY)) == [soon, dam]
    assert list(overdue(world.li, TODAY)) == list(overdue(world.qian, TODAY)) == [late]
    assert not overdue(world.wang, TODAY).exists()
    assert not due_soon(world.he, TODAY).exists()
    MilestoneParameters.objects.create(pk=1, soon_days=29)
    assert list(due_soon(world.wang, TODAY)) == []


def test_people_are_warned_before_only_the_higher_approver_may_move_a_date(world):
    for days in (30, 31, 40, 41):
        add(world.road, f"{days} 天", days)
    assert [one.name for one in closing_windows(world.li, TODAY)] == ["31 天", "40 天"]
    assert not closing_windows(world.wang, TODAY).exists()


def test_milestones_of_archived_projects_wait_for_nobody(world):
    add(world.road, "逾期", -1)
    world.road.archived_at = AT
    world.road.save()
    assert not overdue(world.zhao, TODAY).exists()
