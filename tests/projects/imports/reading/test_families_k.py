"""Annual lists, monthly tables, ledgers of groups, reserve lists and permit boards of other counties."""

from pathlib import Path

from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.workbooks import (
    assert_sound,
    first,
    problems,
    read,
    save,
    values,
)


def test_k1_three_tiers_with_sections_and_total_at_the_end(tmp_path: Path) -> None:
    rows = [
        ["嵩阳县2024年度重点建设项目一览表"],
        [*[None] * 8, "计量单位：万元"],
        [
            "序",
            "工程名称",
            "项目统一代码",
            "性质",
            "项目所在乡镇",
            "主要建设内容及规模",
            "建设年限",
            "总投资额",
            "资金构成",
            None,
            "至2023年底累计完成投资",
            "2024年度投资计划",
            "2024年工作目标",
            None,
            "县级包联领导",
            "责任部门",
            None,
            "备注",
        ],
        [*[None] * 8, "财政资金", "社会资本", None, None, "上半年", "下半年", None, "名称", "负责人及电话"],
        ["一、续建项目（共2个）", *[None] * 6, 30000, 10000, 20000, 12000, 9000],
        ["（一）农业类（1个）"],
        [
            1,
            "甲乡高标准农田工程",
            "2311-410329-04-01-123456",
            "扩建",
            "甲乡",
            "高标准农田1万亩",
            "2023.5-2025.6",
            10000,
            10000,
            0,
            4000,
            3000,
            "完成沟渠",
            "完工",
            "刘　洋",
            "县农业农村局",
            "王五 13900000001",
        ],
        ["（二）工业类（1个）"],
        [
            1,
            "乙镇轴承产业园",
            None,
            "新建",
            "乙镇",
            "厂房",
            "2023年6月至2024年底",
            "20000",
            "0",
            "20000",
            "8000",
            "6000",
            "主体",
            "投产",
            "张三（县委常委）\n李四",
            "县工信局、县发改委",
            "赵六\n0379-68312345",
            "重点",
        ],
        ["二、新建项目（1个）"],
        [
            1,
            "丙镇大桥",
            None,
            "新建",
            "丙镇",
            "桥",
            "2024.3-2025.12",
            5000,
            5000,
            0,
            0,
            2000,
            "桩基",
            "上部",
            "钱七",
            "县交通局",
            "孙八13900000002",
        ],
        ["总 计（3个）", *[None] * 6, 35000, 15000, 20000, 12000, 11000],
        ["注：投资额以批复为准。"],
        ["填表人：某某", None, None, "审核人：某某"],
    ]
    merges = ["A1:R1", "I3:J3", "M3:N3", "P3:Q3", *[f"{c}3:{c}4" for c in "ABCDEFGHKLOR"], "A5:G5", "A6:R6", "A12:G12"]
    path = save(tmp_path, {"清单": rows}, {"清单": merges})
    result = read_workbook(path)
    sheet = result["sheets"][0]
    assert sheet["header_rows"] == [3, 4]
    assert [one["label"] for one in values(result)] == ["续建", "续建", "新开工"]
    assert [one.get("sector") for one in values(result)] == ["农业", "工业", None]
    one = values(result)[1]
    assert one["leaders"] == ["张三", "李四"]
    assert (one["unit"], one["supporting_units"]) == ("县工信局", ["县发改委"])
    assert (one["contact"], one["phone"]) == ("赵六", "0379-68312345")
    assert (one["starts"], one["ends"], one["nature"]) == ("2023-06", "2024-12", "新建")
    assert one["total_wan"] == one["private_wan"] == "20000.00"
    assert sheet["stated"] == {
        "count": 3,
        "total_wan": "35000.00",
        "gov_wan": "15000.00",
        "private_wan": "20000.00",
        "done_before_wan": "12000.00",
        "plan_wan": "11000.00",
    }
    assert not problems(result, "warning")
    assert_sound(path, result)


