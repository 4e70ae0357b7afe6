"""What a person decides about values that were read well: blank cells, and edits newer than the last import."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from projects.imports import actions
from projects.imports.deciding import decide
from projects.models import ImportBatch
from projects.registry.actions import change_project, set_responsibility
from projects.registry.plans.actions import approve_revision, request_revision
from projects.registry.rules import ResponsibilityRole
from projects.requests.actions import Asked, approve, ask
from projects.requests.rules import RequestKind
from tests.projects.imports.conftest import DAM, HEADINGS, ROAD, rows_in, take
from tests.projects.imports.test_views import confirm, page, staged, zhao  # noqa: F401
from tests.world import AT

pytestmark = pytest.mark.django_db
LATER = AT + datetime.timedelta(days=9)
WIDE = [*HEADINGS, "建设内容", "备注"]


def test_a_blank_clears_only_where_the_column_says_so_and_only_what_may_be_cleared(zhao, office, workbook):  # noqa: F811
    change_project(office.road, {"content": "旧内容", "remark": "旧备注"}, by=office.zhou, at=AT, version=1)
    batch = staged(zhao, office, workbook([*ROAD[:3], None, *ROAD[4:], None, None], headings=WIDE))
    assert batch.state == "unchanged"
    assert "空白格怎么办：都保留原值" in page(zhao, "import-review", batch.pk)
    zhao.post(reverse("import-decide", args=[batch.pk]), {"blanks": ["content"]})
    batch.refresh_from_db()
    assert batch.answers == {"blank:content": "clear"}
    text = page(zhao, "import-review", batch.pk)
    assert "<del>旧内容</del>" in text
    assert "<ins>（清除）</ins>" in text
    confirm(zhao, batch)
    office.road.refresh_from_db()
    assert (office.road.content, office.road.remark) == ("", "旧备注")
    assert office.road.total_wan == 60000


def test_the_command_clears_by_an_answer_and_a_cell_that_could_not_be_read_is_not_blank(office, workbook):
    office.road.planned_end_on = datetime.date(2024, 12, 31)
    office.road.save()
    path = workbook([*ROAD, "明年"], [*DAM, None], headings=[*HEADINGS, "计划竣工时间"])
    document = take(path, dry_run=True, answers={"blank:ends": "clear"})
    road, dam = rows_in(document)
    assert road["action"] == "same"
    assert [(line["field"], line["new"]) for line in dam["changes"]] == [("planned_end_on", None)]


def imported(office, workbook):
    take(workbook([*ROAD[:3], 61000, *ROAD[4:]], DAM, name="一.xlsx"))
    office.road.refresh_from_db()
    return change_project(office.road, {"total_wan": 65000}, by=office.zhou, at=LATER, version=office.road.version)


def test_a_newer_edit_by_hand_is_kept_and_named_until_somebody_says_that_the_file_is_right(zhao, office, workbook):  # noqa: F811
    imported(office, workbook)
    batch = staged(zhao, office, workbook([*ROAD[:3], 70000, 13000, *ROAD[5:]], DAM, name="二.xlsx"))
    text = page(zhao, "import-review", batch.pk)
    assert "此后由周于 2023-07-14 改为 65,000.00 万元，文件里是 70,000.00 万元" in text
    row = batch.rows.get(row=2)
    assert [line["field"] for line in row.changes] == ["yearplan.2023.plan_wan"]
    asked = next(said["id"] for said in row.problems if said.get("about") == "edited")
    zhao.post(reverse("import-decide", args=[batch.pk]), {"edits": "1", asked: "file"})
    assert {line["field"] for line in batch.rows.get(row=2).changes} == {"total_wan", "yearplan.2023.plan_wan"}
    batch.refresh_from_db()
    confirm(zhao, batch)
    office.road.refresh_from_db()
    assert office.road.total_wan == 70000


def test_one_choice_for_all_rows_and_none_without_an_earlier_import(office, workbook):
    change_project(office.dam, {"total_wan": 65000}, by=office.zhou, at=AT, version=1)
    path = workbook(ROAD, [*DAM[:3], 66000, *DAM[4:]])
    assert rows_in(take(path, dry_run=True))[1]["action"] == "update"
    imported(office, workbook)
    path = workbook([*ROAD[:3], 70000, *ROAD[4:]], DAM, name="二.xlsx")
    assert rows_in(take(path, dry_run=True))[0]["action"] == "same"
    assert rows_in(take(path, dry_run=True, answers={"edit:*": "file"}))[0]["action"] == "update"


def test_what_an_import_set_again_after_the_edit_is_no_edit_any_more(office, workbook):
    imported(office, workbook)
    take(workbook([*ROAD[:3], 70000, *ROAD[4:]], name="二.xlsx"), answers={"edit:*": "file"})
    assert rows_in(take(workbook([*ROAD[:3], 71000, *ROAD[4:]], name="三.xlsx"), dry_run=True))[0]["action"] == "update"


def test_what_was_approved_is_kept_though_no_file_ever_spoke_of_the_project(office, workbook):
    office.road.planned_end_on = datetime.date(2024, 12, 31)
    office.road.save()
    asked = Asked(RequestKind.MOVE_END, office.road, datetime.date(2025, 6, 30), reason_code="land", reason="征地")
    approve(ask(asked, by=office.li, at=AT), version=1, by=office.zhou, at=AT)
    revised = {"planned_wan": Decimal(24000), "from_on": AT.date(), "reason": "县政府〔2023〕5号"}
    step = request_revision(office.road.year_plans.get(), revised, by=office.zhao, at=AT, version=1)
    approve_revision(step, by=office.zhou, at=AT, version=1)
    path = workbook([*ROAD[:3], 61000, *ROAD[4:], "2024年12月"], headings=[*HEADINGS, "计划竣工时间"])
    row = rows_in(take(path, office.key_list, dry_run=True, at=LATER))[0]
    assert [line["field"] for line in row["changes"]] == ["total_wan"]
    said = [problem["message"] for problem in row["problems"]]
    assert "“计划竣工”由周于 2023-07-05 批准改为 2025-06-30，文件里是 2024-12-31" in said[0]
    assert "“2023年年度计划投资”由周于 2023-07-05 批准改为 24,000.00 万元" in said[1]
    row = rows_in(take(path, office.key_list, dry_run=True, at=LATER, answers={"edit:*": "file"}))[0]
    assert len(row["changes"]) == 3


def test_who_answers_for_a_project_is_kept_too(office, workbook):
    take(workbook([*ROAD[:5], "吴二安", "县交通运输局"], DAM))
    given = {"starts_on": LATER.date(), "by": office.zhou, "at": LATER}
    set_responsibility(office.road, ResponsibilityRole.LEADER, [office.leader_qian], **given)
    path = workbook([*ROAD[:4], 13000, "吴二安", "县水利局"], DAM, name="二.xlsx")
    row = rows_in(take(path, dry_run=True, at=LATER))[0]
    assert sorted(line["field"] for line in row["changes"]) == ["responsibility.lead_unit", "yearplan.2023.plan_wan"]
    assert "“分包领导”此后由周" in row["problems"][0]["message"]
    row = rows_in(take(path, dry_run=True, at=LATER, answers={"edit:*": "file"}))[0]
    assert "responsibility.leader" in [line["field"] for line in row["changes"]]


def test_the_goal_of_the_year_is_registered_and_what_has_no_home_is_said(zhao, office, workbook):  # noqa: F811
    headings = [*HEADINGS, "2023年度目标", "开工以来累计完成投资（万元）"]
    batch = staged(zhao, office, workbook([*ROAD, "主体完工", 9000], headings=headings))
    assert "随原文件保存，不登记：开工以来累计由上年底累计加各月完成算出" in page(zhao, "import-review", batch.pk)
    confirm(zhao, batch)
    assert office.road.year_plans.get().goal == "主体完工"


def test_nothing_chosen_is_said_and_a_closed_batch_is_left_alone(zhao, office, workbook):  # noqa: F811
    batch = staged(zhao, office, workbook([*ROAD, "新内容", None], headings=WIDE))
    with pytest.raises(ValidationError):
        decide(batch, {"blank:content": "keep"}, by=office.zhao, at=AT, now=AT)
    actions.discard_batch(batch, by=office.zhao, at=AT, now=AT)
    with pytest.raises(ValidationError):
        decide(batch, {"blank:content": "clear"}, by=office.zhao, at=AT, now=AT)
    assert ImportBatch.objects.get().answers == {}
