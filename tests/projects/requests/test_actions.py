import datetime
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.milestones.actions import correct_due_on
from projects.models import ChangeRequest, Milestone, Project
from projects.registry.actions import archive_project
from projects.registry.rules import ProjectState
from projects.requests.actions import Asked, approve, ask, reject, withdraw
from projects.requests.rules import RequestKind
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
DUE, LATER = datetime.date(2023, 9, 30), datetime.date(2023, 11, 30)
K = RequestKind


@pytest.fixture
def milestone(world):
    return Milestone.objects.create(project=world.road, name="路基完工", due_on=DUE)


def move(about, by, day=LATER, kind=K.MOVE_MILESTONE, at=AT):
    return ask(Asked(kind, about, day, reason_code="land", reason="三户未签"), by=by, at=at)


def stop(world, by=None, day=TODAY, resume_on=LATER):
    asked = Asked(K.STOP, world.road, day, resume_on=resume_on, reason_code="weather", reason="汛期", evidence="停工令")
    return ask(asked, by=by or world.li, at=AT)


def test_an_approval_moves_the_date_and_keeps_the_first(world, milestone):
    asked = move(milestone, world.li)
    milestone.refresh_from_db()
    assert (asked.before_on, milestone.due_on) == (DUE, DUE)  # asking moves nothing
    approve(asked, version=1, by=world.zhou, at=AT)
    again = move(Milestone.objects.get(), world.li, datetime.date(2023, 12, 31))
    approve(again, version=1, by=world.zhou, at=AT)
    milestone.refresh_from_db()
    assert (milestone.due_on, milestone.original_on) == (datetime.date(2023, 12, 31), DUE)
    told = HistoryEntry.objects.filter(object_type="milestone").first()
    assert (told.actor, told.changes[0]["old"], told.changes[0]["new"]) == (world.zhou, "2023-11-30", "2023-12-31")
    with pytest.raises(ValidationError, match="批准调整过"):
        correct_due_on(milestone, DUE, reason="录错", version=milestone.version, by=world.zhao, at=AT)


def test_a_refusal_moves_nothing_says_why_and_stays_visible(world, milestone):
    asked = move(milestone, world.li)
    with pytest.raises(ValidationError, match="不批准的原因"):
        reject(asked, note=" ", version=1, by=world.zhou, at=AT)
    refused = reject(asked, note="工期仍够", version=1, by=world.zhou, at=AT)
    assert (refused.verdict, refused.note, refused.decider) == ("rejected", "工期仍够", world.zhou)
    assert Milestone.objects.get().due_on == DUE
    with pytest.raises(ValidationError, match="不能再处理"):
        approve(refused, version=refused.version, by=world.zhou, at=AT)


def test_who_asks_and_who_decides(world, milestone):
    for user in (world.wang, world.qian, world.sun, world.he, world.dong):
        with pytest.raises(PermissionDenied):
            move(milestone, user)
    asked = move(milestone, world.zhou)
    for user in (world.zhao, world.li, world.qian, world.he, world.zhou):  # 周 may approve, not what 周 asked for
        with pytest.raises(PermissionDenied):
            approve(asked, version=1, by=user, at=AT)
    assert approve(asked, version=1, by=world.dong, at=AT).verdict == "approved"


def test_the_database_too_keeps_the_requester_from_deciding(world, milestone):
    asked = move(milestone, world.zhou)
    settled = {"verdict": "approved", "decided_at": AT}
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeRequest.objects.filter(pk=asked.pk).update(decider=world.zhou, **settled)
    assert ChangeRequest.objects.filter(pk=asked.pk).update(decider=world.dong, **settled) == 1


def test_near_the_deadline_only_the_higher_approver_decides(world):
    near = Milestone.objects.create(project=world.road, name="封顶", due_on=TODAY + datetime.timedelta(days=30))
    asked = move(near, world.li)
    assert asked.needs_chief
    with pytest.raises(PermissionDenied):
        approve(asked, version=1, by=world.zhou, at=AT)
    approve(asked, version=1, by=world.dong, at=AT)
    assert Milestone.objects.get().due_on == LATER


def test_one_request_waits_at_a_time_and_may_be_taken_back(world, milestone):
    asked = move(milestone, world.li)
    with pytest.raises(ValidationError, match="等待审批"):
        move(milestone, world.zhao)
    with pytest.raises(PermissionDenied):
        withdraw(asked, version=1, by=world.zhao, at=AT)
    withdraw(asked, version=1, by=world.li, at=AT)
    assert move(milestone, world.zhao).verdict == "pending"


def test_an_approval_of_what_has_changed_meanwhile_writes_nothing(world, milestone):
    asked = move(milestone, world.li)
    correct_due_on(milestone, datetime.date(2023, 8, 31), reason="录错", version=1, by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match="已经改动"):
        approve(asked, version=1, by=world.zhou, at=AT)
    asked.refresh_from_db()
    assert asked.verdict == "pending"
    with pytest.raises(Conflict):
        approve(asked, version=7, by=world.zhou, at=AT)


def test_an_archived_project_changes_no_more_but_what_waits_may_be_refused(world):
    asked = stop(world)
    archive_project(world.road, reason="重复", by=world.zhao, at=AT, version=None)
    with pytest.raises(ValidationError, match="已归档"), transaction.atomic():
        approve(asked, version=1, by=world.dong, at=AT)
    assert Project.objects.get(pk=world.road.pk).state == ProjectState.BUILDING
    assert reject(ChangeRequest.objects.get(), note="重复项目", version=1, by=world.dong, at=AT).verdict == "rejected"


