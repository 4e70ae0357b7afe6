"""Story 3, on site: a leader and the bureau log visits from a phone; the board counts the days of the week."""

import pytest
from playwright.sync_api import Error

from projects.inspections.actions import log_inspection
from projects.inspections.checklists.actions import set_checklist
from projects.models import Inspection, Problem
from tests.e2e.conftest import PHONE
from tests.projects.inspections.photos import picture
from tests.world import AT, TODAY


def log_visit(page, *, situation, finding=""):
    page.get_by_label("现场情况").fill(situation)
    if finding:
        page.get_by_label("发现问题").fill(finding)
        page.get_by_label("转为问题并交办").check()
    page.get_by_role("button", name="提交").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_leader_on_a_phone_logs_a_visit_with_a_finding(world, open_page, script):
    page = open_page(world.qian, size=PHONE, is_mobile=True, has_touch=True, java_script_enabled=script)
    page.goto("/")
    own = page.get_by_role("region", name="我分包的项目")
    assert "吕店镇县道改建工程" in own.inner_text()
    assert "鸣皋镇" not in own.inner_text()

    own.get_by_role("listitem").get_by_role("link", name="记督查").tap()
    log_visit(page, situation="路基已交验，机械到位", finding="K3 段边坡渗水")
    page.get_by_text("督查已记录").wait_for()
    assert "K3 段边坡渗水" in page.get_by_role("main").inner_text()
    problem = Problem.objects.get()
    assert (problem.project, problem.text) == (world.road, "K3 段边坡渗水")
    assert problem.due_on is not None
    page.get_by_role("link", name="县交通").click()
    page.get_by_text("K3 段边坡渗水").first.wait_for()

    page.goto("/inspections/")
    line = page.get_by_role("row").filter(has_text="钱一平")
    assert "1/2 天" in line.inner_text()
    assert "本人" in line.inner_text()
    page.goto("/")
    assert "1 天，要求不少于 2 天" in " ".join(page.get_by_role("region", name="我分包的项目").inner_text().split())


def test_the_bureau_finds_a_project_by_its_initials_and_its_day_counts(world, open_page):
    page = open_page(world.sun, size=PHONE, is_mobile=True, has_touch=True)
    page.goto("/")
    page.get_by_role("link", name="记督查").first.tap()
    page.get_by_role("searchbox").fill("mgzcx")
    page.get_by_role("button", name="查找").tap()
    page.get_by_role("link", name="鸣皋镇城乡供水一体化建设项目").tap()
    log_visit(page, situation="管沟开挖 2 公里")
    page.get_by_text("督查已记录").wait_for()
    page.goto("/inspections/")
    assert "1/2 天" in page.get_by_role("row").filter(has_text="县督查局").inner_text()
    assert "0/2 天" in page.get_by_role("row").filter(has_text="钱一平").inner_text()


def test_a_second_visit_on_the_same_day_is_no_second_day(world, open_page):
    page = open_page(world.sun)
    for project in (world.road, world.dam):
        page.goto(f"/inspections/new/?project={project.pk}")
        log_visit(page, situation="看了现场")
        page.get_by_text("督查已记录").wait_for()
    page.goto("/inspections/")
    assert "1/2 天" in page.get_by_role("row").filter(has_text="县督查局").inner_text()


def test_pressing_again_because_no_answer_came_logs_one_visit(world, open_page):
    page = open_page(world.qian, size=PHONE, java_script_enabled=False)
    page.goto(f"/inspections/new/?project={world.road.pk}")
    page.get_by_label("现场情况").fill("路基已交验")
    answers = []

    def lose_the_answer(route):
        answers.append(route.fetch(max_redirects=0).status)
        route.fulfill(status=204)  # the page stays as it is, as on a phone whose line broke

    page.route("**/inspections/new/**", lose_the_answer, times=1)
    page.get_by_role("button", name="提交").click()
    with page.expect_navigation():
        page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="现场督查").wait_for()
    assert answers == [302], "the first press has to have been taken, or nothing is proved"
    assert Inspection.objects.count() == 1


def test_what_was_typed_stays_when_a_visit_is_refused(world, open_page):
    page = open_page(world.qian, size=PHONE)
    page.goto(f"/inspections/new/?project={world.road.pk}")
    page.get_by_label("发现问题").fill("K3 段边坡渗水")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("alert").get_by_role("link", name="现场情况").wait_for()
    assert page.get_by_label("发现问题").input_value() == "K3 段边坡渗水"
    assert Inspection.objects.count() == 0


def waiting_list(page):
    return page.locator("[data-outbox-list]")


def kept(page):
    return page.evaluate(
        "caches.open('inspections').then((kept) => kept.keys()).then((keys) => keys.map((one) => new URL(one.url)))"
        ".then((urls) => urls.map((url) => url.pathname + url.search))"
    )


def kept_pages(page):
    """Addresses of the forms that the phone keeps, and of their list; [] also where nothing is kept."""
    return sorted(url.removeprefix("/inspections/new/") for url in kept(page) if url.startswith("/inspections/new/"))


