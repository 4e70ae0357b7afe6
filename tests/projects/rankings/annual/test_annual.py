import dataclasses
import datetime
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from leaders.models import Unit
from projects.rankings.annual.actions import (
    compute_year,
    give_mark,
    publish_year,
    release_year,
    take_back_mark,
    withdraw_year,
)
from projects.rankings.annual.models import AnnualRow
from projects.rankings.annual.queries import annual_digest, opened_year
from projects.rankings.annual.rules import Mark, MarkKind, MonthMark, score_year
from projects.rankings.models import Board, RankingRow, RankingRun
from projects.rankings.scoring.scheme import AnnualRule
from tests.projects.rankings.county import lay_down_june, release
from tests.world import AT, make_world

# ---- the rule ---------------------------------------------------------------------------------------------------

SUBJECT = ("unit", 7, "县交通运输局")
RULE = AnnualRule()
MONTHS = [MonthMark(datetime.date(2023, n, 1), 1, n, Decimal(score)) for n, score in ((3, "80"), (6, "90"), (9, "85"))]
MARKS = [
    Mark(1, "observation", Decimal(70), "上半年观摩"),
    Mark(2, "goals", Decimal(95), "年度目标完成"),
    Mark(3, "onsite", Decimal(88), "现场核查"),
    Mark(4, "points", Decimal(2), "全年表扬"),
]
ALL = frozenset({"observation", "goals", "onsite", "points"})


def test_60_of_the_months_10_of_the_observation_30_of_the_year_end_and_the_years_points():
    score = score_year(SUBJECT, MONTHS, MARKS, RULE, given=ALL)
    # 60 × 85 + 10 × 70 + 20 × 95 + 10 × 88, of 100, and 2 points.
    assert score.score == Decimal("87.80")
    assert "（60 × 85＋10 × 70＋20 × 95＋10 × 88）÷ 100 = 85.8" in score.formula


def test_the_shares_are_data():
    rule = dataclasses.replace(RULE, months_share=Decimal(50), goals_share=Decimal(30))
    assert score_year(SUBJECT, MONTHS, MARKS, rule, given=ALL).score == Decimal("88.80")


def test_what_nobody_was_given_drops_out_and_what_others_have_is_a_gap():
    months_only = score_year(SUBJECT, MONTHS, [], RULE, given=frozenset())
    assert (months_only.score, months_only.gaps) == (Decimal("85.00"), ())
    assert score_year(SUBJECT, MONTHS, [], RULE, given=frozenset({"observation"})).gaps == ("半年观摩",)


def test_without_a_valid_month_there_is_no_score_and_points_are_capped():
    assert score_year(SUBJECT, [], MARKS, RULE, given=ALL).score is None
    many = [*MARKS, Mark(5, "points", Decimal(20), "又表扬")]
    assert score_year(SUBJECT, MONTHS, many, RULE, given=ALL).score == Decimal("90.80")


def test_the_order_of_months_and_marks_is_of_no_consequence():
    turned = score_year(SUBJECT, MONTHS[::-1], MARKS[::-1], RULE, given=ALL)
    assert turned == score_year(SUBJECT, MONTHS, MARKS, RULE, given=ALL)


# ---- the run ----------------------------------------------------------------------------------------------------

NEXT_YEAR = datetime.datetime(2024, 1, 10, 10, tzinfo=AT.tzinfo)


@pytest.fixture(scope="module")
def laid_down(once):
    world = lay_down_june(make_world())
    Board.objects.filter(kind="lead_units").update(list_kind="")
    release(world)
    return world


def mark(county, unit, *, kind=MarkKind.GOALS, value="90", by=None):
    given = {"value": Decimal(value), "reason": "年终核查", "evidence": "评分表"}
    return give_mark(2023, kind, unit, by=by or county.zhao, at=NEXT_YEAR, **given)


def year_of(county):
    return compute_year(2023, by=county.zhao, at=NEXT_YEAR)


def publish(run, by):
    return publish_year(run, by=by, at=NEXT_YEAR, version=run.version)


def test_a_year_is_made_of_released_months_alone_and_lists_their_checksums(county):
    run = year_of(county)
    month = RankingRun.objects.get()
    assert run.frozen["months"] == [{"month": "2023-06-01", "edition": 1, "run": month.pk, "sha256": month.sha256}]


def test_valid_months_open_down_to_their_frozen_rows(county):
    run = year_of(county)
    for row in AnnualRow.objects.filter(run=run):
        for one in opened_year(row).months:
            frozen = RankingRow.objects.get(pk=one.row_id)
            assert (frozen.subject_id, frozen.score) == (row.subject_id, one.score)


def test_a_month_that_was_touched_is_not_summed_up(county):
    RankingRow.objects.filter(position=1).update(note="改过")
    with pytest.raises(ValidationError, match="校验值不一致"):
        year_of(county)


def test_two_accounts_publish_and_release_and_it_stays_as_it_was(county):
    run = publish(year_of(county), county.zhao)
    with pytest.raises(ValidationError, match="不能自己签发"):
        release_year(run, by=county.zhao, at=NEXT_YEAR, version=run.version)
    with pytest.raises(ValidationError, match="待签发"):
        mark(county, county.li.unit)
    run = release_year(run, by=county.zhou, at=NEXT_YEAR, version=run.version)
    assert annual_digest(run) == run.sha256
    again = year_of(county)
    assert (again.edition, annual_digest(run)) == (2, run.sha256)


