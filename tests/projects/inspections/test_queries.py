import datetime

from projects.inspections.queries import last_inspections, onsite_week, unseen_projects
from projects.models import Inspection, Project
from tests.world import AT, TODAY

MONDAY, SUNDAY = datetime.date(2023, 7, 3), datetime.date(2023, 7, 9)


def visit(world, project, day, **who):
    who = who or {"leader": world.leader_qian}
    return Inspection.objects.create(project=project, inspected_on=day, situation="正常", author=world.zhao, **who)


def test_the_week_counts_different_days_on_site_and_lists_every_leader_in_charge(world):
    visit(world, world.road, MONDAY)
    visit(world, world.dam, MONDAY)
    visit(world, world.road, TODAY)
    visit(world, world.road, MONDAY - datetime.timedelta(days=1))
    visit(world, world.dam, SUNDAY, unit=world.bureau)
    visit(world, world.dam, MONDAY, group=world.group)
    week = onsite_week(TODAY)
    assert (week.monday, week.sunday, len(week.visits)) == (MONDAY, SUNDAY, 5)
    lines = {line.subject: line for line in week.leaders}
    qian, wu = lines[world.leader_qian], lines[world.leader_wu]
    assert (qian.days, qian.visits, qian.is_met) == ([MONDAY, TODAY], 3, True)
    assert (wu.days, wu.visits, wu.is_met) == ([], 0, False)
    assert [(line.subject, line.days) for line in week.bureaus] == [(world.bureau, [SUNDAY])]
    assert [(line.subject, line.days) for line in week.groups] == [(world.group, [MONDAY])]
    assert week.leaders_met == 1


def test_leaders_stand_in_the_order_of_the_roster_not_of_their_days(world):
    world.leader_qian.position = 200
    world.leader_qian.save()
    visit(world, world.road, MONDAY)
    assert [line.subject for line in onsite_week(TODAY).leaders] == [world.leader_wu, world.leader_qian]


def test_archived_visits_are_not_counted(world):
    inspection = visit(world, world.road, MONDAY)
    inspection.archived_at = AT
    inspection.save()
    assert onsite_week(TODAY).visits == []
    assert last_inspections([world.road.pk], TODAY) == {}


def test_the_last_visit_is_the_latest_day_up_to_today_and_of_one_day_the_last_entered(world):
    visit(world, world.road, MONDAY)
    visit(world, world.road, TODAY)
    last = visit(world, world.road, TODAY, unit=world.bureau)
    visit(world, world.road, SUNDAY)
    dam = visit(world, world.dam, MONDAY)
    assert last_inspections([world.road.pk, world.dam.pk], TODAY) == {world.road.pk: last, world.dam.pk: dam}


def test_a_week_over_the_years_end_is_one_week(world):
    visit(world, world.road, datetime.date(2022, 12, 31))
    visit(world, world.road, datetime.date(2023, 1, 1))
    week = onsite_week(datetime.date(2023, 1, 1))
    assert week.monday == datetime.date(2022, 12, 26)
    assert next(line for line in week.leaders if line.subject == world.leader_qian).is_met


def test_projects_nobody_saw_for_longer_than_the_limit_are_named_never_seen_ones_first(world):
    visit(world, world.road, datetime.date(2023, 6, 4))
    unseen = unseen_projects(Project.objects.all(), TODAY)
    assert [(entry.project, entry.days) for entry in unseen] == [(world.dam, None), (world.road, 31)]
    visit(world, world.road, datetime.date(2023, 6, 5))
    assert [entry.project for entry in unseen_projects(Project.objects.all(), TODAY)] == [world.dam]
    world.dam.state = "completed"
    world.dam.save()
    assert unseen_projects(Project.objects.all(), TODAY) == []
