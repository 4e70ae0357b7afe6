"""Headings decide by whole patterns and position, never by likeness."""

import pytest

from projects.imports.reading.headings import classify, split_unit
from projects.imports.reading.meaning import Meaning, Setting

JUNE = Setting(2023, 6)


def meaning(*tiers: str) -> Meaning:
    return classify(tuple(split_unit(tier)[0] for tier in tiers), JUNE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("开工日期", "starts"), ("竣工日期", "ends")),
        (("总投资", "total_wan"), ("自开工累计完成投资", "done_total_wan")),
        (("本月完成投资", "months.done_wan"), ("本年累计完成投资", "year_done_wan")),
        (("本月计划投资", "months.planned_wan"), ("本月完成投资", "months.done_wan")),
        (("责任单位", "unit"), ("责任领导", "leaders")),
        (("计划开工时间", "starts"), ("实际开工时间", "actual_starts")),
        (("计划竣工时间", "ends"), ("实际竣工时间", "actual_ends")),
        (("责任单位", "unit"), ("配合单位", "supporting_units")),
        (("建设单位", "owner"), ("责任单位", "unit")),
        (("2022年底累计完成投资", "done_before_wan"), ("2023年累计完成投资", "year_done_wan")),
        (("政府投资", "gov_wan"), ("企业投资", "private_wan")),
        (("是否开工", "started"), ("是否入库", "entered")),
        (("开工时间", "starts"), ("开工状态", "started")),
        (("当月投资", "months.done_wan"), ("当月固定资产入库资金", "months.entered_wan")),
        (("分包领导", "leaders"), ("分包单位", "unit")),
        (("项目代码", "code"), ("项目名称", "name")),
    ],
)
def test_pairs_that_differ_by_a_character_are_never_confused(one: tuple[str, str], other: tuple[str, str]) -> None:
    for heading, field in (one, other):
        assert meaning(heading).field == field


@pytest.mark.parametrize(
    ("tiers", "field"),
    [
        (("投资情况", "总投资"), "total_wan"),
        (("投资情况", "其中", "财政资金"), "gov_wan"),
        (("资金来源", "企业自筹"), "private_wan"),
        (("投资情况", "截至2022年底\n累计完成投资"), "done_before_wan"),
        (("投资情况", "2023年度投资计划"), "plan_wan"),
        (("2023年计划", "投资"), "plan_wan"),
        (("2023年", "计划投资"), "plan_wan"),
        (("2023年", "累计完成投资"), "year_done_wan"),
        (("总投资（万元）", "合计"), "total_wan"),
        (("总投资（万元）", "土建工程"), "ignore"),
        (("完成投资", "本月"), "months.done_wan"),
        (("1-6月", "累计完成投资"), "year_done_wan"),
        (("6月份", "计划投资"), "months.planned_wan"),
        (("责任单位", "名称"), "unit"),
        (("责任单位", "责任人"), "contact"),
        (("责任单位", "责任领导"), "contact"),
        (("责任单位", "联系电话"), "phone"),
        (("建设起止年限", "开工"), "starts"),
        (("建设起止年限", "竣工"), "ends"),
        (("项目", "名称"), "name"),
        (("包联领导", "姓名"), "leaders"),
        (("2023年度目标", "上半年"), "goal_h1"),
        (("节点目标", "三季度"), "milestones"),
        (("年度目标", "一季度"), "milestones"),
        (("前期手续", "环评"), "permits"),
        (("手续办理情况", "某某许可"), "permits"),
        (("总投资-中央财政资金",), "ignore"),
        (("包保责任领导姓名",), "leaders"),
        (("包保责任领导职务",), "ignore"),
        (("匡算总投资（亿元）",), "total_wan"),
        (("总投资及资金来源",), "total_wan"),
        (("项目总投资（及来源）",), "total_wan"),
        (("资金来源及总投资",), "total_wan"),
        (("年度计划投资和资金筹措",), "plan_wan"),
        (("资金来源",), "ignore"),
        (("总投资资金来源",), "ignore"),
        (("总投资及资金来源", "银行贷款"), "ignore"),
        (("总投资及资金来源", "企业自筹"), "private_wan"),
        (("合同投资额（亿元）",), "total_wan"),
        (("谋划责任单位",), "unit"),
        (("项目主管部门",), "unit"),
        (("链长",), "leaders"),
        (("链长单位",), "unit"),
        (("前期工作阶段",), "stage"),
        (("前期工作进展情况",), "months.progress"),
        (("滞后原因及下步打算",), "issue"),
        (("倒排工期", "7月"), "milestones"),
        (("开工时间（年月）",), "starts"),
        (("时间（开工）",), "starts"),
        (("项目负责人(电话）",), "contact"),
        (("责任单位（牵头)",), "unit"),
        (("截至2022年12月底累计完成投资额",), "done_before_wan"),
        (("今年以来累计完成投资",), "year_done_wan"),
        (("2023年1-12月累计完成投资(万元)",), "year_done_wan"),
        (("01月完成投资(万元)",), "months.done_wan"),
        (("年度计划投资（亿元）",), "plan_wan"),
        (("计划总投资",), "total_wan"),
        (("完成年度投资比例",), "ignore"),
        (("较序时±百分点",), "ignore"),
        (("上年底累计完成投资",), "done_before_wan"),
        (("开工(竣工)时间",), "period"),
        (("计划开、竣工时间",), "period"),
        (("占地面积（亩）",), "ignore"),
        (("年底目标",), "milestones"),
        (("1-3月目标",), "milestones"),
        (("开竣工时间",), "period"),
        (("2024年计划投资",), "ignore"),
        (("2022年完成投资",), "ignore"),
        (("1-6月形象进度",), "months.progress"),
        (("7月", "节点目标"), "milestones"),
        (("7月", "完成情况"), "ignore"),
        (("总投资", "企业"), "private_wan"),
        (("企业",), "owner"),
        (("包联领导", "县级"), "leaders"),
    ],
)
def test_position_and_pattern_decide(tiers: tuple[str, ...], field: str) -> None:
    assert meaning(*tiers).field == field


