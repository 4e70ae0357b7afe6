"""What was looked at is what is written, without matching it again; unless something moved in between."""

import datetime
import json
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F

from leaders.models import HistoryEntry, Leader, Unit
from projects.imports import actions
from projects.imports.applying import prepare_plan
from projects.imports.correcting import correct_row, seen
from projects.imports.deciding import decide
from projects.imports.kinds import KINDS
from projects.imports.matching.result import Creation
from projects.imports.staged import register_state, staged_plan
from projects.models import ImportBatch, MonthReport, Period, Project, ProjectList
from projects.periods.actions import move_period
from projects.registry.actions import change_project
from tests.projects.imports.conftest import DAM, GROUPS, HEADINGS, JUNE, KEY, RESERVE, ROAD, take
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
NEW = [3, "白沙镇滨河公园", None, 1000, 500, "周三顺", "县水利局"]
LATER = AT + datetime.timedelta(hours=1)


def looked_at(path, by, **target) -> ImportBatch:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    batch = actions.upload_workbook(file, year=2023, by=by, at=AT, **target)
    batch = actions.start_reading(batch, by=by, at=AT, now=AT)
    actions.read_batch(batch, by=by, at=AT, now=AT)
    return ImportBatch.objects.get(pk=batch.pk)


def confirm(batch: ImportBatch, by) -> ImportBatch:
    return actions.confirm_batch(batch, sha256=batch.sha256, digest=batch.review_digest, by=by, at=LATER, now=LATER)


@pytest.fixture
def no_matching(monkeypatch):
    """From here on nothing is matched any more: `no_matching()` switches it on."""

    def refuse(*args, **setting):
        raise AssertionError("matched anew")

    return lambda: monkeypatch.setattr(actions, "match_reading", refuse)


# ---- nothing moved -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [JUNE, GROUPS, RESERVE], ids=lambda path: path.stem)
def test_the_kept_plan_writes_what_matching_anew_would_write(county, zhao, path):
    """Of every kind of file, beside a list that is there already: each value of each new record, each change, each line."""
    take(KEY)
    new_list = {"key": "other", "name": "另一份清单", "year": 2023, "kind": "other", "batch": ""}
    batch = looked_at(path, zhao, project_list=None, new_list=new_list)
    target = ProjectList(**batch.proposed_list)
    kept = staged_plan(batch, target, TODAY)
    anew = actions.match_reading(
        actions.kept_rows(batch), batch.reading, project_list=target, year=2023, at=AT, answers={}, uploader=zhao
    )
    assert kept is not None
    assert anew.digest() == batch.review_digest
    assert (kept.counts, kept.missing, kept.positions) == (anew.counts, anew.missing, anew.positions)
    assert [plain(record) for record in kept.proposals] == [plain(record) for record in anew.proposals]
    assert written(kept, zhao) == written(anew, zhao)


def plain(record) -> dict:
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}


def written(plan, by) -> list:
    """All that would go into the database, with names in place of records that have no key yet."""
    writing = prepare_plan(plan, by=by, at=LATER)
    new = [
        [prepared.model, [[v.values["name"] if type(v) is Creation else str(v) for v in row] for row in prepared.rows]]
        for prepared, _ in writing.records
    ]
    changes = [
        (row.sheet, row.row, row.name, change.model, change.pk, change.version, said(change))
        for row in writing.rows
        for change in row.changes
    ]
    lines = [json.loads(row.told) for row in writing.rows]  # as data: PostgreSQL has an order of keys of its own
    return [new, changes, lines]


def said(change) -> dict:
    field = change.model._meta.get_field
    return {field(name).attname: str(getattr(v, "pk", None) or v) for name, v in (change.values or {}).items()}


def test_confirming_does_not_match_what_nobody_touched(office, workbook, no_matching):
    batch = looked_at(workbook([*ROAD[:3], 70000, *ROAD[4:]], DAM, NEW), office.zhao, project_list=office.key_list)
    no_matching()
    confirm(batch, office.zhao)
    park = Project.objects.get(name="白沙镇滨河公园")
    assert batch.rows.get(row=4).project == park
    assert not batch.planned_writes.exists()
    assert park.responsibilities.filter(leader=Leader.objects.get(name="周三顺")).exists()
    office.road.refresh_from_db()
    assert (office.road.total_wan, office.road.version) == (70000, 2)


def test_a_known_project_is_given_a_sector_that_is_new_and_a_township_that_is_known(office, workbook, no_matching):
    headings = ["序号", "项目名称", "产业领域", "建设地点"]
    path = workbook([1, ROAD[1], "低空经济", office.town.name], headings=headings)
    batch = looked_at(path, office.zhao, project_list=office.key_list)
    no_matching()
    confirm(batch, office.zhao)
    office.road.refresh_from_db()
    assert (office.road.sector.name, office.road.township) == ("低空经济", office.town)


def test_moment_and_person_are_those_of_the_confirmation(county, zhao):
    take(KEY)
    batch = confirm(looked_at(JUNE, zhao, project_list=ProjectList.objects.get()), zhao)
    reports = MonthReport.objects.filter(submitter=zhao, accepter=zhao, submitted_at=LATER, accepted_at=LATER)
    assert reports.count() == MonthReport.objects.count() > 0
    assert batch.applied_at == LATER


# ---- something moved ---------------------------------------------------------------------------------------------


