"""补正 and the file that says that the procedure is through."""

import datetime

import pytest

from leaders.models import HistoryEntry
from projects.imports.undoing import undo_batch
from projects.models import ImportBatch, Pause, Permit, PermitType
from projects.permits.actions import change_permit
from tests.projects.imports.conftest import HEADINGS, ROAD, take
from tests.world import AT, YEAR_START

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("edited", [False, True])
def test_a_grant_that_a_file_brings_ends_the_open_pause_until_both_are_undone(office, workbook, edited):
    kind = PermitType.objects.create(name="环境影响评价", also_called="环评")
    permit = Permit.objects.create(project=office.road, permit_type=kind, state="accepted", accepted_on=YEAR_START)
    pause = Pause.objects.create(permit=permit, from_on=datetime.date(2023, 6, 1), reason="缺图")
    headings = [*HEADINGS, "环评"]
    take(workbook([*ROAD, "容缺"], headings=headings), office.key_list, by=office.zhao)
    pause.refresh_from_db()
    assert pause.to_on is None
    document = take(workbook([*ROAD, "2023.6.15取得"], headings=headings), office.key_list, by=office.zhao)
    pause.refresh_from_db()
    assert pause.to_on == datetime.date(2023, 6, 15)
    told = HistoryEntry.objects.get(object_type="pause", object_id=pause.pk, batch_id=document["batch"])
    assert (told.subject_id, told.changes[0]["new"]) == (office.road.pk, "2023-06-15")
    if edited:
        values = {"document_number": "伊环〔2023〕1号"}
        change_permit(permit, values, by=office.zhao, at=AT, version=None, reason="补文号")
    batch = ImportBatch.objects.get(pk=document["batch"])
    undo_batch(batch, by=office.zhao, at=AT, reason="传错了")
    pause.refresh_from_db()
    permit.refresh_from_db()
    assert (pause.to_on is None, permit.state) == ((False, "granted") if edited else (True, "accepted"))
