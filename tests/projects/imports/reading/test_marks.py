from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from projects.imports.reading.marks import read_mark, read_permit, read_state
from projects.imports.reading.typed import as_typed, read_typed
from tests.projects.imports.reading.workbooks import first, problems, read


@pytest.mark.parametrize(
    ("typed", "state", "on"),
    [
        ("√", "已办结", None),
        ("是", "已办结", None),
        ("2023.5", "已办结", "2023-05"),
        ("×", "未启动", None),
        ("否", "未启动", None),
        ("办理中", "已受理", None),
        ("不需要", "不需要", None),
        ("无需办理", "不需要", None),
        ("已办结", "已办结", None),
        ("未办理", "未启动", None),
        ("√ 2023.5", "已办结", "2023-05"),
        ("√（2023.5.12）", "已办结", "2023-05"),
        ("2023年5月办结", "已办结", "2023-05"),
        ("已办结（2024.1）", "已办结", "2024-01"),
        ("正在办理", "已受理", None),
        ("容缺办理", "容缺预审", None),
        ("正在编制", "材料准备", None),
        ("不涉及", "不需要", None),
        ("已取得", "已办结", None),
        ("✔", "已办结", None),
        ("✗", "未启动", None),
        ("在办", "已受理", None),
        ("办理中（预计8月办结）", "已受理", None),
        ("正在办理，预计2023年8月办结", "已受理", None),
        ("免于办理", "不需要", None),
        ("待办", "未启动", None),
        ("待批复", "已受理", None),
        (date(2023, 5, 12), "已办结", "2023-05"),
        (Decimal("2023.5"), "已办结", "2023-05"),
        (True, "已办结", None),
        (False, "未启动", None),
    ],
)
def test_permit_marks(typed: object, state: str, on: str | None) -> None:
    permit, doubt = read_permit(typed)
    assert permit["state"] == state
    assert permit.get("on") == on
    assert doubt is None


@pytest.mark.parametrize(
    ("typed", "until", "papers"),
    [
        ("容缺，2023-09-30前补齐：红线图", "2023-09-30", "红线图"),
        ("容缺预审（2023年9月底前补齐）", "2023-09", None),
        ("容缺受理,2023.9.30之前补齐，欠环评批复", "2023-09-30", "环评批复"),
        ("容缺办理", None, None),
    ],
)
def test_what_is_owed_and_until_when(typed: str, until: str | None, papers: str | None) -> None:
    permit, doubt = read_permit(typed)
    assert permit is not None
    assert (permit["state"], permit.get("until"), permit.get("papers"), doubt) == ("容缺预审", until, papers, None)


def test_document_number_means_done() -> None:
    permit, _ = read_permit("伊发改〔2023〕15号")
    assert permit == {"state": "已办结", "number": "伊发改〔2023〕15号"}


@pytest.mark.parametrize("typed", ["预计6月", "计划2023年6月办结", "问题较多"])
def test_plans_and_prose_say_nothing_of_the_state(typed: str) -> None:
    permit, doubt = read_permit(typed)
    assert permit is None
    assert doubt.doubt


@pytest.mark.parametrize("typed", ["", "/", "—", None])
def test_blank_permits_stay_blank(typed: object) -> None:
    assert read_permit(typed) == (None, None)


def test_marks_and_states() -> None:
    assert read_mark("√") is True
    assert read_mark("×") is False
    assert read_mark("主体施工") is None
    assert read_state("已开工", "开工") is True
    assert read_state("未开工", "开工") is False
    assert read_state("尚未开工", "开工") is False
    assert read_state("计划5月开工", "开工") is False
    assert read_state("计划5月已开工", "开工") is None
    assert read_state("待定", "开工") is None
    assert read_state("否，手续不全", "入库") is False
    assert read_state("是（2023年5月）", "入库") is True


@pytest.mark.parametrize(
    ("typed", "due", "day"),
    [
        ("8月底前", "2023-08", None),
        ("9月30日前", "2023-09", "2023-09-30"),
        ("7月20日前办结", "2023-07", "2023-07-20"),
        ("十月底前", "2023-10", None),
        ("2024年12月以前", "2024-12", None),
        ("2023年12月底之前取得许可证", "2023-12", None),
    ],
)
def test_until_when_a_permit_is_due_is_not_when_it_was_granted(typed: str, due: str, day: str | None) -> None:
    permit, doubt = read_permit(typed, 2023)
    assert permit == {"due": due} | ({"due_date": day} if day else {})
    assert doubt is None


def test_a_deadline_beside_a_state_is_read_with_it() -> None:
    assert read_permit("办理中（8月底前办结）", 2023) == ({"state": "已受理", "due": "2023-08"}, None)
    assert read_permit("已于8月底前办结", 2023) == ({"state": "已办结", "on": "2023-08"}, None)
    assert read_permit("√（2023.5前）") == ({"state": "已办结", "on": "2023-05"}, None)
    assert read_permit("材料准备", 2023, planned=True) == ({"state": "材料准备"}, None)


@pytest.mark.parametrize("typed", ["8月底前", "9月30日前办结", "2023年前"])
def test_a_deadline_that_cannot_be_told_is_said_and_grants_nothing(typed: str) -> None:
    permit, doubt = read_permit(typed)
    assert permit is None
    assert "期限" in doubt.doubt


PERMITS = [["序号", "项目名称", "总投资（万元）", "{}", None], [None, None, None, "用地手续", "施工许可"]]
OVER_PERMITS = ["A1:A2", "B1:B2", "C1:C2", "D1:E1"]


