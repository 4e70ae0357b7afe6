"""Signing in: a wrong password, the lock-out, the way back to the page that was asked for."""

import pytest

PASSWORD = "yi-chuan-2023-Tracker"


@pytest.fixture
def li(world):
    world.li.set_password(PASSWORD)
    world.li.save()
    return world.li


def sign_in(page, name, password):
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    with page.expect_navigation() as arrival:
        page.get_by_role("button", name="登录").click()
    return arrival.value


def test_a_clerk_signs_in_and_comes_to_the_page_asked_for(li, open_page):
    page = open_page()
    page.goto("/progress/")
    page.get_by_role("heading", name="登录").wait_for()
    sign_in(page, "li", PASSWORD)
    page.get_by_role("heading", name="2023年7月月报").wait_for()
    page.get_by_text("李", exact=True).click()
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("heading", name="登录").wait_for()
    page.goto("/progress/")
    page.get_by_role("heading", name="登录").wait_for()


def test_a_wrong_password_says_whom_to_ask_and_five_lock_the_account(li, open_page):
    page = open_page()
    page.goto("/")
    assert sign_in(page, "li", "wrong").status == 403
    refusal = page.get_by_role("alert").inner_text()
    assert "用户名或密码不对" in refusal
    assert "请联系系统管理员" in refusal
    assert page.get_by_label("用户名").input_value() == "li"
    for _ in range(3):
        sign_in(page, "li", "wrong")
    assert sign_in(page, "li", "wrong").status == 429
    page.get_by_role("heading", name="请稍后再试").wait_for()
    assert "分钟后再试" in page.get_by_role("main").inner_text()
    page.goto("/accounts/sign-in/")
    assert sign_in(page, "li", PASSWORD).status == 429
