"""领导分包: counts by leader agree with the lists, and a leader's page says what waits for that leader."""

import datetime
import re

import pytest
from django.urls import reverse

from leaders.models import Leader, WorkingGroup
from projects.dashboards.charge.queries import charge_of, list_by_leaders
from projects.inspections.actions import log_inspection
from projects.models import (
    Board,
    Escalation,
    EscalationRun,
    Problem,
    RankingRow,
    RankingRun,
    Responsibility,
    Scheme,
)
from projects.rankings.models import BoardKind, RunState
from projects.registry.queries import totals_by_list
from projects.registry.rules import ResponsibilityRole
from tests.projects.growth import PAGE, assert_constant_queries
from tests.world import AT, TODAY, YEAR_START, make_project

pytestmark = pytest.mark.django_db
DUE = datetime.date(2023, 6, 10)


def test_a_list_by_leaders_counts_what_the_list_counts(world):
    # A project that two lead, and one that nobody leads.
    Responsibility.objects.create(
        project=world.dam, role=ResponsibilityRole.LEADER, leader=world.leader_qian, starts_on=YEAR_START, position=2
    )
    alone = make_project("新桥", key_list=world.key_list, unit=world.traffic, leader=world.leader_wu)
    alone.responsibilities.filter(role=ResponsibilityRole.LEADER).delete()
    found = list_by_leaders(world.key_list, world.zhao, TODAY)
    assert found.totals == totals_by_list([world.key_list], TODAY)[world.key_list.pk]
    assert (found.totals.count, found.totals.leaders, len(found.lines)) == (3, 2, 2)
    assert {line.leader: line.count for line in found.lines} == {world.leader_qian: 2, world.leader_wu: 1}
    assert (found.shared, found.without) == (1, 1)
    assert sum(line.count for line in found.lines) == found.totals.count + found.shared - found.without


def test_only_what_the_ladder_brought_to_the_leader_for_this_deadline_waits_for_the_leader(world):
    late, later = (
        Problem.objects.create(project=world.road, source="other", raised_on=DUE, due_on=DUE, text=text)
        for text in ("征迁", "用地")
    )
    run = EscalationRun.objects.create(at=AT, judged_on=TODAY)
    for problem, step, due in ((late, "leader", DUE), (later, "order", DUE), (later, "leader", YEAR_START)):
        Escalation.objects.create(run=run, problem=problem, step=step, due_on=due, reached_on=TODAY)
    assert charge_of(world.leader_qian, TODAY).reported == [late]
    assert charge_of(world.leader_wu, TODAY).reported == []


def test_who_may_not_see_lights_by_leader_is_not_told_by_the_order_either(world, client):
    waits = {"state": "reserved", "plan_wan": None, "planned_start_on": None, "actual_start_on": None, "pinyin": "aq"}
    fine = make_project("安桥", key_list=world.key_list, unit=world.traffic, leader=world.leader_qian, **waits)
    url = reverse("charge-detail", args=[world.leader_qian.pk])
    order = {}
    for user in (world.zhao, world.li):
        client.force_login(user)
        order[user] = [line.project for line in client.get(url).context["charge"].projects]
    assert order == {world.zhao: [world.road, fine], world.li: [fine, world.road]}


def test_days_on_site_are_the_leaders_own_different_days_of_this_month(world):
    for day, leader in ((3, world.leader_qian), (3, world.leader_qian), (4, world.leader_qian), (4, world.leader_wu)):
        values = {"inspected_on": datetime.date(2023, 7, day), "situation": "看", "leader": leader}
        log_inspection(world.road, values, by=world.zhao, at=AT)
    june = {"inspected_on": datetime.date(2023, 6, 30), "situation": "看", "leader": world.leader_qian}
    log_inspection(world.road, june, by=world.zhao, at=AT)
    assert [day.day for day in charge_of(world.leader_qian, TODAY).days] == [3, 4]