def test_the_state_of_the_register_moves_with_every_write(office):
    july = Period.objects.get(month="2023-07-01")
    states = [register_state(TODAY)["digest"]]
    for write in (
        lambda: change_project(office.road, {"remark": "已核"}, by=office.zhou, at=AT, version=1),
        lambda: Leader.objects.create(name="周三顺"),
        lambda: office.key_list.memberships.first().delete(),
        lambda: move_period(july, {"closing_on": july.due_on}, reason="提前关账", version=1, by=office.zhou, at=AT),
    ):
        write()
        states.append(register_state(TODAY)["digest"])
    states.append(register_state(TODAY + datetime.timedelta(days=1))["digest"])
    assert len(set(states)) == len(states)
    assert register_state(TODAY)["digest"] == states[-2]


@pytest.mark.parametrize("moved", ["register", "day", "program"])
def test_a_plan_that_no_longer_holds_is_matched_anew(office, workbook, no_matching, monkeypatch, moved):
    batch = looked_at(workbook(ROAD, DAM, NEW), office.zhao, project_list=office.key_list)
    moment = LATER
    if moved == "register":
        change_project(office.road, {"remark": "已核"}, by=office.zhou, at=AT, version=1)
    elif moved == "day":
        moment = AT + datetime.timedelta(days=1)
    else:
        monkeypatch.setattr(Project._meta.get_field("remark"), "attname", "remarks")
    no_matching()
    with pytest.raises(AssertionError, match="matched anew"):
        actions.confirm_batch(
            batch, sha256=batch.sha256, digest=batch.review_digest, by=office.zhao, at=moment, now=moment
        )


# ---- while it is prepared ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_others_save_while_an_import_is_prepared_and_it_notices(office, workbook, monkeypatch):
    """A second connection writes between looking at the plan and the transaction: it does not wait, and is not overwritten."""
    batch = looked_at(workbook([*ROAD[:3], 70000, *ROAD[4:]], DAM), office.zhao, project_list=office.key_list)
    projects, saved = KINDS["projects"], threading.Event()

    def save() -> None:
        change_project(office.road, {"total_wan": 65000}, by=office.zhou, at=AT, version=1)
        saved.set()
        connection.close()

    def prepare_while_somebody_saves(plan, **who):
        other = threading.Thread(target=save)
        other.start()
        assert saved.wait(5), "the other one had to wait"
        other.join()
        return projects.prepare(plan, **who)

    monkeypatch.setitem(KINDS, "projects", projects._replace(prepare=prepare_while_somebody_saves))
    with pytest.raises(actions.ChangedMeanwhile) as changed:
        confirm(batch, office.zhao)
    assert changed.value.rows == [("清单", 2)]
    assert Project.objects.get(pk=office.road.pk).total_wan == 65000


def test_a_list_is_confirmed_while_units_go_on_filing_reports_of_which_it_says_nothing(office, workbook, monkeypatch):
    batch = looked_at(workbook(ROAD, DAM, NEW), office.zhao, project_list=office.key_list)
    june, prepare = datetime.date(2023, 6, 1), KINDS["projects"].prepare
    report = MonthReport.objects.create(project=office.road, month=june, covers_from=june)

    def prepare_meanwhile(plan, **who):
        MonthReport.objects.update(version=F("version") + 1)
        return prepare(plan, **who)

    monkeypatch.setitem(KINDS, "projects", KINDS["projects"]._replace(prepare=prepare_meanwhile))
    assert confirm(batch, office.zhao).state == "applied"
    report.refresh_from_db()
    assert report.version == 2


@pytest.mark.parametrize("meanwhile", ["corrected", "decided"])
def test_what_a_colleague_puts_right_while_an_import_is_prepared_is_not_lost(office, workbook, monkeypatch, meanwhile):
    """Another who works on the same batch: it is not written as it no longer stands, and what was typed stays typed."""
    path = workbook([*ROAD, "新内容", None], headings=[*HEADINGS, "建设内容", "备注"])
    batch = looked_at(path, office.zhao, project_list=office.key_list)
    prepare = KINDS["projects"].prepare

    def prepare_meanwhile(plan, **who):
        given = {"by": office.zhou, "at": AT, "now": AT}
        if meanwhile == "corrected":
            row = batch.rows.get()
            correct_row(row, {"content": "改过的内容"}, digest=seen(row), **given)
        else:
            decide(batch, {"blank:content": "clear"}, **given)
        return prepare(plan, **who)

    monkeypatch.setitem(KINDS, "projects", KINDS["projects"]._replace(prepare=prepare_meanwhile))
    if meanwhile == "corrected":
        with pytest.raises(ValidationError, match="改动"):
            confirm(batch, office.zhao)
        assert not HistoryEntry.objects.filter(action="import").exists()
        assert batch.rows.get().values["content"] == "改过的内容"
    else:
        assert confirm(batch, office.zhao).answers == {"blank:content": "clear"}


def test_a_record_that_appears_while_an_import_is_prepared_is_noticed(office, workbook, monkeypatch):
    """Though no row changes it: the unit that the file would create is there by now, and is taken."""
    batch = looked_at(workbook([*NEW[:6], "县滨河公园管理处"]), office.zhao, project_list=office.key_list)
    prepare = KINDS["projects"].prepare

    def prepare_meanwhile(plan, **who):
        Unit.objects.get_or_create(name="县滨河公园管理处")
        return prepare(plan, **who)

    monkeypatch.setitem(KINDS, "projects", KINDS["projects"]._replace(prepare=prepare_meanwhile))
    confirm(batch, office.zhao)
    assert Unit.objects.filter(name="县滨河公园管理处").count() == 1


@pytest.fixture
def zhao(db):
    from leaders.roles import Role
    from tests.world import make_user

    return make_user("zhao", "赵", Role.OFFICE)
