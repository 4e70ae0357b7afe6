"""Story 2 in a real browser: the county's list goes in by way of a reader process of its own."""

import re
from pathlib import Path

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
