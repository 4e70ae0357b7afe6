"""What goes into the cells: only what stands, and what can be typed besides."""

import datetime
import io
from decimal import Decimal

import openpyxl
import pytest

from projects.imports.writing.layouts import Layout, months_of, write_list
from projects.models import MonthReport, Project, StatisticsEntry
from tests.projects.imports.conftest import take
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
JUNE = datetime.date(2023, 6, 1)


def opened(project_list, layout, **more):
    content = write_list(project_list, layout, at=AT, **more).content
    return openpyxl.load_workbook(io.BytesIO(content))


def report(project, month, done, state="submitted", covers_from=None):
    return MonthReport.objects.create(
        project=project,
        month=month,
        covers_from=covers_from or month,
        done_wan=done,
        progress=f"{month.month}月进度",
        state=state,
        submitted_at=AT,
        first_submitted_at=AT,
    )


def line_of(sheet, project):
    return next(row for row in sheet.iter_rows(values_only=True) if row[1] == project.name)


def test_the_sum_of_the_year_is_what_was_sent_up_to_the_month(office):
    may = datetime.date(2023, 5, 1)
    report(office.road, may, Decimal("100.10"), covers_from=datetime.date(2023, 1, 1))
    report(office.road, JUNE, Decimal("20.05"))
    line = line_of(opened(office.key_list, Layout.MONTHLY, month=JUNE)["6月"], office.road)
    assert line[5:7] == (20.05, 120.15)
    assert line[9] == "6月进度"


def test_a_draft_of_a_unit_is_not_shown(office):
    report(office.road, JUNE, Decimal(20), state="draft")
    line = line_of(opened(office.key_list, Layout.MONTHLY, month=JUNE)["6月"], office.road)
    assert line[4:10] == (None,) * 6


def test_marks_say_who_has_begun_and_who_is_with_the_statistics_bureau(office):
    Project.objects.filter(pk=office.road.pk).update(state="building", actual_start_on=TODAY)
    Project.objects.filter(pk=office.dam.pk).update(state="preparing")
    StatisticsEntry.objects.create(project=office.road, entered_on=TODAY)
    sheet = opened(office.key_list, Layout.MONTHLY, month=JUNE)["6月"]
    assert line_of(sheet, office.road)[10:12] == ("√", "√")
    assert line_of(sheet, office.dam)[10:12] == ("×", "×")


def test_months_are_offered_from_the_newest_that_has_begun(office):
    assert months_of(office.key_list, TODAY)[:2] == [datetime.date(2023, 7, 1), JUNE]
    assert months_of(office.key_list, datetime.date(2022, 12, 31)) == []


def test_a_project_typed_below_the_known_ones_is_the_only_one_that_is_new(office, tmp_path):
    book = opened(office.key_list, Layout.TEMPLATE)
    for cell, value in {"A4": 3, "B4": "白沙镇滨河公园", "D4": "新开工", "J4": 5000, "U4": "县水利局"}.items():
        book["清单"][cell] = value
    path = tmp_path / "template.xlsx"
    book.save(path)
    document = take(path, office.key_list)
    assert (document["counts"]["create"], document["counts"]["same"], document["counts"]["update"]) == (1, 2, 0)
    new = Project.objects.get(name="白沙镇滨河公园")
    assert new.total_wan == Decimal(5000)
    assert new.year_plans.get().label == "new_start"


def test_words_that_are_chosen_change_their_own_fields(office, tmp_path):
    book = opened(office.key_list, Layout.TEMPLATE)
    row = next(cell.row for cell in book["清单"]["B"] if cell.value == office.road.name)
    book["清单"][f"D{row}"], book["清单"][f"F{row}"] = "竣工投产", "改建"
    path = tmp_path / "template.xlsx"
    book.save(path)
    assert take(path, office.key_list)["counts"]["update"] == 1
    office.road.refresh_from_db()
    assert office.road.nature == "rebuild"
    assert office.road.year_plans.get(year=2023).label == "completion"
