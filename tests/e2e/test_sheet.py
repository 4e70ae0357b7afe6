"""The month's sheet: a block pasted from Excel, the line lost, the session lost, and nothing that was typed is gone."""

import datetime
from decimal import Decimal

import pytest

from projects.models import MonthReport
from tests.e2e.conftest import DESK
from tests.world import make_project

JULY = datetime.date(2023, 7, 1)
PASTE = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector(selector).dispatchEvent(event);
}"""


@pytest.fixture
def bridge(world):
    return make_project("跨河桥工程", key_list=world.key_list, unit=world.traffic, leader=world.leader_qian, position=3)


def cell(project, name):
    return f'[name="p{project.pk}-{name}"]'


def test_a_block_is_pasted_the_line_drops_the_session_ends_and_nothing_is_lost(world, bridge, open_page):
    page = open_page(world.li, size=DESK)
    page.goto(f"/progress/sheets/{world.traffic.pk}/2023-07/")
    pasted = '1,000\t900\t"路基完成\n三公里"\r\n500\t300\t桩基完成一半\r\n'
    page.locator(cell(world.road, "planned_wan")).focus()
    page.evaluate(PASTE, [cell(world.road, "planned_wan"), pasted])
    assert page.locator(cell(world.road, "progress")).input_value() == "路基完成\n三公里"
    assert page.locator(cell(bridge, "done_wan")).input_value() == "300"
    assert page.locator('[data-sum="done_wan"]').inner_text() == "1,200.00"
    page.get_by_text("已存草稿").nth(1).wait_for()
    assert set(MonthReport.objects.values_list("done_wan", "state")) == {
        (Decimal(900), "draft"),
        (Decimal(300), "draft"),
    }

    # Enter moves down the column.
    page.locator(cell(world.road, "done_wan")).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == f"p{bridge.pk}-done_wan"

    # The line drops: what is typed stays, says so, and is saved when the line is back.
    page.context.set_offline(True)
    page.locator(cell(bridge, "done_wan")).fill("350")
    page.get_by_text("网络断了").wait_for()
    page.context.set_offline(False)
    page.get_by_text("已存草稿").nth(1).wait_for()
    assert MonthReport.objects.get(project=bridge).done_wan == Decimal(350)

    # The session ends: the page says so, and after signing in again the typed row is offered back.
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.locator(cell(world.road, "issues")).fill("征迁差两户")
    page.get_by_text("登录已过期（或页面放得太久）").wait_for()
    page.context.add_cookies(cookies)
    page.get_by_role("link", name="重新登录并打开本页").click()
    assert page.locator(cell(world.road, "issues")).input_value() == ""
    page.get_by_role("button", name="恢复填写的内容").click()
    assert page.locator(cell(world.road, "issues")).input_value() == "征迁差两户"
    page.get_by_text("已存草稿").first.wait_for()
    assert MonthReport.objects.get(project=world.road).issues == "征迁差两户"

    page.get_by_role("button", name="上报填好的项目").click()
    page.get_by_text("已上报 2 个项目").wait_for()
    assert MonthReport.objects.filter(state="submitted").count() == 2


def test_somebody_else_wrote_first_and_the_person_chooses(world, open_page):
    page = open_page(world.li, size=DESK)
    page.goto(f"/progress/sheets/{world.traffic.pk}/2023-07/")
    MonthReport.objects.create(project=world.road, month=JULY, covers_from=JULY, progress="赵写的")
    page.locator(cell(world.road, "progress")).fill("李写的")
    page.get_by_text("对方 赵写的，您填 李写的").wait_for()
    assert MonthReport.objects.get().progress == "赵写的"
    page.get_by_role("button", name="保存我填的").click()
    page.get_by_text("已存草稿").wait_for()
    assert MonthReport.objects.get().progress == "李写的"

    # The project becomes another unit's while its row is being typed: the words stay, to be copied, until they are dropped.
    world.road.responsibilities.filter(role="lead_unit").update(unit=world.water)
    page.locator(cell(world.road, "issues")).fill("征迁差两户")
    page.get_by_text("现在由县水利局填报").wait_for()
    page.reload()
    page.get_by_text(f"{world.road.name}：形象进度 李写的；存在问题 征迁差两户").wait_for()
    # So does what an older script kept, without words of its own.
    page.evaluate("""() => {
        const [key] = Object.keys(localStorage).filter((one) => one.startsWith('sheet:'));
        localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), words: undefined }));
    }""")
    page.reload()
    left = page.get_by_text("李写的；征迁差两户")
    left.wait_for()
    page.get_by_role("button", name="已抄下，不再显示").click()
    page.reload()
    assert left.count() == 0
