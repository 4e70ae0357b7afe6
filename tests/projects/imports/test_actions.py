"""Step by step: kept, read, looked at, confirmed; and what happens when something comes between."""

import contextlib
import datetime
import hashlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from leaders.models import HistoryEntry, Leader
from projects.imports import actions, applying
from projects.imports.kinds import KINDS
from projects.imports.reading.kinds import PROJECTS
from projects.models import HeadingMemory, ImportBatch, ImportRow, Project, ProjectList, YearPlan
from projects.registry.actions import change_project
from tests.projects.imports.conftest import DAM, KEY, ROAD, questions_in, rows_in, take
from tests.world import AT

pytestmark = pytest.mark.django_db
LATER = AT + datetime.timedelta(minutes=5)
NEW = [3, "白沙镇滨河公园", None, 1000, 500, "周三顺", "县水利局"]


def upload(path: Path, world, **more) -> ImportBatch:
    target = {"project_list": world.key_list, "year": 2023} | more
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return actions.upload_workbook(file, **target, by=world.zhao, at=AT)


def read(batch: ImportBatch, world) -> ImportBatch:
    started = actions.start_reading(batch, by=world.zhao, at=AT, now=AT)
    actions.read_batch(started, by=world.zhao, at=AT, now=AT)
    return ImportBatch.objects.get(pk=batch.pk)


def confirm(batch: ImportBatch, world) -> ImportBatch:
    seen = {"sha256": batch.sha256, "digest": batch.review_digest}
    return actions.confirm_batch(batch, **seen, by=world.zhao, at=AT, now=AT)


def everything() -> dict[str, list]:
    """All rows of all tables of the register."""
    models = [model for label in ("leaders", "projects") for model in apps.get_app_config(label).get_models()]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_a_file_is_kept_as_it_came_with_its_hash(office, workbook, data_dir):
    path = workbook(ROAD, DAM, NEW)
    batch = upload(path, office)
    assert batch.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert Path(batch.file.path).read_bytes() == path.read_bytes()
    assert (batch.state, batch.file_name) == ("uploaded", "清单.xlsx")
    assert Path(batch.file.path).name.isascii()


def test_reading_stages_the_rows_and_changes_nothing_in_the_register(office, workbook):
    batch = read(upload(workbook(ROAD, DAM, NEW), office), office)
    assert batch.state == "review"
    assert batch.counts == {"create": 1, "update": 0, "same": 2, "park": 0, "ask": 0, "missing": 0}
    assert list(batch.rows.values_list("row", "action")) == [(2, "same"), (3, "same"), (4, "create")]
    assert Project.objects.count() == 2
    assert Leader.objects.count() == 2


def test_confirming_writes_everything_and_links_the_rows(office, workbook):
    batch = confirm(read(upload(workbook(ROAD, DAM, NEW), office), office), office)
    batch.refresh_from_db()
    assert (batch.state, batch.applier) == ("applied", office.zhao)
    park = Project.objects.get(name="白沙镇滨河公园")
    assert batch.rows.get(row=4).project == park
    assert HistoryEntry.objects.filter(batch_id=batch.pk, subject_type="project", subject_id=park.pk).count() == 1


def test_a_file_that_changes_nothing_says_so_and_cannot_be_confirmed(office, workbook):
    batch = read(upload(workbook(ROAD, DAM), office), office)
    assert batch.state == "unchanged"
    with pytest.raises(ValidationError):
        confirm(batch, office)


def test_a_row_that_cannot_be_read_is_parked_with_its_reason_and_the_others_go_in(office, workbook):
    path = workbook([1, None, "2201-410329-04-05-171432", 1000, 500, "钱一平", "县交通运输局"], ROAD, DAM, NEW)
    batch = read(upload(path, office), office)
    assert (batch.counts["park"], batch.counts["create"]) == (1, 1)
    parked = batch.rows.get(action="park")
    assert (parked.row, parked.project) == (2, None)
    assert "没有项目名称" in parked.problems[0]["message"]
    assert confirm(batch, office).state == "applied"


def test_the_reader_sees_the_name_that_the_person_gave_the_file(office, workbook):
    batch = read(
        upload(
            workbook([1, ROAD[1], 60000], headings=["序号", "项目名称", "总投资（万元）"], name="2023年 清单.xlsx"),
            office,
        ),
        office,
    )
    assert batch.reading["file"] == "2023年 清单.xlsx"
    assert [path.name for path in Path(batch.file.path).parent.iterdir()] == [Path(batch.file.path).name]


