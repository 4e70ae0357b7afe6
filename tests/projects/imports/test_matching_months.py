"""Months in a file: each month's own figures, and what a cumulative figure adds to them."""

import datetime
from decimal import Decimal

import pytest

from projects.models import MonthReport, Period
from tests.projects.imports.conftest import HEADINGS, MONTHS, ROAD, lines_of, take
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db


def test_what_a_unit_reported_is_never_overwritten(office, workbook):
    MonthReport.objects.create(
        project=office.road,
        month=datetime.date(2023, 6, 1),
        covers_from=datetime.date(2023, 6, 1),
        done_wan=900,
        state="submitted",
        first_submitted_at=AT,
        submitted_at=AT,
    )
    document = take(workbook([*ROAD, 950, 950, "主体施工"], headings=MONTHS), office.key_list)
    assert MonthReport.objects.get().done_wan == 900
    assert any("没有覆盖" in problem["message"] for problem in document["problems"])


def test_what_an_import_brought_an_import_may_correct_while_the_month_is_open(office, workbook):
    Period.objects.filter(month=datetime.date(2023, 6, 1)).update(closing_on=TODAY)
    take(workbook([*ROAD, 950, 5000, "主体施工"], headings=MONTHS), office.key_list)
    document = take(workbook([*ROAD, 960, 5000, "主体施工"], headings=MONTHS), office.key_list)
    assert lines_of(document) == {
        "2023年6月当月完成投资": ("950.00", "960.00"),
        "2023年1—5月当月完成投资": ("4050.00", "4040.00"),
    }
    assert sorted(MonthReport.objects.values_list("done_wan", flat=True)) == [Decimal(960), Decimal(4040)]


def test_after_closing_an_import_changes_no_figure_and_names_the_correction(office, workbook):
    take(workbook([*ROAD, 950, 5000, "主体施工"], headings=MONTHS), office.key_list)
    document = take(workbook([*ROAD, 960, 5010, "主体施工"], headings=MONTHS), office.key_list)
    assert sorted(MonthReport.objects.values_list("done_wan", flat=True)) == [Decimal(950), Decimal(4050)]
    assert any("已关账" in problem["message"] and "更正" in problem["cure"] for problem in document["problems"])


def test_a_cumulative_figure_that_contradicts_the_months_is_said_and_not_forced(office, workbook):
    for month in range(1, 6):
        first = datetime.date(2023, month, 1)
        MonthReport.objects.create(
            project=office.road, month=first, covers_from=first, done_wan=800, state="accepted", accepted_at=AT
        )
    document = take(workbook([*ROAD, 950, 5000, "主体施工"], headings=MONTHS), office.key_list)
    assert MonthReport.objects.count() == 6
    assert any(
        "4,050.00" in problem["message"] and "4,000.00" in problem["message"] for problem in document["problems"]
    )


def test_a_cumulative_figure_alone_is_a_report_up_to_its_month_and_the_next_one_adds_what_is_new(office, workbook):
    for month, total in ((5, 4000), (6, 5000)):
        path = workbook([*ROAD, total, f"{month}月在建"], headings=[*HEADINGS, f"1-{month}月完成投资", "形象进度"])
        take(path, office.key_list)
    assert list(MonthReport.objects.order_by("month").values_list("covers_from", "month", "done_wan", "progress")) == [
        (datetime.date(2023, 1, 1), datetime.date(2023, 5, 1), 4000, "5月在建"),
        (datetime.date(2023, 6, 1), datetime.date(2023, 6, 1), 1000, "6月在建"),
    ]
    assert take(path, office.key_list)["counts"]["same"] == 1


@pytest.mark.parametrize(
    ("heading", "figure", "said"),
    [
        ("2023年累计完成投资", 5000, "没有写累计到哪个月"),
        ("1-12月完成投资", 5000, "还没有到"),
        ("1-6月完成投资", 700, "对不上"),
    ],
)
def test_a_cumulative_figure_that_is_not_registered_is_said(office, workbook, heading, figure, said):
    months = {"month": datetime.date(2023, 5, 1), "covers_from": datetime.date(2023, 1, 1)}
    MonthReport.objects.create(project=office.road, **months, done_wan=800, state="accepted", accepted_at=AT)
    document = take(workbook([*ROAD, figure], headings=[*HEADINGS, heading]), office.key_list)
    assert MonthReport.objects.count() == 1
    assert any(said in problem["message"] for problem in document["problems"])


def test_a_month_to_come_is_left_out(office, workbook):
    headings = [*HEADINGS, "2023年9月完成投资（万元）"]
    document = take(workbook([*ROAD, 950], headings=headings), office.key_list)
    assert MonthReport.objects.count() == 0
    assert any("还没有到" in problem["message"] for problem in document["problems"])