def test_k2_monthly_figures_under_a_month_without_the_word_investment(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["2024年1-9月省重点项目进度统计表"],
            ["单位：亿元"],
            [
                "序号",
                "项目",
                "总投资",
                "年度计划",
                "9月",
                None,
                None,
                "年初至今累计完成",
                "完成年度计划比例(%)",
                "是否已开工",
                "入统情况",
                "需协调解决的问题",
            ],
            [None, None, None, None, "计划", "实际完成", "形象进度"],
            [1, "A园区标准厂房", 12.5, 5, 0.5, 0.4, "二层砌筑", 3.2, 64, "是", "已入库", "无"],
            [2, "B医院病房楼", 2.2, 1, 0.1, 0.12, "装修", 0.9, 90, "否", "未入库", "用地未批"],
        ],
        ["A1:L1", "E3:G3"],
    )
    assert first(result)["months"] == {
        "2024-09": {"planned_wan": "5000.00", "done_wan": "4000.00", "progress": "二层砌筑"}
    }
    assert first(result)["year_done_wan"] == "32000.00"
    assert first(result)["plan_wan"] == "50000.00"
    assert [(one["started"], one["entered"], one.get("issue")) for one in values(result)] == [
        (True, True, None),
        (False, False, "用地未批"),
    ]


def test_k3_one_sheet_per_group_takes_unit_from_the_instructions(tmp_path: Path) -> None:
    rows = [
        ["现代农业专班2024年重点工作台账"],
        [
            "序号",
            "专班名称",
            "项目名称",
            "总投资",
            "年度计划投资",
            "时间节点",
            None,
            None,
            None,
            "牵头领导",
            "责任单位",
            "联系人及电话",
        ],
        [*[None] * 5, "一季度", "二季度", "三季度", "四季度"],
        [
            1,
            "现代农业专班",
            "甲项目",
            1.95,
            0.71,
            "1月：立项\n3月底前：招标",
            "4、5月：开工",
            "1-8月：完成主体",
            "完工",
            "张　三",
            "县农业农村局",
            "李四 13900000001",
        ],
        [2, None, "乙项目", 2.5, 0.9, "完成立项", None, "9月15日前：验收", "/", "王五", "县水利局", "赵六13900000002"],
        ["合计", "2个", None, 4.45, 1.61],
    ]
    merges = ["A1:L1", "F2:I2", "B4:B5"]
    result = read_workbook(
        save(
            tmp_path,
            {"填报要求": [["填报说明"], ["一、投资单位为亿元；二、每月报送"]], "现代农业专班": rows},
            {"现代农业专班": merges},
        )
    )
    sheet = result["sheets"][1]
    assert sheet["money_unit"] == "亿元"
    one, two = values(result)
    assert one["total_wan"] == "19500.00"
    assert [(node["due"], node["text"]) for node in one["milestones"]] == [
        ("2024-01-31", "立项"),
        ("2024-03-31", "招标"),
        ("2024-05-31", "开工"),
        ("2024-08-31", "完成主体"),
        ("2024-12-31", "完工"),
    ]
    assert two["group"] == "现代农业专班"
    assert [node["due"] for node in two["milestones"]] == ["2024-03-31", "2024-09-15"]
    assert sheet["stated"] == {"count": 2, "total_wan": "44500.00", "plan_wan": "16100.00"}