def test_a_list_that_is_not_there_is_made_only_on_confirm(office, workbook):
    new_list = {"key": "2024-key", "name": "伊川县2024年重点项目清单", "year": 2024, "kind": "county_key", "batch": ""}
    batch = read(upload(workbook(ROAD), office, project_list=None, new_list=new_list, year=2024), office)
    assert ProjectList.objects.count() == 1
    answers = {question["id"]: question["options"][0]["value"] for question in _questions(batch)}
    batch = actions.answer_questions(batch, answers, by=office.zhao, at=AT, now=AT)
    actions.read_batch(batch, by=office.zhao, at=AT, now=AT)
    confirm(ImportBatch.objects.get(pk=batch.pk), office)
    assert ProjectList.objects.get(key="2024-key").projects.get() == office.road


def _questions(batch: ImportBatch) -> list[dict]:
    return [problem for problem in batch.reading["problems"] if problem["level"] == "question"]


def test_answers_are_kept_and_the_file_is_read_with_them(office, workbook):
    path = workbook([1, "吕店镇县道改建项目", *ROAD[2:]], DAM)
    batch = read(upload(path, office), office)
    with pytest.raises(ValidationError):
        confirm(batch, office)
    question = _questions(batch)[0]
    batch = actions.answer_questions(batch, {question["id"]: "new"}, by=office.zhao, at=AT, now=AT)
    actions.read_batch(batch, by=office.zhao, at=AT, now=AT)
    batch = confirm(ImportBatch.objects.get(pk=batch.pk), office)
    assert batch.counts["create"] == 1


def test_a_column_taken_for_something_else_is_remembered_for_the_next_file(office, workbook):
    headings = ["序号", "项目名称", "年度盘子", "总投资（万元）", "责任单位"]
    path = workbook([1, ROAD[1], 13000, 60000, "县交通运输局"], headings=headings)
    batch = read(upload(path, office), office)
    assert [column["column"] for column in batch.reading["sheets"][0]["ignored"]] == ["C"]
    shape = batch.reading["sheets"][0]["heading_shape"]
    batch = actions.choose_columns(batch, shape, {"C": "plan_wan"}, by=office.zhao, at=AT, now=AT)
    actions.read_batch(batch, by=office.zhao, at=AT, now=AT)
    confirm(ImportBatch.objects.get(pk=batch.pk), office)
    assert YearPlan.objects.get(project=office.road).plan_wan == 13000
    assert HeadingMemory.objects.get().decider == office.zhao
    again = take(workbook([1, ROAD[1], 14000, 60000, "县交通运输局"], headings=headings), office.key_list)
    assert rows_in(again)[0]["values"]["plan_wan"] == "14000.00"


def test_a_column_that_an_answer_decided_is_not_asked_again(office, workbook):
    headings = ["序号", "项目名称", "年度投资（万元）", "总投资（万元）", "责任单位"]
    first = workbook([1, ROAD[1], 3000, 61000, "县交通运输局"], headings=headings)
    asked = questions_in(take(first, office.key_list))
    assert [question["column"] for question in asked] == ["C"]
    answers = {asked[0]["id"]: "plan_wan"}
    assert take(first, office.key_list, by=office.zhao, answers=answers)["applied"]
    again = take(workbook([1, ROAD[1], 3500, 61000, "县交通运输局"], headings=headings), office.key_list)
    assert questions_in(again) == []
    assert rows_in(again)[0]["values"]["plan_wan"] == "3500.00"


# ---- between looking and confirming ------------------------------------------------------------------------------


def test_a_record_changed_meanwhile_is_looked_at_again_and_nothing_is_lost(office, workbook):
    batch = read(upload(workbook([*ROAD[:3], 70000, *ROAD[4:]], DAM, NEW), office), office)
    change_project(office.road, {"total_wan": 65000}, by=office.zhou, at=AT, version=1)
    with pytest.raises(actions.ChangedMeanwhile) as changed:
        confirm(batch, office)
    assert changed.value.rows == [("清单", 2)]
    office.road.refresh_from_db()
    assert office.road.total_wan == 65000
    assert Project.objects.count() == 2

    batch.refresh_from_db()
    row = batch.rows.get(row=2)
    assert (row.changes[0]["old"], row.changes[0]["new"]) == ("65000.00", "70000.00")
    assert "在您查看之后" in row.problems[-1]["message"]
    assert not any("在您查看之后" in problem["message"] for problem in batch.rows.get(row=4).problems)
    confirm(batch, office)
    office.road.refresh_from_db()
    assert office.road.total_wan == 70000


