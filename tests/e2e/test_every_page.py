"""Every page of the access table, as those see it who may: fits a phone, breaks no policy, raises nothing, reads well."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Error

from tests.access_places import make_places
from tests.access_table import TABLE
from tests.e2e.conftest import DESK, PHONE

PEOPLE = ("zhao", "li", "qian", "lin", "ma", "gu")
NO_PAGES = {"inspection-photo", "import-progress"}  # a picture and a fragment
MAIN_PAGES = {
    "zhao": ["home", "project-list", "project-detail", "project-edit", "project-create", "report-board", "report-fill",
             "ranking-month", "ranking-list", "scheme-detail", "import-upload", "import-list", "list-list", "list-detail",
             "history-list", "help", "report-sheet", "plan-actual", "plan-revise", "asof-list", "milestone-calendar",
             "milestone-timeline", "milestone-plan", "request-list", "request-detail", "correction-ask", "statistics-month",
             "bulletin-detail", "bulletin-edit", "scheme-edit", "objection-list", "period-rule", "problem-escalation",
             "meeting-detail", "agenda-item", "meeting-pack", "guarantee-board", "guarantee-target", "bank-detail",
             "batch-board", "whitelist-board"],
    "li": ["home", "report-fill", "report-sheet", "request-move", "exception-ask", "milestone-detail", "milestone-create",
           "milestone-list", "permit-list", "project-permits"],
    "qian": ["home", "inspection-board", "inspection-create", "problem-detail", "problem-list", "inspection-detail",
             "instruction-create"],
    "ma": ["home", "user-list", "user-roles"],
}  # fmt: skip
AXE = Path(settings.BASE_DIR) / "static" / "node_modules" / "axe-core"

# Runs in the browser: what sticks out to the right of the window, most telling first.
STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll, .table-frame"))
    .map(element => element.outerHTML.slice(0, 120)).slice(0, 5).concat("wider than the window")"""


def addresses(places, name):
    """What the table lets this person open, each page once: all as the office sees it; as the others see them, their main
    pages and those that the office may not open."""
    lines = [line for line in TABLE if line.method == "GET" and name in line.allowed and line.url not in NO_PAGES]
    if name != "zhao":
        lines = [line for line in lines if "zhao" not in line.allowed or line.url in MAIN_PAGES.get(name, ())]
    return sorted({reverse(line.url, kwargs=line.kwargs(places)) for line in lines})


def opened(page, address):
    """The answer; None where a file comes, which is no page."""
    try:
        return page.goto(address)
    except Error as refusal:
        if "Download is starting" not in refusal.message:
            raise
        return None


@pytest.mark.timeout(900)  # two hundred pages, beside the other parts of the suite
@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_runs_off_a_phone_or_complains_in_the_console(world, open_page, name):
    page = open_page(world.people[name], size=PHONE)
    complaints = []
    page.on(
        "console", lambda message: complaints.append(f"{page.url}: {message.text}") if message.type == "error" else 0
    )
    for address in addresses(make_places(world), name):
        answer = opened(page, address)
        if answer is None:
            continue
        complaints += [f"{address}: {answer.status}"] if answer.status >= 400 else []
        complaints += [f"{address}: {what}" for what in page.evaluate(STICKS_OUT)]
    assert not complaints, "\n".join(complaints)


def axe(page):
    """What axe-core finds wrong with the page, in Chinese words: rule, and the elements."""
    found = page.evaluate("async () => (await axe.run({ resultTypes: ['violations'] })).violations")
    return [f"{rule['help']}（{rule['id']}）：{node['html'][:160]}" for rule in found for node in rule["nodes"]]


@pytest.fixture
def open_watched(open_page):
    def open_(user, size):
        page = open_page(user, size=size, bypass_csp=True)
        words = json.loads((AXE / "locales" / "zh_CN.json").read_text())
        page.add_init_script(path=AXE / "axe.min.js")
        page.add_init_script(f"axe.configure({{ locale: {json.dumps(words)} }})")
        return page

    return open_


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "size"),
    [*((name, DESK) for name in MAIN_PAGES), ("li", PHONE), ("qian", PHONE)],
    ids=lambda value: value if isinstance(value, str) else str(value["width"]),
)
def test_axe_finds_nothing_wrong_with_the_main_pages(world, open_watched, name, size):
    places = make_places(world)
    lines = {line.url: line for line in reversed(TABLE) if line.method == "GET" and name in line.allowed}
    page = open_watched(world.people[name], size)
    wrong = []
    for url in MAIN_PAGES[name]:
        address = reverse(url, kwargs=lines[url].kwargs(places))
        page.goto(f"{address}?project={world.road.pk}" if url == "inspection-create" else address)
        wrong += [f"{url}: {finding}" for finding in axe(page)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_wrong_with_pages_of_refusal(world, open_watched, size):
    page = open_watched(world.li, size)
    wrong = []
    for address in ("/nowhere/", f"/registry/projects/{world.road.pk}/edit/"):
        assert page.goto(address).status in {403, 404}
        wrong += [f"{address}: {finding}" for finding in axe(page)]
    page.goto(f"/progress/projects/{world.road.pk}/2023-07/")
    page.get_by_role("button", name="上报").click()
    page.get_by_role("alert").wait_for()
    wrong += [f"refused report: {finding}" for finding in axe(page)]
    stranger = open_watched(None, size)
    stranger.goto("/accounts/sign-in/")
    wrong += [f"sign-in: {finding}" for finding in axe(stranger)]
    assert not wrong, "\n".join(wrong)


def test_axe_would_find_a_field_without_a_name(world, open_watched):
    page = open_watched(world.li, DESK)
    page.goto("/help/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any("label" in finding for finding in axe(page))


def test_by_keyboard_the_first_stop_leads_past_the_navigation(world, open_page):
    page = open_page(world.zhao)
    page.goto("/projects/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    assert skip.evaluate("link => link === document.activeElement")
    box = skip.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_what_has_the_focus_is_seen_to_have_it(world, open_page):
    page = open_page(world.zhao, reduced_motion="reduce")  # or a glow is asked for before it has grown
    page.goto("/projects/")
    for _ in range(30):
        page.keyboard.press("Tab")
        marked = page.evaluate(
            """() => { const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
            return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none" }"""
        )
        assert marked, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
