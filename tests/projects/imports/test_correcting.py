"""Rows put right in the browser: before the batch goes in, and long after."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from leaders.audit.models import HistoryEntry
from leaders.models import Leader, Unit
from projects.imports import actions, background, correcting, undoing
from projects.imports.correcting import (
    RowChanged,
    correct_row,
    fields_of_row,
    import_row_later,
    plan_row,
    questions_of,
    seen,
)
from projects.imports.queries import origin_of
from projects.models import Membership, Project
from projects.registry.actions import change_project
from tests.projects.imports.conftest import ROAD
from tests.projects.imports.test_views import confirm, page, staged, zhao  # noqa: F401
from tests.world import AT, YEAR_START

pytestmark = pytest.mark.django_db
LATER = AT + datetime.timedelta(days=9)
NEW = [3, "白沙镇滨河公园", None, 1000, 500, "周三顺", "县水利局"]
RANGE = [4, "彭婆镇污水处理厂", None, "3000-5000", 500, "周三顺", "县水利局"]
NAMELESS = [5, None, None, 800, 300, "周三顺", "县水利局"]


def correct(row, who, now=AT, answers=None, **texts):
    at = {"at": now, "now": row.batch.state_at}
    return correct_row(row, texts, digest=seen(row), answers=answers, by=who, **at)


@pytest.fixture
def batch(zhao, office, workbook):  # noqa: F811
    return staged(zhao, office, workbook(ROAD, NEW, RANGE, NAMELESS))


@pytest.fixture
def applied(zhao, batch):  # noqa: F811
    confirm(zhao, batch, leave_open="1")
    batch.refresh_from_db()
    assert batch.counts["create"] == 1
    assert batch.counts["park"] == 2
    return batch


def test_a_doubtful_cell_is_typed_over_and_its_question_is_gone(batch, office):
    row = batch.rows.get(row=4)
    assert row.action == "ask"
    field = next(field for field in fields_of_row(row, batch.reading) if field.key == "total_wan")
    assert (field.cell, field.was) == ("D4", "3000-5000")
    done = correct(row, office.zhao, total_wan="4000")
    assert done.action == "create"
    line = next(line for line in done.changes if line["field"] == "total_wan")
    assert (line["new"], line["cell"]) == ("4000.00", "更正于浏览器，原单元格 D4")
    batch.refresh_from_db()
    assert not [said for said in batch.reading["problems"] if said["level"] == "question"]
    told = [line for entry in HistoryEntry.objects.filter(object_type="importbatch") for line in entry.changes]
    assert ("3000-5000", "4000") in [(line["old"], line["new"]) for line in told if line["field"] == "row.total_wan"]


def test_a_row_without_a_name_keeps_what_its_other_cells_say(batch, office):
    row = batch.rows.get(row=5)
    assert row.values["total_wan"] == "800.00"
    done = correct(row, office.zhao, name="酒后镇卫生院")
    assert done.action == "create"
    assert done.cells["name"] == "B5"


def test_what_cannot_be_read_is_refused_on_its_field(batch, office):
    with pytest.raises(ValidationError) as refusal:
        correct(batch.rows.get(row=4), office.zhao, total_wan="大约四五千")
    assert list(refusal.value.error_dict) == ["total_wan"]
    assert batch.rows.get(row=4).corrections == {}


def test_corrections_outlive_another_reading_of_the_file(batch, office):
    correct(batch.rows.get(row=4), office.zhao, total_wan="4000")
    actions.start_reading(batch, by=office.zhao, at=AT, now=AT)
    batch.refresh_from_db()
    actions.read_batch(batch, by=office.zhao, at=AT, now=AT)
    row = batch.rows.get(row=4)
    assert row.action == "create"
    assert row.values["total_wan"] == "4000.00"
    assert [said["row"] for said in batch.reading["problems"] if said["level"] == "error"] == [5]


def test_a_row_of_a_long_file_is_left_to_a_process_of_its_own(zhao, batch, office, monkeypatch):  # noqa: F811
    launched = []
    monkeypatch.setattr(correcting, "AT_ONCE", 2)
    monkeypatch.setattr(background, "launch_reader", launched.append)
    row = batch.rows.get(row=4)
    sent = {"digest": seen(row), "sheet": row.sheet, "line": "4", "total_wan": "4000"}
    answer = zhao.post(reverse("import-row", args=[batch.pk, row.pk]), sent)
    batch.refresh_from_db()
    assert (answer.status_code, batch.state, launched) == (302, "reading", [batch])
    actions.read_batch(batch, by=office.zhao, at=AT, now=AT)
    assert (batch.state, batch.rows.get(row=4).values["total_wan"]) == ("review", "4000.00")


def test_back_to_the_cell_as_it_was_the_question_is_open_again(batch, office):
    row = correct(batch.rows.get(row=4), office.zhao, total_wan="4000")
    row = correct(row, office.zhao, total_wan="3000-5000")
    assert (row.action, row.corrections) == ("ask", {})


def test_two_people_on_one_row_the_second_is_told_and_keeps_what_was_typed(zhao, batch, office):  # noqa: F811
    row = batch.rows.get(row=4)
    address, old = reverse("import-row", args=[batch.pk, row.pk]), seen(row)
    correct(row, office.zhou, total_wan="4000")
    typed = {"digest": old, "sheet": row.sheet, "line": "4", "total_wan": "4500"}
    response = zhao.post(address, typed)
    assert response.status_code == 409
    text = response.content.decode()
    assert 'value="4500"' in text
    assert "现在是：4000" in text
    assert batch.rows.get(row=4).values["total_wan"] == "4000.00"


def test_days_after_the_batch_a_parked_row_is_corrected_and_goes_in_with_it(zhao, applied, office):  # noqa: F811
    row = correct(applied.rows.get(row=5), office.zhou, LATER, name="酒后镇卫生院")
    plan = plan_row(applied, row, at=LATER)
    with pytest.raises(actions.ChangedMeanwhile):
        import_row_later(row, digest="x", by=office.zhou, at=LATER)
    done = import_row_later(row, digest=plan.digest(), by=office.zhou, at=LATER)
    assert done.action == "create"
    project = Project.objects.get(name="酒后镇卫生院")
    assert origin_of(project)["name"].cell == "更正于浏览器，原单元格 B5"
    assert origin_of(project)["total_wan"].cell == "D5"
    member = Membership.objects.get(project=project)
    assert member.joined_on == Membership.objects.get(project__name="白沙镇滨河公园").joined_on
    assert member.position == 4
    applied.refresh_from_db()
    assert applied.counts["park"] == 1
    assert not [said for said in applied.reading["problems"] if said.get("row") == 5 and said["level"] == "error"]
    with pytest.raises(ValidationError):
        import_row_later(row, digest=plan.digest(), by=office.zhou, at=LATER)


def test_undoing_the_batch_takes_back_what_came_in_later(applied, office):
    row = correct(applied.rows.get(row=5), office.zhao, name="酒后镇卫生院")
    import_row_later(row, digest=plan_row(applied, row, at=AT).digest(), by=office.zhao, at=AT)
    undoing.undo_batch(applied, by=office.zhao, at=LATER, reason="试")
    assert not Project.objects.filter(name__in=["酒后镇卫生院", "白沙镇滨河公园"]).exists()


def test_what_a_person_edited_between_both_goes_stays_when_the_batch_is_undone(zhao, office, workbook):  # noqa: F811
    batch = staged(zhao, office, workbook([*ROAD[:3], 61000, *ROAD[4:]], [9, None, None, 62000, 12000, None, None]))
    confirm(zhao, batch)
    change_project(office.road, {"total_wan": 61500}, by=office.zhou, at=AT, version=2)
    row = batch.rows.get(row=3)
    row.batch.refresh_from_db()
    row = correct(row, office.zhao, LATER, name=office.road.name)
    (question,) = questions_of(plan_row(row.batch, row, at=LATER))
    assert "此后由周" in question["message"]
    row = correct(row, office.zhao, LATER, {question["id"]: "file"})
    import_row_later(row, digest=plan_row(row.batch, row, at=LATER).digest(), by=office.zhao, at=LATER)
    office.road.refresh_from_db()
    assert office.road.total_wan == 62000
    batch.refresh_from_db()
    undoing.undo_batch(batch, by=office.zhao, at=LATER, reason="试")
    office.road.refresh_from_db()
    assert office.road.total_wan == 61500


def test_the_pages_of_a_row_that_waits_and_of_one_that_went_in(zhao, applied, office):  # noqa: F811
    waiting, done = applied.rows.get(row=4), applied.rows.get(row=3)
    text = page(zhao, "import-row", applied.pk, waiting.pk)
    assert "D4 原文：3000-5000" in text
    assert "导入这一行" not in text
    assert "已写入" in page(zhao, "import-row", applied.pk, done.pk)
    sent = {"digest": seen(waiting), "sheet": waiting.sheet, "line": "4", "total_wan": "4000"}
    response = zhao.post(reverse("import-row", args=[applied.pk, waiting.pk]), sent, follow=True)
    assert "导入这一行" in response.content.decode()
    digest = response.context["plan"].digest()
    address = reverse("import-row-apply", args=[applied.pk, waiting.pk])
    assert "归入这一批" in zhao.post(address, {"digest": digest}, follow=True).content.decode()
    assert Project.objects.get(name="彭婆镇污水处理厂").total_wan == 4000


def test_a_row_that_went_in_cannot_be_corrected_any_more(applied, office):
    with pytest.raises(RowChanged):
        correct(applied.rows.get(row=3), office.zhao, total_wan="9")
    assert correcting.may_correct(applied, applied.rows.get(row=4))


def test_who_is_named_only_by_rows_left_open_is_not_created(zhao, office, workbook):  # noqa: F811
    Membership.objects.filter(project=office.road).update(left_on=YEAR_START, left_reason="条件变化")
    batch = staged(zhao, office, workbook([*ROAD[:5], "郑新七", "县新设的局"], NEW))
    assert [one["name"] for one in batch.reading["proposals"]] == ["周三顺"]
    confirm(zhao, batch, leave_open="1")
    assert (batch.rows.get(row=2).action, batch.rows.get(row=3).action) == ("park", "create")
    assert not Leader.objects.filter(name="郑新七").exists()
    assert not Unit.objects.filter(name="县新设的局").exists()
