import datetime
from decimal import Decimal

import pytest

from projects.imports.reading.dates import OPEN, When, month_of_row, read_term, read_when
from tests.projects.imports.reading.workbooks import first, problems, read


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("2023.3", "2023-03"),
        ("2023.10", "2023-10"),
        ("2023年3月", "2023-03"),
        ("2023-03-15", "2023-03"),
        ("2023/3/1", "2023-03"),
        ("202303", "2023-03"),
        ("20230315", "2023-03"),
        ("2023年 3 月", "2023-03"),
        ("2024年底", "2024-12"),
        ("2024年12月前", "2024-12"),
        ("2023Q1", "2023-03"),
        ("2023年二季度", "2023-06"),
        ("2023年上半年", "2023-06"),
        ("23年5月", "2023-05"),
        ("２０２３．５", "2023-05"),
        ("2023年5月中旬", "2023-05"),
        ("2023年三季度末", "2023-09"),
        ("预计2024年6月", "2024-06"),
        ("2023-03-01 00:00:00", "2023-03"),
        ("2023.3.15", "2023-03"),
        ("2023年3月底前", "2023-03"),
        ("23.06", "2023-06"),
        ("23/6", "2023-06"),
        ("24.12月底", "2024-12"),
        (Decimal("23.06"), "2023-06"),
        ("45000", "2023-03"),
    ],
)
def test_months_as_people_type_them(typed: object, month: str) -> None:
    assert read_when(typed).first.text() == month


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("3月底前", "2023-03"),
        ("5月底", "2023-05"),
        ("上半年", "2023-06"),
        ("12月", "2023-12"),
        ("十月", "2023-10"),
        ("三季度", "2023-09"),
    ],
)
def test_month_without_year_takes_the_sheets(typed: str, month: str) -> None:
    assert read_when(typed).first.text(2023) == month
    assert read_when(typed).first.text() == ""


@pytest.mark.parametrize(
    ("typed", "starts", "ends"),
    [
        ("2023.03-2024.12", "2023-03", "2024-12"),
        ("2023年3月—2024年底", "2023-03", "2024-12"),
        ("2019-03/2021-12", "2019-03", "2021-12"),
        ("2022-03-2024-12", "2022-03", "2024-12"),
        ("2023.3-12", "2023-03", "2023-12"),
        ("2023年3-12月", "2023-03", "2023-12"),
        ("2023.1-2023.10", "2023-01", "2023-10"),
        ("2023年5月至2024年10月", "2023-05", "2024-10"),
        ("2022.12～2024.6", "2022-12", "2024-06"),
        ("2023年3月开工，2024年12月竣工", "2023-03", "2024-12"),
        ("2023/3—2024/12", "2023-03", "2024-12"),
        ("2023年3月-12月", "2023-03", "2023-12"),
        ("２０２３．３－２０２４．１２", "2023-03", "2024-12"),
    ],
)
def test_periods_as_people_type_them(typed: str, starts: str, ends: str) -> None:
    when = read_when(typed)
    assert (when.first.text(), when.last.text()) == (starts, ends)


def test_number_2023_point_1_may_be_january_or_october() -> None:
    assert read_when(Decimal("2023.1")).choices == ("2023-01", "2023-10")
    assert read_when(Decimal("23.1")).choices == ("2023-01", "2023-10")
    assert read_when("2023.1").first.text() == "2023-01"
    assert read_when(Decimal("2023.3")).first.text() == "2023-03"
    assert read_when(Decimal("2023.12")).first.text() == "2023-12"


def test_serial_numbers_that_lost_their_format_are_days() -> None:
    assert read_when(Decimal(45000)).first.text() == "2023-03"


@pytest.mark.parametrize("typed", ["雨季前", "2023.13", "12.06", "尽快", "2024年12月-2023年3月", Decimal("7.5"), True])
def test_what_is_no_date_is_doubted(typed: object) -> None:
    when = read_when(typed)
    assert when.doubt
    assert when.first is None


@pytest.mark.parametrize("typed", ["待定", "—", "/", "已开工", "", None, "未定", "不涉及"])
def test_words_for_no_date_are_blank(typed: object) -> None:
    assert read_when(typed) == When()


def test_a_year_alone_gives_no_month() -> None:
    assert read_when("2023年").first.month is None
    assert read_when("2022-2024").first.text() == ""


