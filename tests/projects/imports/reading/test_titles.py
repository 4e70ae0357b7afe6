"""What stands over a table, beside it and between its pages."""

from pathlib import Path
from typing import Any

import pytest

from projects.imports.reading.given import title_label
from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.soundness import assert_sound
from tests.projects.imports.reading.workbooks import problems, read, save, values

HEAD = ["序号", "项目名称", "总投资（万元）", "责任单位"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("一、续建项目（58个）", "续建"),
        ("附件1：宜阳县2023年续建项目一览表", "续建"),
        ("2023年新开工重点项目清单", "新开工"),
        ("2023年竣工投产项目", "竣工投产"),
        ("宜阳县2023年重点项目清单", ""),
        ("2023年新开工及续建项目清单", ""),
        ("2023年集中开工项目表", ""),
        ("前期手续办理情况表", ""),
    ],
)
def test_a_title_names_a_label_or_none(text: str, label: str) -> None:
    assert title_label(text) == label


def test_each_table_side_by_side_takes_the_title_above_it(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["续建项目", None, None, None, None, "新开工项目"],
            [*HEAD, None, *HEAD],
            [1, "左一", 100, "县水利局", None, 1, "右一", 700, "县林业局"],
            [2, "左二", 200, "县水利局"],
        ],
    )
    assert [(row["name"], row["label"]) for row in values(result)] == [
        ("左一", "续建"),
        ("左二", "续建"),
        ("右一", "新开工"),
    ]


def test_each_table_below_another_takes_the_title_and_unit_above_it(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        {
            "表": [
                ["一、续建项目"],
                ["单位：亿元"],
                ["序号", "项目名称", "总投资", "责任单位"],
                [1, "上一", 1.5, "甲局"],
                ["小计", None, 1.5],
                ["二、新开工项目（1个）"],
                ["单位：万元"],
                ["序号", "项目名称", "责任单位", "总投资"],
                [1, "下一", "丙局", 9000],
            ]
        },
    )
    result = read_workbook(path)
    assert [(row["label"], row["total_wan"]) for row in values(result)] == [
        ("续建", "15000.00"),
        ("新开工", "9000.00"),
    ]
    assert not problems(result, "warning")
    assert_sound(path, result)


def test_heading_printed_again_without_its_merges_is_the_same_heading(tmp_path: Path) -> None:
    tiers = [
        ["序号", "项目名称", "投资（万元）", None, None, "责任单位"],
        [None, None, "总投资", "其中：", None, None],
        [None, None, None, "政府", "社会", None],
    ]
    result = read(
        tmp_path,
        [*tiers, [1, "甲", 90, 40, 50, "县水利局"], *tiers, [2, "乙", 80, 20, 60, "县水利局"], ["合计", "2个", 170]],
        ["A1:A3", "B1:B3", "C1:E1", "C2:C3", "D2:E2", "F1:F3"],
    )
    assert len(result["sheets"]) == 1
    assert [row["private_wan"] for row in values(result)] == ["50.00", "60.00"]


def test_sheet_named_after_a_township_gives_the_township(tmp_path: Path) -> None:
    result = read_workbook(save(tmp_path, {"白沙镇": [HEAD, [1, "甲", 90, "县水利局"]]}))
    assert values(result)[0]["township"] == "白沙镇"


def test_leaders_of_the_county_are_taken_before_those_of_the_city_and_the_townships(tmp_path: Path) -> None:
    head = ["项目名称", "总投资（万元）", "市级领导", "县级领导", "乡镇领导"]
    result = read(tmp_path, [head, ["甲", 90, "张三", "李四", "王五"]])
    assert values(result)[0]["leaders"] == ["李四"]
    assert not problems(result, "question")
    district = ["项目名称", "总投资（万元）", "区级包联领导"]
    assert values(read(tmp_path, [district, ["甲", 90, "李四"]]))[0]["leaders"] == ["李四"]


def test_heading_alone_over_nothing_but_marks_says_whether(tmp_path: Path) -> None:
    head = ["项目名称", "总投资（万元）", "开工（是/否）", "入库"]
    rows = values(read(tmp_path, [head, ["甲", 90, "是", "√"], ["乙", 90, "否", "×"]]))
    assert [(row["started"], row["entered"]) for row in rows] == [(True, True), (False, False)]


