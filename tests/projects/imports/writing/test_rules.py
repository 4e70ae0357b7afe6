"""What the reader would not take back as it is stands in the note, never in the cell."""

import datetime
from decimal import Decimal

import pytest

from projects.imports.writing import rules
from projects.registry.rules import Contact

END_OF_JUNE = datetime.date(2023, 6, 30)


def test_two_contacts_are_noted_since_a_cell_of_two_reads_as_one_person():
    one, two = Contact("朱岩", "13903791452"), Contact("李四", "13900000001")
    assert rules.contact_cell([one]).value == "朱岩\n13903791452"
    assert rules.contact_cell([one, two]) == (None, "朱岩\n13903791452；李四\n13900000001")


def test_a_contact_with_a_title_is_noted_since_the_title_would_be_dropped():
    assert rules.contact_cell([Contact("王五（局长）", "13900000001")]).value is None


def test_two_leading_units_are_noted_since_the_second_would_become_a_supporting_one():
    assert rules.unit_cell(["县水利局"]).value == "县水利局"
    assert rules.unit_cell(["县水利局", "县交通运输局"]) == (None, "县水利局、县交通运输局")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (datetime.date(2023, 3, 31), datetime.date(2024, 12, 31), "2023.3-2024.12"),
        (datetime.date(2023, 10, 31), None, "2023.10开工"),
        (None, None, None),
        (None, datetime.date(2024, 12, 31), None),
    ],
)
def test_a_period_is_written_from_month_to_month(start, end, text):
    assert rules.period_cell(start, end).value == text


def test_a_day_that_is_not_the_months_last_is_written_out():
    assert rules.month_cell(END_OF_JUNE).value == "2023年6月"
    assert rules.month_cell(datetime.date(2023, 6, 9)).value == "2023年6月9日"


def test_milestones_stand_on_a_line_each_and_unclear_ones_in_the_note():
    nodes = [(END_OF_JUNE, "基础施工"), (datetime.date(2023, 5, 15), "取得施工许可"), (END_OF_JUNE, "备案；8月：封顶")]
    cell = rules.node_cell(nodes, 2023, END_OF_JUNE)
    assert cell.value == "6月底前：基础施工\n5月15日前：取得施工许可"
    assert cell.note == "6月底前：备案；8月：封顶"


def test_a_place_whose_words_name_another_township_is_noted():
    towns = ["白沙镇", "吕店镇"]
    assert rules.place_cell("吕店镇张村", "吕店镇", towns).value == "吕店镇张村"
    assert rules.place_cell("白沙镇至吕店镇", "吕店镇", towns) == ("吕店镇", "白沙镇至吕店镇")
    assert rules.place_cell("", "吕店镇", towns) == ("吕店镇", "")


@pytest.mark.parametrize(("name", "title"), [("交通", "交通类"), ("乡村振兴", "乡村振兴类"), ("续建", ""), ("", "")])
def test_a_sector_whose_title_would_be_read_as_a_label_gets_no_section(name, title):
    assert rules.sector_title(name) == title


def test_amounts_in_yi_keep_every_digit():
    assert rules.yi(Decimal("12345.67")) == Decimal("1.234567")


def test_serials_that_are_no_plain_numbers_stay_text():
    assert rules.serial_cell("7").value == 7
    assert rules.serial_cell("007").value == "007"
    assert rules.serial_cell("2023-001").value == "2023-001"


def test_ordinals_of_sections():
    assert [rules.numeral(number) for number in (1, 10, 11, 20, 35)] == ["一", "十", "十一", "二十", "三十五"]
