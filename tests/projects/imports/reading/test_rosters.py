"""Lists of names: tables beside and below each other, headings printed again, sections merged across."""

from pathlib import Path

from tests.projects.imports.reading.workbooks import read, values

UNITS = ["序号", "单位全称", "简称"]
LEADERS = ["序号", "姓名", "职务"]


def test_two_tables_of_units_side_by_side(tmp_path: Path) -> None:
    rows = [["责任单位名单"], [*UNITS, *UNITS], [1, "甲局", "甲", 3, "丙局", "丙"], [2, "乙局", "乙"]]
    result = read(tmp_path, rows, ["A1:F1"], kind="roster")
    assert [(one["name"], one["short_name"]) for one in values(result)] == [
        ("甲局", "甲"),
        ("乙局", "乙"),
        ("丙局", "丙"),
    ]


def test_heading_printed_again_and_sections_merged_across_are_nobody(tmp_path: Path) -> None:
    rows = [LEADERS, ["县级领导"], [1, "秦川", "副县长"], ["名单（续表）"], LEADERS, [2, "石磊", "副县长"]]
    result = read(tmp_path, rows, ["A2:C2", "A4:C4"], kind="roster")
    assert [one["name"] for one in values(result)] == ["秦川", "石磊"]


def test_units_below_leaders_are_a_table_of_their_own(tmp_path: Path) -> None:
    rows = [["领导名单"], LEADERS, [1, "秦川", "副县长"], ["单位名单"], UNITS, [1, "甲局", "甲"]]
    result = read(tmp_path, rows, ["A1:C1", "A4:C4"], kind="roster")
    assert [(one["form"], one["name"]) for one in values(result)] == [("leaders", "秦川"), ("units", "甲局")]
