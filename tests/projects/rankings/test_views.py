import datetime
import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from projects.progress.actions import accept_reports, clear_statistics_entry
from projects.progress.corrections.actions import approve_correction, ask_corrections
from projects.progress.models import MonthReport, StatisticsEntry
from projects.rankings.actions import compute_trial, give_points, publish_run, release_run
from projects.rankings.models import Board, RankingRow, RankingRun
from projects.rankings.queries import frozen_score
from tests.projects.rankings.county import JUNE, release
from tests.world import AT

# What pages ask the database, the second database answers in tests/test_query_counts.py; what they do, in the actions' own tests.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
MONTH = "2023-06"


@pytest.fixture
def trial(county) -> RankingRun:
    return compute_trial(JUNE, by=county.zhao, at=AT)


@pytest.fixture
def released(county) -> RankingRun:
    return release(county)


def page(client, person, name, *args, **query):
    client.force_login(person)
    return client.get(reverse(name, args=args), query)


def test_a_trial_is_seen_by_the_office_alone(client, county, trial):
    row = RankingRow.objects.filter(run=trial).first()
    assert county.road.name in page(client, county.zhao, "ranking-month", MONTH, board="projects").text
    for person in (county.li, county.qian, county.he, county.sun):
        assert county.road.name not in page(client, person, "ranking-month", MONTH, board="projects").text
        assert page(client, person, "ranking-row", row.pk).status_code == 404
        assert page(client, person, "ranking-project", trial.pk, county.road.pk).status_code == 404


def test_a_released_board_opens_down_to_the_rows_of_a_score(client, county, released):
    board = page(client, county.he, "ranking-month", MONTH, board="projects").text
    assert "88.03" in board
    row = RankingRow.objects.get(run=released, subject_type="project", subject_id=county.road.pk)
    response = client.get(reverse("ranking-row", args=[row.pk]), follow=True)
    text = response.text
    assert "25 × 0.85 = 21.25" in text
    milestone = county.road.milestones.first()
    source = reverse("ranking-source", args=["milestone", milestone.pk])
    assert source in text
    assert (
        client.get(source).url
        == reverse("project-detail", args=[county.road.pk]) + f"?tab=milestones#milestone-{milestone.pk}"
    )


def test_a_source_that_is_gone_still_leads_to_its_project(client, county, released):
    entry = StatisticsEntry.objects.get(project=county.road)
    source, unknown = (reverse("ranking-source", args=["statisticsentry", pk]) for pk in (entry.pk, entry.pk + 99))
    entry_pk = entry.pk
    clear_statistics_entry(entry, reason="录错", by=county.zhao, at=AT)
    client.force_login(county.he)
    assert (
        client.get(source).url
        == reverse("project-detail", args=[county.road.pk]) + f"?tab=overview#statisticsentry-{entry_pk}"
    )
    assert client.get(unknown).status_code == 404


def test_a_leader_finds_only_the_own_line_on_the_leaders_board(client, county, released):
    text = page(client, county.qian, "ranking-month", MONTH, board="leaders").text
    assert county.leader_qian.name in text
    assert county.leader_wu.name not in text
    other = RankingRow.objects.get(run=released, subject_type="leader", subject_id=county.leader_wu.pk)
    assert page(client, county.qian, "ranking-row", other.pk).status_code == 404
    own = RankingRow.objects.get(run=released, subject_type="leader", subject_id=county.leader_qian.pk)
    assert page(client, county.qian, "ranking-row", own.pk).status_code == 200


def test_of_a_board_that_is_not_public_a_leader_gets_nothing_on_page_or_paper(client, county, released):
    Board.objects.filter(key="projects").update(is_public=False)
    for person, is_told in ((county.qian, False), (county.zhao, True)):
        assert (county.road.name in page(client, person, "ranking-month", MONTH, board="projects").text) == is_told
        response = page(client, person, "ranking-month", MONTH, board="projects", export="xlsx")
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        assert (county.road.name in {cell.value for cell in book.active["B"]}) == is_told


def test_others_do_not_find_the_leaders_board(client, county, released):
    assert "分包领导情况表" not in page(client, county.he, "ranking-month", MONTH).text


def test_the_office_computes_publishes_and_another_releases(client, county):
    client.force_login(county.zhao)
    client.post(reverse("ranking-trial", args=[MONTH]))
    run = RankingRun.objects.get()
    client.post(reverse("ranking-publish", args=[run.pk]), {"version": run.version})
    run.refresh_from_db()
    refused = client.post(reverse("ranking-release", args=[run.pk]), {"version": run.version}, follow=True)
    assert "不能自己签发" in refused.text
    client.force_login(county.zhou)
    done = client.post(reverse("ranking-release", args=[run.pk]), {"version": run.version}, follow=True)
    assert "已签发" in done.text


