"""A whole batch taken back: what nobody touched returns, what somebody edited stays and is named."""

import datetime
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leaders.models import HistoryEntry, Unit, UnitAlias
from projects.imports import undoing
from projects.imports.undo_plan import plan_undo
from projects.imports.undoing import undo_batch
from projects.models import (
    ImportBatch,
    Membership,
    MonthReport,
    PlanRevision,
    Problem,
    Project,
    ProjectList,
    Responsibility,
    YearPlan,
)
from projects.rankings.actions import compute_trial, publish_run
from projects.registry.actions import change_project
from projects.registry.plans.actions import approve_revision, request_revision
from projects.registry.plans.queries import targets
from tests.projects.imports.conftest import DAM, GROUPS, HEADINGS, JUNE, KEY, RESERVE, ROAD, questions_in, take
from tests.world import AT

pytestmark = pytest.mark.django_db
LATER = AT + datetime.timedelta(days=3)
DEARER = [*ROAD[:3], 70000, 13000, "吴二安", "县水利局"]
NEW = [3, "白沙镇滨河公园", None, 1000, 500, "郑新人", "县滨河公园建设管理处"]
APART = ("HistoryEntry", "ImportBatch", "ImportRow")


def everything(*without: str) -> dict[str, list]:
    """All rows of all tables except histories and batches; versions only ever grow."""
    models = [model for label in ("leaders", "projects") for model in apps.get_app_config(label).get_models()]
    found = {}
    for model in models:
        if model.__name__ in (*APART, *without):
            continue
        rows = list(model.objects.order_by("pk").values())
        found[model.__name__] = [{name: value for name, value in row.items() if name != "version"} for row in rows]
    return found


def brought(path, project_list, office) -> ImportBatch:
    document = take(path, project_list, by=office.zhao)
    assert document["applied"], document["problems"]
    return ImportBatch.objects.get(pk=document["batch"])


def undone(batch, office, **more) -> ImportBatch:
    undo_batch(batch, by=office.zhao, at=LATER, reason="导错了文件", **more)
    batch.refresh_from_db()
    return batch


def test_everything_is_as_it_was_before_and_the_file_can_be_imported_again(office, workbook):
    path = workbook(DEARER, DAM, NEW)
    before = everything("PlanRevision")
    batch = brought(path, office.key_list, office)
    after = everything("PlanRevision")
    assert after != before
    undone(batch, office)
    assert (batch.state, batch.get_state_display(), batch.undoing["kept"]) == ("undone", "已撤销", [])
    assert everything("PlanRevision") == before
    again = brought(path, office.key_list, office)
    assert again.counts == batch.counts
    assert Project.objects.filter(name="白沙镇滨河公园").count() == 1


@pytest.mark.parametrize("sample", [KEY, JUNE, GROUPS, RESERVE], ids=lambda path: path.stem)
def test_a_whole_sample_of_every_kind_is_taken_back(office, sample):
    before = everything("PlanRevision")
    document = take(sample, "2023-new", by=office.zhao, answers={"*": "new"})
    assert document["applied"], [said for said in document["problems"] if said["level"] == "question"]
    batch = ImportBatch.objects.get(pk=document["batch"])
    undone(batch, office)
    assert batch.undoing["kept"] == []
    assert everything("PlanRevision") == before
    assert batch.project_list is None
    assert batch.list_name


def test_what_a_person_has_edited_since_stays_and_is_named(office, workbook):
    batch = brought(workbook(DEARER, DAM), office.key_list, office)
    road = Project.objects.get(pk=office.road.pk)
    step = PlanRevision.objects.get(year_plan__project=road)
    assert (step.before_wan, step.batch_id, step.from_on) == (12000, batch.pk, batch.applied_at.date())
    change_project(road, {"total_wan": 80000}, by=office.zhao, at=LATER, version=road.version)
    undone(batch, office)
    road.refresh_from_db()
    assert road.total_wan == 80000
    amounts = [(one.before_wan, one.planned_wan) for one in PlanRevision.objects.all()]
    assert amounts == [(12000, step.planned_wan), (step.planned_wan, 12000)]
    assert YearPlan.objects.get(project=road, year=2023).plan_wan == 12000
    (kept,) = batch.undoing["kept"]
    assert (kept["object"], kept["field"]) == (road.name, "总投资")
    assert office.zhao.display_name in kept["why"]


def test_of_a_project_edited_elsewhere_the_untouched_value_goes_back(office, workbook):
    batch = brought(workbook(DEARER, DAM), office.key_list, office)
    road = Project.objects.get(pk=office.road.pk)
    change_project(road, {"remark": "改线"}, by=office.zhao, at=LATER, version=road.version)
    undone(batch, office)
    road.refresh_from_db()
    assert (road.total_wan, road.remark, batch.undoing["kept"]) == (60000, "改线", [])


