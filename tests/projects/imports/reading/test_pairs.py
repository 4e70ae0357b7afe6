"""Columns and rows that mean something only together."""

from pathlib import Path

from tests.projects.imports.reading.workbooks import first, problems, read, values


def test_a_line_of_plans_above_a_line_of_what_was_done_is_one_project(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "类型", "1月", "2月", "三月", "责任单位"]
    result = read(
        tmp_path,
        [
            ["2023年重点项目计划与完成对照表"],
            head,
            [1, "甲项目", 8000, "计划", 100, 200, 300, "县水利局"],
            [None, None, None, "完成", 90, 210, None, None],
            [2, "乙项目", 6000, "计划", 50, 60, 70, "县财政局"],
            [2, "乙项目", 6000, "完成", 40, None, 55, "县财政局"],
        ],
        ["A3:A4", "B3:B4", "C3:C4", "H3:H4"],
        year=2023,
    )
    rows = values(result)
    assert [row["name"] for row in rows] == ["甲项目", "乙项目"]
    assert rows[0]["months"] == {
        "2023-01": {"planned_wan": "100.00", "done_wan": "90.00"},
        "2023-02": {"planned_wan": "200.00", "done_wan": "210.00"},
        "2023-03": {"planned_wan": "300.00"},
    }
    assert rows[1]["months"]["2023-02"] == {"planned_wan": "60.00"}
    assert rows[1]["months"]["2023-03"] == {"planned_wan": "70.00", "done_wan": "55.00"}
    assert result["sheets"][0]["read"]["total_wan"] == "14000.00"
    assert not problems(result, "question")


def test_text_and_date_of_a_milestone_in_two_columns(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["序号", "项目名称", "总投资（万元）", "节点一", None, "节点二", None, "责任单位"],
            [None, None, None, "内容", "时限", "内容", "完成时间"],
            [1, "甲项目", 1000, "完成可研", "3月底", "开工建设", "2023年6月15日", "县交通局"],
            [2, "乙项目", 1000, "完成招标", "4月", "完成路基", None, "县交通局"],
        ],
        ["D1:E1", "F1:G1"],
        year=2023,
    )
    assert [row.get("milestones") for row in values(result)] == [
        [{"due": "2023-03-31", "text": "完成可研"}, {"due": "2023-06-15", "text": "开工建设"}],
        [{"due": "2023-04-30", "text": "完成招标"}],
    ]
    assert [entry["cell"] for entry in problems(result, "warning")] == ["F4"]


def test_due_day_beside_a_milestone_is_not_the_end_of_the_project(tmp_path: Path) -> None:
    """A row for each milestone, the project merged over them."""
    result = read(
        tmp_path,
        [
            ["序号", "项目名称", "总投资（万元）", "工作节点", "完成时限", "责任单位"],
            [1, "甲项目", 1000, "完成可研", "2023年3月", "县交通局"],
            [None, None, None, "开工建设", "2023年6月15日", None],
            [2, "乙项目", 1000, "完成招标", "4月底前", "县交通局"],
        ],
        ["A2:A3", "B2:B3", "C2:C3", "F2:F3"],
        year=2023,
    )
    rows = values(result)
    assert rows[0]["milestones"] == [
        {"due": "2023-03-31", "text": "完成可研"},
        {"due": "2023-06-15", "text": "开工建设"},
    ]
    assert rows[1]["milestones"] == [{"due": "2023-04-30", "text": "完成招标"}]
    assert "ends" not in rows[0]


def test_unnumbered_row_whose_figures_are_the_sums_below_heads_them(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "年度计划投资（万元）", "责任单位"]
    body = [
        [None, "先进制造业", 700, 300],
        [1, "甲", 300, 100, "县水利局"],
        [2, "乙", 400, 200, "县水利局"],
        [None, "现代服务业", 500, 100],
        [3, "丙", 500, 100, "县商务局"],
    ]
    result = read(tmp_path, [head, *body])
    assert [row["sector"] for row in values(result)] == ["先进制造业", "先进制造业", "现代服务业"]
    assert not problems(result, "question")
    body[0][2] = 701
    assert [entry["cell"] for entry in problems(read(tmp_path, [head, *body]), "question")] == ["B2"]


def test_owner_and_person_in_one_column(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "项目业主及负责人", "责任单位"]
    rows = values(
        read(
            tmp_path,
            [
                head,
                [1, "甲", 300, "洛阳丰收农业公司 丁一 13300000000", "县水利局"],
                [2, "乙", 300, "伊水水务（王五）", "县水利局"],
            ],
        )
    )
    assert [(row["owner"], row["contact"]) for row in rows] == [("洛阳丰收农业公司", "丁一"), ("伊水水务", "王五")]
    assert rows[0]["phone"] == "13300000000"


def test_month_figures_in_chinese_numerals_and_letters(tmp_path: Path) -> None:
    head = ["项目名称", "年度计划投资（万元）", "一月完成投资", "十二月完成投资", "一至三月累计完成投资"]
    row = first(read(tmp_path, [head, ["甲", 9000, 100, 200, 700]], year=2023))
    assert row["months"] == {"2023-01": {"done_wan": "100.00"}, "2023-12": {"done_wan": "200.00"}}
    assert row["year_done_wan"] == "700.00"
    assert row["plan_wan"] == "9000.00"


