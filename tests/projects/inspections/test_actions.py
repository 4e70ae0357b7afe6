import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.inspections.actions import (
    Assignment,
    NewFinding,
    add_photos,
    archive_inspection,
    assign_finding,
    change_inspection,
    log_inspection,
    restore_inspection,
)
from projects.inspections.pictures.intake import take_in
from projects.models import Finding, Inspection, Problem
from tests.projects.inspections.photos import picture
from tests.world import AT, TODAY

DUE = datetime.date(2023, 7, 12)


def visit(world, by=None, **values):
    defaults = {"inspected_on": TODAY, "situation": "路基施工正常", "leader": world.leader_qian}
    extra = {name: values.pop(name) for name in ("findings", "photos", "client_key") if name in values}
    return log_inspection(world.road, defaults | values, by=by or world.qian, at=AT, **extra)


def test_a_leader_logs_the_own_visit_and_it_stands_in_the_projects_history(world):
    inspection = visit(world)
    assert (inspection.author, inspection.leader) == (world.qian, world.leader_qian)
    entry = HistoryEntry.objects.get(object_type="inspection")
    assert (entry.subject_type, entry.subject_id) == ("project", world.road.pk)


def test_a_leaders_account_does_not_write_another_leaders_visit_the_bureau_may(world):
    with pytest.raises(PermissionDenied):
        visit(world, leader=world.leader_wu)
    assert visit(world, by=world.sun, leader=world.leader_wu, unit=world.bureau).author == world.sun


def test_units_and_readers_log_no_visit(world):
    for user in (world.li, world.feng, world.he, world.lin):
        with pytest.raises(PermissionDenied):
            visit(world, by=user)


def test_a_visit_names_who_went(world):
    with pytest.raises(ValidationError, match="由谁督查"):
        visit(world, leader=None)


@pytest.mark.parametrize("day", [datetime.date(2023, 7, 6), datetime.date(2020, 7, 5)])
def test_a_visit_is_on_a_day_that_can_be(world, day):
    with pytest.raises(ValidationError) as refused:
        visit(world, inspected_on=day)
    assert list(refused.value.message_dict) == ["inspected_on"]


def test_the_same_form_sent_twice_is_one_visit(world):
    key = uuid.uuid4()
    finding = NewFinding("护栏缺失", Assignment(world.traffic, DUE))
    first = visit(world, client_key=key, findings=[finding])
    again = visit(world, client_key=key, findings=[finding])
    assert first.pk == again.pk
    assert (Inspection.objects.count(), Finding.objects.count(), Problem.objects.count()) == (1, 1, 1)
    with pytest.raises(ValidationError, match="由他人提交"):
        visit(world, by=world.sun, client_key=key)


@pytest.mark.parametrize("other", [{"situation": "下午又去，路面已铺"}, {"findings": [NewFinding("K3 段渗水")]}])
def test_another_visit_written_on_a_form_that_was_sent_is_not_dropped_in_silence(world, other):
    key = uuid.uuid4()
    visit(world, client_key=key)
    with pytest.raises(ValidationError, match="已记过一次（2023-07-05）"):
        visit(world, client_key=key, **other)


def test_a_finding_becomes_a_problem_of_the_ledger_at_once(world):
    inspection = visit(
        world, findings=[NewFinding("护栏缺失", Assignment(world.traffic, DUE, "other")), NewFinding("现场整洁")]
    )
    guard, tidy = inspection.findings.all()
    assert (guard.problem.unit, guard.problem.due_on, guard.problem.source) == (world.traffic, DUE, "inspection")
    assert (guard.problem.project, guard.problem.raised_on, guard.problem.text) == (world.road, TODAY, "护栏缺失")
    assert tidy.problem is None


def test_when_a_problem_is_refused_the_visit_is_not_half_written(world):
    with pytest.raises(ValidationError, match="早于反映日期"):
        visit(world, findings=[NewFinding("护栏缺失", Assignment(world.traffic, datetime.date(2023, 7, 1)))])
    assert not Inspection.objects.exists()
    assert not HistoryEntry.objects.filter(object_type="inspection").exists()


