"""What was known on a day: history read backwards gives exactly the records that stood there."""

import datetime
import random
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Event, Happened, known_values, replay_back
from projects.dashboards.asof.known import KINDS, known_at
from projects.dashboards.asof.queries import project_as_of
from projects.imports.models import ImportBatch
from projects.imports.undoing import undo_batch
from projects.inspections.actions import archive_inspection, log_inspection
from projects.milestones.actions import archive_milestone, create_milestone, restore_milestone
from projects.models import (
    FundingArrival,
    FundingSource,
    Inspection,
    Membership,
    Milestone,
    MonthReport,
    Permit,
    PermitType,
    Problem,
    Project,
    StatisticsEntry,
    YearPlan,
)
from projects.permits.actions import add_permits, change_permit
from projects.problems.actions import answer_problem, close_problem, create_problem
from projects.progress import actions as progress
from projects.progress.corrections.actions import approve_correction, ask_corrections
from projects.registry import actions as registry
from projects.registry.lists import actions as lists
from projects.registry.plans import actions as plans
from projects.registry.rules import ProjectState
from tests.projects.imports.conftest import DAM, HEADINGS, ROAD, data_dir, office, take, workbook  # noqa: F401 (fixtures)
from tests.world import AT

JULY = datetime.date(2023, 7, 1)


def test_steps_are_taken_back_one_by_one():
    made = Event(Happened.MADE)
    grew = Event(Happened.CHANGED, [{"field": "yearplan.2023.plan_wan", "old": "1.00", "new": "2.00"}])
    gone = Event(Happened.REMOVED, [{"field": "plan_wan", "old": "2.00", "new": None}, {"field": "x", "old": ""}])
    assert replay_back({"plan_wan": "2.00"}, [grew]) == {"plan_wan": "1.00"}
    assert replay_back({"plan_wan": "2.00"}, [grew, made]) is None
    assert replay_back(None, [gone]) == {"plan_wan": "2.00"}
    assert replay_back(None, [gone, grew, made, gone]) == {"plan_wan": "2.00"}


def snapshot():
    return {
        (model._meta.model_name, record.pk): plain(known_values(record))
        for model in KINDS
        for record in model._default_manager.all()
    }


def plain(values):
    """Without the words beside an id, which may have been others then, and without the place in the list."""
    found = {name: value["id"] if isinstance(value, dict) else value for name, value in values.items()}
    found.pop("position", None)
    if "archived_at" in found:
        found["archived_at"] = True
    return found


class NothingThere(Exception):
    """No record with which the step could be taken."""


