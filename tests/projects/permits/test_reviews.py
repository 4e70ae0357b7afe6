import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.dashboards.inbox.queries import inbox_of
from projects.models import Opinion, Permit, PermitType, Review
from projects.permits.actions import add_permits, take_step
from projects.permits.reviews.actions import close_review, convene, give_opinion
from projects.permits.reviews.queries import (
    chasing_text,
    departments_concerned,
    not_answered,
    opinions_to_give,
    reviewed_projects,
)
from projects.permits.reviews.rules import is_late, missing_in_opinion
from projects.reminders.queries import digest_of
from tests.projects.growth import LIST, PAGE, assert_constant_queries
from tests.world import AT, TODAY, make_project

DUE = datetime.date(2023, 7, 10)
VALUES = {"title": "7月联审会", "held_on": TODAY, "due_on": DUE}


@pytest.fixture
def permits(world):
    land = PermitType.objects.create(name="建设用地规划许可证", department=world.land, position=1)
    water = PermitType.objects.create(name="水土保持", department=world.water, position=2)
    return [
        *add_permits(world.road, [land, water], by=world.zhao, at=AT),
        *add_permits(world.dam, [land], by=world.zhao, at=AT),
    ]


@pytest.fixture
def review(world, permits):
    asked = [(world.road, world.land), (world.road, world.water), (world.dam, world.land)]
    return convene(VALUES, asked, by=world.zhao, at=AT)


def test_whoever_does_not_simply_agree_says_what_is_to_be_done():
    assert not missing_in_opinion("agreed", "")
    assert [list(missing_in_opinion(verdict, " ")) for verdict in ("conditional", "disagreed", "supplement")] == [
        ["text"]
    ] * 3


def test_an_opinion_is_late_after_its_day_given_or_not():
    after = DUE + datetime.timedelta(days=1)
    assert [is_late(DUE, DUE, after), is_late(after, DUE, after), is_late(None, DUE, DUE), is_late(None, DUE, after)] == [
        False, True, False, True,
    ]  # fmt: skip


def test_the_departments_of_open_procedures_are_asked(world, permits):
    take_step(permits[1], "not_needed", {"reason": "不涉及"}, version=1, by=world.zhao, at=AT)
    assert departments_concerned([world.road, world.dam], TODAY) == {world.road: [world.land], world.dam: [world.land]}
    with pytest.raises(ValidationError, match="至少勾选"):
        convene(VALUES, [], by=world.zhao, at=AT)
    with pytest.raises(PermissionDenied):
        convene(VALUES, [(world.road, world.land)], by=world.feng, at=AT)


def test_each_department_answers_its_own_and_it_shows_who_has_not(world, review):
    own, other = (
        review.opinions.get(project=world.road, department=world.land),
        review.opinions.get(department=world.water),
    )
    assert [opinion.project for opinion in opinions_to_give(world.feng)] == [world.road, world.dam]
    for user in (world.li, world.sun, world.wang):
        with pytest.raises(PermissionDenied):
            give_opinion(own, verdict="agreed", text="", version=1, by=user, at=AT)
    with pytest.raises(PermissionDenied):
        give_opinion(other, verdict="agreed", text="", version=1, by=world.feng, at=AT)
    give_opinion(own, verdict="supplement", text="补红线图", version=1, by=world.feng, at=AT)
    with pytest.raises(Conflict):
        give_opinion(own, verdict="agreed", text="", version=1, by=world.zhao, at=AT)
    give_opinion(review.opinions.get(project=world.dam), verdict="agreed", text="", version=1, by=world.feng, at=AT)
    assert not_answered(reviewed_projects(review, TODAY)) == [world.water]


def test_the_result_moves_procedures_by_their_own_steps_or_nothing_at_all(world, review, permits):
    owed = {"accepted_on": TODAY, "owed_papers": "红线图", "owed_until": DUE}
    wrong = [(permits[0], "tolerated", owed), (permits[2], "tolerated", {"accepted_on": TODAY})]
    with pytest.raises(ValidationError, match=f"{world.dam}的“建设用地规划许可证”：.*所欠|欠哪些"):
        close_review(review, "原则同意", wrong, version=1, by=world.zhao, at=AT)
    assert {permit.state for permit in Permit.objects.all()} == {"not_started"}
    with pytest.raises(ValidationError, match="办结由审批部门"):
        close_review(review, "同意", [(permits[0], "granted", {"obtained_on": TODAY})], version=1, by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match="结论"):
        close_review(review, " ", version=1, by=world.zhao, at=AT)
    closed = close_review(review, "原则同意", wrong[:1], version=1, by=world.zhao, at=AT)
    assert Permit.objects.get(pk=permits[0].pk).state == "tolerated"
    assert HistoryEntry.objects.filter(object_type="permit").first().reason == "7月联审会结论"
    with pytest.raises(PermissionDenied):
        give_opinion(closed.opinions.first(), verdict="agreed", text="", version=1, by=world.feng, at=AT)