def kept_assets(page):
    return [url for url in kept(page) if not url.startswith("/inspections/new/")]


def wait_until_all_is_kept(page):
    while not page.evaluate("(JSON.parse(localStorage.getItem('offline-kept')) || {}).at > 0"):
        page.wait_for_timeout(50)


def test_a_visit_logged_with_the_network_cut_arrives_once_and_its_finding_runs_its_course(world, open_page, tmp_path):
    set_checklist(None, ["施工许可等手续齐全"], version=None, by=world.zhao, at=AT)
    page = open_page(world.sun, size=PHONE, is_mobile=True, has_touch=True)
    # The phone keeps the forms that it offers, so that one opens without network whose page was never opened. A line that
    # breaks costs only what was not kept yet: the next page goes on from there.
    forms = ["", *sorted(f"?project={project.pk}" for project in (world.road, world.dam))]
    dam, fetched = f"?project={world.dam.pk}", []
    page.route(f"**/inspections/new/{dam}", lambda route: route.abort(), times=1)
    with page.expect_event("requestfailed"):
        page.goto("/inspections/")
    assert kept_pages(page) == [form for form in forms if form != dam]
    assert "0/2 天" in page.get_by_role("row").filter(has_text="县督查局").inner_text()
    page.on("request", lambda request: fetched.append(request.url.partition("/inspections/new/")[2]))
    page.goto("/inspections/")
    wait_until_all_is_kept(page)
    assert kept_pages(page) == forms
    page.goto("/inspections/")  # nothing is fetched again
    page.wait_for_load_state("networkidle")
    assert [one for one in fetched if one and one != "worker.js"] == [dam]
    # When all is kept anew, what no kept page needs goes, and the form of a project that is there no more.
    page.evaluate(
        """async () => {
            const kept = await caches.open('inspections');
            const last = JSON.parse(localStorage.getItem('offline-kept'));
            const headers = { 'x-kept-at': Date.now() - 5 * 60 * 60 * 1000 };
            await kept.put('/static/of-an-older-version.css', new Response(''));
            await kept.put('/inspections/new/?project=0', new Response('', { headers }));
            localStorage.setItem('offline-kept', JSON.stringify({ ...last, at: 0 }));
        }"""
    )
    assets = kept_assets(page)
    page.goto("/inspections/")
    wait_until_all_is_kept(page)
    assert kept_pages(page) == forms
    assert [one for one in assets if one not in kept_assets(page)] == ["/static/of-an-older-version.css"]
    page.context.set_offline(True)
    # Looked for among what is kept; what is not kept leads back to that list.
    page.goto("/inspections/new/")
    page.get_by_role("searchbox").fill("MGZ")
    page.get_by_role("button", name="查找").tap()
    page.get_by_text("下面是存在手机上的项目").wait_for()
    assert page.get_by_role("main").get_by_role("listitem").all_inner_texts() == [world.dam.name]
    page.goto("/inspections/new/?project=0")
    page.get_by_text("没有存在手机上").wait_for()
    page.get_by_role("link", name=world.road.name).tap()
    page.get_by_text("没有网络，这是").wait_for()
    key = page.locator("[name=client_key]").input_value()
    page.reload()
    assert page.locator("[name=client_key]").input_value() != key, "two visits written on it are two"
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.context.new_page().goto("/inspections/")  # no other page is ever an old one
    (tmp_path / "site.jpg").write_bytes(picture())
    page.get_by_label("照片").set_input_files(tmp_path / "site.jpg")
    page.get_by_text("督查清单（1 条").tap()
    page.get_by_role("group", name="施工许可等手续齐全").get_by_label("有问题").check()
    page.get_by_label("现场情况").fill("路基已交验")
    page.get_by_label("发现问题").fill("K3 段边坡渗水")
    page.get_by_role("button", name="提交").click()
    page.get_by_text("已存在这台手机上").wait_for()
    assert "等网络" in waiting_list(page).inner_text()
    assert Inspection.objects.count() == 0

    page.context.set_offline(False)
    page.get_by_text("督查已记录").wait_for()
    assert waiting_list(page).is_hidden()
    visit = Inspection.objects.get()
    assert (visit.situation, visit.photos.count()) == ("路基已交验", 1)
    assert [str(answer) for answer in visit.checks.all()] == ["施工许可等手续齐全：有问题"]

    page.goto(f"/inspections/{visit.pk}/")
    page.get_by_role("link", name="转为问题并交办").tap()
    page.get_by_role("button", name="交办").click()
    page.get_by_text("已转为问题并交办").wait_for()
    problem = Problem.objects.get()
    unit = open_page(world.li, size=PHONE)
    unit.goto(f"/problems/{problem.pk}/")
    unit.get_by_role("button", name="签收").click()
    unit.get_by_label("办理情况").fill("已打排水孔")
    unit.get_by_role("button", name="反馈", exact=True).click()
    unit.get_by_text("等待核查").wait_for()

    # The week board: the day counts, and what the unit says is done waits for somebody to look.
    page.goto("/inspections/")
    assert "1/2 天" in page.get_by_role("row").filter(has_text="县督查局").inner_text()
    assert "单位已反馈" in page.get_by_role("listitem").filter(has_text="K3 段边坡渗水").inner_text()
    page.goto(f"/problems/{problem.pk}/")
    page.get_by_role("button", name="整改到位，销号").click()
    page.get_by_text("已销号").first.wait_for()
    page.goto("/inspections/")
    assert "K3 段边坡渗水" not in page.get_by_role("main").inner_text()

    page.locator(".menu-user summary").tap()
    page.get_by_role("button", name="退出").tap()
    page.get_by_text("您已退出").wait_for()
    while page.evaluate("localStorage.getItem('offline-kept')"):
        page.wait_for_timeout(50)
    assert kept_pages(page) == []