class Life:
    """Random steps in the life of the world's projects, by the actions that people use; a refusal is a step that did nothing."""

    def __init__(self, world, seed):
        self.world, self.random, self.at = world, random.Random(seed), AT
        self.office = {"by": world.zhao}

    def any_of(self, model, **where):
        found = list(model._default_manager.filter(**where).order_by("pk"))
        if not found:
            raise NothingThere
        return self.random.choice(found)

    def amount(self):
        return Decimal(self.random.randint(1, 99999)) / 100

    def step(self):
        steps = [name for name in dir(self) if name.startswith("do_")]
        name = self.random.choice(steps)
        try:
            getattr(self, name)()
        except (ValidationError, PermissionDenied, NothingThere):
            return f"{name} refused"
        return name

    @property
    def project(self):
        return self.any_of(Project, archived_at__isnull=True)

    def do_create(self):
        values = {"name": f"新项目{self.random.randint(1, 10**9)}", "total_wan": self.amount()}
        project = registry.create_project(values, **self.office, at=self.at)
        lists.join_list(self.world.key_list, [project], joined_on=self.at.date(), **self.office, at=self.at)

    def do_change(self):
        values = {
            "total_wan": self.random.choice([None, self.amount()]),
            "state": self.random.choice(ProjectState.values),
            "township": self.random.choice([None, self.world.town]),
            "is_city_key": self.random.random() < 0.5,
            "remark": self.random.choice(["", "甲", "乙"]),
        }
        registry.change_project(self.project, values, **self.office, at=self.at, version=None, reason="更正")

    def do_archive(self):
        if Project.objects.filter(archived_at__isnull=True).count() > 1:
            registry.archive_project(self.project, **self.office, at=self.at, version=None, reason="重复")

    def do_restore(self):
        project = self.any_of(Project, archived_at__isnull=False)
        registry.restore_project(project, **self.office, at=self.at, version=None)

    def do_delete(self):
        made = registry.create_project({"name": "录错"}, **self.office, at=self.at)
        registry.delete_project(made, **self.office, at=self.at + datetime.timedelta(minutes=1))

    def do_hand_over(self):
        leader = self.random.choice([self.world.leader_qian, self.world.leader_wu])
        registry.set_responsibility(
            self.project, "leader", [leader], starts_on=self.at.date(), **self.office, at=self.at
        )

    def do_plan(self):
        values = {"year": self.random.choice([2023, 2024]), "plan_wan": self.random.choice([None, self.amount()])}
        registry.create_year_plan(self.project, values, **self.office, at=self.at)

    def do_goals(self):
        plan = self.any_of(YearPlan)
        registry.change_year_plan(
            plan, {"goal_first_half": str(self.amount())}, **self.office, at=self.at, version=None
        )

    def do_revise(self):
        plan = self.any_of(YearPlan, year=2023, plan_wan__isnull=False, project__archived_at__isnull=True)
        values = {"planned_wan": self.amount(), "from_on": self.at.date(), "reason": "文件"}
        asked = plans.request_revision(plan, values, by=self.world.zhao, at=self.at, version=None)
        plans.approve_revision(asked, by=self.world.zhou, at=self.at, version=None)

    def do_leave(self):
        places = {"project_list": self.world.key_list, "left_on__isnull": True}
        member = self.any_of(Membership, **places)
        lists.leave_list(member, left_on=self.at.date(), reason="并入", by=self.world.zhou, at=self.at, version=None)

    def do_drop_plan(self):
        registry.delete_particular(self.any_of(YearPlan), **self.office, at=self.at)

    def do_report(self):
        values = {"planned_wan": None, "done_wan": self.amount(), "progress": "施工", "issues": "", "note": "情况属实"}
        project = self.random.choice([self.world.road, self.world.dam])
        report = MonthReport.objects.filter(project=project, month=JULY).first()
        send = self.random.choice([progress.save_report_draft, progress.submit_report])
        by = self.world.li if project == self.world.road else self.world.wang
        send(project, JULY, values, by=by, at=self.at, version=report.version if report else None)

    def do_review(self):
        report = self.any_of(MonthReport, state="submitted")
        if self.random.random() < 0.5:
            progress.accept_reports({report.pk: None}, **self.office, at=self.at)
        else:
            progress.return_report(report, reason="重填", version=None, **self.office, at=self.at)

    def do_correct(self):
        report = self.any_of(MonthReport, state="accepted", project=self.world.road)
        correct(report, self.amount(), self.world, self.at)

    def do_enter(self):
        day = self.at.date() - datetime.timedelta(days=self.random.randint(0, 9))
        progress.set_statistics_entry(self.project, entered_on=day, **self.office, at=self.at)

    def do_clear_entry(self):
        progress.clear_statistics_entry(self.any_of(StatisticsEntry), reason="记错", **self.office, at=self.at)

    def do_milestone(self):
        values = {"name": "封顶", "due_on": self.at.date(), "weight": Decimal(1)}
        create_milestone(self.project, values, **self.office, at=self.at)

    def do_archive_milestone(self):
        row = self.any_of(Milestone, archived_at__isnull=True)
        archive_milestone(row, reason="重复", version=None, **self.office, at=self.at)

    def do_restore_milestone(self):
        row = self.any_of(Milestone, archived_at__isnull=False)
        restore_milestone(row, version=None, **self.office, at=self.at)

    def do_permit(self):
        kind, _ = PermitType.objects.get_or_create(name="立项")
        add_permits(self.project, [kind], **self.office, at=self.at)

    def do_obtain(self):
        values = {"state": "granted", "obtained_on": self.at.date(), "document_number": "伊发改〔2023〕1号"}
        change_permit(self.any_of(Permit), values, version=None, reason="补录", **self.office, at=self.at)

    def do_problem(self):
        values = {"text": "征迁未完", "unit": self.world.water, "source": "meeting", "due_on": self.at.date()}
        create_problem(self.project, values, by=self.world.sun, at=self.at)

    def do_answer(self):
        answer_problem(self.any_of(Problem), answer="已协调", version=None, **self.office, at=self.at)

    def do_close(self):
        close_problem(self.any_of(Problem, state="answered"), version=None, by=self.world.sun, at=self.at)

    def do_inspect(self):
        values = {"inspected_on": self.at.date(), "situation": "看过", "unit": self.world.bureau}
        log_inspection(self.project, values, by=self.world.sun, at=self.at)

    def do_archive_visit(self):
        visit = self.any_of(Inspection, archived_at__isnull=True)
        archive_inspection(visit, reason="重复", version=None, by=self.world.sun, at=self.at)

    def do_fund(self):
        values = {"kind": "central", "planned_wan": self.amount()}
        registry.add_funding(self.project, values, **self.office, at=self.at)

    def do_arrive(self):
        values = {"arrived_on": self.at.date(), "amount_wan": self.amount()}
        plans.add_arrival(self.any_of(FundingSource), values, **self.office, at=self.at)

    def do_lose_arrival(self):
        plans.delete_arrival(self.any_of(FundingArrival), version=None, **self.office, at=self.at)