def test_a_change_that_the_file_does_not_touch_does_not_stop_it(office, workbook):
    batch = read(upload(workbook(ROAD, DAM, NEW), office), office)
    change_project(office.road, {"remark": "已核"}, by=office.zhou, at=AT, version=1)
    assert confirm(batch, office).counts["create"] == 1


def test_a_change_in_the_last_moment_is_seen_under_the_lock(office, workbook, monkeypatch):
    """Between looking at the plan and the transaction: the records' versions are compared once more."""
    batch = read(upload(workbook([*ROAD[:3], 70000, *ROAD[4:]], DAM), office), office)
    _write_before_the_lock(monkeypatch, office)
    with pytest.raises(actions.ChangedMeanwhile):
        confirm(batch, office)
    office.road.refresh_from_db()
    assert office.road.total_wan == 65000


def test_without_the_check_under_the_lock_that_change_would_be_overwritten(office, workbook, monkeypatch):
    """The negative twin."""
    batch = read(upload(workbook([*ROAD[:3], 70000, *ROAD[4:]], DAM), office), office)
    _write_before_the_lock(monkeypatch, office)
    monkeypatch.setattr(actions, "lock_and_check", lambda plan: None)
    monkeypatch.setattr(actions, "is_unmoved", lambda *_: True)
    confirm(batch, office)
    office.road.refresh_from_db()
    assert office.road.total_wan == 70000


def _write_before_the_lock(monkeypatch, office) -> None:
    _meanwhile(monkeypatch, lambda: _type_over(office))


def _meanwhile(monkeypatch, write) -> None:
    """Somebody writes while a plan is prepared, before anything is locked."""
    kind = KINDS[PROJECTS]

    def prepare_and_be_too_late(plan, **who):
        write()
        return kind.prepare(plan, **who)

    monkeypatch.setitem(KINDS, PROJECTS, kind._replace(prepare=prepare_and_be_too_late))


def _type_over(office) -> None:
    if Project.objects.get(pk=office.road.pk).total_wan == 60000:
        change_project(office.road, {"total_wan": 65000}, by=office.zhou, at=AT, version=1)


def test_a_namesake_created_in_the_last_moment_is_not_doubled(office, workbook, monkeypatch):
    batch = read(upload(workbook(ROAD, DAM, NEW), office), office)
    namesake = {"name": "白沙镇滨河公园", "name_key": "白沙镇滨河公园"}
    _meanwhile(monkeypatch, lambda: Project.objects.get_or_create(**namesake))
    with pytest.raises(actions.ChangedMeanwhile):
        confirm(batch, office)
    assert batch.rows.get(row=4).action == "update"
    confirm(ImportBatch.objects.get(pk=batch.pk), office)
    assert Project.objects.get(name="白沙镇滨河公园").total_wan == 1000


def test_a_page_that_is_no_longer_the_newest_confirms_nothing(office, workbook):
    batch = read(upload(workbook(ROAD, DAM, NEW), office), office)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.confirm_batch(batch, sha256=batch.sha256, digest="old", by=office.zhao, at=AT, now=AT)
    with pytest.raises(ValidationError):
        actions.confirm_batch(batch, sha256="other", digest=batch.review_digest, by=office.zhao, at=AT, now=AT)
    assert Project.objects.count() == 2


def test_a_batch_goes_in_once(office, workbook):
    batch = read(upload(workbook(ROAD, DAM, NEW), office), office)
    confirm(batch, office)
    with pytest.raises(ValidationError, match="已导入"):
        confirm(batch, office)
    assert Project.objects.count() == 3


def test_a_discarded_batch_keeps_its_file_and_cannot_be_confirmed(office, workbook):
    batch = read(upload(workbook(ROAD, DAM, NEW), office), office)
    actions.discard_batch(batch, by=office.zhao, at=AT, now=AT)
    batch.refresh_from_db()
    assert batch.state == "discarded"
    assert Path(batch.file.path).exists()
    with pytest.raises(ValidationError):
        confirm(batch, office)


# ---- the reader's process ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("finish", [actions.read_batch, actions.fail_reading])
def test_a_batch_discarded_while_it_is_read_stays_discarded(office, workbook, finish):
    batch = actions.start_reading(upload(workbook(ROAD, DAM, NEW), office), by=office.zhao, at=AT, now=AT)
    actions.discard_batch(batch, by=office.zhou, at=AT, now=AT)
    finish(batch, by=office.zhao, at=AT, now=AT)  # The reader's own copy of the batch still says that it is being read.
    assert ImportBatch.objects.get(pk=batch.pk).state == "discarded"
    assert not batch.rows.exists()