def test_an_answer_lost_on_the_way_is_no_second_visit(world, open_page):
    page = open_page(world.sun, size=PHONE)
    page.goto(f"/inspections/new/?project={world.road.pk}")
    taken = []

    def lose_the_answer(route):
        taken.append(route.fetch(max_redirects=0).status)
        route.abort()

    page.route("**/inspections/new/**", lose_the_answer, times=1)
    log_visit(page, situation="路基已交验")
    page.get_by_text("已存在这台手机上").wait_for()
    assert (taken, Inspection.objects.count()) == ([302], 1)
    page.goto(f"/inspections/new/?project={world.dam.pk}")  # the next opening sends it again
    waiting_list(page).wait_for(state="hidden")
    assert Inspection.objects.count() == 1

    # Another that waits while somebody signs in again, by which the page's token becomes void; what was said before stays.
    page.route("**/inspections/new/**", lambda route: route.abort(), times=1)
    log_visit(page, situation="坝体已封顶")
    page.get_by_text("已存在这台手机上").wait_for()
    page.locator("[name=csrfmiddlewaretoken]").evaluate_all(
        "all => all.forEach((one) => { one.value = 'x'.repeat(64); })"
    )
    own, other = page.context.cookies(), open_page(world.qian)
    page.context.add_cookies(other.context.cookies())
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting_list(page).get_by_text("重新登录后自动发送").wait_for()
    assert Inspection.objects.count() == 1, "what one wrote is not sent as another's who is signed in"
    page.context.add_cookies(own)
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting_list(page).wait_for(state="hidden")
    said = page.locator(".messages").inner_text()
    assert world.road.name in said
    assert world.dam.name in said
    assert "没有送达" not in said
    assert Inspection.objects.count() == 2


def test_two_offline_edits_of_one_visit_are_both_shown_and_none_is_lost(world, open_page):
    visit = log_inspection(
        world.road, {"inspected_on": TODAY, "situation": "起初", "unit": world.sun.unit}, by=world.sun, at=AT
    )
    first = open_page(world.sun, size=PHONE)
    second = first.context.new_page()
    for page, text in ((first, "甲的改动"), (second, "乙的改动")):
        page.goto(f"/inspections/{visit.pk}/edit/")
        page.get_by_label("现场情况").fill(text)
    first.context.set_offline(True)
    for page in (first, second):
        page.get_by_role("button", name="保存").click()
        page.get_by_text("已存在这台手机上").wait_for()
    # A page that goes is no longer held offline: it would begin to send and die over it. What cannot be kept is not sent.
    second.evaluate("() => { Storage.prototype.setItem = () => { throw new Error(); }; }")
    second.close()
    first.context.set_offline(False)
    line = waiting_list(first).get_by_role("listitem")
    line.get_by_text("没有被接受").wait_for()
    line.get_by_role("button", name="打开核对").click()
    shown = first.get_by_role("main").inner_text()
    assert "甲的改动" in shown
    assert "乙的改动" in shown
    first.goto("/inspections/")  # leaving the page of the two versions loses nothing
    assert "没有被接受" in waiting_list(first).inner_text()


def test_a_half_written_visit_is_offered_again(world, open_page):
    set_checklist(None, ["手续齐全"], version=None, by=world.zhao, at=AT)
    page = open_page(world.qian, size=PHONE)
    address = f"/inspections/new/?project={world.road.pk}"
    page.goto(address)
    page.get_by_text("督查清单（1 条").click()
    page.get_by_label("没问题").check()
    page.get_by_label("现场情况").fill("写到一半")
    waiting_list(page).get_by_text("没有写完").wait_for()
    page.goto("/inspections/")
    page.get_by_role("button", name="接着写").click()
    page.wait_for_url("**/new/**")
    assert page.get_by_label("现场情况").input_value() == "写到一半"
    page.get_by_text("督查清单（1 条").click()
    assert page.get_by_label("没问题").is_checked()
    page.get_by_role("button", name="提交").click()
    page.get_by_text("督查已记录").wait_for()
    page.goto(address)
    assert waiting_list(page).is_hidden()
