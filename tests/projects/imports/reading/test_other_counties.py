"""Layouts and wordings of other counties' offices, each with what a person reads off the sheet."""

from pathlib import Path

import pytest

from projects.imports.reading.dates import read_when
from projects.imports.reading.people import read_people
from tests.projects.imports.reading.soundness import assert_sound
from tests.projects.imports.reading.workbooks import first, problems, read, values

HEAD = ["序号", "项目名称", "总投资（万元）", "责任单位"]


def fields(result: dict) -> dict[str, str]:
    return {column["column"]: column["field"] for column in result["sheets"][0]["columns"]}


def test_a_small_table_below_the_notes_gives_no_projects(tmp_path: Path) -> None:
    rows = [
        HEAD,
        [1, "甲路", 100, "县交通运输局"],
        ["合计", "1个", 100],
        ["注：1.本表由县重点办汇总。"],
        ["    2.总投资含土地费用。"],
        [],
        ["联系人通讯录"],
        ["单位", "姓名", "电话"],
        ["县交通运输局", "张三", "13700000001"],
    ]
    result = read(tmp_path, rows)
    assert [one["name"] for one in values(result)] == ["甲路"]
    assert "sector" not in first(result)
    assert {8, 9} <= {entry["row"] for entry in result["sheets"][0]["skipped_rows"]}
    assert any("第 8 行起是另一张表" in entry["message"] for entry in problems(result, "warning"))
    assert_sound(tmp_path / "清单.xlsx", result)


def test_a_table_with_a_title_of_its_own_beside_the_list_is_left_alone(tmp_path: Path) -> None:
    rows = [
        ["2023年重点项目", None, None, None, None, "领导分包情况"],
        ["单位：万元"],
        ["序号", "项目名称", "总投资", "责任单位", None, "领导", "联系电话"],
        [1, "甲路", 100, "县交通运输局", None, "秦川", "13700000001"],
        [2, "乙桥", 200, "县交通运输局"],
    ]
    result = read(tmp_path, rows)
    assert "leaders" not in first(result)
    assert "phone" not in first(result)
    assert {entry["why"] for entry in result["sheets"][0]["ignored"]} == {"旁边的另一张表"}


def test_a_running_total_before_its_share_of_the_year_is_the_years(tmp_path: Path) -> None:
    rows = [
        ["2023年重点项目1-2月份进展情况表（单位：万元）"],
        ["序号", "项目名称", "总投资", "2023年计划投资", "累计", None, None],
        [None, None, None, None, "累计完成投资", "占年计划%", "较序时±百分点"],
        [1, "甲泵房", 9000, 4000, 550, 13.75, -2.9],
    ]
    result = read(tmp_path, rows, ["A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:G2"])
    assert first(result)["year_done_wan"] == "550.00"
    assert "done_total_wan" not in first(result)
    assert not problems(result, "question")


def test_done_so_far_beside_done_this_year_is_all_that_was_done(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "已完成投资（万元）", "2023年完成投资（万元）"]
    result = read(tmp_path, [head, [1, "甲小学", 3200, 1500, 900]])
    assert (first(result)["done_total_wan"], first(result)["year_done_wan"]) == ("1500.00", "900.00")
    assert not problems(result, "question")


def test_own_money_under_whereof_is_the_enterprises(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "总投资（万元）", "其中", None, "责任单位"],
        [None, None, "政府投资", "企业自筹", None],
        ["甲水厂", 12000, 8000, 4000, "县水利局"],
    ]
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:D1", "E1:E2"])
    assert (first(result)["gov_wan"], first(result)["private_wan"]) == ("8000.00", "4000.00")


def test_a_project_whose_name_holds_a_word_of_totals_stays_a_project(tmp_path: Path) -> None:
    rows = [
        HEAD,
        [1, "会计总部大厦（合计3栋）", 900, "县住建局"],
        [2, "总计划馆布展", 500, "县文旅局"],
        [3, "小计算机学院", 100, "县教体局"],
        ["合计", "3个", 1500],
    ]
    result = read(tmp_path, rows)
    assert [one["serial"] for one in values(result)] == ["1", "2", "3"]
    assert not problems(result, "warning")


def test_the_county_leader_is_taken_beside_the_city_leader(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "市级包联领导", "县级包联领导"]
    result = read(tmp_path, [head, [1, "甲新材料", 900, "黄河", "长江"]])
    assert first(result)["leaders"] == ["长江"]
    assert not problems(result, "question")