@pytest.mark.parametrize("text", ["2022年5月\n2024年底", "22.5-24.12", "22/05-24/12"])
def test_begin_and_end_on_two_lines_or_with_short_years(text: str) -> None:
    when = read_when(text)
    assert when.first
    assert when.last
    assert (when.first.text(), when.last.text()) == ("2022-05", "2024-12")


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("2023.6.1-2024.5.31", ("2023-06-01", "2024-05-31")),
        ("2023-06-01至2024-05-31", ("2023-06-01", "2024-05-31")),
        ("2023年6月1日起至2024年5月31日止", ("2023-06-01", "2024-05-31")),
        ("2023年6月—2024年2月", ("2023-06-01", "2024-02-29")),
        ("至2024年5月31日", ("", "2024-05-31")),
        ("有效期至2024年5月31日", ("", "2024-05-31")),
        ("2024-05-31", ("", "2024-05-31")),
        (datetime.datetime(2024, 5, 31), ("", "2024-05-31")),
        (Decimal(45443), ("", "2024-05-31")),
        ("2024年5月底前", ("", "2024-05-31")),
        ("长期有效", ("", OPEN)),
        ("/", ("", "")),
        ("待定", ("", "")),
        ("有效期一年", ("", "有效期一年")),
        ("2023年6月1日起一年", ("", "2023年6月1日起一年")),
        ("2023年6月1日起", ("", "2023年6月1日起")),
        ("5月31日", ("", "5月31日")),
        ("2024年", ("", "2024年")),
        ("2024.5.31-2023.6.1", ("", "2024.5.31-2023.6.1")),
        (Decimal("2024.1"), ("", "2024.1")),
    ],
)
def test_a_term_is_read_to_the_day_and_what_tells_none_is_kept_as_it_is(typed: object, term: tuple[str, str]) -> None:
    assert read_term(typed) == term


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("6月", "2023-06"),
        ("2022年12月份", "2022-12"),
        ("2023.10", "2023-10"),
        (Decimal(6), "2023-06"),
        (Decimal("6.0"), "2023-06"),
        (Decimal("2023.5"), "2023-05"),
        (Decimal("2023.1"), ""),  # of January, or 2023.10 as a number
        (datetime.date(2023, 5, 1), "2023-05"),
        ("13月", ""),
        ("小计", ""),
        ("—", ""),
    ],
)
def test_the_month_that_a_row_tells(cell, month):
    assert month_of_row(cell, 2023) == month


def test_a_month_without_a_year_is_none():
    assert month_of_row("6月", None) == ""


@pytest.mark.parametrize(
    ("headings", "cells", "dates"),
    [
        (["开工时间", "竣工时间"], ["待定", "2024年6-7月"], (None, "2024-07")),
        (["开工时间", "竣工时间"], ["2023年8-9月", "2024年6-7月"], ("2023-08", "2024-07")),
        (["计划竣工时间"], ["2024年6-7月"], (None, "2024-07")),
        (["计划开工时间"], ["2023年8-9月"], ("2023-08", None)),
        (["开工时间", "竣工时间"], ["2023年8月", "2024年1月-2024年12月"], ("2023-08", "2024-12")),
    ],
)
def test_a_span_in_the_column_of_one_date_is_not_the_other_date(tmp_path, headings, cells, dates):
    result = read(tmp_path, [["序号", "项目名称", "总投资（万元）", *headings], [1, "竣一厂", 900, *cells]], year=2023)
    assert tuple(first(result).get(field) for field in ("starts", "ends")) == dates
    spans = [cell for cell in cells if "-" in cell]
    assert [entry["value"] for entry in problems(result, "warning")] == spans


@pytest.mark.parametrize(
    ("heading", "cell", "dates"),
    [
        ("起止时间", "2023年8-9月", ("2023-08", "2023-09")),
        ("计划工期", "2023年8-9月", ("2023-08", "2023-09")),
        ("建设年限", "2023年8月-2024年9月", ("2023-08", "2024-09")),
        ("开竣工时间", "2023年8月-2024年9月", ("2023-08", "2024-09")),
        ("计划开工时间", "2023年3月开工，2024年底竣工", ("2023-03", "2024-12")),
        ("计划开工时间", "2023年3月-2024年12月", ("2023-03", "2024-12")),
        ("开工时间", "2022.03-2024.12", ("2022-03", "2024-12")),
    ],
)
def test_a_term_and_what_says_both_still_give_both_dates(tmp_path, heading, cell, dates):
    result = read(tmp_path, [["序号", "项目名称", "总投资（万元）", heading], [1, "竣一厂", 900, cell]], year=2023)
    assert (first(result)["starts"], first(result)["ends"]) == dates
    assert not problems(result, "warning")
