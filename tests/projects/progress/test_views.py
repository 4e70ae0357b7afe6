import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from projects.models import MonthReport, StatisticsEntry
from projects.progress.actions import accept_reports, return_report, submit_report, take_over_report
from tests.projects.growth import LIST, PAGE, assert_constant_queries
from tests.world import AT, make_project

# What pages ask the database, the second database answers in tests/test_query_counts.py; what they do, in the actions' own tests.
pytestmark = pytest.mark.one_database

JUNE, JULY = datetime.date(2023, 6, 1), datetime.date(2023, 7, 1)
TYPED = {"planned_wan": "1000", "done_wan": "900.50", "progress": "路基完成三公里", "issues": "", "note": ""}

TYPED_FOR_CHAT = {"done_wan": Decimal(9), "progress": "路基"}


def sent(world, project=None, by=None, month=JULY):
    values = {"done_wan": Decimal(900), "progress": "路基完成"}
    return submit_report(project or world.road, month, values, by=by or world.li, at=AT)


def fill(world, month="2023-07", project=None):
    return reverse("report-fill", args=[(project or world.road).pk, month])


def test_the_unit_saves_a_draft_comes_back_and_sends_it(world, client):
    client.force_login(world.li)
    url = fill(world)
    assert client.post(url, TYPED | {"step": "save", "progress": ""}).status_code == 302
    report = MonthReport.objects.get()
    page = client.get(url).content.decode()
    assert 'value="900.50"' in page
    assert "草稿已保存" in page
    assert client.post(url, TYPED | {"step": "submit", "version": report.version}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.done_wan, report.progress) == ("submitted", Decimal("900.50"), "路基完成三公里")
    assert 'name="step"' not in client.get(url).content.decode()


def test_a_missing_figure_is_said_on_its_field_and_the_words_stay(world, client):
    client.force_login(world.li)
    response = client.post(fill(world), TYPED | {"step": "submit", "done_wan": ""})
    page = response.content.decode()
    assert response.status_code == 422
    assert "没有完成投资的填 0" in page
    assert "路基完成三公里" in page
    assert not MonthReport.objects.exists()


def test_an_odd_figure_asks_for_a_reason_and_passes_with_one(world, client):
    client.force_login(world.li)
    odd = TYPED | {"step": "submit", "done_wan": "5000"}
    page = client.post(fill(world), odd).content.decode()
    assert "超过 30.00%" in page
    assert 'value="5000"' in page
    assert client.post(fill(world), odd | {"note": "设备款集中支付"}).status_code == 302
    # Who accepts sees the reason in the list, and on the report what it is the reason for.
    client.force_login(world.zhao)
    assert (
        "异常说明：设备款集中支付" in client.get(reverse("report-board"), {"month": "2023-07", "show": "waiting"}).text
    )
    report = client.get(fill(world)).text
    assert "超过 30.00%" in report
    assert "设备款集中支付" in report


def test_last_month_and_the_years_figures_stand_beside_the_form(world, client):
    take_over_report(
        world.road,
        JUNE,
        covers_from=datetime.date(2023, 1, 1),
        done_wan=Decimal(5100),
        progress="涵洞完成",
        by=None,
        at=AT,
    )
    client.force_login(world.li)
    page = client.get(fill(world)).content.decode()
    for words in ("涵洞完成", "2023年1—6月", "12,000.00", "5,100.00", "42.50%", "58.33%"):
        assert words in page


def test_a_closed_month_shows_why_instead_of_a_form(world, client):
    client.force_login(world.li)
    page = client.get(fill(world, "2023-06")).content.decode()
    assert "7月3日终了时自动关账" in page
    assert 'name="step"' not in page
    refused = client.post(fill(world, "2023-06"), TYPED | {"step": "submit"})
    assert refused.status_code == 422
    assert "自动关账" in refused.content.decode()
    assert 'value="900.50"' in refused.content.decode()


def test_another_units_report_is_read_not_written(world, client):
    client.force_login(world.wang)
    assert client.get(fill(world)).status_code == 200
    assert 'name="step"' not in client.get(fill(world)).content.decode()
    assert client.post(fill(world), TYPED).status_code == 403


@pytest.mark.parametrize("month", ["2023-13", "abc", "99999-01", "2023-7"])
def test_a_month_that_is_none_is_not_found(world, client, month):
    client.force_login(world.li)
    assert client.get(fill(world, month)).status_code == 404