def permits_under(folder: Path, parent: str, *cells: object) -> dict:
    heads = [[parent if text == "{}" else text for text in row] for row in PERMITS]
    result = read(folder, [*heads, [1, "甲", 900, *cells]], OVER_PERMITS, year=2023)
    assert not result["problems"]
    return first(result)["permits"]


@pytest.mark.parametrize("parent", ["手续办理时限", "手续办理计划", "倒排节点", "前期手续（预计办结）"])
def test_under_a_heading_of_plans_dates_are_deadlines_and_words_are_states(tmp_path: Path, parent: str) -> None:
    assert permits_under(tmp_path, parent, "8月", "2023.10") == {
        "用地手续": {"due": "2023-08"},
        "施工许可": {"due": "2023-10"},
    }
    assert permits_under(tmp_path, parent, "√", "不需要") == {
        "用地手续": {"state": "已办结"},
        "施工许可": {"state": "不需要"},
    }


@pytest.mark.parametrize("parent", ["手续办理情况", "手续办理计划完成情况", "前期手续"])
def test_under_a_heading_of_what_was_done_dates_are_grants(tmp_path: Path, parent: str) -> None:
    assert permits_under(tmp_path, parent, "3月", date(2023, 5, 12)) == {
        "用地手续": {"state": "已办结", "on": "2023-03"},
        "施工许可": {"state": "已办结", "on": "2023-05", "on_date": "2023-05-12"},
    }


def test_a_time_under_a_heading_of_plans_is_a_deadline(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "手续办理计划", None],
        [None, None, "施工许可", None],
        [None, None, "办理情况", "完成时间"],
        [1, "甲", "办理中", "8月"],
    ]
    merges = ["A1:A3", "B1:B3", "C1:D1", "C2:D2"]
    assert first(read(tmp_path, rows, merges, year=2023))["permits"] == {
        "施工许可": {"state": "已受理", "due": "2023-08"}
    }


HEAD = ["序号", "项目名称", "总投资（万元）"]


@pytest.mark.parametrize(
    ("starts", "ends", "started", "told"),
    [
        ("已开工", "2024年12月", True, 0),
        ("未开工", "2024年12月", False, 0),
        ("2023.3", "已完工", True, 1),
        ("已竣工", "2022.12", True, 1),
        ("2023.3", "2024年12月", None, 0),
        ("待定", "/", None, 0),
        ("尽快", None, None, 1),
    ],
)
def test_words_in_place_of_a_date_tell_where_it_stands(
    tmp_path: Path, starts: str, ends: str | None, started: bool | None, told: int
) -> None:
    result = read(tmp_path, [[*HEAD, "开工时间", "竣工时间"], [1, "甲", 900, starts, ends]])
    assert first(result).get("started") is started
    assert len(problems(result, "warning")) == told
    assert [first(result).get(field) for field in ("starts", "ends")] == [
        {"2023.3": "2023-03"}.get(starts),
        {"2024年12月": "2024-12", "2022.12": "2022-12"}.get(ends or ""),
    ]


def test_the_column_that_asks_whether_it_has_begun_outweighs_words_in_that_of_dates(tmp_path: Path) -> None:
    for head, cells in ((["开工时间", "是否开工"], ["已开工", "×"]), (["是否开工", "开工时间"], ["×", "已开工"])):
        assert first(read(tmp_path, [[*HEAD, *head], [1, "甲", 900, *cells]]))["started"] is False


@pytest.mark.parametrize(
    ("begun", "entered", "since", "on"),
    [
        ("已开工（3月）", "已入库（2023.4）", "2023-03", "2023-04"),
        ("是（2023年5月）", "已入库，2023.4.5", "2023-05", "2023-04-05"),
        ("已开工 2022.11", date(2023, 4, 5), "2022-11", "2023-04-05"),
        ("已开工", "√", None, True),
        ("已开工（主体施工）", "是", None, True),
    ],
)
def test_since_when_it_has_begun_or_been_entered_is_read(
    tmp_path: Path, begun: object, entered: object, since: str | None, on: object
) -> None:
    result = read(tmp_path, [[*HEAD, "是否开工", "是否入库"], [1, "甲", 900, begun, entered]], year=2023)
    said = first(result)
    assert (said["started"], said.get("actual_starts"), said["entered"]) == (True, since, on)
    assert not result["problems"]


@pytest.mark.parametrize(
    ("typed", "year"), [("截至6月已开工", 2023), ("已开工（3月前）", 2023), ("已开工（3月）", None)]
)
def test_a_time_that_is_not_that_of_the_start_is_told_and_left_out(
    tmp_path: Path, typed: str, year: int | None
) -> None:
    result = read(tmp_path, [[*HEAD, "是否开工"], [1, "甲", 900, typed]], year=year)
    assert "actual_starts" not in first(result)
    assert ["时间没有读入" in entry["message"] for entry in problems(result, "note")] == [True]


def test_the_column_of_the_actual_start_outweighs_an_aside(tmp_path: Path) -> None:
    for head, cells in (
        (["是否开工", "实际开工时间"], ["已开工（3月）", "2023.2"]),
        (["实际开工时间", "是否开工"], ["2023.2", "已开工（3月）"]),
    ):
        assert first(read(tmp_path, [[*HEAD, *head], [1, "甲", 900, *cells]], year=2023))["actual_starts"] == "2023-02"


@pytest.mark.parametrize("entry", [{"due": "2023-09"}, {"due": "2023-09", "due_date": "2023-09-30"}])
def test_a_deadline_put_back_into_its_cell_is_read_as_the_same(entry: dict[str, str]) -> None:
    assert read_typed("permits.环评", as_typed("permits.环评", entry), 2023) == (entry, "")
