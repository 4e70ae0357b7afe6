import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from projects.models import FilingException, MonthReport, Period, Responsibility
from projects.progress.actions import return_report, save_report_draft, submit_report, take_over_report
from projects.progress.filling.queries import unit_sheet
from projects.progress.queries import report_decision, report_warnings
from projects.progress.rules import OddityCode, ReportFigures, check_report
from projects.registry.plans.actions import approve_revision, request_revision
from tests.projects.growth import PAGE, assert_constant_queries
from tests.world import AT, TODAY, YEAR_START, make_project

JUNE, JULY = datetime.date(2023, 6, 1), datetime.date(2023, 7, 1)


@pytest.fixture
def bridge(world):
    return make_project("跨河桥工程", key_list=world.key_list, unit=world.traffic, leader=world.leader_qian, position=3)


@pytest.fixture
def sheet(world, bridge, client):
    client.force_login(world.li)
    return reverse("report-sheet", args=[world.traffic.pk, "2023-07"])


def row(project, version="", **typed):
    typed = {"planned_wan": "", "done_wan": "", "progress": "", "issues": "", "note": "", "version": version} | typed
    return {f"p{project.pk}-{name}": value for name, value in typed.items()}


def test_a_unit_sends_its_ready_rows_at_once_and_empty_ones_wait(world, bridge, sheet, client):
    take_over_report(world.road, JUNE, done_wan=Decimal(5100), progress="三通一平", by=None, at=AT)
    page = client.get(sheet).content.decode()
    assert "三通一平" in page
    assert "鸣皋镇" not in page  # another unit's
    typed = row(world.road, done_wan="９００", progress="路基完成三公里") | row(bridge)
    assert client.post(sheet, typed | {"step": "submit"}).status_code == 302
    report = MonthReport.objects.get(month=JULY)
    assert (report.project, report.state, report.done_wan) == (world.road, "submitted", Decimal(900))
    assert "6,000.00" in client.get(sheet).content.decode()  # the year with this month


