"""One inbox: what is overdue, returned, waiting or to fall due, of all roles; the same as the home page, whole."""

import datetime

import pytest
from django.urls import reverse

from projects.dashboards.home.queries import office_work, reporter_work
from projects.dashboards.inbox.queries import inbox_of
from projects.dashboards.inbox.rules import Entry, Place, by_place, place_of
from projects.inspections.actions import Assignment, NewFinding, log_inspection
from projects.meetings.actions import cancel_meeting, create_meeting
from projects.models import Escalation, EscalationRun, Milestone, MonthReport, Problem, RankingRun, Scheme
from projects.periods.queries import reporting_period
from projects.problems.actions import park_problem
from tests.projects.growth import PAGE, assert_constant_queries
from tests.world import AT, TODAY, make_project

DAY = datetime.timedelta(days=1)


def entry(days=None, **details):
    return Entry("问题", "事", "项目", "/", None if days is None else TODAY + days * DAY, **details)


@pytest.mark.parametrize(
    ("days", "place"),
    [
        (-1, Place.OVERDUE),
        (0, Place.WAITING),
        (None, Place.WAITING),
        (1, Place.WEEK),
        (7, Place.WEEK),
        (8, Place.MONTH),
        (30, Place.MONTH),
        (31, Place.LATER),
    ],
)
def test_a_thing_to_do_stands_by_its_day(days, place):
    assert place_of(entry(days), TODAY) == place


def test_what_was_returned_is_said_so_and_the_nearest_day_comes_first():
    late, later, returned, waiting = entry(-1), entry(-9), entry(-3, is_returned=True), entry()
    found = by_place([late, waiting, returned, later], TODAY)
    assert found == [(Place.OVERDUE, [later, late]), (Place.RETURNED, [returned]), (Place.WAITING, [waiting])]


@pytest.fixture
def busy(world):
    """The road has a returned report, milestones and problems; the dam has what is none of 李's business."""
    june = datetime.date(2023, 6, 1)
    for project, state in ((world.road, "returned"), (world.dam, "submitted")):
        MonthReport.objects.create(
            project=project,
            month=june,
            covers_from=june,
            done_wan=1,
            state=state,
            submitted_at=AT,
            return_reason="数不对",
        )
    for project, name, days in ((world.road, "合龙", 15), (world.road, "路基", -15), (world.dam, "封顶", 3)):
        Milestone.objects.create(project=project, name=name, due_on=TODAY + days * DAY)
    for text, unit, days in (("线杆未迁", world.traffic, -4), ("缺水", world.water, 4)):
        Problem.objects.create(
            project=world.road, source="chat", raised_on=june, text=text, unit=unit, due_on=TODAY + days * DAY
        )


def titles(user):
    return {(place, one.kind, one.title) for place, held in by_place(inbox_of(user, TODAY), TODAY) for one in held}


def test_a_reporter_finds_the_own_units_things_by_day(world, busy):
    assert titles(world.li) == {
        (Place.RETURNED, "月报", "2023年6月"),
        (Place.OVERDUE, "节点", "路基"),
        (Place.OVERDUE, "问题", "线杆未迁"),
        (Place.MONTH, "节点", "合龙"),
        (Place.MONTH, "月报", "2023年7月还有 1 个项目没有上报"),
    }


def test_a_leader_is_told_of_the_days_that_the_week_still_asks_for_and_of_meetings_to_chair(world):
    values = {
        "name": "调度例会",
        "held_on": TODAY + 2 * DAY,
        "leader": world.leader_qian,
        "project_list": world.key_list,
    }
    meeting = create_meeting(values, by=world.zhao, at=AT)
    assert titles(world.qian) == {
        (Place.WEEK, "周督查", "本周到现场 0 天，还差 2 天"),
        (Place.WEEK, "例会", "调度例会"),
    }
    for day in (TODAY, TODAY - DAY):
        visit = {"inspected_on": day, "situation": "看", "leader": world.leader_qian}
        log_inspection(world.road, visit, by=world.zhao, at=AT)
    cancel_meeting(meeting, reason="改期", version=1, by=world.zhao, at=AT)
    assert titles(world.qian) == set()


