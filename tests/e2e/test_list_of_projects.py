"""The list of the county's projects: columns chosen and kept, its Excel file, what a first visit weighs."""

import gzip
import io
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings

from projects.imports.actions import import_file
from tests.e2e.conftest import PHONE
from tests.world import AT

KEY = Path(settings.BASE_DIR) / "fixtures" / "samples" / "县重点项目清单-三级表头.xlsx"
FIRST_LOAD_BYTES = 120_000


@pytest.fixture
def county(world):
    """The 141 projects of the sample beside the two of the world."""
    done = import_file(KEY, project_list=world.key_list, year=2023, by=world.zhao, at=AT)
    assert done["applied"]
    return world


def headings(page):
    return [text.strip() for text in page.get_by_role("columnheader").all_inner_texts()]


def test_the_columns_that_a_person_chose_are_remembered(world, open_page):
    page = open_page(world.li)
    page.goto("/projects/")
    assert "状态" not in headings(page)
    page.get_by_text("显示设置").click()
    page.get_by_role("checkbox", name="状态").check()
    page.get_by_role("checkbox", name="年度类别").uncheck()
    page.get_by_role("button", name="保存设置").click()
    page.get_by_role("columnheader", name="状态").wait_for()

    again = open_page(world.li)
    again.goto("/projects/")
    assert "状态" in headings(again)
    assert "年度类别" not in headings(again)
    other = open_page(world.wang)
    other.goto("/projects/")
    assert "状态" not in headings(other)


def test_the_excel_file_holds_the_rows_and_columns_of_the_page(county, open_page):
    page = open_page(county.li)
    page.goto("/projects/")
    page.get_by_role("searchbox").fill("停车场")
    with page.expect_navigation():
        page.get_by_role("button", name="筛选").click()
    names = page.locator("tbody .lead a").evaluate_all("links => links.map(link => link.firstChild.textContent.trim())")
    assert 1 < len(names) < 50
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    top = next(number for number, row in enumerate(rows) if "项目名称" in row)
    column = rows[top].index("项目名称")
    assert [row[column] for row in rows[top + 1 : top + 1 + len(names)]] == names
    assert not any(row[column] for row in rows[top + 1 + len(names) :])
    assert set(headings(page)) - {""} <= set(rows[top])


@pytest.mark.parametrize("size", [None, PHONE], ids=["desk", "phone"])
def test_a_first_visit_weighs_no_more_than_120_kilobytes(county, open_page, size):
    page = open_page(county.zhao, **({"size": size} if size else {}))
    answers = {}
    page.on("response", lambda answer: answers.update({answer.url: answer}))
    page.goto("/projects/", wait_until="networkidle")
    assert page.locator("tbody tr").count() >= 50
    weights = {url: len(gzip.compress(answer.body())) for url, answer in list(answers.items())}
    assert len(weights) >= 3, "the page, its style and its script"
    assert sum(weights.values()) <= FIRST_LOAD_BYTES, weights
