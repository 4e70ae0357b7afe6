"""Story 2 in a real browser: the county's list goes in by way of a reader process of its own."""

import re
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command

from leaders.roles import Role
from projects.models import ImportBatch, Project
from tests.e2e.conftest import PHONE
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)
KEY = Path(settings.BASE_DIR) / "fixtures" / "samples" / "县重点项目清单-三级表头.xlsx"


def test_the_project_office_uploads_a_list_looks_and_confirms(open_page):
    call_command("load_reference", verbosity=0)
    zhao = make_user("zhao", "赵", Role.OFFICE)
    page = open_page(zhao)

    def upload() -> None:
        page.goto("/imports/upload/")
        page.set_input_files("input[type=file]", str(KEY))

    upload()
    page.fill("input[name=year]", "2023")
    page.fill("input[name=name]", "伊川县2023年重点项目清单")
    page.click("text=上传并读取")
    page.wait_for_selector("text=逐行核对", timeout=30_000)
    assert page.locator("dl.figures div", has_text="新增").locator("dd").inner_text().startswith("141")
    assert page.locator("text=确认导入 141 行").is_visible()
    assert Project.objects.count() == 0

    page.click("text=确认导入 141 行")
    page.wait_for_selector("text=逐行结果")
    assert "新增 141 个" in page.inner_text(".messages")
    assert Project.objects.count() == 141
    assert ImportBatch.objects.get().applier == zhao

    page.get_by_role("navigation", name="主导航").get_by_role("link", name="项目", exact=True).click()
    totals = " ".join(page.locator("dl.totals").inner_text().split())
    assert totals == "共 141 条 总投资 758.51 亿元 年度计划 296.98 亿元 分包领导 29 人 2023年6月月报 已报 0/141"

    upload()
    page.select_option("select[name=project_list]", label="伊川县2023年重点项目清单")
    page.click("text=上传并读取")
    page.wait_for_selector("text=逐行核对", timeout=30_000)
    assert "没有变化" in page.inner_text("main")
    assert page.locator("text=/确认导入/").count() == 0

    phone = open_page(zhao, size=PHONE)
    phone.goto("/imports/")
    assert re.search(r"新增 141 个", phone.inner_text("main"))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.fixture
def zhao(transactional_db):
    return make_user("zhao", "赵", Role.OFFICE)


def test_a_text_named_xlsx_is_refused_in_words_and_can_be_tried_again(zhao, open_page, tmp_path):
    path = tmp_path / "清单.xlsx"
    path.write_text("会议通知\n请各单位于本周五下班前报送项目进展。\n")
    page = open_page(zhao)
    page.goto("/imports/upload/")
    page.get_by_label("文件").set_input_files(path)
    page.get_by_label("年度").fill("2023")
    page.get_by_label("清单名称").fill("伊川县2023年重点项目清单")
    page.get_by_role("button", name="上传并读取").click()
    page.get_by_text("这份文件没有读成，什么也没有写入").wait_for(timeout=30_000)
    refusal = page.get_by_role("main").inner_text()
    assert "清单.xlsx" in refusal
    assert "Traceback" not in refusal
    assert page.get_by_role("button", name="确认导入").count() == 0
    assert Project.objects.count() == 0
    page.get_by_role("link", name="换一份文件上传").click()
    page.get_by_role("heading", name="上传文件").wait_for()


def test_a_file_of_25_megabytes_is_refused_and_what_was_typed_stays(zhao, open_page, tmp_path):
    path = tmp_path / "清单.xlsx"
    path.write_bytes(b"PK\3\4" + bytes(25 * 1024 * 1024))
    page = open_page(zhao)
    page.goto("/imports/upload/")
    page.get_by_label("文件").set_input_files(path)
    page.get_by_label("年度").fill("2024")
    page.get_by_label("清单名称").fill("伊川县2024年重点项目清单")
    with page.expect_navigation() as arrival:
        page.get_by_role("button", name="上传并读取").click()
    assert arrival.value.status == 413
    assert "文件有 25.0 MB，超过 20 MB 的上限" in page.get_by_role("main").inner_text()
    assert page.get_by_label("年度").input_value() == "2024"
    assert page.get_by_label("清单名称").input_value() == "伊川县2024年重点项目清单"
    assert ImportBatch.objects.count() == 0


def test_answered_corrected_applied_traced_and_taken_back(world, open_page, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "清单"
    for row in (
        ["序号", "项目名称", "总投资（万元）", "2023年计划投资（万元）", "责任单位"],
        [1, "吕店镇县道改建项目", 60000, 13000, "县交通运输局"],
        [2, None, 800, 300, "县水利局"],
    ):
        book.active.append(row)
    book.save(tmp_path / "清单.xlsx")
    page = open_page(world.zhao)
    page.goto("/imports/upload/")
    page.get_by_label("文件").set_input_files(tmp_path / "清单.xlsx")
    page.get_by_label("导入到清单").select_option(label=world.key_list.name)
    page.get_by_role("button", name="上传并读取").click()
    page.get_by_role("heading", name="逐行核对").wait_for(timeout=30_000)

    page.get_by_role("cell", name="相同：总投资").wait_for()
    page.get_by_label("是同一个：吕店镇县道改建工程").check()
    page.get_by_role("button", name="提交回答").click()
    page.get_by_role("button", name="确认导入 1 行").wait_for(timeout=30_000)

    page.get_by_role("link", name="（没有名称）").click()
    page.get_by_label("项目名称").fill("酒后镇卫生院")
    page.get_by_label("总投资").fill("八百")
    page.get_by_role("button", name="保存更正").click()
    assert "不是一个能读的金额" in page.get_by_role("main").inner_text()
    assert page.get_by_label("项目名称").input_value() == "酒后镇卫生院"
    page.get_by_label("总投资").fill("0.09亿")
    page.get_by_role("button", name="保存更正").click()
    page.get_by_text("更正于浏览器，原单元格 C3").first.wait_for()
    page.get_by_role("link", name="回到逐行核对").click()
    page.get_by_role("button", name="确认导入 2 行").click()
    page.get_by_role("heading", name="逐行结果").wait_for()

    page.goto(f"/projects/{Project.objects.get(name='酒后镇卫生院').pk}/")
    traced = page.get_by_role("main").inner_text()
    assert "900.00" in traced
    assert "来源 清单 更正于浏览器，原单元格 C3" in traced

    page.get_by_role("link", name="更正于浏览器，原单元格 C3").first.click()
    asked = page.get_by_role("row", name="所查").inner_text()
    assert "C3" in asked
    assert "更正于浏览器，原文" in asked
    page.get_by_role("link", name="查看整批导入").click()
    page.get_by_role("link", name="撤销这一批").click()
    page.get_by_label("撤销的理由").fill("导错了")
    page.get_by_role("button", name="撤销这一批").click()
    page.get_by_role("heading", name="这一批已撤销").wait_for()
    assert not Project.objects.filter(name="酒后镇卫生院").exists()
    world.road.refresh_from_db()
    assert (world.road.name, world.road.year_plans.get().plan_wan) == ("吕店镇县道改建工程", 12000)