def test_title_printed_again_on_the_next_page_is_no_section(tmp_path: Path) -> None:
    title, unit = ["渑池县2023年重点项目建设清单"], ["单位：万元"]
    path = save(
        tmp_path,
        {
            "清单": [
                title,
                unit,
                HEAD,
                ["一、续建项目"],
                [1, "甲", 500, "县工信局"],
                ["本页小计", None, 500],
                ["渑池县2023年重点项目建设清单（续表）"],
                unit,
                HEAD,
                [2, "乙", 700, "县住建局"],
                ["本页小计", None, 700],
            ]
        },
        {"清单": ["A1:D1", "A7:D7"]},
    )
    result = read_workbook(path)
    assert [(row["name"], row["label"], row.get("sector")) for row in values(result)] == [
        ("甲", "续建", None),
        ("乙", "续建", None),
    ]
    assert not problems(result, "warning")
    assert_sound(path, result)


@pytest.mark.parametrize(
    ("outer", "inner", "label", "sector"),
    [
        ("第一部分 续建项目（共2个，总投资3亿元）", "一、先进制造业（2个）", "续建", "先进制造业"),
        ("续建项目（2个）", "一、先进制造业（2个）", "续建", "先进制造业"),
        ("一、先进制造业（2个）", "续建项目（2个）", "续建", "先进制造业"),
    ],
)
def test_parts_labels_and_numbered_sections_nest_either_way(
    tmp_path: Path, outer: str, inner: str, label: str, sector: str
) -> None:
    result = read(
        tmp_path,
        [
            HEAD,
            [outer],
            [inner],
            [1, "甲", 500, "县工信局"],
            [2, "乙", 500, "县工信局"],
            [
                inner.replace("续建", "新开工")
                .replace("一、先进制造业（2个）", "二、服务业（1个）")
                .replace("2个", "1个")
            ],
            [1, "丙", 500, "县工信局"],
        ],
        ["A2:D2", "A3:D3", "A6:D6"],
    )
    rows = values(result)
    assert [(row["label"], row["sector"]) for row in rows[:2]] == [(label, sector)] * 2
    assert (rows[2]["label"], rows[2]["sector"]) in {("续建", "服务"), ("续建", "服务业"), ("新开工", sector)}


def test_years_of_two_digits_in_headings(tmp_path: Path) -> None:
    head = ["项目名称", "总投资（万元）", "截止22年底完成投资", "23年计划投资", "24年计划投资", "23年1-3月完成投资"]
    row = values(read(tmp_path, [head, ["甲", 900, 100, 200, 300, 50]], year=2023))[0]
    assert (row["done_before_wan"], row["plan_wan"], row["year_done_wan"]) == ("100.00", "200.00", "50.00")


def test_titles_merged_over_tables_side_by_side_are_no_tier_of_their_headings(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资", "责任单位"]
    rows = [
        ["2023年县重点项目分类表"],
        ["续建项目（1个）", None, None, None, None, "新开工项目（1个）"],
        [*head, None, *head],
        [1, "甲路", 100, "县交通运输局", None, 1, "乙馆", 200, "县文广旅局"],
    ]
    result = read(tmp_path, rows, ["A1:I1", "A2:D2", "F2:I2"])
    assert [(one["name"], one["label"]) for one in values(result)] == [("甲路", "续建"), ("乙馆", "新开工")]


def test_batch_in_the_title_and_stages_as_sections(tmp_path: Path) -> None:
    rows = [
        ["“三个一批”（第九期）项目储备库"],
        ["序号", "项目名称", "总投资（亿元）", "责任单位"],
        ["一、签约一批（1个）"],
        [1, "甲基地", 2, "县商务局"],
        ["二、“开工”一批（1个）"],
        [2, "乙园区", 3, "县商务局"],
    ]
    result = read(tmp_path, rows, ["A1:D1", "A3:D3", "A5:D5"])
    assert [(one["batch"], one["stage"]) for one in values(result)] == [("第九期", "签约"), ("第九期", "开工")]
    assert all("label" not in one and "sector" not in one for one in values(result))


def test_a_further_problem_merged_over_most_of_the_table_is_a_problem_and_a_title_is_none(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "存在问题", None, "责任单位"],
        ["吕店镇县道改建工程", "缺资金", None, "县财政局"],
        [None, "土地手续未批"],
        ["二、水利"],
    ]
    result = read(tmp_path, rows, ["B1:C1", "B2:C2", "B3:C3", "A4:C4"], kind="problems", year=2023)
    assert [row["text"] for row in values(result)] == ["缺资金", "土地手续未批"]
    assert [row["row"] for row in result["sheets"][0]["skipped_rows"]] == [4]


