"""Story 3, the unit's part: 李 files the month and a milestone; the office takes the report or sends it back."""

import datetime
import re
from decimal import Decimal

import pytest

from projects.models import Milestone, MonthReport
from projects.progress.rules import ReportState
from tests.world import AT

JULY = datetime.date(2023, 7, 1)
BASEMENT = "地下室顶板浇筑完成"


@pytest.fixture
def june(world) -> MonthReport:
    """Last month's report of the road, taken by the office."""
    month = datetime.date(2023, 6, 1)
    return MonthReport.objects.create(
        project=world.road, month=month, covers_from=datetime.date(2023, 1, 1), done_wan=Decimal(900), progress=BASEMENT,
        state=ReportState.ACCEPTED, first_submitted_at=AT, submitted_at=AT, submitter=world.li, accepted_at=AT,
        accepter=world.zhao,
    )  # fmt: skip


@pytest.fixture
def filed(world, june) -> MonthReport:
    """July's report of the road, waiting for the office."""
    return MonthReport.objects.create(
        project=world.road, month=JULY, covers_from=JULY, done_wan=Decimal(1200), progress="主体结构施工至三层",
        state=ReportState.SUBMITTED, first_submitted_at=AT, submitted_at=AT, submitter=world.li,
    )  # fmt: skip


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_clerk_files_the_month_and_gives_the_reason_that_is_asked_for(world, june, open_page, script):
    page = open_page(world.li, java_script_enabled=script)
    page.goto("/")
    page.get_by_role("region", name="7月月报").get_by_role("link", name="吕店镇县道改建工程").click()
    page.get_by_label("当月完成投资").fill("900")
    page.get_by_label("形象进度").fill(BASEMENT)
    page.get_by_role("button", name="上报").click()

    asked = page.get_by_role("alert")
    assert "异常说明" in asked.inner_text()
    assert page.get_by_text("数据与上月雷同").count() > 0
    assert page.get_by_label("当月完成投资").input_value() == "900"
    assert page.get_by_label("形象进度").input_value() == BASEMENT
    assert not MonthReport.objects.filter(month=JULY).exists()

    page.get_by_label("异常说明").fill("连续降雨，本月未能施工")
    page.get_by_role("button", name="上报").click()
    page.get_by_text("2023年7月月报已上报").wait_for()
    report = MonthReport.objects.get(project=world.road, month=JULY)
    assert (report.state, report.submitter, report.done_wan) == (ReportState.SUBMITTED, world.li, Decimal(900))

    page.goto("/")
    page.get_by_text("本期月报都已上报").wait_for()


def test_an_amount_that_is_no_number_is_refused_and_stays_as_typed(world, june, open_page):
    page = open_page(world.li)
    page.goto(f"/progress/projects/{world.road.pk}/2023-07/")
    page.get_by_label("当月完成投资").fill("约九百")
    page.get_by_label("形象进度").fill("主体结构施工至三层")
    page.get_by_role("button", name="只存草稿").click()
    page.get_by_role("alert").get_by_role("link", name="当月完成投资").click()
    assert page.get_by_label("当月完成投资").input_value() == "约九百"
    assert page.get_by_label("形象进度").input_value() == "主体结构施工至三层"
    assert page.get_by_label("当月完成投资").evaluate("field => field === document.activeElement")
    assert not MonthReport.objects.filter(month=JULY).exists()


def test_the_office_takes_a_report(world, filed, open_page):
    page = open_page(world.zhao)
    page.goto("/")
    page.get_by_role("link", name="月报", exact=True).click()
    page.get_by_role("link", name="待审 1").click()
    page.get_by_label("选择 吕店镇县道改建工程").check()
    page.get_by_role("button", name="审核通过").click()
    page.get_by_role("status").get_by_text("审核").wait_for()
    filed.refresh_from_db()
    assert (filed.state, filed.accepter) == (ReportState.ACCEPTED, world.zhao)

    clerk = open_page(world.li)
    clerk.goto(f"/progress/projects/{world.road.pk}/2023-07/")
    clerk.get_by_text("审核后的数字不覆盖").wait_for()
    assert clerk.get_by_label("当月完成投资").count() == 0


def test_the_office_sends_a_report_back_and_the_clerk_reads_why(world, filed, open_page):
    page = open_page(world.zhao)
    page.goto(f"/progress/projects/{world.road.pk}/2023-07/")
    page.get_by_text("退回单位").click()
    page.get_by_role("button", name="退回").click()
    page.get_by_role("alert").get_by_role("link", name="退回原因").wait_for()  # not without a reason
    page.get_by_label("退回原因").fill("投资数与现场进度不符")
    page.get_by_role("button", name="退回").click()
    page.wait_for_url(re.compile("/progress/"))
    page.get_by_text("退回单位。").wait_for()

    clerk = open_page(world.li)
    clerk.goto("/")
    returned = clerk.get_by_role("region", name="退回重报")
    assert "投资数与现场进度不符" in returned.inner_text()
    returned.get_by_role("link", name="吕店镇县道改建工程").click()
    clerk.get_by_text("重点办退回：投资数与现场进度不符").wait_for()
    clerk.get_by_label("当月完成投资").fill("1100")
    clerk.get_by_role("button", name="上报").click()
    clerk.get_by_text("2023年7月月报已上报").wait_for()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_clerk_records_a_milestone_as_done(world, open_page, script):
    milestone = Milestone.objects.create(project=world.road, name="路基交验", due_on=datetime.date(2023, 7, 31))
    page = open_page(world.li, java_script_enabled=script)
    page.goto(f"/projects/{world.road.pk}/")
    page.get_by_role("navigation", name="项目资料").get_by_role("link", name="节点").click()
    page.get_by_role("link", name="路基交验").click()
    page.get_by_label("实际完成日").fill("2023-07-04")
    page.get_by_label("完成情况说明").fill("验收单第 12 号")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("2023-07-04").first.wait_for()
    milestone.refresh_from_db()
    assert milestone.actual_on == datetime.date(2023, 7, 4)
    assert "验收单第 12 号" in page.get_by_role("main").inner_text()


@pytest.mark.parametrize("path", ["/registry/projects/{project}/edit/", "/milestones/{milestone}/edit/"])
def test_the_forms_of_another_unit_are_refused_in_chinese(world, open_page, path):
    milestone = Milestone.objects.create(project=world.dam, name="水厂封顶", due_on=datetime.date(2023, 7, 31))
    page = open_page(world.li)
    answer = page.goto(path.format(project=world.dam.pk, milestone=milestone.pk))
    assert answer.status == 403
    page.get_by_role("heading", name="没有权限").wait_for()
    assert "如果这是您的工作，请联系重点办" in page.get_by_role("main").inner_text()


def test_another_unit_s_report_is_read_but_has_no_form(world, open_page):
    page = open_page(world.li)
    page.goto(f"/progress/projects/{world.dam.pk}/2023-07/")
    page.get_by_role("heading", name="7月月报").wait_for()
    assert page.get_by_label("当月完成投资").count() == 0
