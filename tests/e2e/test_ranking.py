"""Story 4: the office computes, publishes and releases June; a leader opens a score down to its sources."""

import re

import pytest

from projects.models import RankingRun
from projects.rankings.models import RunState
from tests.e2e.conftest import PHONE
from tests.projects.rankings.county import file_report, lay_down_worked_example, load_scheme


@pytest.fixture
def county(world):
    load_scheme()
    lay_down_worked_example(world)
    file_report(world.dam, world.wang, "6000")
    return world


def test_june_is_ranked_and_a_leader_opens_a_score_to_its_sources(county, open_page):
    office = open_page(county.zhao)
    office.goto("/")
    office.get_by_role("link", name="排名", exact=True).click()
    office.get_by_role("link", name="2023年6月考评").click()
    office.get_by_role("button", name="试算").click()
    office.get_by_text("试算结果只有重点办看得到").wait_for()

    leader = open_page(county.qian, size=PHONE, is_mobile=True, has_touch=True)
    leader.goto("/rankings/2023-06/")
    leader.get_by_text("这个月的考评还没有公布").wait_for()

    office.get_by_role("button", name="发布").click()
    office.get_by_text("请重点办另一个账号签发").first.wait_for()
    assert office.get_by_role("button", name="签发").count() == 0  # for another account
    assert RankingRun.objects.get().state == RunState.PUBLISHED

    second = open_page(county.zhou)
    second.goto("/rankings/2023-06/")
    second.get_by_role("button", name="签发").click()
    second.get_by_text("已签发，全县可见").wait_for()

    leader.goto("/")
    leader.get_by_text("菜单").tap()
    leader.get_by_role("link", name="排名").tap()
    leader.get_by_role("link", name="2023年6月").tap()
    leader.get_by_role("navigation", name="榜").get_by_role("link", name="项目").tap()
    line = leader.get_by_role("row").filter(has_text="吕店镇县道改建工程")
    line.get_by_role("link", name="88.03").tap()
    leader.get_by_role("heading", name="吕店镇县道改建工程").wait_for()
    assert "25 × 0.85 = 21.25" in leader.get_by_role("main").inner_text()
    assert leader.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    items = leader.get_by_role("row").filter(has_text="B 节点")
    items.get_by_role("link").first.tap()
    leader.wait_for_url(re.compile(rf"/projects/{county.road.pk}/\?tab=milestones"))
    assert leader.get_by_role("row").filter(has_text="节点3").is_visible()