@pytest.fixture
def released(world):
    """June: the road first and its group second on boards for all, the leader on one that is not."""
    scheme = Scheme.objects.create(name="办法", edition=1, first_month=YEAR_START)
    run = RankingRun.objects.create(
        month=datetime.date(2023, 6, 1), scheme=scheme, computed_at=AT, entered_until=AT, state=RunState.RELEASED,
        sha256="0" * 64, published_at=AT, publisher=world.zhao, released_at=AT, releaser=world.zhou,
    )  # fmt: skip
    ranked = [
        ("projects", BoardKind.PROJECTS, "project", world.road, True),
        ("groups", BoardKind.GROUPS, "group", world.group, True),
        ("leaders", BoardKind.LEADERS, "leader", world.leader_qian, False),
    ]
    for place, (key, kind, subject, one, public) in enumerate(ranked, start=1):
        board = Board.objects.create(key=key, name=key, kind=kind, position=place, is_public=public)
        RankingRow.objects.create(
            run=run, board=board, position=1, rank=place, subject_type=subject, subject_id=one.pk, subject_name=str(one)
        )
    return run


def test_places_are_those_of_own_projects_and_groups_on_boards_for_all(world, released):
    def places(leader):
        return [(row.subject_type, row.rank) for row in charge_of(leader, TODAY).places.rows]

    assert places(world.leader_qian) == [("project", 1), ("group", 2)]
    assert places(world.leader_wu) == []


FACTS = ("亮灯", "本月到现场", "未销号问题", "等领导过问")


def test_facts_by_leader_are_the_offices_and_that_leaders_until_the_board_is_for_all(world, client, released):
    pages = {
        "list": reverse("charge-list"),
        "qian": reverse("charge-detail", args=[world.leader_qian.pk]),
        "wu": reverse("charge-detail", args=[world.leader_wu.pk]),
    }

    def seen_by(user):
        client.force_login(user)
        told = {name: client.get(url).content.decode().split("<main", 1)[1] for name, url in pages.items()}
        assert all("年度计划" in page for page in told.values())
        return {name for name, page in told.items() if any(f">{fact}" in page for fact in FACTS)}

    assert [seen_by(user) for user in (world.zhao, world.qian, world.he, world.li)] == [
        {"list", "qian", "wu"}, {"qian"}, set(), set(),
    ]  # fmt: skip
    Board.objects.filter(kind=BoardKind.LEADERS).update(is_public=True)
    assert seen_by(world.he) == {"list", "qian", "wu"}


def test_pages_ask_the_database_the_same_number_of_times(world, client, released):
    client.force_login(world.zhao)

    def grow(prefix):
        for number in range(6):
            leader = Leader.objects.create(name=f"{prefix}{number}")
            WorkingGroup.objects.create(name=f"{prefix}专班{number}", leader=world.leader_qian)
            make_project(f"{prefix}{number}", key_list=world.key_list, unit=world.water, leader=leader)
            project = make_project(
                f"{prefix}路{number}", key_list=world.key_list, unit=world.water, leader=world.leader_qian
            )
            Problem.objects.create(project=project, source="other", raised_on=DUE, due_on=DUE, text="迟")

    assert_constant_queries(client, reverse("charge-list"), lambda: grow("甲"), limit=PAGE)
    assert_constant_queries(
        client, reverse("charge-detail", args=[world.leader_qian.pk]), lambda: grow("乙"), limit=PAGE
    )
    assert client.get(reverse("charge-list"), {"list": "999"}).status_code == 404


def test_a_leaders_count_opens_to_as_many_projects_of_that_list(world, client):
    client.force_login(world.he)
    page = client.get(reverse("charge-list"), {"list": world.key_list.pk})
    links = re.findall(r'href="([^"]*leader=\d+)">(\d+)</a>', page.text)
    assert len(links) == len(page.context["found"].lines) == 2
    for link, told in links:
        assert len(client.get(link.replace("&amp;", "&")).context["rows"]) == int(told)
