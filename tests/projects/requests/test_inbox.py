import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from projects.dashboards.home.queries import decision_work
from projects.models import (
    ChangeRequest,
    Correction,
    FilingException,
    Milestone,
    MonthReport,
    Period,
    PlanRevision,
    YearPlan,
)
from projects.periods.actions import ask_exception
from projects.progress.corrections.actions import ask_corrections
from projects.registry.plans.actions import request_revision
from projects.registry.plans.rules import MONTH_FIELDS
from projects.requests.actions import Asked, ask
from projects.requests.inbox.actions import decide_matters
from projects.requests.inbox.queries import Wanted, found, matters, to_decide
from projects.requests.inbox.rules import Tab
from projects.requests.rules import RequestKind, Verdict
from tests.projects.growth import LIST, assert_constant_queries
from tests.world import AT, TODAY, make_project

pytestmark = pytest.mark.django_db
DECEMBER = datetime.date(2023, 12, 31)
DAY = datetime.timedelta(days=1)


def move(project, name, due_on, by, at=AT):
    milestone = Milestone.objects.create(project=project, name=name, due_on=due_on)
    asked = Asked(RequestKind.MOVE_MILESTONE, milestone, due_on + 400 * DAY, reason_code="land", reason="三户未签")
    return ask(asked, by=by, at=at)


def plan(project, by, planned_wan="15000", at=AT):
    values = dict.fromkeys(MONTH_FIELDS) | {"planned_wan": Decimal(planned_wan), "from_on": TODAY, "reason": "文件"}
    return request_revision(YearPlan.objects.get(project=project), values, by=by, at=at, version=None)


def correction(project, by, at=AT):
    june = datetime.date(2023, 6, 1)
    done = {"done_wan": Decimal(900), "progress": "路基", "state": "accepted", "accepted_at": AT}
    report = MonthReport.objects.create(project=project, month=june, covers_from=june, **done)
    return ask_corrections(report, {"done_wan": Decimal(800)}, reason="多报", version=None, by=by, at=at)[0]


def exception(project, by, at=AT):
    june = Period.objects.get(month=datetime.date(2023, 6, 1))
    details = {"unit": by.unit, "project_id": project.pk, "reason": "停电", "expires_on": TODAY + 3 * DAY}
    return ask_exception(june, **details, by=by, at=at)


@pytest.fixture
def four(world):
    """One of each kind, asked for by 李 an hour after the other."""
    makers = (lambda at: move(world.road, "路基", DECEMBER, world.li, at), *(
        lambda at, make=make: make(world.road, world.li, at=at) for make in (plan, correction, exception)
    ))  # fmt: skip
    return [make(AT + number * datetime.timedelta(hours=1)) for number, make in enumerate(makers)]


def subjects(rows):
    return [(one.kind, one.detail, one.old, one.new) for one in matters(rows, TODAY)]


def test_all_four_kinds_wait_in_one_list_the_longest_waiting_first(world, four):
    assert subjects(to_decide(world.zhou)) == subjects(found(world.zhou, Tab.WAITING)) == [
        ("调整节点日期", "路基", "2023-12-31", "2025-02-03"),
        ("调整年度计划", "2023年", "12,000.00", "15,000.00 万元"),
        ("更正月报", "2023年6月当月完成投资", "900.00", "800.00 万元"),
        ("临时开放", "2023年6月月报", "已关账", "开放至 2023-07-08"),
    ]  # fmt: skip
    assert len(found(world.li, Tab.MINE)) == 4
    assert not found(world.zhou, Tab.DONE)
    for wanted, count in (
        (Wanted(kind="plan"), 1),
        (Wanted(kind="move_milestone"), 1),
        (Wanted(kind="stop"), 0),
        (Wanted(text=world.road.name), 4),
        (Wanted(text="没有的"), 0),
        (Wanted(reason_code="land"), 1),
    ):
        assert len(found(world.he, Tab.WAITING, wanted)) == count


def test_what_a_person_may_not_decide_comes_last_and_says_whose_it_is(world, four):
    near = move(world.road, "近", TODAY, world.li)
    own = plan(world.dam, world.zhou)
    rows = {one.record: one.objection(world.zhou) for one in matters(found(world.zhou, Tab.WAITING), TODAY)}
    assert list(rows)[:4] == four
    assert rows[near] == "提出时已临期，由县级主管领导审批"
    assert rows[own] == "本人提出的，由其他审批人审批"
    assert len(to_decide(world.dong)) == 6
    assert {one.objection(world.zhao) for one in matters(found(world.zhao, Tab.WAITING), TODAY)} == {
        "由重点办负责人（或其副职）审批", "由县级主管领导审批"
    }  # fmt: skip
    assert not to_decide(world.zhao)
    decided = {(row[0], row[1]) for row in to_decide(world.zhou)}
    assert decided == {(one.source, one.record.pk) for one in matters(found(world.zhou, Tab.WAITING), TODAY)
                       if not one.objection(world.zhou)}  # fmt: skip


def ticked(user):
    return [(one, one.record.version) for one in matters(found(user, Tab.WAITING), TODAY)]