def test_the_office_is_told_what_a_closed_month_still_asks_and_its_publisher_not_to_sign(world):
    def told(user):
        return [one.title for one in inbox_of(user, TODAY) if one.kind == "月考评"]

    assert told(world.zhao) == ["2023年6月考评已关账，待试算"]
    scheme = Scheme.objects.create(name="办法", edition=1, first_month=datetime.date(2023, 1, 1))
    run = RankingRun.objects.create(
        month=datetime.date(2023, 6, 1), scheme=scheme, computed_at=AT, entered_until=AT, sha256="0" * 64
    )
    assert told(world.zhao) == ["2023年6月考评已关账，待核对试算后发布"]
    RankingRun.objects.filter(pk=run.pk).update(state="published", publisher=world.zhao, published_at=AT)
    assert (told(world.zhao), told(world.zhou)) == ([], ["2023年6月考评已关账，待签发"])
    RankingRun.objects.update(state="released", releaser=world.zhou, released_at=AT)
    assert told(world.zhou) == []


def test_the_inbox_has_what_the_home_page_counts(world, busy):
    work, found = reporter_work(world.li, TODAY, reporting_period(TODAY)), inbox_of(world.li, TODAY)
    of_kind = {kind: [one for one in found if one.kind == kind] for kind in ("节点", "问题", "月报")}
    assert len(of_kind["节点"]) == work.overdue.count + work.due_soon.count
    assert len(of_kind["问题"]) == work.problems.count
    assert sum(one.counts for one in of_kind["月报"]) == work.returned.count + work.to_file.count
    waiting = [one for one in inbox_of(world.zhao, TODAY) if one.kind == "月报待审"]
    assert len(waiting) == office_work(world.zhao, TODAY, reporting_period(TODAY)).to_accept.count == 1


def test_the_bureau_is_told_what_to_verify_to_look_at_again_and_what_was_parked(world):
    june = TODAY - 20 * DAY
    values = {"inspected_on": june, "situation": "看", "unit": world.bureau}
    findings = [NewFinding("渗水", Assignment(world.traffic, TODAY - DAY))]
    log_inspection(world.road, values, findings=findings, by=world.sun, at=AT)
    parked, _ = (
        Problem.objects.create(project=world.dam, source="chat", raised_on=june, text=text, state=state, due_on=TODAY)
        for text, state in (("等批复", "assigned"), ("已办", "answered"))
    )
    park_problem(parked, TODAY + 5 * DAY, reason="等省里", by=world.sun, at=AT)
    assert titles(world.sun) == {
        (Place.WAITING, "到现场复查", "渗水"),
        (Place.WAITING, "核查销号", "已办"),
        (Place.WEEK, "挂账到期", "等批复"),
    }


def test_a_leader_is_told_what_the_ladder_brought_up_and_a_reader_nothing(world):
    late = Problem.objects.create(project=world.road, source="chat", raised_on=TODAY, due_on=TODAY, text="征迁")
    run = EscalationRun.objects.create(at=AT, judged_on=TODAY)
    Escalation.objects.create(run=run, problem=late, step="leader", due_on=TODAY, reached_on=TODAY)
    assert (Place.WAITING, "请您过问", "征迁") in titles(world.qian)
    assert titles(world.he) == set()


def test_the_page_asks_the_database_the_same_number_of_times(world, client, busy):
    def grow():
        for number in range(6):
            project = make_project(f"新{number}", key_list=world.key_list, unit=world.traffic, leader=world.leader_qian)
            Milestone.objects.create(project=project, name="封顶", due_on=TODAY - DAY)
            Problem.objects.create(project=project, source="chat", raised_on=TODAY, text="迟", due_on=TODAY)
            Problem.objects.create(project=project, source="chat", raised_on=TODAY, text="核", state="answered")

    for user in (world.li, world.zhou, world.sun):
        client.force_login(user)
        assert_constant_queries(client, reverse("inbox"), grow, limit=PAGE)
        Problem.objects.all().delete()
        Milestone.objects.all().delete()
