import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from projects.models import Project, Sector
from tests.yichuan_tracker.web.pages import ProjectTable


@pytest.fixture
def sixty(site):
    """Sixty projects beside the road and the dam, each dearer than the one before."""
    sectors = [Sector.objects.create(name=f"领域{number}") for number in range(3)]
    Project.objects.bulk_create(
        Project(
            name=f"项目{number:02}",
            name_key=f"k{number}",
            pinyin=f"xm{number:02}",
            sector=sectors[number % 3],
            total_wan=Decimal(number + 1),
        )
        for number in range(60)
    )
    return site


@pytest.fixture
def look(sixty, client):
    client.force_login(sixty.zhao)
    return lambda query="": client.get(f"/projects/{query}")


def names(response):
    return re.findall(r">([^<]+)</a></th>", response.content.decode().split("<tbody>")[1])


def test_a_page_shows_fifty_rows_and_says_how_many_there_are(look):
    page = look()
    assert len(names(page)) == 50
    assert "第 1–50 条，共 62 条" in page.content.decode()
    assert len(names(look("?page=2"))) == 12


@pytest.mark.parametrize(
    ("page", "first"), [("abc", 1), ("0", 1), ("-3", 1), ("", 1), ("²", 1), ("9" * 40, 51), ("99", 51)]
)
def test_a_page_number_that_is_none_shows_the_first_and_one_beyond_the_end_the_last(look, page, first):
    response = look(f"?page={page}")
    assert response.status_code == 200
    assert f"第 {first}–" in response.content.decode()


def test_the_table_is_sorted_as_it_declares_until_somebody_asks_otherwise(look):
    assert names(look())[:2] == ["吕店镇县道改建工程", "鸣皋镇城乡供水一体化建设项目"]
    assert names(look("?sort=total_wan"))[:2] == ["项目00", "项目01"]
    assert names(look("?sort=-name"))[0] == "项目59"


@pytest.mark.parametrize("sort", ["password", "--total_wan", "size", "name__pinyin", "1;drop", "-", "total_wan,,,"])
def test_an_unknown_sort_word_is_ignored(look, sort):
    assert look(f"?sort={sort}").status_code == 200


def test_rows_without_a_value_come_last_in_both_directions(look):
    Project.objects.create(name="没有金额", name_key="none")
    for sort in ("total_wan", "-total_wan"):
        assert names(look(f"?sort={sort}&page=2"))[-1] == "没有金额"


def test_rows_that_are_equal_never_stand_on_two_pages(look):
    Project.objects.update(total_wan=Decimal(1))
    both = names(look("?page=1")) + names(look("?page=2"))
    assert len(both) == len(set(both)) == 62


def test_the_heading_of_a_column_turns_its_order_round(look):
    page = look("?sort=total_wan&page=2&state=building").content.decode()
    assert 'aria-sort="ascending"><a href="/projects/?state=building&amp;sort=-total_wan">' in page
    assert "sort=size" not in page


def test_filters_narrow_the_rows_and_the_totals(look):
    page = look("?state=building")
    assert names(page) == ["吕店镇县道改建工程", "鸣皋镇城乡供水一体化建设项目"]
    assert "120,000.00" in page.content.decode()
    assert '<option value="building" selected>在建</option>' in page.content.decode()


def test_nothing_found_offers_to_clear_the_filters(look):
    page = look("?q=zzz&sort=name").content.decode()
    assert "没有符合条件的记录" in page
    assert 'href="/projects/?sort=name"' in page


@pytest.mark.parametrize(
    "query",
    [
        "?since=99999-01-01",
        "?since=0001-01-01",
        "?since=abc",
        "?year=99999999999999999999",
        "?sector=99999999999999999999",
        "?sector=x",
        "?q=%00",
    ],
)
def test_a_filter_that_cannot_be_read_is_never_an_error_of_the_server(look, query):
    assert look(query).status_code == 200