def test_planned_and_actual_under_the_begin_and_the_end_are_dates_and_no_money(tmp_path: Path) -> None:
    """`2023.3` under `开工时间 / 计划` looks like a figure and must never become a plan of 2023.30 万元."""
    row = first(
        read(
            tmp_path,
            [
                ["序号", "项目名称", "总投资（万元）", "开工时间", None, "竣工时间", None, "责任单位"],
                [None, None, None, "计划", "实际", "计划", "实际", None],
                [1, "甲", 900, "2023.3", "2023.4", "2024.5", None, "县水利局"],
            ],
            ["D1:E1", "F1:G1"],
            year=2023,
        )
    )
    assert (row["starts"], row["actual_starts"], row["ends"]) == ("2023-03", "2023-04", "2024-05")
    assert not {"plan_wan", "actual_ends", "done_total_wan"} & row.keys()


def test_number_in_the_middle_of_a_heading(tmp_path: Path) -> None:
    head = [
        "项目名称",
        "总投资（万元）",
        "分包单位1",
        "分包单位1责任人",
        "分包单位1电话",
        "分包单位2",
        "分包单位2责任人",
    ]
    result = read(tmp_path, [head, ["甲", 900, "县工信局", "甄好", "13111111111", "县商务局", "甄棒"]])
    row = first(result)
    assert (row["unit"], row["contact"], row["phone"], row["supporting_units"]) == (
        "县工信局",
        "甄好",
        "13111111111",
        ["县商务局"],
    )
    assert not problems(result, "question")


def test_numbers_typed_in_front_of_the_names_are_serial_numbers(tmp_path: Path) -> None:
    head = ["项目名称", "总投资（万元）", "责任单位"]
    rows = values(read(tmp_path, [head, ["1、洛宁大道", 500, "甲局"], ["2、洛宁水厂", 500, "甲局"]]))
    assert [(row["serial"], row["name"]) for row in rows] == [("1", "洛宁大道"), ("2", "洛宁水厂")]
    mixed = values(read(tmp_path, [head, ["1、洛宁大道", 500, "甲局"], ["1.2万吨电池箔", 500, "甲局"]]))
    assert [row["name"] for row in mixed] == ["1、洛宁大道", "1.2万吨电池箔"]


def test_what_was_planned_to_be_done_is_a_plan(tmp_path: Path) -> None:
    """`1-6月计划完成投资` beside `1-6月实际完成投资`: the first must never become what was done."""
    head = [
        "项目名称",
        "总投资（万元）",
        "2023年计划完成投资",
        "1-6月计划完成投资",
        "1-6月实际完成投资",
        "6月计划完成投资",
    ]
    result = read(tmp_path, [head, ["甲", 900, 200, 90, 80, 15]], year=2023)
    row = first(result)
    assert (row["plan_wan"], row["year_done_wan"]) == ("200.00", "80.00")
    assert row["months"] == {"2023-06": {"planned_wan": "15.00"}}
    assert not problems(result, "question")


def test_quarters_written_as_spans_of_months_are_milestones(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["序号", "项目名称", "总投资（万元）", "2023年节点目标", None, "责任单位"],
            [None, None, None, "1-3月", "4—6月", None],
            [1, "甲", 900, "完成备案", "6月：开工\n5月：取得施工许可证", "县水利局"],
        ],
        ["D1:E1"],
        year=2023,
    )
    assert [node["due"] for node in first(result)["milestones"]] == ["2023-03-31", "2023-06-30", "2023-05-31"]


def test_progress_without_a_month_stands_at_the_last_month_that_is_filled(tmp_path: Path) -> None:
    head = ["项目名称", "总投资（万元）", "1月完成投资", "2月完成投资", "3月完成投资", "形象进度"]
    result = read(tmp_path, [head, ["甲", 900, 10, 20, None, "路基"]], year=2023)
    assert first(result)["months"]["2023-02"] == {"done_wan": "20.00", "progress": "路基"}
    assert not problems(result, "question")


def test_the_three_batches_are_stages_and_no_labels(tmp_path: Path) -> None:
    head = ["项目名称", "总投资（亿元）", "期数", "类别", "责任单位"]
    row = first(read(tmp_path, [head, ["甲", 9, "第九期", "投产", "县商务局"]]))
    assert (row["stage"], row.get("label")) == ("投产", None)


def test_what_is_built_beside_the_end_of_the_project_is_no_milestone(tmp_path: Path) -> None:
    head = ["项目名称", "总投资（万元）", "建设内容", "完成时间", "责任单位"]
    row = first(read(tmp_path, [head, ["甲", 900, "两栋楼", "2024年6月", "县水利局"]]))
    assert (row["content"], row["ends"]) == ("两栋楼", "2024-06")
    assert "milestones" not in row


def test_goal_and_result_under_a_month_are_a_milestone_and_what_is_left_out(tmp_path: Path) -> None:
    rows = [["项目名称", "总投资（万元）", "7月", None, "8月", None], [None, None, *(["节点目标", "完成情况"] * 2)]]
    rows.append(["甲路", 100, "路基完成", "已完成", "8月20日前路面完成", None])
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:D1", "E1:F1"], year=2023)
    nodes = [("2023-07-31", "路基完成"), ("2023-08-20", "路面完成")]
    assert [(node["due"], node["text"]) for node in values(result)[0]["milestones"]] == nodes
