"""What the frame does in a real browser: drafts, menus, lists on a phone, the race of two people."""

import re

import pytest
from django.urls import reverse

from leaders.audit.actions import change
from tests.e2e.conftest import PHONE
from tests.world import AT


@pytest.fixture
def unit(world):
    return world.traffic


def edit_url(unit):
    return f"/organisations/units/{unit.pk}/edit/"


def wait_for_draft(page):
    for _ in range(50):
        if page.evaluate("localStorage.length"):  # wait_for_function would need the eval that the policy forbids
            return
        page.wait_for_timeout(100)
    raise AssertionError("no draft was kept")


def test_typed_text_is_offered_back_after_the_page_was_left(world, unit, open_page):
    page = open_page(world.zhao)
    page.goto(edit_url(unit))
    page.fill("[name=short_name]", "交通局（草稿）")
    wait_for_draft(page)
    page.goto("/help/")
    page.goto(edit_url(unit))
    assert page.input_value("[name=short_name]") == "县交通局"
    page.get_by_role("button", name="恢复填写的内容").click()
    assert page.input_value("[name=short_name]") == "交通局（草稿）"


def test_a_draft_is_gone_once_it_was_saved(world, unit, open_page):
    page = open_page(world.zhao)
    page.goto(edit_url(unit))
    page.fill("[name=short_name]", "交通局")
    wait_for_draft(page)
    page.locator("main form").get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(rf"/units/{unit.pk}/$"))
    page.goto(edit_url(unit))
    assert page.get_by_role("button", name="恢复填写的内容").count() == 0
    assert page.evaluate("localStorage.length") == 0


def test_a_draft_belongs_to_the_person_who_typed_it(world, unit, open_page):
    page = open_page(world.zhao)
    page.goto(edit_url(unit))
    page.fill("[name=short_name]", "赵的草稿")
    wait_for_draft(page)
    assert page.evaluate("Object.keys(localStorage)[0]").startswith(f"draft:{world.zhao.pk}:")


def test_a_plan_shared_out_and_typed_into_outlives_the_session(world, open_page):
    page = open_page(world.zhao)
    url = reverse("plan-revise", args=[world.road.year_plans.get().pk])
    page.goto(url)
    page.get_by_role("button", name="全年平均分摊").click()
    page.get_by_text("已按规则填好 12 个月").wait_for()
    assert page.get_by_role("button", name="恢复填写的内容").count() == 0
    page.fill("[name=reason]", "县发改〔2023〕12 号")
    shared = page.input_value("[name=m1_wan]")
    session = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url(re.compile("next="))
    page.context.add_cookies(session)
    page.goto(url)
    page.get_by_role("button", name="恢复填写的内容").click()
    assert (page.input_value("[name=reason]"), page.input_value("[name=m1_wan]")) == ("县发改〔2023〕12 号", shared)


def test_a_lost_race_is_settled_field_by_field_and_then_no_draft_is_offered(world, unit, open_page):
    page = open_page(world.zhao)

    def lose(kind, typed):
        page.goto(edit_url(unit))
        unit.refresh_from_db()
        change(unit, {"kind": kind}, by=world.zhou, at=AT, version=unit.version)
        page.fill("[name=short_name]", typed)
        page.locator("main form").get_by_role("button", name="保存").click()
        page.get_by_role("heading", name="有人先改过了").wait_for()
        assert page.evaluate("localStorage.length") == 1

    lose("other", "交通局")
    page.get_by_role("button", name="按上面的选择保存").click()
    page.wait_for_url(re.compile(rf"/units/{unit.pk}/$"))
    unit.refresh_from_db()
    assert (unit.short_name, unit.kind) == ("交通局", "other")
    assert page.evaluate("localStorage.length") == 0
    lose("department", "不要的")
    page.get_by_role("link", name="放弃我的修改，看最新").click()
    page.get_by_role("heading", name="编辑").wait_for()
    assert page.get_by_role("button", name="恢复填写的内容").count() == 0
    assert page.evaluate("localStorage.length") == 0


def test_a_menu_closes_by_escape_and_gives_the_focus_back(world, open_page):
    page = open_page(world.zhao)
    page.goto("/help/")
    page.locator("nav[aria-label=主导航] summary").click()
    assert page.get_by_role("link", name="单位").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="单位").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_page_that_is_none_does_not_run_off_a_phone_either(world, open_page):
    page = open_page(world.zhao, size=PHONE)
    page.goto("/nowhere/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_list_works_without_script(world, open_page):
    page = open_page(world.zhao, java_script_enabled=False)
    page.goto("/projects/")
    page.locator("input[type=search]").first.fill("县道")
    page.get_by_role("button", name="筛选").click()
    assert "吕店镇县道改建工程" in page.locator("tbody").inner_text()
    assert "鸣皋镇" not in page.locator("tbody").inner_text()