def test_withdrawing_asks_for_a_reason(client, county, trial):
    run = publish_run(trial, by=county.zhao, at=AT, version=trial.version)
    client.force_login(county.zhao)
    url = reverse("ranking-withdraw", args=[run.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"version": run.version, "reason": ""}).status_code == 200
    assert client.post(url, {"version": run.version, "reason": "漏报"}).status_code == 302
    run.refresh_from_db()
    assert run.state == "trial"


def test_points_are_given_to_a_project_or_a_unit_and_typed_text_stays_on_refusal(client, county):
    client.force_login(county.zhao)
    url = reverse("points-list", args=[MONTH])
    typed = {"points": "-2", "reason": "督查通报批评", "project_name": "没有这个项目"}
    refused = client.post(url, typed)
    assert "没有叫“没有这个项目”的项目" in refused.text
    assert "督查通报批评" in refused.text
    assert client.post(url, typed | {"project_name": county.road.name}).status_code == 302
    assert "督查通报批评" in client.get(url).text


def test_a_board_leaves_as_a_workbook_with_the_rows_of_the_page(client, county, released):
    response = page(client, county.he, "ranking-month", MONTH, board="projects", export="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    *rows, _, foot = sheet.iter_rows(min_row=2, values_only=True)
    assert foot[0].startswith(f"注：数据截至 {timezone.localtime(released.computed_at):%Y-%m-%d %H:%M}；")
    assert [row[1] for row in rows] == [
        row.subject_name for row in RankingRow.objects.filter(run=released, board__key="projects")
    ]
    assert {row[1]: row[14] for row in rows}[county.road.name] == 88.03


@pytest.mark.parametrize("month", ["2023-13", "abc", "99999-01", "2023"])
def test_a_month_that_is_none_is_not_found(client, county, month):
    assert page(client, county.zhao, "ranking-month", month).status_code == 404


def test_the_scheme_prints_its_own_numbers(client, county):
    text = page(client, county.he, "scheme-detail").text
    assert "逾期 30 天以内计 0.7" in text
    assert "加分最高 5 分" in text


def test_a_board_reads_in_a_constant_number_of_queries(client, county, released, django_assert_max_num_queries):
    client.force_login(county.he)
    with django_assert_max_num_queries(12):
        client.get(reverse("ranking-month", args=[MONTH]), {"board": "projects"})


def test_points_are_known_to_the_office_alone_until_the_month_is_released(client, county):
    given = {"points": Decimal(-2), "reason": "督查通报批评", "unit": county.traffic}
    give_points(JUNE, by=county.zhao, at=AT, **given)
    run = compute_trial(JUNE, by=county.zhao, at=AT)
    assert "督查通报批评" in page(client, county.zhao, "points-list", MONTH).text.split("登记加减分")[0]
    assert "县交通运输局" not in page(client, county.he, "points-list", MONTH).text
    run = publish_run(run, by=county.zhao, at=AT, version=run.version)
    release_run(run, by=county.zhou, at=AT, version=run.version)
    assert "县交通运输局" in page(client, county.he, "points-list", MONTH).text


def test_points_given_to_a_unit_open_to_the_months_points(client, county):
    row = give_points(JUNE, points=Decimal(-2), reason="通报", unit=county.traffic, by=county.zhao, at=AT)
    response = page(client, county.zhao, "ranking-source", "adjustment", row.pk)
    assert response.url == reverse("points-list", args=[MONTH])


def test_what_was_corrected_after_the_run_is_told_beside_the_frozen_score(client, county, released):
    report = MonthReport.objects.get(project=county.road, month=JUNE)
    (report,) = accept_reports({report.pk: report.version}, by=county.zhao, at=AT)
    before = page(client, county.he, "ranking-project", released.pk, county.road.pk).text
    assert "以后更正过" not in before
    later = AT + datetime.timedelta(hours=1)
    (asked,) = ask_corrections(
        report, {"done_wan": Decimal(850)}, reason="合同台账核对", version=report.version, by=county.li, at=later
    )
    approve_correction(asked, version=asked.version, by=county.zhou, at=later)
    after = page(client, county.he, "ranking-project", released.pk, county.road.pk).text
    assert "以后更正过" in after
    assert "合同台账核对" in after
    assert frozen_score(released, county.road.pk).cumulative_wan == Decimal(5100)


def test_a_bodys_row_opens_to_projects_whose_money_adds_up_to_the_board(client, county):
    Board.objects.filter(kind="lead_units").update(list_kind="")
    row = RankingRow.objects.filter(run=release(county), subject_type="unit").first()
    shown = page(client, county.zhao, "ranking-row", row.pk)
    members = shown.context["members"]
    assert sum(plan for _, plan, _ in members if plan) == shown.context["detail"].annual_plan_wan > 0
    assert sum(done for _, plan, done in members if plan) == shown.context["detail"].cumulative_wan > 0
    assert "计入得分的合计" in shown.text
