"""Further layouts seen in real systems, in other wordings."""

from pathlib import Path

from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.workbooks import (
    assert_sound,
    first,
    problems,
    read,
    save,
)


def test_l1_pairs_of_columns_per_month_and_a_period_in_one_cell(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["2021年全县重点工程推进情况"],
            [],
            ["报送部门：某县重点办", *[None] * 8, "单位：万元"],
            [
                "序号",
                "工程项目",
                "建设起止时间",
                "项目总投资",
                "本年计划投资",
                "1月形象进度",
                "1月实际完成投资",
                "2月形象进度",
                "2月实际完成投资",
                "责任领导",
            ],
            [1, "某某路改造", "2019-03/2021-12", 5600, 1200, "路基", 100, "路面", 150, "周九"],
            [2, "某某学校", "2020-05/2022-08", 3300, 900, "基础", 50, "主体", 80, "吴十"],
            ["合计：2 个", None, None, 8900, 2100, None, 150, None, 230],
        ],
        ["A1:J2", "A3:E3"],
    )
    assert first(result)["months"] == {
        "2021-01": {"progress": "路基", "done_wan": "100.00"},
        "2021-02": {"progress": "路面", "done_wan": "150.00"},
    }
    assert (first(result)["starts"], first(result)["ends"]) == ("2019-03", "2021-12")
    assert result["sheets"][0]["stated"] == {"count": 2, "total_wan": "8900.00", "plan_wan": "2100.00"}


def test_l2_years_in_the_headings(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            [
                "序号",
                "项目名称",
                "责任单位",
                "总投资（万元）",
                "2022年底累计完成投资",
                "2023年计划",
                None,
                "开工状态",
                "入库状态",
                "竣工时间",
            ],
            [*[None] * 5, "投资", "主要建设内容"],
            [1, "X项目", "县水利局", 9800, 1000, 3000, "完成主体", "已开工", "未入库", "2024年12月"],
        ],
        ["F1:G1", *[f"{c}1:{c}2" for c in "ABCDEHIJ"]],
    )
    one = first(result)
    assert (one["done_before_wan"], one["plan_wan"], one["goal_year"]) == ("1000.00", "3000.00", "完成主体")
    assert (one["started"], one["entered"], one["ends"]) == (True, False, "2024-12")
    assert result["sheets"][0]["year"] == 2023


def test_l3_flat_table_from_a1(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            [
                "序号",
                "项目名称",
                "项目代码",
                "建设性质",
                "所属行业",
                "建设地点",
                "建设内容",
                "总投资(万元)",
                "政府投资",
                "社会投资",
                "本年度计划投资",
                "开工日期",
                "竣工日期",
                "县级责任领导",
                "责任单位",
                "联系人",
                "联系电话",
            ],
            [
                1,
                "甲项目",
                "2301-410329-04-01-123456",
                "续建",
                "水利",
                "甲镇",
                "渠道",
                500,
                300,
                200,
                100,
                "2023-03-01",
                "2024-06-30",
                "张三",
                "县水利局",
                "李四",
                13900000001,
            ],
        ],
    )
    one = first(result)
    assert one["label"] == "续建"
    assert (one["gov_wan"], one["private_wan"], one["plan_wan"]) == ("300.00", "200.00", "100.00")
    assert (one["starts"], one["ends"], one["phone"]) == ("2023-03", "2024-06", "13900000001")


def test_l4_monthly_and_cumulative_columns_and_a_comma_list_of_units(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            [
                "序号",
                "项目名称",
                "项目代码",
                "总投资(万元)",
                "2023年度计划投资(万元)",
                "01月完成投资(万元)",
                "02月完成投资(万元)",
                "2023年1-2月累计完成投资(万元)",
                "牵头单位",
                "配合单位",
            ],
            [
                1,
                "X项目",
                "2301－410329－04－01－１２３４５６",
                9800,
                3000,
                100,
                200,
                300,
                "县水利局,县财政局",
                "县住建局、县城管局",
            ],
        ],
    )
    one = first(result)
    assert one["code"] == "2301-410329-04-01-123456"
    assert one["months"] == {"2023-01": {"done_wan": "100.00"}, "2023-02": {"done_wan": "200.00"}}
    assert (one["year_done_wan"], one["unit"]) == ("300.00", "县水利局")
    assert one["supporting_units"] == ["县财政局", "县住建局", "县城管局"]


def test_l5_summaries_are_said_to_hold_no_project(tmp_path: Path) -> None:
    body = [
        ["合计", 700, 100, 758, 296],
        ["产业发展", 300, 20, 320, 100],
        ["城市提质", 300, 20, 320, 100],
        ["一、续建项目", 300, 20, 300, 100],
        ["产业发展", 1, 1, 1, 1],
        ["城市提质", 3, 2, 3, 1],
    ]
    heads = {
        "一": [["类别", "项目个数", "总投资", "计划投资", "完成投资"]],
        "二": [["项目", "2022年", None, "2023年", None], [None, "总投资", "完成投资", "总投资", "计划投资"]],
        "三": [["项目类别", "2022年", None, "2023年", None], [None, "总投资", "完成投资", "总投资", "计划投资"]],
    }
    path = save(
        tmp_path,
        {name: [["2023年投资情况汇总表（万元）"], *head, *body] for name, head in heads.items()},
        {"二": ["B2:C2", "D2:E2"], "三": ["B2:C2", "D2:E2"]},
    )
    result = read_workbook(path)
    assert [(sheet["status"], sheet["kind"]) for sheet in result["sheets"]] == [("skipped", "summary")] * 3
    assert all("汇总" in sheet["why"] for sheet in result["sheets"])
    assert problems(result, "error")
    assert_sound(path, result)