def test_two_people_on_one_report_the_second_sees_both_versions(world, client):
    client.force_login(world.li)
    client.post(fill(world), TYPED | {"step": "save"})
    client.force_login(world.zhao)
    response = client.post(fill(world), TYPED | {"step": "save", "progress": "另一种说法"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "路基完成三公里" in page
    assert "另一种说法" in page


def test_the_office_accepts_several_at_once_from_the_board(world, client):
    reports = [sent(world), sent(world, world.dam, world.wang)]
    client.force_login(world.zhao)
    ticked = [f"{report.pk}.{report.version}" for report in reports]
    page = client.get(reverse("report-board"), {"show": "waiting"}).content.decode()
    assert all(f'value="{value}"' in page for value in ticked)
    response = client.post(reverse("report-accept"), {"report": ticked, "month": "2023-07"}, follow=True)
    assert "已审核通过 2 份" in response.content.decode()
    assert set(MonthReport.objects.values_list("state", flat=True)) == {"accepted"}


@pytest.mark.parametrize("ticked", [[], ["abc"], ["1"], ["1.x"], ["999999.1"], [f"{'9' * 40}.1"]])
def test_nothing_sensible_ticked_is_said_and_accepts_nothing(world, client, ticked):
    sent(world)
    client.force_login(world.zhao)
    response = client.post(reverse("report-accept"), {"report": ticked}, follow=True)
    assert "还没有选择月报" in response.content.decode()
    assert MonthReport.objects.get().state == "submitted"


def test_the_office_returns_a_report_with_a_reason_and_the_unit_reads_it(world, client):
    report = sent(world)
    client.force_login(world.zhao)
    url = reverse("report-return", args=[report.pk])
    refused = client.post(url, {"reason": " ", "version": report.version})
    assert refused.status_code == 422
    assert "退回原因" in refused.content.decode()
    client.post(url, {"reason": "写明到哪一步", "version": report.version})
    client.force_login(world.li)
    page = client.get(fill(world)).content.decode()
    assert "重点办退回：写明到哪一步" in page
    assert 'name="step"' in page


def test_the_unit_takes_a_sent_report_back_until_it_was_accepted(world, client):
    report = sent(world)
    client.force_login(world.li)
    url = reverse("report-withdraw", args=[report.pk])
    client.post(url, {"version": report.version})
    report.refresh_from_db()
    assert report.state == "draft"
    again = submit_report(
        world.road, JULY, {"done_wan": 1, "progress": "x"}, version=report.version, by=world.li, at=AT
    )
    accept_reports({again.pk: again.version}, by=world.zhao, at=AT)
    response = client.post(url, {"version": again.version}, follow=True)
    assert "只有已报、未审" in response.content.decode()
    assert client.post(url, {"version": "abc"}).status_code == 400


def test_a_reporter_sees_the_own_unit_first(world, client):
    client.force_login(world.wang)
    page = client.get(reverse("report-board")).content.decode()
    assert page.index("县水利局") < page.index("县交通运输局")
    assert "已报 0/2" in page


def test_the_board_shows_what_is_asked_for(world, client):
    sent(world, world.dam, world.wang)
    client.force_login(world.zhao)
    page = client.get(reverse("report-board"), {"show": "missing"}).content.decode()
    assert world.road.name in page
    assert world.dam.name not in page
    units = client.get(reverse("report-board"), {"show": "nonsense"})
    assert [(one.unit, one.filed, one.total) for one in units.context["board"].groups] == [
        (world.traffic, 0, 1),
        (world.water, 1, 1),
    ]
    assert world.road.name not in units.content.decode()
    assert client.get(reverse("report-board"), {"month": "2023-99"}).status_code == 404
    assert "还没有开放填报" in client.get(reverse("report-board"), {"month": "2023-03"}).content.decode()


def test_the_export_holds_exactly_the_lines_shown(world, client):
    sent(world, world.dam, world.wang)
    client.force_login(world.zhao)
    response = client.get(reverse("report-board"), {"show": "waiting", "export": "xlsx"})
    rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert len(rows) == 4
    assert rows[3][0].endswith("；2023年7月已报 1/2。")
    assert rows[1][:3] == ("县水利局", world.dam.name, "已报")
    assert rows[1][5] == 900


def test_the_office_records_the_entry_in_the_statistics_list_and_takes_it_out(world, client):
    client.force_login(world.zhao)
    url = reverse("statistics-edit", args=[world.road.pk])
    assert client.post(url, {"entered_on": "2023-07-09", "is_day_known": "on"}).status_code == 422
    assert client.post(url, {"entered_on": "2023-06-30", "is_day_known": "on", "note": ""}).status_code == 302
    clear = reverse("statistics-clear", args=[world.road.pk])
    assert client.post(clear, {"reason": ""}).status_code == 422
    assert client.post(clear, {"reason": "记错"}).status_code == 302
    assert not StatisticsEntry.objects.exists()


def test_pages_ask_the_database_the_same_number_of_times(world, client):
    sent(world)
    client.force_login(world.zhao)

    def grow():
        for number in range(12):
            unit = world.traffic if number % 2 else world.water
            project = make_project(f"项目{number}", key_list=world.key_list, unit=unit, leader=world.leader_qian)
            sent(world, project, world.zhao)
            take_over_report(project, JUNE, done_wan=Decimal(1), by=None, at=AT)

    assert_constant_queries(client, f"{reverse('report-board')}?show=all", grow, limit=LIST)
    take_over_report(world.road, JUNE, done_wan=Decimal(1), progress="a", by=None, at=AT)
    assert_constant_queries(
        client,
        fill(world),
        lambda: take_over_report(world.road, datetime.date(2023, 5, 1), done_wan=Decimal(1), by=None, at=AT),
        limit=PAGE,
    )


def test_the_board_says_for_the_group_chat_who_owes_and_who_was_returned(world, client):
    sent = submit_report(world.road, JULY, TYPED_FOR_CHAT, by=world.li, at=AT)
    return_report(sent, reason="单位写错", version=sent.version, by=world.zhao, at=AT)
    client.force_login(world.zhao)
    page = client.get(reverse("report-board")).content.decode()
    assert "应报2个，已报0个，未报2个（其中退回待重报1个）" in page
    assert "报送截止2023年7月25日，2023年8月3日终了自动关账。" in page
    assert "县交通运输局1个" in page
    assert "县水利局1个" in page
    assert "吕店镇县道改建工程（单位写错）" in page