def test_k4_reserve_list_with_permit_columns(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["“三个一批”重点项目台账（第九期）"],
            [
                "序号",
                "项目名称",
                "项目类别",
                "期次",
                "行业领域",
                "投资主体",
                "计划总投资(亿元)",
                "手续办理情况",
                None,
                None,
                None,
                "拟开工时间",
                "牵头部门",
                "包联县领导",
            ],
            [*[None] * 7, "立项备案", "环境影响评价", "用地预审", "施工许可证"],
            [
                1,
                "甲项目",
                "签约",
                "第九期",
                "先进制造",
                "某公司",
                3.2,
                "是",
                "在办",
                "无需",
                "2024.3.15",
                "2024年6月",
                "县商务局",
                "王　强",
            ],
            [
                2,
                "乙项目",
                "投产",
                "第九期",
                "先进制造",
                "某公司",
                2.1,
                "√",
                "否",
                "√",
                "/",
                "2024年7月",
                "县商务局",
                "李　明、周大海",
            ],
            ["合计", "2个", None, None, None, None, 5.3],
        ],
        ["A1:N1", "H2:K2"],
    )
    one, two = values(result)
    assert one["permits"] == {
        "立项备案": {"state": "已办结"},
        "环境影响评价": {"state": "已受理"},
        "用地预审": {"state": "不需要"},
        "施工许可证": {"state": "已办结", "on": "2024-03", "on_date": "2024-03-15"},
    }
    assert (one["stage"], one["batch"], one["owner"], one["starts"]) == ("签约", "第九期", "某公司", "2024-06")
    assert two["leaders"] == ["李明", "周大海"]
    assert "施工许可证" not in two["permits"]
    assert result["sheets"][0]["stated"] == {"count": 2, "total_wan": "53000.00"}


def test_k5_permit_board_with_deadline_state_and_number(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["重点项目前期手续办理台账"],
            ["序号", "项目名称", "责任单位", "环评", None, None, "施工许可证", None, None],
            [None, None, None, "应办时限", "办理情况", "文号", "应办时限", "办理情况", "文号"],
            [1, "甲项目", "县水利局", "2024年5月底", "已办结", "伊环审〔2024〕3号", "2024年10月", "未启动", None],
        ],
        ["A1:I1", "D2:F2", "G2:I2"],
        year=2024,
    )
    assert first(result)["permits"] == {
        "环评": {"due": "2024-05", "state": "已办结", "number": "伊环审〔2024〕3号"},
        "施工许可证": {"due": "2024-10", "state": "未启动"},
    }


def test_other_ledgers_are_named_and_left_alone(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        {
            "问题": [
                ["序号", "反映时间", "来源", "项目名称", "反映人", "存在问题", "交办领导", "办理时限", "是否销号"],
                [1, "2024.3.1", "微信群", "甲", "张三", "x", "李", "3天", "否"],
            ],
            "督查": [
                ["日期", "督查人员", "项目", "现场情况", "发现问题", "整改时限", "责任单位", "复查情况"],
                ["3.1", "张三", "甲", "x", "y", "3天", "县水利局", "z"],
            ],
            "排名": [
                ["名次", "单位", "项目数", "总投资", "年度计划投资", "累计完成投资", "完成率", "得分"],
                [1, "县水利局", 3, 100, 50, 20, "40%", 88],
            ],
            "清单": [["序号", "项目名称", "总投资（万元）", "责任单位"], [1, "甲", 500, "县水利局"]],
        },
    )
    result = read_workbook(path)
    assert [(sheet["kind"], sheet["status"]) for sheet in result["sheets"]] == [
        ("problems", "skipped"),
        ("inspections", "skipped"),
        ("ranking", "skipped"),
        ("projects", "read"),
    ]
    assert_sound(path, result)


def test_monthly_figures_typed_as_text_and_a_month_in_the_sheets_name(tmp_path: Path) -> None:
    rows = [
        ["重点项目投资完成情况统计表"],
        ["单位：万元"],
        ["序号", "项目名称", "总投资", "年计划投资", "本月", None, "本年累计", None, "自开工累计完成投资", "责任单位"],
        [None, None, None, None, "计划", "完成", "完成", "占年计划%"],
        [1, "甲", "5000", "2000", "100", "90", "600", "30", "800", "县水利局"],
        [2, "乙", "5000", "2000", "100", "90", "600", "30", "800", "县水利局"],
    ]
    result = read(tmp_path, rows, ["E3:F3", "G3:H3"], sheet="2025年7月")
    one = first(result)
    assert (one["plan_wan"], one["year_done_wan"], one["done_total_wan"]) == ("2000.00", "600.00", "800.00")
    assert one["months"] == {"2025-07": {"planned_wan": "100.00", "done_wan": "90.00"}}
    assert not problems(result, "question")
