"""An imported figure opens to its row of the file, for everyone who may see the project."""

import re

import openpyxl
import pytest
from django.urls import reverse

from leaders.roles import Role
from projects.imports.matching.result import CORRECTED
from projects.models import ImportBatch, Milestone, MonthReport, Permit, Project
from tests.projects.imports.conftest import DAM, GROUPS, RESERVE, ROAD, take
from tests.world import AT, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def taken(office, workbook):
    take(workbook([*ROAD[:4], 13000, *ROAD[5:]], DAM), office.key_list.key, by=office.zhao)
    return ImportBatch.objects.get()


def source(client, person, batch, project, **asked):
    client.force_login(person)
    return client.get(reverse("import-source", args=[batch.pk, project.pk]), asked)


def asked_line(text: str) -> str:
    """The words of the marked line."""
    marked = re.search(r'<tr id="asked".*?</tr>', text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", marked[0]).split()) if marked else ""


def test_a_leader_sees_the_cell_its_heading_and_the_rest_of_the_row(client, office, taken):
    text = source(client, office.qian, taken, office.road, sheet="清单", cell="E2").text
    assert asked_line(text) == "E2 所查 2023年计划投资（万元） 年度计划投资 13,000.00 万元"
    assert "工作表“清单”第 2 行" in text
    assert "60,000.00 万元" in text
    assert "鸣皋镇" not in text  # the row of another project
    assert "下载原文件" not in text
    assert "下载原文件" in source(client, office.zhao, taken, office.road, sheet="清单", cell="E2").text


def test_the_project_page_and_its_history_lead_there(client, office, workbook):
    take(workbook([*ROAD[:3], 70000, *ROAD[4:]]), office.key_list.key, by=office.zhao)
    client.force_login(office.qian)
    for tab in ("overview", "history"):
        page = client.get(reverse("project-detail", args=[office.road.pk]), {"tab": tab}).text
        links = re.findall(r'href="(/[^"]*/source/[^"#]*)', page)
        texts = [client.get(link.replace("&amp;", "&")).text for link in links]
        assert "D2 所查 总投资（万元） 总投资 70,000.00 万元" in [asked_line(text) for text in texts], tab


def test_a_month_that_another_sheet_added_opens_to_that_sheet(client, office, tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for month in (5, 6):
        sheet = book.create_sheet(f"{month}月")
        sheet.append(["项目名称", f"{month}月完成投资（万元）", "形象进度"])
        sheet.append([office.road.name, 100 * month, f"{month}月路基"])
    book.save(tmp_path / "进展.xlsx")
    take(tmp_path / "进展.xlsx", office.key_list.key, by=office.zhao)
    assert MonthReport.objects.filter(project=office.road).count() == 2
    for month in (5, 6):
        text = source(client, office.li, ImportBatch.objects.get(), office.road, sheet=f"{month}月", cell="B2").text
        assert f"{month}月完成投资（万元）" in asked_line(text)
        assert f"{100 * month}.00 万元" in asked_line(text)


def test_what_was_corrected_in_the_browser_shows_the_cell_too(client, office, taken):
    row = taken.rows.get(project=office.road)
    row.corrections = {"plan_wan": {"text": "12000", "was": "一万二"}}
    row.save()
    for named in ("E2", f"{CORRECTED}E2"):  # as history writes it of what was typed over
        page = source(client, office.li, taken, office.road, sheet="清单", cell=named)
        assert "更正于浏览器，原文：一万二" in asked_line(page.text)


def test_an_unknown_cell_shows_the_row_and_marks_nothing(client, office, taken):
    answer = source(client, office.li, taken, office.road, sheet="别的表", cell="ZZ9")
    assert (answer.status_code, asked_line(answer.text)) == (200, "")


def test_what_never_went_in_and_what_one_may_not_see_is_no_source(client, office, taken):
    other = Project.objects.create(name="清单之外的项目")
    assert source(client, office.qian, taken, other).status_code == 404
    assert source(client, office.lin, taken, office.road).status_code == 404
    ImportBatch.objects.update(state="review")
    assert source(client, office.qian, taken, office.road).status_code == 404


def test_after_the_batch_was_undone_the_row_still_says_what_was_read(client, office, taken):
    ImportBatch.objects.update(state="undone", applied_at=AT)
    text = source(client, office.qian, taken, office.road, sheet="清单", cell="E2").text
    assert "后来撤销了" in text


def test_a_procedure_and_a_milestone_that_came_with_a_list_lead_to_their_cells(client, county, data_dir):
    take(RESERVE, "2023-reserve")
    permit = Permit.objects.filter(state="granted").first()
    take(GROUPS, "2023-groups")
    milestone = Milestone.objects.first()
    reader = make_user("he", "何", Role.VIEWER)
    client.force_login(reader)
    for record, page in ((permit, "permit-detail"), (milestone, "milestone-detail")):
        text = client.get(reverse(page, args=[record.pk])).text
        (link, *_) = re.findall(r'href="(/[^"]*/source/[^"#]*)', text)
        assert asked_line(client.get(link.replace("&amp;", "&")).text), page


def test_of_two_tables_below_each_other_the_heading_is_that_of_the_cells_own(client, office, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "项目名称", "总投资（万元）", "责任单位"])
    sheet.append([1, office.road.name, 61000, "县交通运输局"])
    sheet.append([])
    sheet.append(["二、水利项目"])
    sheet.append(["序号", "项目名称", "计划总投资（万元）", "牵头单位"])
    sheet.append([1, office.dam.name, 62000, "县水利局"])
    book.save(tmp_path / "两张.xlsx")
    take(tmp_path / "两张.xlsx", office.key_list.key, by=office.zhao)
    batch = ImportBatch.objects.get()
    for project, cell, heading in ((office.road, "C2", " 总投资（万元）"), (office.dam, "C6", " 计划总投资（万元）")):
        assert heading in asked_line(source(client, office.he, batch, project, sheet="Sheet", cell=cell).text)