def test_a_noted_finding_is_assigned_later_and_once(world):
    inspection = visit(world, findings=[NewFinding("护栏缺失")])
    finding = inspection.findings.get()
    with pytest.raises(PermissionDenied):
        assign_finding(finding, Assignment(world.traffic, DUE), version=1, by=world.sun, at=AT)
    problem = assign_finding(finding, Assignment(world.traffic, DUE), version=1, by=world.zhao, at=AT)
    finding.refresh_from_db()
    assert finding.problem == problem
    with pytest.raises(ValidationError, match="交办过"):
        assign_finding(finding, Assignment(world.traffic, DUE), version=2, by=world.zhao, at=AT)


def test_a_photo_of_which_only_a_part_was_written_is_written_anew(world):
    photo = take_in(picture(), "甲.jpg")
    name = f"inspections/{photo.sha256[:2]}/{photo.sha256}.jpg"
    default_storage.delete(name)  # Another test may have left it.
    default_storage.save(name, ContentFile(photo.data[:50]))  # As when the power fails.
    with visit(world, photos=[photo]).photos.get().image.open() as stored:
        assert stored.read() == photo.data


def test_photos_lie_under_their_hash_and_one_sent_twice_is_kept_once(world):
    photo = take_in(picture(), "甲.jpg")
    inspection = visit(world, photos=[photo])
    change_inspection(inspection, {}, photos=[photo], version=inspection.version, by=world.qian, at=AT)
    kept = inspection.photos.get()
    assert kept.image.name == f"inspections/{photo.sha256[:2]}/{photo.sha256}.jpg"
    with default_storage.open(kept.image.name) as stored:
        assert stored.read() == photo.data


def test_the_author_and_the_office_mend_a_visit(world):
    inspection = visit(world)
    for user in (world.sun, world.li):
        with pytest.raises(PermissionDenied):
            change_inspection(inspection, {"situation": "改"}, version=1, by=user, at=AT)
    changed = change_inspection(inspection, {"situation": "改"}, version=1, by=world.zhao, at=AT)
    with pytest.raises(Conflict):
        change_inspection(inspection, {"situation": "再改"}, version=1, by=world.qian, at=AT)
    with pytest.raises(PermissionDenied):
        change_inspection(changed, {"leader": world.leader_wu}, version=changed.version, by=world.qian, at=AT)


def test_a_leader_still_mends_words_of_a_visit_that_the_office_gave_to_another_group(world):
    inspection = visit(world, group=world.group)
    changed = change_inspection(inspection, {"people": "张三"}, version=1, by=world.qian, at=AT)
    assert (changed.people, changed.group) == ("张三", world.group)


def test_a_visit_entered_by_mistake_is_archived_with_a_reason_and_restored(world):
    inspection = visit(world)
    with pytest.raises(ValidationError, match="写明理由"):
        archive_inspection(inspection, reason="", version=1, by=world.qian, at=AT)
    archived = archive_inspection(inspection, reason="记错项目", version=1, by=world.qian, at=AT)
    with pytest.raises(PermissionDenied):
        change_inspection(archived, {"situation": "改"}, version=archived.version, by=world.qian, at=AT)
    assert restore_inspection(archived, version=archived.version, by=world.zhao, at=AT).archived_at is None


def test_an_archived_project_takes_no_visit(world):
    world.road.archived_at = AT
    world.road.save()
    with pytest.raises(ValidationError, match="已归档"):
        visit(world)


def test_photos_that_follow_are_added_by_who_may_edit_and_once(world):
    photo = take_in(picture(), "a.jpg")
    inspection = visit(world)
    with pytest.raises(PermissionDenied):
        add_photos(inspection, [photo], by=world.li, at=AT)
    for _ in range(2):  # the answer was lost, the phone sends again
        add_photos(inspection, [photo], by=world.qian, at=AT)
    assert inspection.photos.count() == 1