def test_it_is_not_published_before_the_year_is_over_or_when_something_changed_since(county):
    run = year_of(county)
    with pytest.raises(ValidationError, match="还没有结束"):
        publish_year(run, by=county.zhao, at=AT, version=run.version)
    given = mark(county, county.li.unit)
    with pytest.raises(ValidationError, match="打分有增减"):
        publish(run, county.zhao)
    take_back_mark(given, by=county.zhao, at=NEXT_YEAR)
    release(county)  # a second edition of June
    with pytest.raises(ValidationError, match="又有月份发布或更正"):
        publish(run, county.zhao)


def test_a_mark_that_some_have_and_some_lack_is_asked_for_first(county):
    assert AnnualRow.objects.filter(run=year_of(county), subject_type="unit").count() > 1
    mark(county, county.li.unit)
    run = year_of(county)
    with pytest.raises(ValidationError, match="请先补齐"):
        publish(run, county.zhao)


def test_a_withdrawn_publication_is_computed_again(county):
    run = publish(year_of(county), county.zhao)
    with pytest.raises(ValidationError, match="待签发"):
        year_of(county)
    with pytest.raises(ValidationError, match="撤回的理由"):
        withdraw_year(run, by=county.zhao, at=NEXT_YEAR, version=run.version, reason=" ")
    withdraw_year(run, by=county.zhao, at=NEXT_YEAR, version=run.version, reason="补录观摩分")
    assert year_of(county).pk == run.pk


def test_marks_are_out_of_100_and_the_offices(county):
    for kind, value, words in ((MarkKind.GOALS, "101", "0 到 100"), (MarkKind.POINTS, "0", "不能为 0")):
        with pytest.raises(ValidationError, match=words):
            mark(county, county.li.unit, kind=kind, value=value)
    with pytest.raises(PermissionDenied):
        mark(county, county.li.unit, by=county.li)


def test_the_pages_show_the_year_its_months_and_its_marks(client, county):
    mark(county, county.li.unit)
    run = year_of(county)
    client.force_login(county.zhao)
    page = client.get(reverse("annual-year", args=[2023])).text
    assert RankingRun.objects.get().sha256 in page
    row = run.rows.filter(subject_id=county.li.unit_id, subject_type="unit").first()
    opened = client.get(reverse("annual-row", args=[row.pk])).text
    assert "年终核查" in opened
    client.force_login(county.li)
    assert client.get(reverse("annual-row", args=[row.pk])).status_code == 404
    assert "还没有公布" in client.get(reverse("annual-year", args=[2023])).text


def test_a_board_that_is_not_public_is_the_offices_in_the_year_too_and_stays_when_it_is_out_of_use(client, county):
    run = release_year(publish(year_of(county), county.zhao), by=county.zhou, at=NEXT_YEAR, version=None)
    row = run.rows.get(board__key="projects", subject_id=county.road.pk)
    Board.objects.filter(key="projects").update(is_public=False, valid_to=datetime.date(2022, 12, 31))
    url, opened = reverse("annual-year", args=[2023]), reverse("annual-row", args=[row.pk])
    for person, is_told in ((county.li, False), (county.qian, False), (county.zhao, True)):
        client.force_login(person)
        assert (row.subject_name in client.get(url, {"board": "projects"}).text) == is_told
        assert client.get(opened).status_code == (200 if is_told else 404)
        book = openpyxl.load_workbook(io.BytesIO(client.get(url, {"export": "xlsx"}).content))
        cells = {cell for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line}
        assert (row.subject_name in cells) == is_told


def test_a_mark_is_given_on_the_page(client, county):
    client.force_login(county.zhao)
    url = reverse("annual-marks", args=[2023])
    typed = {"kind": "goals", "unit": county.li.unit_id, "value": "92.5", "reason": "年度目标"}
    assert client.post(url, typed).status_code == 302
    assert "92.50" in client.get(url).text
    assert "只选一个" in client.post(url, typed | {"unit": ""}).text


def test_projects_have_a_year_of_their_own_and_lack_no_marks_that_units_have(county):
    for unit in {row.subject_id for row in year_of(county).rows.filter(subject_type="unit")}:
        mark(county, Unit.objects.get(pk=unit))
    run = year_of(county)
    row = run.rows.get(board__key="projects", subject_id=county.road.pk)
    assert row.score == RankingRow.objects.get(board__key="projects", subject_id=county.road.pk).score
    assert publish(run, county.zhao).state == "published"


def test_the_year_leaves_as_a_workbook_with_its_months_marks_and_checksums(client, county):
    mark(county, county.li.unit)
    run = year_of(county)
    client.force_login(county.zhao)
    response = client.get(reverse("annual-year", args=[2023]), {"export": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    told = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
    boards = dict.fromkeys(run.rows.order_by("board__position").values_list("board__name", flat=True))
    assert list(told) == [*boards, "各月得分", "打分", "出处"]
    first = run.rows.filter(board__key="projects").order_by("position").first()
    line = next(row for row in told["县重点项目榜"] if first.subject_name in row)
    assert told["县重点项目榜"][-1][0].startswith("注：数据截至 20")
    assert Decimal(str(line[8])) == first.score
    assert [first.subject_name, "2023年6月", 1] in [row[1:4] for row in told["各月得分"]]
    assert ["县交通运输局", "年终：年度目标"] in [row[:2] for row in told["打分"]]
    sums = {cell for row in told["出处"] for cell in row}
    assert {run.sha256, RankingRun.objects.get().sha256} <= sums
