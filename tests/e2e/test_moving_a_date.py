"""Story: a unit asks to move a milestone, may not approve it itself, the head approves; both dates stay on the project's page."""

import datetime

import pytest

from projects.models import Milestone
from projects.requests.actions import Asked, ask
from projects.requests.rules import RequestKind
from tests.world import AT

DUE = datetime.date(2023, 12, 31)


@pytest.fixture
def milestones(world):
    return [Milestone.objects.create(project=world.road, name=name, due_on=DUE) for name in ("路基完工", "桥梁合龙")]


def test_a_date_moves_when_another_approves_and_both_dates_stay(world, milestones, open_page):
    unit = open_page(world.li)
    unit.goto(f"/milestones/{milestones[0].pk}/")
    unit.get_by_role("link", name="申请调整日期").click()
    unit.get_by_label("新的日期").fill("2024-03-31")
    unit.get_by_label("原因").select_option("land")
    unit.get_by_label("情况说明").fill("三户未签协议，预计九月签完")
    unit.get_by_role("button", name="提交申请").click()
    unit.get_by_text("由重点办负责人（或其副职）审批").wait_for()
    assert unit.get_by_role("button", name="批准", exact=True).count() == 0
    unit.get_by_role("button", name="撤回申请").wait_for()

    later = DUE + datetime.timedelta(days=60)
    asked = Asked(RequestKind.MOVE_MILESTONE, milestones[1], later, reason_code="land", reason="x")
    own = ask(asked, by=world.zhou, at=AT)
    head = open_page(world.zhou)
    head.goto(f"/requests/{own.pk}/")
    head.get_by_text("本人提出的，由其他审批人审批").wait_for()
    assert head.get_by_role("button", name="批准", exact=True).count() == 0
    head.goto("/")
    head.get_by_role("link", name="到“申请与审批”一起看").click()
    head.get_by_role("checkbox", name="选择 吕店镇县道改建工程：调整节点日期（路基完工）").check()
    head.get_by_role("button", name="一并审批…").click()
    head.get_by_role("button", name="批准勾选的申请", exact=True).click()
    head.get_by_text("已批准 1 份申请").wait_for()

    unit.goto(f"/projects/{world.road.pk}/?tab=requests")
    unit.get_by_text("2023-12-31 → 2024-03-31").first.wait_for()
    unit.get_by_role("row").filter(has_text="路基完工").get_by_text("已批准").wait_for()
    unit.goto(f"/projects/{world.road.pk}/?tab=milestones")
    unit.get_by_role("row").filter(has_text="路基完工").get_by_text("2024-03-31").wait_for()
