from datetime import date
from decimal import Decimal

import pytest

from projects.imports.reading.marks import read_mark, read_permit, read_state


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