@pytest.mark.parametrize(
    ("heading", "options"),
    [
        ("累计完成投资", {"year_done_wan", "done_total_wan"}),
        ("完成投资", {"months.done_wan", "year_done_wan", "done_total_wan"}),
        ("2023年投资", {"plan_wan", "year_done_wan"}),
        ("截至6月底累计完成投资", {"year_done_wan", "done_total_wan"}),
    ],
)
def test_headings_with_two_meanings_are_left_to_be_asked(heading: str, options: set[str]) -> None:
    found = meaning(heading)
    assert found.field == ""
    assert set(found.options) == options


@pytest.mark.parametrize("heading", ["总投咨", "责任单立", "开竣工率", "项目名", "投资强度", "分包协议"])
def test_likeness_alone_decides_nothing(heading: str) -> None:
    found = meaning(heading)
    assert found.field in ("", "ignore", "name" if heading == "项目名" else "")


def test_unit_of_money_is_taken_out_of_the_heading() -> None:
    assert split_unit("总投资\n（亿元）") == ("总投资", "亿元")
    assert split_unit("年度计划投资(万元）") == ("年度计划投资", "万元")
    assert split_unit("总投资（单位：万元）") == ("总投资", "万元")
    assert split_unit("总投资/亿元") == ("总投资", "亿元")
    assert split_unit("投资方") == ("投资方", "")


def test_permit_with_another_name_in_brackets_stays_a_permit_below_one() -> None:
    assert meaning("前期手续", "立项", "备案（核准）").permit == "备案"
    assert meaning("前期手续", "立项", "经办人").field == "ignore"


@pytest.mark.parametrize(
    ("tiers", "field"),
    [
        (("其中", "政府", "投资"), "gov_wan"),
        (("至2022年", "底累计", "完成投资"), "done_before_wan"),
        (("责任单位", "及", "责任人"), "unit_contact"),
        (("主要责任单位",), "unit"),
        (("投资情况", "计划投资"), "plan_wan"),
    ],
)
def test_headings_broken_for_want_of_room_are_joined(tiers: tuple[str, ...], field: str) -> None:
    assert meaning(*tiers).field == field


def test_request_for_a_reason_in_brackets_changes_no_heading() -> None:
    assert meaning("是否入库（未入库请说明原因）").field == "entered"


def test_numbered_groups_of_columns_are_what_they_are_unnumbered() -> None:
    found = [meaning("分包单位2", leaf) for leaf in ("单位", "责任人", "电话")]
    assert [(one.field, one.index) for one in found] == [("unit", 2), ("contact", 2), ("phone", 2)]