def test_a_new_project_with_a_problem_registered_since_stays_whole(office, workbook):
    batch = brought(workbook(DEARER, DAM, NEW), office.key_list, office)
    park = Project.objects.get(name="白沙镇滨河公园")
    Problem.objects.create(project=park, source="inspection", raised_on=LATER.date(), text="缺地", category="land")
    undone(batch, office)
    assert Project.objects.filter(pk=park.pk).exists()
    assert Membership.objects.filter(project=park).exists()
    assert Responsibility.objects.filter(project=park).count() == 2
    kept = {line["object"]: line["why"] for line in batch.undoing["kept"]}
    assert "问题" in kept["白沙镇滨河公园"]
    assert any("责任" in why for name, why in kept.items() if name != "白沙镇滨河公园")
    assert Project.objects.get(pk=office.road.pk).total_wan == 60000


def test_a_list_goes_with_the_batch_that_made_it_though_another_file_was_uploaded_to_it_since(office, workbook):
    before = everything("PlanRevision")
    first = brought(workbook(ROAD, DAM), "县产业发展项目清单", office)
    again = ImportBatch.objects.create(
        file_name="再传.xlsx", sha256="0" * 64, year=2023, state="review", uploader=office.zhao,
        project_list=first.project_list, uploaded_at=AT, state_at=AT,
    )  # fmt: skip
    undone(first, office)
    again.refresh_from_db()
    assert (again.project_list, again.list_name) == (None, "县产业发展项目清单")
    assert everything("PlanRevision") == before


def test_under_a_later_import_what_hangs_is_kept_and_after_undoing_that_nothing_is(office, workbook):
    before = everything()
    first = brought(workbook(ROAD, DAM, NEW), office.key_list, office)
    second = brought(workbook(ROAD, DAM, [*NEW[:3], 2000, *NEW[4:]], name="二.xlsx"), office.key_list, office)
    plan = plan_undo(first, today=LATER.date())
    assert "project" not in plan.removed
    assert f"导入批次 {second.pk}" in plan.kept[0]["why"]
    undone(second, office)
    assert Project.objects.get(name="白沙镇滨河公园").total_wan == 1000
    assert second.undoing["kept"] == []
    undone(first, office)
    assert first.undoing["kept"] == []
    assert everything() == before


def test_what_a_published_score_stands_on_stays_and_so_do_reports_of_closed_months(office, workbook, client):
    call_command("load_reference", verbosity=0)
    YearPlan.objects.filter(project=office.dam).delete()
    path = workbook([*ROAD, 900], [*DAM, 50], headings=[*HEADINGS, "2023年7月完成投资（万元）"])
    batch = brought(path, office.key_list, office)
    plan, report = YearPlan.objects.get(project=office.dam), MonthReport.objects.get(project=office.road)
    closed_at = AT + datetime.timedelta(days=40)
    run = compute_trial(report.month, by=office.zhao, at=closed_at)
    assert plan_undo(batch, today=closed_at.date()).removed == {"yearplan": {plan.pk}}
    publish_run(run, by=office.zhao, at=closed_at, version=run.version)
    undo_batch(batch, by=office.zhao, at=closed_at, reason="导错了文件")
    batch.refresh_from_db()
    assert {line["why"] for line in batch.undoing["kept"]} == {"2023年7月已关账", "已公布的考评得分以它为来源"}
    assert (YearPlan.objects.filter(pk=plan.pk).exists(), MonthReport.objects.count()) == (True, 2)


def test_a_plan_that_a_later_revision_set_back_keeps_the_step_of_the_undone_import(office, workbook):
    """12000 → 13000 by the file, → 12000 approved from September: undone, June to August have had 13000 all the same."""
    batch = brought(workbook([*ROAD[:4], 13000, *ROAD[5:]], DAM), office.key_list, office)
    plan = YearPlan.objects.get(project=office.road)
    back = {"planned_wan": Decimal(12000), "from_on": datetime.date(2023, 9, 1), "reason": "调回"}
    approve_revision(
        request_revision(plan, back, by=office.zhao, at=AT, version=None), by=office.zhou, at=AT, version=1
    )

    def in_force(month: int) -> Decimal | None:
        day = datetime.date(2023, month, 28)
        return targets([office.road.pk], day.replace(day=1), day)[office.road.pk].plan_wan

    before = [in_force(month) for month in (6, 8, 10)]
    undone(batch, office)
    assert [in_force(month) for month in (6, 8, 10)] == before == [12000, 13000, 12000]
    assert PlanRevision.objects.count() == 2


def test_the_hand_over_of_a_leader_changed_again_since_is_left_alone(office, workbook):
    batch = brought(workbook(DEARER, DAM), office.key_list, office)
    mine = Responsibility.objects.filter(project=office.road, role="leader").latest("pk")
    Responsibility.objects.create(
        project=office.road, role="leader", leader=mine.leader, position=2, starts_on=LATER.date()
    )
    held = list(Responsibility.objects.filter(project=office.road, role="leader").order_by("pk").values())
    undone(batch, office)
    assert list(Responsibility.objects.filter(project=office.road, role="leader").order_by("pk").values()) == held
    assert any("责任分工" in line["why"] for line in batch.undoing["kept"])