def test_a_round_from_the_board_to_its_result(world, client, permits):
    client.force_login(world.zhao)
    url = reverse("review-create") + f"?pk={world.road.pk}&pk={world.dam.pk}"
    assert client.get(url).content.decode().count("checked") == 3
    asked = [f"{world.road.pk}:{world.land.pk}", f"{world.dam.pk}:{world.land.pk}"]
    typed = {"title": "联审", "held_on": "2023-07-05", "due_on": "2023-07-10", "note": ""}
    assert client.post(url, typed).status_code == 422
    assert client.post(url, typed | {"asked": asked}).status_code == 302
    opinion = Opinion.objects.get(project=world.road)
    client.force_login(world.feng)
    answer = reverse("review-opinion", args=[opinion.pk])
    assert client.post(answer, {"verdict": "conditional", "text": "", "version": 1}).status_code == 422
    assert client.post(answer, {"verdict": "conditional", "text": "先补图", "version": 1}).status_code == 302
    client.force_login(world.zhao)
    close = reverse("review-close", args=[opinion.review_id])
    assert "先补图" in client.get(close).content.decode()
    outcome = {
        "result": "同意容缺",
        "version": 1,
        f"state_{permits[0].pk}": "tolerated",
        f"words_{permits[0].pk}": "图",
    }
    refused = client.post(close, outcome)
    assert list(refused.context["form"].errors) == [f"until_{permits[0].pk}"]
    outcome |= {f"until_{permits[0].pk}": "2023-08-01", "seen": [f"{permits[0].pk}.1"]}
    take_step(permits[0], "preparing", {}, version=1, by=world.li, at=AT)
    refused = client.post(close, outcome)
    page = refused.content.decode()
    assert (refused.status_code, f"“{world.road}”的“{permits[0]}”在您打开页面后有变动" in page) == (422, True)
    assert f'value="{permits[0].pk}.2"' in page
    assert "同意容缺" in page
    assert client.post(close, outcome | {"seen": [f"{permits[0].pk}.2"]}).status_code == 302
    assert Permit.objects.get(pk=permits[0].pk).owed_until == datetime.date(2023, 8, 1)


def test_whoever_has_not_answered_by_the_day_is_chased(world, client, review):
    late = DUE + datetime.timedelta(days=3)
    own = review.opinions.get(project=world.road, department=world.land)
    give_opinion(own, verdict="agreed", text="", version=1, by=world.feng, at=AT)
    text = chasing_text(review, reviewed_projects(review, late), late)
    assert f"{world.water}（1 个项目）：{world.road.name}\n{world.land}（1 个项目）：{world.dam.name}\n" in text
    assert "已过 3 天" in text
    client.force_login(world.zhao)
    url = reverse("review-detail", args=[review.pk])
    assert "以下部门还没有答复" in client.get(url).content.decode()
    client.force_login(world.feng)
    assert "以下部门还没有答复" not in client.get(url).content.decode()

    def chased(day):
        return [(one.kind, one.note) for one in inbox_of(world.zhao, day) if one.title == review.title]

    assert chased(DUE) == []
    assert chased(late) == [("联审催办", "还有 2 条意见没有答复")]
    assert f"{world.land}：手续 2、联审意见 1" in digest_of(late)
    for opinion in review.opinions.filter(verdict=""):
        give_opinion(opinion, verdict="agreed", text="", version=1, by=world.zhao, at=AT)
    assert chased(late) == [("联审定结论", "意见已收齐")]
    close_review(review, "同意", version=1, by=world.zhao, at=AT)
    assert chased(late) == []


def test_a_decision_on_what_was_granted_meanwhile_is_told_and_not_dropped(world, client, review, permits):
    client.force_login(world.zhao)
    close, pk = reverse("review-close", args=[review.pk]), permits[0].pk
    take_step(permits[0], "granted", {"obtained_on": TODAY}, version=1, by=world.feng, at=AT)
    outcome = {"result": "退件", "version": 1, f"state_{pk}": "returned", f"words_{pk}": "缺图", "seen": [f"{pk}.1"]}
    assert "有变动" in client.post(close, outcome).content.decode()
    assert Review.objects.get().closed_at is None


def test_pages_ask_the_database_the_same_number_of_times(world, client, review, permits):
    client.force_login(world.zhao)

    def grow():
        for _ in range(3):
            name = f"项目{Opinion.objects.count()}"
            project = make_project(name, key_list=world.key_list, unit=world.water, leader=world.leader_wu)
            add_permits(project, [permits[0].permit_type], by=world.zhao, at=AT)
            Opinion.objects.create(review=review, project=project, department=world.land)
            Review.objects.create(title=name, held_on=TODAY, due_on=DUE)

    assert_constant_queries(client, reverse("review-list"), grow, limit=LIST)
    assert_constant_queries(client, reverse("review-detail", args=[review.pk]), grow, limit=PAGE)
    assert_constant_queries(client, reverse("review-close", args=[review.pk]), grow, limit=PAGE)
