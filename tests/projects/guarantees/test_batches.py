import datetime
from decimal import Decimal
from importlib import import_module

from django.apps import apps

from leaders.audit.actions import changes_of
from leaders.models import HistoryEntry
from projects.guarantees.batches.queries import batch_names, batch_of
from projects.guarantees.batches.rules import Step, reached, size_warning
from projects.models import Membership, Project, ProjectList
from tests.world import TODAY

DAY = datetime.timedelta(days=1)


def test_the_furthest_step_that_was_taken_by_the_day_counts():
    days = {Step.SIGNED: None, Step.STARTED: TODAY, Step.PRODUCING: TODAY + DAY}
    assert reached(days, TODAY) == Step.STARTED
    assert reached(days, TODAY - DAY) is None
    assert reached(days, TODAY + DAY) == Step.PRODUCING


def test_what_is_below_the_entry_size_is_pointed_at_and_what_was_brought_in_may_be_smaller():
    size = {"least_wan": Decimal(30000), "invited_wan": Decimal(10000)}
    assert "低于入库规模 3.00 亿元" in size_warning(Decimal(29999), **size, is_invited=False)
    assert not size_warning(Decimal(10000), **size, is_invited=True)
    assert "1.00 亿元" in size_warning(Decimal(9999), **size, is_invited=True)
    assert not size_warning(Decimal(30000), **size, is_invited=False)
    assert not size_warning(None, **size, is_invited=False)
    assert not size_warning(Decimal(1), None, None, is_invited=False)


def test_a_board_adds_up_the_steps_of_one_batch(world):
    three = ProjectList.objects.create(key="3", name="三个一批", year=2023, kind="three_batches")
    for project, batch in ((world.road, "第七期"), (world.dam, "第八期")):
        Membership.objects.create(
            project_list=three, project=project, batch=batch, stage="签约", joined_on=TODAY, position=1
        )
    world.road.signed_on, world.road.production_on = TODAY, TODAY + DAY
    world.road.save()
    assert batch_names() == ["第七期", "第八期"]
    batch = batch_of("第七期", TODAY)
    assert [(one.label, one.count, one.total_wan) for one in batch.sums] == [
        ("列入", 1, 60000), ("已签约", 1, 60000), ("已开工", 1, 60000), ("已投产", 0, 0),
    ]  # fmt: skip
    assert batch.lines[0].reached == Step.STARTED
    # The list of the next year names its 期 as a whole; a project of both stands once.
    newer = ProjectList.objects.create(key="4", name="三个一批二", year=2024, kind="three_batches", batch="第七期")
    Membership.objects.create(project_list=newer, project=world.road, joined_on=TODAY, position=1)
    assert [line.member.project_list for line in batch_of("第七期", TODAY).lines] == [newer]


def test_the_upgrade_marks_what_was_signed_as_a_change_that_is_told(world):
    Project.objects.filter(pk=world.road.pk).update(signed_on=TODAY)
    import_module("projects.migrations.0057_signed_were_invited").mark(apps, None)
    road = Project.objects.get(pk=world.road.pk)
    (told,) = HistoryEntry.objects.filter(object_type="project")
    assert (road.is_invited, road.version - world.road.version, told.object_id) == (True, 1, road.pk)
    assert told.changes == changes_of(road, {"is_invited": False})