def test_a_reader_at_work_is_not_started_twice_but_a_lost_one_is(office, workbook):
    batch = actions.start_reading(upload(workbook(ROAD), office), by=office.zhao, at=AT, now=AT)
    with pytest.raises(ValidationError, match="正在读取"):
        actions.start_reading(batch, by=office.zhao, at=AT, now=AT + datetime.timedelta(seconds=20))
    actions.start_reading(batch, by=office.zhao, at=AT, now=AT + datetime.timedelta(seconds=90))


def test_a_file_that_cannot_be_read_is_refused_with_its_reason_and_leaves_the_register_alone(office, tmp_path):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    batch = upload(path, office)
    before = everything()
    batch = read(batch, office)
    assert batch.state == "refused"
    assert batch.reading["problems"][0]["cure"]
    after = everything()
    for name in before.keys() - {"ImportBatch", "HistoryEntry"}:
        assert after[name] == before[name], name


# ---- all or nothing ----------------------------------------------------------------------------------------------

WRITES = ["learn_names", "_create_records", "_change_records", "record_many", "record_rows"]


@pytest.mark.parametrize("step", WRITES)
def test_a_write_that_fails_leaves_nothing_behind(office, workbook, monkeypatch, step, data_dir):
    before = everything()
    _fail_after(monkeypatch, step)
    with pytest.raises(RuntimeError):
        take(workbook([*ROAD[:3], 70000, *ROAD[4:]], DAM, NEW), office.key_list)
    assert everything() == before
    assert not [path for path in data_dir.rglob("*") if path.is_file()]


def test_without_the_transaction_half_an_import_would_stay(office, workbook, monkeypatch):
    """The negative twin: the same fault with the guard off."""
    before = everything()
    _fail_after(monkeypatch, "_create_records")
    monkeypatch.setattr(actions, "transaction", SimpleNamespace(atomic=contextlib.nullcontext))
    with pytest.raises(RuntimeError):
        take(workbook(ROAD, DAM, NEW), office.key_list)
    assert everything() != before


def _fail_after(monkeypatch, step: str) -> None:
    real = getattr(applying, step)

    def fail(*args, **kwargs):
        real(*args, **kwargs)
        raise RuntimeError(step)

    monkeypatch.setattr(applying, step, fail)


# ---- who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["li", "sun", "qian", "he", "lin"])
def test_only_the_project_office_imports(office, workbook, name):
    person = getattr(office, name)
    with pytest.raises(PermissionDenied):
        take(workbook(ROAD), office.key_list, by=person)
    file = SimpleUploadedFile("清单.xlsx", b"x")
    with pytest.raises(PermissionDenied):
        actions.upload_workbook(file, project_list=office.key_list, year=2023, by=person, at=AT)


def test_a_file_of_25_megabytes_is_refused_before_it_is_kept(office, data_dir):
    file = SimpleUploadedFile("大.xlsx", b"0" * (25 * 1024 * 1024))
    with pytest.raises(ValidationError) as refused:
        actions.upload_workbook(file, project_list=office.key_list, year=2023, by=office.zhao, at=AT)
    assert "25.0 MB，超过 20 MB" in refused.value.messages[0]
    assert ImportBatch.objects.count() == 0
    assert not data_dir.exists()


def test_thirty_rows_cost_as_many_queries_as_ten(county, workbook, django_assert_max_num_queries):
    def rows(count: int) -> list:
        return [
            [number, f"白沙镇第{number}号桥", None, 1000 + number, 500, "周三顺", "县水利局"] for number in range(count)
        ]

    def queries(count: int, key: str) -> int:
        with django_assert_max_num_queries(80) as seen:
            take(workbook(*rows(count)), key)
        return len(seen)

    # SQLite takes 999 parameters a statement, so that many more rows are several statements.
    queries(1, "2023-one")  # the first file alone also creates its leader
    assert queries(10, "2023-ten") == queries(30, "2023-thirty")
    assert ImportRow.objects.count() == 41


def test_the_key_list_by_way_of_the_pages_gives_the_same(county, world_of_the_office):
    batch = upload(KEY, world_of_the_office, project_list=None, new_list=NEW_LIST)
    batch = confirm(read(batch, world_of_the_office), world_of_the_office)
    assert batch.project_list.projects.count() == 141
    assert batch.rows.filter(project=None).count() == 0


NEW_LIST = {"key": "2023-key", "name": "伊川县2023年重点项目清单", "year": 2023, "kind": "county_key", "batch": ""}


@pytest.fixture
def world_of_the_office(county):
    from leaders.roles import Role
    from tests.world import make_user

    class Office:
        zhao = make_user("zhao", "赵", Role.OFFICE)
        key_list = None

    return Office