@pytest.mark.parametrize("seed", range(2))
def test_any_sequence_of_actions_is_read_back_to_what_stood_there(world, seed):
    life, seen, told = Life(world, seed), [], []
    for _ in range(45):
        life.at += datetime.timedelta(hours=5)
        told.append(life.step())
        seen.append((life.at + datetime.timedelta(hours=1), snapshot()))
    assert sum(not one.endswith("refused") for one in told) > 15
    assert len({one.split()[0] for one in told if not one.endswith("refused")}) > 8
    for (moment, stood), step in zip(seen, told, strict=True):
        known = {key: plain(values) for key, values in known_at(moment).records.items()}
        assert known == stood, (step, moment)


def imported(office, workbook):  # noqa: F811
    changed = [*ROAD[:3], 70000, 13000, "吴二安", "县水利局"]
    fresh = [3, "白沙镇滨河公园", None, 1000, 500, "郑新人", "县滨河公园建设管理处"]
    document = take(workbook(changed, DAM, fresh), office.key_list, by=office.zhao, at=AT)
    return ImportBatch.objects.get(pk=document["batch"])


DAY = datetime.timedelta(days=1)


def test_an_import_is_read_back(office, workbook):  # noqa: F811
    before = snapshot()
    imported(office, workbook)
    assert {key: plain(values) for key, values in known_at(AT - DAY).records.items()} == before != snapshot()
    assert {key: plain(values) for key, values in known_at(AT + DAY).records.items()} == snapshot()


def test_an_import_that_was_undone_is_read_back_and_what_it_had_changed_in_between(office, workbook):  # noqa: F811
    before = snapshot()
    batch = imported(office, workbook)
    between = snapshot()
    batch = undo_batch(batch, by=office.zhao, at=AT + 2 * DAY, reason="导错了")
    for moment in (AT - DAY, AT + 3 * DAY):
        assert {key: plain(values) for key, values in known_at(moment).records.items()} == before
    known = known_at(AT + DAY)
    assert {key: plain(values) for key, values in known.records.items()} == between
    # The leader in between was made by the file and went with it.
    fresh = next(pk for pk, values in known.of(Project).items() if values["name"] == "白沙镇滨河公园")
    (then,) = project_as_of(Project(pk=fresh), (AT + DAY).date()).projects
    assert (then.leaders, then.lead_units, then.money.plan_wan) == ("郑新人", "县滨河公园建设管理处", 500)
    del batch.written["put_back"]  # as batches were undone before
    batch.save()
    known = {key: plain(values) for key, values in known_at(AT + DAY).records.items()}
    told = {key for key in between if key[0] != "responsibility"}
    assert {key: between[key] for key in told} == {key: known[key] for key in told}


def test_months_of_an_import_that_was_undone_are_read_back_or_counted_when_too_little_is_left(office, workbook):  # noqa: F811
    headings = [*HEADINGS, "2023年5月完成投资（万元）"]
    document = take(workbook([*ROAD, 100], [*DAM, 50], headings=headings), office.key_list, by=office.zhao, at=AT)
    batch = undo_batch(ImportBatch.objects.get(pk=document["batch"]), by=office.zhao, at=AT + 2 * DAY, reason="导错了")
    then = project_as_of(office.road, (AT + DAY).date())
    assert [(one["month"], one["done_wan"]) for one in then.projects[0].reports] == [("2023-05-01", "100.00")]
    del batch.written["unmade"]
    batch.save()
    torn = project_as_of(office.road, (AT + DAY).date())
    assert (torn.projects[0].reports, torn.unproven) == ([], then.unproven + 1)


def test_the_plan_of_an_import_is_told_the_same_before_and_after_it_was_undone(office, workbook):  # noqa: F811
    batch = imported(office, workbook)
    undo_batch(batch, by=office.zhao, at=AT + 40 * DAY, reason="导错了")
    days = [AT - DAY, AT + 27 * DAY, AT + 41 * DAY]
    told = [project_as_of(office.road, day.date()).projects[0].money.plan_wan for day in days]
    assert told == [12000, 13000, 12000]


def test_what_was_corrected_later_is_neither_told_early_nor_counted_twice(world):
    values = {"planned_wan": Decimal(1000), "done_wan": Decimal(900), "progress": "路基完成三公里"}
    sent = progress.submit_report(world.road, JULY, values, by=world.li, at=AT)
    progress.accept_reports({sent.pk: None}, by=world.zhao, at=AT)
    for amount, at in ((800, AT + DAY), (850, AT + 40 * DAY)):
        correct(sent, Decimal(amount), world, at)
    money = project_as_of(world.road, datetime.date(2023, 8, 1)).projects[0]
    assert (money.money.done_wan, money.reports[0]["done_wan"]) == (Decimal(800), "800.00")
    assert known_at(AT + 20 * DAY).of(MonthReport)[sent.pk]["done_wan"] == "900.00"  # the report itself never changed


def correct(report, amount, world, at):
    asked = ask_corrections(report, {"done_wan": amount}, reason="记错", version=None, by=world.li, at=at)
    approve_correction(asked[0], version=None, by=world.zhou, at=at)