def test_a_contacts_telephone_heading_over_numbers_is_the_telephone(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "责任单位", None, None],
        [None, None, "名称", "主要负责人", "联系人电话"],
        [1, "甲矿山修复", "县自然资源局", "湖海", "13600002222"],
    ]
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:E1"])
    assert (first(result)["contact"], first(result)["phone"]) == ("湖海", "13600002222")


def test_a_column_that_repeats_the_unit_of_money_is_no_owner(tmp_path: Path) -> None:
    head = ["项目名称", "项目单位", "总投资（万元）", "单位"]
    result = read(tmp_path, [head, ["甲铜业", "华铜公司", 900, "万元"]])
    assert first(result)["owner"] == "华铜公司"
    assert not problems(result, "question")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("刘 志 刚", ("刘志刚",)),
        ("王　敏", ("王敏",)),
        ("刘洋　县委常委、宣传部长", ("刘洋",)),
        ("组织部长卫青", ("卫青",)),
    ],
)
def test_names_spaced_out_and_titles_after_them(text: str, names: tuple[str, ...]) -> None:
    assert read_people(text) == (names, ())


@pytest.mark.parametrize(
    ("text", "month"),
    [("二〇二三年三月", "2023-03"), ("二〇二三年十二月底", "2023-12"), ("2022年10月已开工", "2022-10")],
)
def test_months_written_out_and_with_their_event(text: str, month: str) -> None:
    when = read_when(text)
    assert when.first is not None
    assert when.first.text() == month


def test_whether_a_year_alone_means_all_of_its_months_is_asked_once_for_the_column(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "建设年限"]
    rows = [head, [1, "甲园", 100, "2025-2026年"], [2, "乙园", 200, "2025年"], [3, "丙园", 300, "2025.3-2026.9"]]
    result = read(tmp_path, rows)
    (question,) = problems(result, "question")
    assert ["starts" in one for one in values(result)] == [False, False, True]
    told = values(read(tmp_path, rows, answers={question["id"]: "whole"}))
    assert [(one["starts"], one["ends"]) for one in told] == [
        ("2025-01", "2026-12"),
        ("2025-01", "2025-12"),
        ("2025-03", "2026-09"),
    ]
    left = read(tmp_path, rows, answers={question["id"]: "blank"})
    assert not problems(left, "question")
    assert "starts" not in first(left)


@pytest.mark.parametrize(
    ("remark", "code"),
    [
        ("项目代码：2401-410329-04-01-102340", "2401-410329-04-01-102340"),
        ("２４０１－410329－04－01－102340", "2401-410329-04-01-102340"),
        ("与2401-410329-04-01-102340合并实施", None),
    ],
)
def test_a_remark_that_is_nothing_but_a_code_is_the_projects(tmp_path: Path, remark: str, code: str | None) -> None:
    result = read(tmp_path, [[*HEAD, "备注"], ["１", "甲路", 100, "县交通运输局", remark]])
    assert first(result).get("code") == code
    assert (first(result)["remark"], first(result)["serial"]) == (remark, "1")


def test_what_stands_in_the_way_under_other_names_and_the_day_it_was_found(tmp_path: Path) -> None:
    head = ["序号", "督查时间", "项目名称", "难点堵点问题", "整改时限", "责任单位"]
    result = read(
        tmp_path, [head, [1, "6月5日", "甲路", "线路未迁改", "6月底", "县供电公司"]], kind="problems", year=2024
    )
    said = values(result)[0]
    assert (said["raised_on"], said["text"], said["due_on"]) == ("2024-06-05", "线路未迁改", "2024-06")


def test_what_was_handed_over_is_what_stands_in_the_way(tmp_path: Path) -> None:
    head = ["编号", "交办日期", "所属项目", "交办事项", "承办单位"]
    result = read(tmp_path, [head, ["1号", "2024.5.6", "甲路", "管材进场慢", "县水利局"]], kind="problems")
    assert values(result)[0]["text"] == "管材进场慢"


@pytest.mark.parametrize(("kind", "words"), [("reports", "项目清单、月进展表"), ("problems", "“项目名称”“存在问题”")])
def test_a_file_of_another_kind_is_told_where_it_belongs(tmp_path: Path, kind: str, words: str) -> None:
    head = ["序号", "项目名称", "本月完成投资（万元）", "形象进度"]
    (error,) = problems(read(tmp_path, [head, [1, "甲路", 650, "封顶"]], kind=kind, year=2024), "error")
    assert words in error["cure"]