def test_a_date_in_the_year_99999_is_said_on_its_field_and_stays_typed(look):
    page = look("?since=99999-01-01").content.decode()
    assert "日期应写成" in page
    assert 'value="99999-01-01"' in page
    assert "没有起作用" in page


def test_an_export_is_not_made_from_a_filter_that_could_not_be_read(look):
    assert look("?since=99999-01-01&export=xlsx")["Content-Type"].startswith("text/html")


def test_text_of_the_database_is_escaped(look):
    Project.objects.update(name="<script>alert(1)</script>", remark="<b>x</b>")
    page = look("?q=<script>").content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x" in page


def test_columns_and_page_size_are_those_that_the_person_chose(look, sixty, client):
    sixty.zhao.listing_choices = {"tests": {"columns": ["township", "total_wan", "gone"], "per_page": 20}}
    sixty.zhao.save()
    page = look().content.decode()
    heads = re.findall(r'<th scope="col"[^>]*><(?:a|span)[^>]*>([^<]+)', page)
    assert heads == ["项目名称", "总投资", "乡镇"]
    assert "第 1–20 条" in page


@pytest.mark.parametrize(
    "kept",
    [None, [], "x", {"tests": "x"}, {"tests": {"columns": "name", "per_page": 7}}, {"tests": {"columns": [["x"]]}}],
)
def test_kept_choices_that_make_no_sense_are_passed_over(look, sixty, kept):
    sixty.zhao.listing_choices = kept if kept is not None else {}
    sixty.zhao.save()
    assert "第 1–50 条" in look().content.decode()


def test_a_column_declared_invisible_is_offered_and_not_shown(look):
    page = look().content.decode()
    assert '<input type="checkbox" name="columns" value="township">' in page
    assert 'data-label="乡镇"' not in page


def test_the_export_holds_exactly_the_filtered_rows_and_chosen_columns(look, sixty):
    sixty.zhao.listing_choices = {
        "tests": {"columns": ["name", "total_wan", "planned_start_on", "state"], "per_page": 20}
    }
    sixty.zhao.save()
    response = look("?state=building&sort=name&export=xlsx")
    assert "%E9%A1%B9%E7%9B%AE-20230705.xlsx" in response["Content-Disposition"]
    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    assert rows[0] == ("项目名称", "状态", "总投资", "计划开工")
    assert rows[-1][0].startswith("注：数据截至 2023-07-05 ")
    assert [row[0] for row in rows[1:-2]] == ["吕店镇县道改建工程", "鸣皋镇城乡供水一体化建设项目"]
    assert rows[1][1:3] == ("在建", 60000)
    assert rows[1][3].date().isoformat() == "2022-03-31"


def test_the_export_is_of_all_pages(look):
    sheet = load_workbook(io.BytesIO(look("?export=xlsx&page=2").content)).active
    assert sheet.max_row == 63 + 2


def test_ticked_rows_go_to_the_page_of_a_bulk_action(look, sixty):
    page = look().content.decode()
    assert f'<input type="checkbox" name="pk" value="{sixty.road.pk}" aria-label="选择 吕店镇县道改建工程">' in page
    assert '<button type="submit" formaction="/projects/bulk/"' in page


def test_the_number_of_queries_does_not_grow_with_the_rows(look, sixty):
    with CaptureQueriesContext(connection) as few:
        look("?q=项目")
    Project.objects.bulk_create(
        Project(name=f"项目又{number}", name_key=f"m{number}", sector=sixty.sector, township=sixty.town)
        for number in range(100)
    )
    with CaptureQueriesContext(connection) as many:
        look("?q=项目")
    assert len(few) == len(many) <= 12


def test_a_table_may_prepare_what_its_cells_need_for_all_rows_at_once(look, monkeypatch):
    seen = []
    monkeypatch.setattr(ProjectTable, "prepare", lambda _, records: seen.append(len(records)), raising=False)
    look()
    look("?export=xlsx")
    assert seen == [50, 62]