def test_l6_platform_export_with_hyphens_in_the_headings(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            [
                "项目代码",
                "项目名称",
                "建设性质",
                "项目所属行业",
                "建设规模及内容",
                "拟开工时间",
                "拟建成时间",
                "总投资-合计(万元)",
                "总投资-中央财政资金",
                "总投资-企业自筹",
                "本年计划投资(万元)",
                "自开工累计完成投资(万元)",
                "包保责任领导姓名",
                "包保责任领导职务",
                "包保责任单位",
                "项目(法人)单位",
                "项目单位联系人",
                "项目单位联系电话",
                "项目阶段",
                "是否省重点",
                "审核状态",
                *[f"扩展字段{n}" for n in range(1, 55)],
            ],
            [
                "2301-410329-04-01-123456",
                "甲项目",
                "新建",
                "制造业",
                "厂房",
                "2024-03",
                "2025-12",
                5000,
                0,
                5000,
                2000,
                500,
                "张三",
                "副县长",
                "县工信局",
                "某公司",
                "李四",
                "13900000001",
                "在建",
                "是",
                "已审核",
            ],
        ],
    )
    one = first(result)
    assert (one["total_wan"], one["private_wan"], one["done_total_wan"], one["plan_wan"]) == (
        "5000.00",
        "5000.00",
        "500.00",
        "2000.00",
    )
    assert (one["leaders"], one["unit"], one["owner"], one["contact"]) == (["张三"], "县工信局", "某公司", "李四")
    assert (one["nature"], one["stage"], one["flags"]) == ("新建", "在建", ["省重点"])
    assert len(result["sheets"][0]["ignored"]) == 54 + 3
    assert all(entry["why"] for entry in result["sheets"][0]["ignored"])


def test_l7_numbered_units_each_with_a_person_and_a_phone(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            [
                "序号",
                "项目名称",
                "分包单位1",
                "责任人",
                "联系电话",
                "分包单位2",
                "责任人",
                "联系电话",
                "分包单位3",
                "责任人",
                "联系电话",
                "分包领导",
                "是否备案",
                "是否环评",
                "是否用地预审",
                "总投资（万元）",
            ],
            [
                1,
                "甲项目",
                "县水利局",
                "张三",
                13900000001,
                "县财政局",
                "李四",
                "13900000002",
                None,
                None,
                None,
                "王五",
                "是",
                "否",
                "是",
                5000,
            ],
        ],
    )
    one = first(result)
    assert (one["unit"], one["contact"], one["phone"]) == ("县水利局", "张三", "13900000001")
    assert one["supporting_units"] == ["县财政局"]
    assert one["permits"] == {"备案": {"state": "已办结"}, "环评": {"state": "未启动"}, "用地预审": {"state": "已办结"}}
    assert not problems(result, "question")


def test_l8_parts_of_the_investment_are_not_the_investment(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["序号", "项目名称", "建设单位", "总投资（万元）", None, None, None, "年度计划投资"],
            [None, None, None, "合计", "土建工程", "设备安装", "土地等费用"],
            [1, "甲项目", "某公司", 5000, 3000, 1500, 500, 2000],
        ],
        ["D1:G1"],
    )
    assert first(result)["total_wan"] == "5000.00"
    assert [entry["column"] for entry in result["sheets"][0]["ignored"]] == ["E", "F", "G"]


def test_l9_investment_and_money_entered_in_statistics_stay_apart(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["2024年8月份重点项目进展"],
            [
                "序号",
                "项目名称",
                "总投资（万元）",
                "2024年计划投资",
                "当月投资",
                "当月固定资产入库资金",
                "1-8月累计完成投资",
                "责任单位",
            ],
            [1, "甲", 5000, 2000, 100, 80, 1200, "县水利局"],
        ],
    )
    assert first(result)["months"]["2024-08"]["done_wan"] == "100.00"
    assert first(result)["entered_wan"] == "80.00"
    assert first(result)["year_done_wan"] == "1200.00"


def test_l10_mixed_brackets_and_two_units_in_one_table(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            [
                "序号",
                "项目名称",
                "总投资（亿元)",
                "年度计划投资(万元）",
                "责任单位（牵头)",
                "开工时间(年月）",
                "项目负责人(电话）",
            ],
            [1, "甲", 1.5, 2000, "县水利局", "2024.3", "张三13900000001"],
        ],
    )
    one = first(result)
    assert (one["total_wan"], one["plan_wan"], one["unit"], one["starts"]) == (
        "15000.00",
        "2000.00",
        "县水利局",
        "2024-03",
    )
    assert (one["contact"], one["phone"]) == ("张三", "13900000001")