def test_stage_and_group_as_sheets_and_titles_say_them(tmp_path: Path) -> None:
    one = read(tmp_path, [["第九期“三个一批”签约项目清单"], HEAD, [1, "甲", 100, "县水利局"]], sheet="开工一批")
    assert "stage" not in values(one)[0]  # sheet and title say different things
    two = read(tmp_path, [["第九期项目清单"], HEAD, [1, "甲", 100, "县水利局"]], sheet="1.开工一批")
    assert (values(two)[0]["stage"], values(two)[0].get("label")) == ("开工", None)
    three = read(tmp_path, [["推进台账"], HEAD, [1, "甲", 100, "县水利局"]], sheet="（二）、文旅专班")
    assert values(three)[0]["group"] == "文旅专班"


def _in_sections(tmp_path: Path, *titles: str, serial: bool = True) -> list[tuple[str | None, str | None]]:
    """Label and sector of one project below each title."""
    rows: list[list[Any]] = [["序号", "项目名称", "总投资（万元）"]]
    for number, title in enumerate(titles, start=1):
        rows += [[title] if serial else [None, title], [number, f"第{number}厂", 900]]
    return [(one.get("label"), one.get("sector")) for one in values(read(tmp_path, rows))]


def test_titles_in_boxes_with_letters_or_bare_open_sections(tmp_path: Path) -> None:
    found = _in_sections(tmp_path, "（1）工业项目", "【社会民生】", "社会事业项目", "A类：省级项目")
    assert found == [(None, "工业"), (None, "社会民生"), (None, "社会事业"), (None, None)]


@pytest.mark.parametrize(
    "title", ["【新开工项目】", "【新开工项目】（1个）", "B类：新开工项目", "B类：新开工项目（1个）"]
)
@pytest.mark.parametrize("serial", [True, False])
def test_label_in_a_box_or_behind_a_letter_ends_the_label_above(tmp_path: Path, title: str, serial: bool) -> None:
    assert _in_sections(tmp_path, "一、续建项目", title, serial=serial) == [("续建", None), ("新开工", None)]


@pytest.mark.parametrize("title", ["B类", "B类：市级项目", "二类项目", "【省级重点项目】", "2023年新增项目"])
def test_title_of_nothing_known_ends_the_section_above(tmp_path: Path, title: str) -> None:
    assert _in_sections(tmp_path, "一、续建项目", title) == [("续建", None), (None, None)]


@pytest.mark.parametrize(
    "note", ["（本页无正文）", "本表按投资排序的项目", "以下为第二批项目", "资料来源：县发改委", "投资以批复为准"]
)
def test_lone_sentence_is_a_note_and_ends_no_section(tmp_path: Path, note: str) -> None:
    assert _in_sections(tmp_path, "一、续建项目", note) == [("续建", None), ("续建", None)]


def test_letters_inside_a_numbered_label_keep_it(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）"]
    rows = [["重点项目"], head, ["一、续建项目"], ["A类：省级项目"], [1, "甲", 9], ["B类：市级项目"], [2, "乙", 9]]
    assert [one["label"] for one in values(read(tmp_path, [*rows, ["重点项目"], [3, "丙", 9]]))] == ["续建"] * 3


def test_lone_name_that_ends_like_a_title_is_still_asked(tmp_path: Path) -> None:
    rows = [["序号", "项目名称", "总投资（万元）"], [1, "甲厂", 900], [2, "乙厂", 900], [None, "社会事业项目"]]
    assert len(problems(read(tmp_path, rows), "question")) == 1