def test_work_does_not_go_on_before_it_stopped(world):
    approve(stop(world), version=1, by=world.dong, at=AT)
    road = Project.objects.get(pk=world.road.pk)
    with pytest.raises(ValidationError, match="不能早于停工日期"):
        ask(Asked(K.RESUME, road, TODAY - datetime.timedelta(days=1), evidence="照片"), by=world.li, at=AT)


def test_a_move_says_why_and_whereto(world, milestone):
    for day, code, words, error in (
        (DUE, "land", "x", "相同"), (LATER, "", "x", "原因"), (LATER, "land", " ", "情况"),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match=error):
            ask(Asked(K.MOVE_MILESTONE, milestone, day, reason_code=code, reason=words), by=world.li, at=AT)
    milestone.actual_on = TODAY
    milestone.save()
    with pytest.raises(ValidationError, match="已经完成"):
        move(milestone, world.li)


def test_a_start_needs_its_day_and_evidence_and_sets_both_state_and_date(world):
    Project.objects.filter(pk=world.road.pk).update(state=ProjectState.PREPARING, actual_start_on=None)
    world.road.refresh_from_db()
    with pytest.raises(ValidationError, match="依据"):
        ask(Asked(K.START, world.road, TODAY), by=world.li, at=AT)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        ask(Asked(K.START, world.road, LATER, evidence="打桩"), by=world.li, at=AT)
    asked = ask(Asked(K.START, world.road, TODAY, evidence="6 月 30 日正式打桩"), by=world.li, at=AT)
    approve(asked, version=1, by=world.zhou, at=AT)
    world.road.refresh_from_db()
    assert (world.road.state, world.road.actual_start_on) == ("building", TODAY)


def test_a_life_in_requests_stop_resume_complete_produce(world):
    approve(stop(world), version=1, by=world.zhou, at=AT)
    for kind, state in ((K.RESUME, "building"), (K.COMPLETE, "completed"), (K.PRODUCE, "producing")):
        project = Project.objects.get(pk=world.road.pk)
        approve(ask(Asked(kind, project, TODAY, evidence="验收"), by=world.li, at=AT), version=1, by=world.zhou, at=AT)
        assert Project.objects.get(pk=world.road.pk).state == state
    done = Project.objects.get(pk=world.road.pk)
    assert (done.actual_end_on, done.production_on) == (TODAY, TODAY)
    with pytest.raises(ValidationError, match="不能申请停工"):
        ask(Asked(K.STOP, done, TODAY, resume_on=LATER, reason_code="other", reason="x"), by=world.li, at=AT)


@pytest.mark.parametrize(
    "kind", [K.START, K.COMPLETE, K.PRODUCE, K.STOP, K.RESUME, K.LEAVE, K.TERMINATE, K.CHANGE_LIGHT]
)
def test_what_needs_evidence_is_not_asked_without_words_or_a_file(world, kind):
    about = world.road.memberships.get() if kind == K.LEAVE else world.road
    stopped = kind in {K.RESUME, K.TERMINATE}
    states = {K.START: "preparing", K.PRODUCE: "completed"}
    Project.objects.filter(pk=world.road.pk).update(state=states.get(kind, "stopped" if stopped else "building"))
    about.refresh_from_db()
    more = {"resume_on": LATER} if kind == K.STOP else {}
    more |= {"light": "entry", "colour": "green"} if kind == K.CHANGE_LIGHT else {}
    asked = Asked(kind, about, TODAY, reason_code="other", reason="x", **more)
    by = world.zhao if kind == K.CHANGE_LIGHT else world.li
    with pytest.raises(ValidationError, match="依据"):
        ask(asked, by=by, at=AT)
    assert ask(replace(asked, file=ContentFile(b"%PDF", "会议纪要.pdf")), by=by, at=AT).evidence == ""


def test_a_refused_request_leaves_no_file_behind(world, settings, tmp_path):
    there = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": there}

    def leave():
        file = ContentFile(b"%PDF", "会议纪要.pdf")
        asked = Asked(K.LEAVE, world.road.memberships.get(), TODAY, reason_code="other", reason="x", file=file)
        ask(asked, by=world.li, at=AT)

    def kept():
        return [path.name for path in tmp_path.rglob("*.pdf")]

    leave()
    (first,) = kept()
    with pytest.raises(ValidationError, match="已有一份"):
        leave()
    assert kept() == [first]


def test_a_stop_plans_when_work_goes_on(world):
    for resume_on in (None, TODAY):
        with pytest.raises(ValidationError, match="计划复工"):
            stop(world, resume_on=resume_on)


def test_leaving_a_list_ends_the_membership_with_the_reason(world):
    member = world.road.memberships.get()
    asked = ask(
        Asked(K.LEAVE, member, TODAY, reason_code="money", reason="资金未落实", evidence="会议"), by=world.li, at=AT
    )
    approve(asked, version=1, by=world.zhou, at=AT)
    member.refresh_from_db()
    assert (member.left_on, member.left_reason) == (TODAY, "资金未落实")


def test_the_planned_end_moves_as_a_milestone_does(world):
    asked = move(world.road, world.li, datetime.date(2025, 6, 30), K.MOVE_END)
    approve(asked, version=1, by=world.zhou, at=AT)
    world.road.refresh_from_db()
    assert world.road.planned_end_on == datetime.date(2025, 6, 30)
    with pytest.raises(ValidationError, match="已经完成"):
        move(world.road, world.li, LATER, K.MOVE_START)  # the road was started long ago
