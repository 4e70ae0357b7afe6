"""督查清单 and 复查：what a visit is asked besides, and what it leaves on the finding that it looked at again."""

import datetime
import io
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.inspections.actions import (
    Assignment,
    NewFinding,
    Rechecked,
    archive_inspection,
    change_inspection,
    log_inspection,
)
from projects.inspections.checklists.actions import set_checklist
from projects.inspections.rechecks.queries import asked_of, findings_to_recheck
from projects.inspections.rules import points_of, refuse_recheck
from projects.models import ChecklistItem, Inspection, Project
from tests.world import AT, TODAY

JUNE = datetime.date(2023, 6, 20)
DUE = datetime.date(2023, 7, 3)


def visit(world, project=None, day=TODAY, **extra):
    values = {"inspected_on": day, "situation": "看了现场", "unit": world.bureau}
    return log_inspection(project or world.road, values, by=world.sun, at=AT, **extra)


@pytest.fixture
def finding(world):
    """Found in June, assigned, due on 3 July."""
    return visit(world, day=JUNE, findings=[NewFinding("边坡渗水", Assignment(world.traffic, DUE))]).findings.get()


def test_points_pasted_from_a_document_lose_their_numbers_and_repeats():
    assert points_of("1、进度与月报一致\n２．手续齐全\n\n - 安全帽\n1、进度与月报一致") == [
        "进度与月报一致",
        "手续齐全",
        "安全帽",
    ]


def test_a_finding_is_looked_at_again_in_its_own_project_and_not_before_it_was_found():
    days = {"found_on": JUNE, "seen_on": JUNE}
    assert refuse_recheck(same_project=True, **days) == ""
    assert "别的项目" in refuse_recheck(same_project=False, **days)
    assert "不能早于" in refuse_recheck(same_project=True, found_on=TODAY, seen_on=JUNE)


def test_points_of_all_projects_come_before_those_of_the_kind(world):
    set_checklist(world.sector, ["路基检测"], version=None, by=world.zhao, at=AT)
    set_checklist(None, ["进度属实", "手续齐全"], version=None, by=world.zhao, at=AT)
    assert [str(one) for one in asked_of(world.road, [])[0]] == ["进度属实", "手续齐全", "路基检测"]
    assert [str(one) for one in asked_of(world.dam, [])[0]] == ["进度属实", "手续齐全"]
    with pytest.raises(PermissionDenied):
        set_checklist(None, [], version=1, by=world.sun, at=AT)


def test_a_point_that_is_dropped_is_asked_no_more_and_keeps_its_answers(world):
    set_checklist(None, ["进度属实", "手续齐全"], version=None, by=world.zhao, at=AT)
    first, second = ChecklistItem.objects.all()
    seen = visit(world, checks={first.pk: "bad", second.pk: ""})
    set_checklist(None, ["手续齐全", "安全"], version=1, by=world.zhao, at=AT)
    assert [str(one) for one in asked_of(world.road, [])[0]] == ["手续齐全", "安全"]
    assert [str(one) for one in seen.checks.all()] == ["进度属实：有问题"]
    # Editing that visit, and a form that was open offline meanwhile, still know the point.
    assert first in asked_of(world.road, [], seen)[0]
    assert first in asked_of(world.road, [f"check-{first.pk}", "check-x", "check"])[0]
    with pytest.raises(Conflict):
        set_checklist(None, ["别的"], version=1, by=world.zhao, at=AT)
    with pytest.raises(Conflict):  # Who saw no list yet.
        set_checklist(None, ["别的"], version=None, by=world.zhao, at=AT)


def test_a_recheck_stands_on_both_visits_on_the_problem_and_in_the_months_table(world, client, finding):
    later = visit(world, rechecks={finding.pk: Rechecked("partly", "还差 20 米")})
    client.force_login(world.he)
    for url in (
        reverse("inspection-detail", args=[finding.inspection_id]),
        reverse("inspection-detail", args=[later.pk]),
        reverse("problem-detail", args=[finding.problem_id]),
    ):
        assert "部分整改：还差 20 米" in client.get(url).content.decode()
    book = load_workbook(io.BytesIO(client.get(reverse("inspection-month", args=["2023-06"])).content))
    assert book.active["H2"].comment.text == "2023-07-05 复查部分整改：还差 20 米；交办"
    course = HistoryEntry.objects.get(object_type="problem", action="recheck")
    assert course.reason == "部分整改：还差 20 米"


def test_a_finding_waits_until_it_was_seen_mended_by_a_visit_that_counts(world, finding):
    def waiting():
        return list(findings_to_recheck(Project.objects.active(), TODAY))

    assert waiting() == [finding]
    visit(world, rechecks={finding.pk: Rechecked("partly")})
    assert waiting() == [finding]
    later = visit(world, rechecks={finding.pk: Rechecked("done")})
    assert waiting() == []
    assert finding not in asked_of(world.road, [])[1]
    archive_inspection(later, reason="记错项目", version=None, by=world.sun, at=AT)
    assert waiting() == [finding]


def test_a_recheck_is_mended_with_its_visit_and_two_who_mend_it_meet(world, finding):
    later = visit(world, rechecks={finding.pk: Rechecked("done")})
    mended = {"rechecks": {finding.pk: Rechecked("", "")}, "by": world.sun, "at": AT}
    change_inspection(later, {}, version=later.version, **mended)
    assert not finding.rechecks.exists()
    with pytest.raises(Conflict):
        change_inspection(later, {}, version=later.version, **(mended | {"rechecks": {finding.pk: Rechecked("done")}}))
    assert not finding.rechecks.exists()
    with pytest.raises(ValidationError, match="别的项目"):
        visit(world, world.dam, rechecks={finding.pk: Rechecked("done")})


def test_the_form_asks_for_the_finding_it_was_opened_for_and_keeps_what_it_answers(world, client, finding):
    set_checklist(None, ["进度属实"], version=None, by=world.zhao, at=AT)
    point = ChecklistItem.objects.get()
    client.force_login(world.sun)
    url = f"{reverse('inspection-create')}?project={world.road.pk}&finding={finding.pk}"
    assert "边坡渗水" in client.get(url).content.decode()
    sent = {"client_key": str(uuid.uuid4()), "inspected_on": "2023-07-05", "situation": "再看"}
    names = {f"check-{point.pk}": "fine", f"recheck-{finding.pk}-note": "已打排水孔"}
    refused = client.post(url, sent | names)
    assert refused.status_code == 422
    assert "请选复查结果" in refused.content.decode()
    client.post(url, sent | names | {f"recheck-{finding.pk}": "done"})
    made = Inspection.objects.get(situation="再看")
    assert [str(one) for one in made.rechecks.all()] == ["已整改：已打排水孔"]
    assert [str(one) for one in made.checks.all()] == ["进度属实：没问题"]


def test_the_office_pastes_a_checklist(world, client):
    client.force_login(world.zhao)
    url = reverse("checklist-edit", args=[world.sector.pk])
    assert client.post(url, {"points": "1. 路基检测\n2. 导行"}).status_code == 302
    assert "导行" in client.get(reverse("checklist-list")).content.decode()
    assert client.post(url, {"points": "改", "version": ""}).status_code == 409
    assert client.post(url, {"points": "长" * 121, "version": 1}).status_code == 422