def test_a_row_that_asks_for_a_reason_holds_back_no_other_and_keeps_what_was_typed(world, bridge, sheet, client):
    typed = row(world.road, done_wan="5000", progress="设备到场") | row(bridge, done_wan="100", progress="桩基")
    response = client.post(sheet, typed | {"step": "submit"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "占年度计划的" in page
    assert 'value="5000"' in page
    assert list(MonthReport.objects.values_list("project", flat=True)) == [bridge.pk]
    typed |= row(world.road, done_wan="5000", progress="设备到场", note="设备款集中支付")
    assert client.post(sheet, typed | {"step": "submit"}).status_code == 302
    assert MonthReport.objects.filter(state="submitted").count() == 2


@pytest.mark.parametrize(("typed", "words"), [({"done_wan": "一千"}, "请填写数字"), ({"progress": "桩基"}, "填 0")])
def test_what_is_wrong_is_said_in_the_row(world, sheet, client, typed, words):
    response = client.post(sheet, row(world.road, **typed) | {"step": "submit"})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert next(iter(typed.values())) in response.content.decode()


def test_saving_keeps_changed_rows_as_drafts_only(world, bridge, sheet, client):
    assert client.post(sheet, row(world.road, progress="甲") | row(bridge) | {"step": "save"}).status_code == 302
    report = MonthReport.objects.get()
    assert (report.project, report.state, report.progress) == (world.road, "draft", "甲")


def test_a_lost_race_shows_both_values_and_writes_nothing(world, sheet, client):
    save_report_draft(world.road, JULY, {"progress": "赵写的"}, by=world.zhao, at=AT)
    response = client.post(sheet, row(world.road, progress="李写的") | {"step": "save"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "对方 赵写的，您填 李写的" in page
    assert "赵 07-05" in page
    assert MonthReport.objects.get().progress == "赵写的"
    again = row(world.road, version=1, progress="李写的")
    assert f'name="p{world.road.pk}-version" value="1"' in page
    assert client.post(sheet, again | {"step": "save"}).status_code == 302
    assert MonthReport.objects.get().progress == "李写的"


def test_a_returned_row_says_why_and_an_accepted_one_is_read_only(world, bridge, sheet, client):
    sent = submit_report(world.road, JULY, {"done_wan": Decimal(9), "progress": "甲"}, by=world.li, at=AT)
    assert f'name="p{world.road.pk}-done_wan"' not in client.get(sheet).content.decode()
    return_report(sent, reason="单位写错", version=sent.version, by=world.zhao, at=AT)
    page = client.get(sheet).content.decode()
    assert "单位写错" in page
    assert f'name="p{world.road.pk}-done_wan"' in page
    returned = row(world.road, done_wan="9.00", progress="甲", version=3)
    said = client.post(sheet, returned | row(bridge, done_wan="8", progress="桩基") | {"step": "submit"}, follow=True)
    assert "已上报 1 个项目；1 个退回的没有改，没有重报" in said.text
    sent.refresh_from_db()
    assert sent.state == "returned"
    # Mended and kept as a draft by the page itself, it is sent.
    save_report_draft(world.road, JULY, {"progress": "乙"}, version=3, by=world.li, at=AT)
    client.post(sheet, returned | row(world.road, done_wan="9.00", progress="乙", version=4) | {"step": "submit"})
    sent.refresh_from_db()
    assert (sent.state, sent.progress) == ("submitted", "乙")


def test_a_closed_month_is_read_only_and_says_why(world, bridge, client):
    client.force_login(world.li)
    page = client.get(reverse("report-sheet", args=[world.traffic.pk, "2023-06"])).content.decode()
    assert "自动关账" in page
    assert "上报填好的项目" not in page


def test_what_was_typed_is_kept_when_a_colleague_sent_the_row_meanwhile(world, bridge, sheet, client):
    submit_report(world.road, JULY, {"done_wan": Decimal(9), "progress": "甲"}, by=world.li, at=AT)
    untouched = row(world.road) | row(bridge, progress="桩基")
    assert client.post(sheet, untouched | {"step": "save"}).status_code == 302
    typed = row(world.road, done_wan="888", progress="我打的字")
    for version, status in (("", 409), (2, 422)):
        response = client.post(sheet, typed | {f"p{world.road.pk}-version": version, "step": "save"})
        page = response.content.decode()
        assert (response.status_code, "我打的字" in page, "不能再改" in page) == (status, True, True)
    assert MonthReport.objects.get(project=world.road).done_wan == 9


def test_what_was_typed_is_kept_when_the_month_closed_meanwhile(world, client):
    client.force_login(world.li)
    june = reverse("report-sheet", args=[world.traffic.pk, "2023-06"])
    response = client.post(june, row(world.road, progress="我打的字") | {"step": "save"})
    assert (response.status_code, response.content.decode().count("我打的字")) == (422, 1)
    assert not MonthReport.objects.exists()


def move_to_water(world, project):
    Responsibility.objects.filter(project=project, role="lead_unit").update(unit=world.water)


def test_what_was_typed_is_kept_when_the_project_changed_its_unit_meanwhile(world, bridge, sheet, client):
    move_to_water(world, world.road)
    move_to_water(world, bridge)
    typed = row(world.road, done_wan="888", progress="我打的字")
    response = client.post(sheet, typed | row(bridge) | row(world.dam) | {"step": "submit"})
    page = response.content.decode()
    assert (response.status_code, 'value="888"' in page, "我打的字" in page) == (422, True, True)
    assert "现在由县水利局填报" in page
    assert bridge.name not in page  # nothing was typed there
    assert not MonthReport.objects.exists()


def test_a_row_of_the_own_unit_that_left_the_list_meanwhile_is_saved(world, bridge, sheet, client):
    world.road.memberships.update(left_on=JUNE, left_reason="缓建")
    assert client.post(sheet, row(world.road, progress="我打的字") | {"step": "save"}).status_code == 302
    assert MonthReport.objects.get().progress == "我打的字"


def test_a_row_that_is_not_ready_to_be_sent_is_kept_as_a_draft(world, bridge, sheet, client):
    typed = row(world.road, planned_wan="500", issues="缺钱") | row(bridge, done_wan="100", progress="桩基")
    response = client.post(sheet, typed | {"step": "submit"}, follow=True)
    assert "已上报 1 个项目；1 个没有填" in response.content.decode()
    states = MonthReport.objects.order_by("project").values_list("project", "state", "issues")
    assert list(states) == [(world.road.pk, "draft", "缺钱"), (bridge.pk, "submitted", "")]


def test_the_plan_beside_a_month_is_the_one_in_force_then(world):
    asked = {"planned_wan": Decimal(24000), "from_on": datetime.date(2023, 10, 1), "reason": "文件"}
    plan = request_revision(world.road.year_plans.get(), asked, by=world.zhao, at=AT, version=None)
    approve_revision(plan, by=world.zhou, at=AT, version=None)
    typed = {"done_wan": Decimal(13000), "progress": "路面完成", "note": "设备款集中支付"}
    report = submit_report(world.road, JULY, typed, by=world.li, at=AT)
    assert unit_sheet(world.traffic, JULY, TODAY).rows[0].plan_wan == 12000
    assert OddityCode.OVER_PLAN in {one.code for one in report_warnings(report)}


@pytest.mark.parametrize("position", [0, 2])
def test_an_exception_of_either_lead_unit_opens_the_month_on_the_sheet_and_for_the_action(world, position):
    Responsibility.objects.create(
        project=world.road, role="lead_unit", unit=world.water, starts_on=YEAR_START, position=position
    )
    FilingException.objects.create(
        period=Period.objects.get(month=JUNE), unit=world.water, reason="停电", expires_on=TODAY,
        requester=world.wang, requested_at=AT, state="granted", approver=world.zhou,
    )  # fmt: skip
    rows = [row for unit in (world.traffic, world.water) for row in unit_sheet(unit, JUNE, TODAY).rows]
    assert [bool(row.decision) for row in rows if row.project == world.road] == [True, True]
    assert report_decision(world.road, JUNE, TODAY)


# ---- one row, saved by the script


def save(client, project, **typed):
    typed = {"planned_wan": "", "done_wan": "", "progress": "", "issues": "", "note": "", "version": ""} | typed
    return client.post(reverse("report-row", args=[project.pk, "2023-07"]), typed)


def test_a_row_is_saved_while_typing_and_its_oddities_are_told(world, client):
    client.force_login(world.li)
    first = save(client, world.road, done_wan="5000", progress="甲")
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert "占年度计划" in first.json()["warnings"][0]
    second = save(client, world.road, done_wan="5000", progress="甲", note="集中支付", version=1)
    assert second.json() == {"version": 2, "saved": second.json()["saved"], "warnings": []}
    refused = save(client, world.road, done_wan="x", version=2)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["done_wan"])
    lost = save(client, world.road, progress="乙", version=1)
    assert (lost.status_code, lost.json()["version"], lost.json()["current"]["progress"]) == (409, 2, "甲")
    assert "您填 乙" in lost.json()["message"]


def test_a_row_of_another_unit_s_project_says_whose_it_is_now(world, client):
    client.force_login(world.li)
    move_to_water(world, world.road)
    response = save(client, world.road, progress="甲")
    assert (response.status_code, MonthReport.objects.exists()) == (403, False)
    assert "现在由县水利局填报" in response.json()["errors"]["__all__"][0]


def test_a_closed_month_saves_no_row(world, client):
    client.force_login(world.li)
    response = client.post(reverse("report-row", args=[world.road.pk, "2023-06"]), {"progress": "甲"})
    assert response.status_code == 422
    assert "自动关账" in response.json()["errors"]["__all__"][0]


def test_the_sheet_asks_the_same_number_of_questions(world, sheet, client):
    def grow():
        for number in range(6):
            make_project(
                f"便道{number}",
                key_list=world.key_list,
                unit=world.traffic,
                leader=world.leader_qian,
                position=10 + number,
            )

    assert_constant_queries(client, sheet, grow, limit=PAGE)


# ---- money against 形象进度


def codes(now, before=None, plan=Decimal(1000)):
    return {one.code for one in check_report(now, before, months_sum_wan=Decimal(0), annual_plan_wan=plan)}


def test_money_and_words_that_nothing_was_built_ask_for_a_reason():
    assert OddityCode.MONEY_WITHOUT_WORK in codes(ReportFigures(Decimal(100), "项目 未 开 工，等待征迁"))
    assert OddityCode.MONEY_WITHOUT_WORK not in codes(ReportFigures(Decimal(0), "未开工"))
    assert OddityCode.MONEY_WITHOUT_WORK not in codes(ReportFigures(Decimal(100), "主体施工"))


def test_work_without_money_asks_for_a_reason_where_the_year_has_a_plan():
    before = ReportFigures(Decimal(100), "基础完成")
    assert OddityCode.WORK_WITHOUT_MONEY in codes(ReportFigures(Decimal(0), "主体三层"), before)
    assert OddityCode.WORK_WITHOUT_MONEY not in codes(ReportFigures(Decimal(0), "主体三层"), before, plan=None)
    assert OddityCode.WORK_WITHOUT_MONEY not in codes(ReportFigures(Decimal(0), "停工等待图纸"), before)
    assert OddityCode.WORK_WITHOUT_MONEY not in codes(ReportFigures(Decimal(0), "基础完成"), before)
    assert OddityCode.WORK_WITHOUT_MONEY not in codes(ReportFigures(Decimal(1), "主体三层"), before)