def states():
    return [
        ChangeRequest.objects.get(milestone__name="路基").verdict,
        PlanRevision.objects.earliest("pk").state,
        Correction.objects.get().state,
        FilingException.objects.get().state,
    ]


def test_the_head_approves_several_at_once_each_by_its_own_action(world, four):
    decide_matters(ticked(world.zhou), Verdict.APPROVED, note="同意", by=world.zhou, at=AT + DAY)
    assert states() == ["approved", "approved", "approved", "granted"]
    assert Milestone.objects.get(name="路基").due_on == datetime.date(2025, 2, 3)
    assert YearPlan.objects.get(project=world.road).plan_wan == 15000
    assert [one.note for one in matters(found(world.zhou, Tab.DONE), TODAY)] == ["同意"] * 4


def test_the_head_refuses_several_at_once_with_one_reason(world, four):
    with pytest.raises(ValidationError, match="写明不批准的原因"):
        decide_matters(ticked(world.zhou), Verdict.REJECTED, by=world.zhou, at=AT + DAY)
    decide_matters(ticked(world.zhou), Verdict.REJECTED, note="材料不全", by=world.zhou, at=AT + DAY)
    assert states() == ["rejected", "refused", "refused", "refused"]
    assert Milestone.objects.get(name="路基").due_on == DECEMBER


def test_what_waits_beyond_its_day_says_so_and_comes_first_at_home(world, four, client):
    later = TODAY + 10 * DAY
    rows = {one.kind: one.overdue_days for one in matters(to_decide(world.zhou), later)}
    # The day of a move is that of the date which moves; of a plan and an opening the day asked for.
    assert rows == {"调整节点日期": 0, "调整年度计划": 10, "更正月报": 0, "临时开放": 7}
    work = decision_work(world.zhou, later)
    assert (work.count, work.overdue) == (4, 2)
    assert [one.is_overdue for one in work.items] == [True, True, False, False]
    assert not decision_work(world.zhou, TODAY).overdue


@pytest.mark.parametrize("what", ["own", "near", "stale", "refused by its rule"])
def test_one_that_cannot_be_approved_is_named_and_holds_back_all(world, four, what):
    if what == "own":
        plan(world.dam, world.zhou)
    elif what == "near":
        move(world.road, "近", TODAY, world.li)
    seen = ticked(world.zhou)
    if what == "stale":
        seen[0] = (seen[0][0], 7)
    elif what == "refused by its rule":
        YearPlan.objects.filter(project=world.road).update(plan_wan=1)
    words = {"own": "本人提出的", "near": "县级主管领导", "stale": "打开页面后有变动", "refused by its rule": "改过"}
    with pytest.raises(ValidationError) as refusal:
        decide_matters(seen, Verdict.APPROVED, by=world.zhou, at=AT + DAY)
    assert len(refusal.value.messages) == 2
    assert words[what] in refusal.value.messages[1]
    assert states() == ["pending", "requested", "asked", "asked"]
    assert Milestone.objects.get(name="路基").due_on == DECEMBER


def test_ticked_looked_at_once_more_and_approved(world, four, client):
    near = move(world.road, "近", TODAY, world.li)
    client.force_login(world.zhou)
    keys = [one.key for one, _ in ticked(world.zhou)]
    page = client.get(reverse("request-approve"), {"pk": keys})
    assert (len(page.context["allowed"]), len(page.context["refused"])) == (4, 1)
    versions = {f"version-{one.key}": one.record.version for one in page.context["allowed"]}
    wrong = client.post(reverse("request-approve"), {"pk": keys, **versions})
    assert wrong.status_code == 422
    assert "近" in wrong.content.decode()
    allowed = [one.key for one in page.context["allowed"]]
    done = client.post(reverse("request-approve"), {"pk": allowed, **versions, "note": "同意"}, follow=True)
    assert "已批准 4 份申请" in done.content.decode()
    near.refresh_from_db()
    assert near.verdict == "pending"
    assert client.post(reverse("request-approve"), {"pk": "nonsense-1"}).status_code == 422


@pytest.mark.parametrize("tab", ["waiting", "mine", "done"])
def test_the_page_asks_the_same_number_of_queries(world, four, client, tab):
    client.force_login(world.zhou)

    def grow():
        for number in range(12):
            project = make_project(
                f"项目{tab}{number}",
                key_list=world.key_list,
                unit=world.traffic,
                leader=world.leader_qian,
                position=number + 9,
            )
            move(project, "封顶", DECEMBER, world.zhao)
            exception(project, world.li)
            correction(project, world.zhou)

    if tab != "waiting":
        correction(
            make_project("另一个", key_list=world.key_list, unit=world.traffic, leader=world.leader_qian, position=8),
            world.zhou,
        )
        mine = [pair for pair in ticked(world.zhou) if not pair[0].objection(world.zhou)]
        decide_matters(mine, Verdict.APPROVED, by=world.zhou, at=AT + DAY)
    assert_constant_queries(client, f"{reverse('request-list')}?tab={tab}", grow, limit=LIST)


def test_the_export_holds_what_the_page_shows(world, four, client):
    client.force_login(world.he)
    answer = client.get(reverse("request-list"), {"tab": "waiting", "export": "xlsx"})
    assert answer["Content-Disposition"].startswith("attachment")