def test_undoing_twice_without_a_reason_or_by_a_unit_is_refused(office, workbook):
    batch = brought(workbook(DEARER, DAM), office.key_list, office)
    with pytest.raises(PermissionDenied):
        undo_batch(batch, by=office.li, at=LATER, reason="x")
    with pytest.raises(ValidationError, match="理由"):
        undo_batch(batch, by=office.zhao, at=LATER, reason=" ")
    undone(batch, office)
    with pytest.raises(ValidationError, match="已撤销"):
        undo_batch(batch, by=office.zhao, at=LATER, reason="再来")


@pytest.mark.parametrize("fails", [True, False])
def test_a_write_that_fails_leaves_nothing_half_undone(office, workbook, monkeypatch, fails):
    batch = brought(workbook(DEARER, DAM, NEW), office.key_list, office)
    before = everything()

    def broken(*_):
        if fails:
            raise RuntimeError

    monkeypatch.setattr(undoing, "record_many", broken)
    if fails:
        with pytest.raises(RuntimeError):
            undone(batch, office)
    else:
        undone(batch, office)
    batch.refresh_from_db()
    assert (everything() == before, batch.state) == ((True, "applied") if fails else (False, "undone"))


def test_history_tells_the_way_back_for_each_project(office, workbook):
    batch = undone(brought(workbook(DEARER, DAM), office.key_list, office), office)
    told = HistoryEntry.objects.get(action="undo", batch_id=batch.pk, object_type="project")
    line = next(line for line in told.changes if line["field"] == "total_wan")
    assert (line["old"], line["new"]) == ("70000.00", "60000.00")
    assert HistoryEntry.objects.get(action="undo", object_type="importbatch").reason == "导错了文件"


def test_undoing_takes_as_many_queries_for_many_rows_as_for_few(office, workbook):
    def queries(count: int, name: str) -> int:
        ProjectList.objects.create(key=name, name=name, year=2023, kind="other", batch=name)
        rows = [[n, f"{name}第{n}号水渠", None, 1000 + n, 500, "钱一平", "县水利局"] for n in range(count)]
        batch = brought(workbook(*rows, headings=HEADINGS, name=f"{name}.xlsx"), name, office)
        with CaptureQueriesContext(connection) as ran:
            undone(batch, office)
        assert not Project.objects.filter(name__startswith=name).exists()
        return len(ran)

    assert queries(60, "多") <= queries(3, "少") + 6


def test_the_page_shows_what_stays_and_takes_back_only_what_was_shown(office, workbook, client):
    batch = brought(workbook(DEARER, DAM), office.key_list, office)
    client.force_login(office.zhao)
    url = reverse("import-undo", args=[batch.pk])
    assert url in client.get(reverse("import-detail", args=[batch.pk])).content.decode()
    seen = client.get(url)
    digest = seen.context["plan"].digest
    assert "没有人改过" in seen.content.decode()
    assert client.post(url, {"reason": "", "digest": digest}).status_code == 400
    road = Project.objects.get(pk=office.road.pk)
    change_project(road, {"total_wan": 80000}, by=office.zhao, at=LATER, version=road.version)
    stale = client.post(url, {"reason": "导错了", "digest": digest})
    assert stale.status_code == 400
    assert "又有变动" in stale.content.decode()
    assert "导错了" in stale.content.decode()
    done = client.post(url, {"reason": "导错了", "digest": stale.context["plan"].digest}, follow=True)
    text = done.content.decode()
    assert "这一批已撤销" in text
    assert "总投资" in text
    assert client.get(url, follow=True).redirect_chain


def test_a_plan_that_a_second_import_changed_goes_with_the_first_when_both_are_undone(office, workbook):
    fresh = [3, "白沙镇滨河公园", None, 1000, 500, "郑新人", "县滨河公园建设管理处"]
    batches = []
    for days, plan_wan in enumerate((500, 600)):
        changed = [*fresh[:4], plan_wan, *fresh[5:]]
        at = AT + datetime.timedelta(days=days)
        document = take(workbook(ROAD, DAM, changed), office.key_list, by=office.zhao, at=at)
        batches.append(ImportBatch.objects.get(pk=document["batch"]))
    for days, batch in enumerate(reversed(batches)):
        undo_batch(batch, by=office.zhao, at=AT + datetime.timedelta(days=days + 2), reason="导错了")
    assert not Project.objects.filter(name="白沙镇滨河公园").exists()


def test_a_spelling_that_an_answer_taught_is_told_and_goes_with_the_batch(office, workbook):
    unit = Unit.objects.create(name="县发展和改革委员会")
    path = workbook([*ROAD[:6], "县发改委"], DAM)
    question = questions_in(take(path, office.key_list))[0]
    batch = take(path, office.key_list, by=office.zhao, answers={question["id"]: f"same:{unit.pk}"})["batch"]
    entry = HistoryEntry.objects.get(object_type="unit", object_id=unit.pk, batch_id=batch)
    assert [line["new"] for line in entry.changes] == ["县发改委"]
    undone(ImportBatch.objects.get(pk=batch), office)
    assert not UnitAlias.objects.exists()
