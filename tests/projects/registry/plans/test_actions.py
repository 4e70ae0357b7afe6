import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.dashboards.overview.queries import Scope, in_scope
from projects.models import FundingSource, PlanRevision, Project, YearPlan
from projects.progress.queries import year_money
from projects.registry.actions import archive_project, delete_particular
from projects.registry.plans import actions
from projects.registry.plans.queries import (
    funding_lines,
    funding_sums,
    last_plan_step,
    plan_in_force,
    plan_in_force_simply,
    targets,
)
from projects.registry.plans.rules import MONTH_FIELDS, RevisionState, spread_quarters
from tests.world import AT, TODAY

JUNE, JULY = datetime.date(2023, 6, 1), datetime.date(2023, 7, 1)
END_OF_JUNE, END_OF_JULY = datetime.date(2023, 6, 30), datetime.date(2023, 7, 31)
# Little in the first half of the year, most of it in the third quarter.
SPLIT = spread_quarters([Decimal(300), Decimal(900), Decimal(9000), Decimal(1800)])


@pytest.fixture
def plan(world):
    return YearPlan.objects.get(project=world.road)


def values(planned="12000", from_on=TODAY, months=(), reason="伊重点〔2023〕5号"):
    split = dict(zip(MONTH_FIELDS, months, strict=False))
    return {"planned_wan": Decimal(planned), "from_on": from_on, "reason": reason, **split}


def ask(plan, by, **changes):
    return actions.request_revision(plan, values(**changes), by=by, at=AT, version=None)


def decide(revision, by, action=actions.approve_revision, note=""):
    return action(revision, note=note, by=by, at=AT, version=revision.version)


def test_nothing_holds_before_it_is_approved_and_the_old_plan_holds_for_the_months_before(world, plan):
    revision = ask(plan, world.li, planned="15000", from_on=JULY)
    assert targets([world.road.pk], JULY, END_OF_JULY)[world.road.pk].plan_wan == 12000
    decide(revision, world.zhou)
    plan.refresh_from_db()
    assert plan.plan_wan == 15000
    assert targets([world.road.pk], JUNE, END_OF_JUNE)[world.road.pk].plan_wan == 12000
    assert targets([world.road.pk], JULY, END_OF_JULY)[world.road.pk].plan_wan == 15000
    line = HistoryEntry.objects.get(object_type="yearplan", action="change")
    assert (line.actor, line.reason) == (world.zhou, "伊重点〔2023〕5号")
    assert HistoryEntry.objects.filter(object_type="planrevision", subject_id=world.road.pk).count() == 2


def test_a_step_of_january_holds_for_the_whole_year(world, plan):
    decide(ask(plan, world.li, planned="15000", from_on=datetime.date(2023, 1, 20)), world.zhou)
    before = datetime.date(2022, 12, 31)
    assert targets([world.road.pk], datetime.date(2023, 1, 1), before)[world.road.pk].plan_wan == 15000


@pytest.mark.parametrize("from_on", [datetime.date(2023, 1, 1), JUNE, JULY])
def test_a_page_reads_the_plan_itself_where_no_step_comes_later(world, plan, from_on):
    revision = ask(plan, world.zhao, planned="20000", from_on=from_on)
    decide(revision, world.dong)
    simply = in_scope(
        Project.objects.filter(pk=world.road.pk), Scope(None, 2023, TODAY, JUNE, last_plan_step(), is_worked=False)
    )
    plan = plan_in_force_simply(END_OF_JUNE, last_plan_step())
    amounts = simply.values_list(plan, plan_in_force(END_OF_JUNE))
    assert amounts.get() == ((Decimal(20000),) * 2 if from_on < JULY else (Decimal(12000),) * 2)
    assert ("planrevision" in str(simply.values_list(plan).query)) == (from_on == JULY)


def test_the_approved_split_is_the_schedule_from_its_day_on(world, plan):
    revision = ask(plan, world.li, from_on=datetime.date(2023, 6, 1), months=SPLIT)
    assert year_money([world.road.pk], JUNE)[world.road.pk].schedule == Fraction(1, 2)
    decide(revision, world.zhou)
    assert year_money([world.road.pk], datetime.date(2023, 5, 1))[world.road.pk].schedule == Fraction(5, 12)
    assert year_money([world.road.pk], JUNE)[world.road.pk].schedule == Fraction(1, 10)
    assert year_money([world.road.pk], JULY)[world.road.pk].schedule == Fraction(35, 100)
    # Without a split the next step goes back to twelfths: the old months do not add up to it.
    decide(ask(plan, world.li, planned="18000", from_on=JULY), world.zhou)
    assert year_money([world.road.pk], JUNE)[world.road.pk].schedule == Fraction(1, 10)
    assert year_money([world.road.pk], JULY)[world.road.pk].schedule == Fraction(7, 12)


def test_nobody_approves_the_own_request_and_only_an_approver_decides(world, plan):
    revision = ask(plan, world.zhou, planned="15000")
    for person in (world.zhou, world.zhao, world.li, world.he):
        with pytest.raises(PermissionDenied):
            decide(revision, person)
    assert decide(revision, world.dong).state == RevisionState.APPROVED


def test_a_reporter_asks_for_the_own_unit_only(world, plan):
    with pytest.raises(PermissionDenied):
        ask(plan, world.wang, planned="15000")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "planned_wan"),
        ({"planned": "15000", "reason": "  "}, "reason"),
        ({"planned": "15000", "from_on": datetime.date(2024, 1, 1)}, "from_on"),
        ({"planned": "15000", "months": SPLIT}, "m1_wan"),
    ],
)
def test_a_request_that_says_nothing_why_when_or_how_is_refused(world, plan, changes, field):
    with pytest.raises(ValidationError) as refused:
        ask(plan, world.li, **changes)
    assert field in refused.value.message_dict
    assert not PlanRevision.objects.exists()


def test_one_request_waits_at_a_time_and_steps_follow_each_other(world, plan):
    first = ask(plan, world.li, planned="15000", from_on=datetime.date(2023, 9, 1))
    with pytest.raises(ValidationError, match="等待审批"):
        ask(plan, world.zhao, planned="16000")
    decide(first, world.zhou)
    with pytest.raises(ValidationError, match="9月1日"):
        ask(plan, world.li, planned="16000", from_on=TODAY)


def test_a_refusal_needs_a_reason_and_leaves_the_plan(world, plan):
    revision = ask(plan, world.li, planned="15000")
    with pytest.raises(ValidationError):
        decide(revision, world.zhou, actions.refuse_revision)
    refused = decide(revision, world.zhou, actions.refuse_revision, note="没有文件依据")
    assert (refused.state, refused.answer) == (RevisionState.REFUSED, "没有文件依据")
    with pytest.raises(ValidationError, match="未批准"):
        decide(refused, world.zhou)
    plan.refresh_from_db()
    assert plan.plan_wan == 12000


def test_whoever_asked_takes_it_back(world, plan):
    revision = ask(plan, world.li, planned="15000")
    with pytest.raises(PermissionDenied):
        actions.withdraw_revision(revision, by=world.zhao, at=AT, version=1)
    with pytest.raises(Conflict):
        actions.withdraw_revision(revision, by=world.li, at=AT, version=7)
    actions.withdraw_revision(revision, by=world.li, at=AT, version=1)
    assert ask(plan, world.zhao, planned="16000").pk


def test_an_import_leaves_a_step_and_voids_what_was_asked_before_it(world, plan):
    waiting = ask(plan, world.li, planned="15000")
    changed = [actions.ImportedPlan(plan.pk, Decimal(13000))]
    actions.record_imported_plans(changed, by=world.zhao, at=AT, batch_id=7)
    YearPlan.objects.filter(pk=plan.pk).update(plan_wan=13000)
    assert targets([world.road.pk], JUNE, END_OF_JUNE)[world.road.pk].plan_wan == 12000
    assert targets([world.road.pk], JULY, END_OF_JULY)[world.road.pk].plan_wan == 13000
    with pytest.raises(ValidationError, match="重提"):
        decide(waiting, world.zhou)


def test_an_undone_import_is_one_step_back_to_the_old_plan_and_its_split_and_what_was_known_between_stays(world, plan):
    decide(ask(plan, world.li, from_on=datetime.date(2023, 1, 1), months=SPLIT), world.zhou)
    before = targets([world.road.pk], JULY, END_OF_JULY)
    at, undone_at = AT + datetime.timedelta(days=1), AT + datetime.timedelta(days=3)
    actions.record_imported_plans([actions.ImportedPlan(plan.pk, Decimal(13000))], by=world.zhao, at=at, batch_id=7)
    YearPlan.objects.filter(pk=plan.pk).update(plan_wan=13000)
    between = targets([world.road.pk], JULY, END_OF_JULY)
    YearPlan.objects.filter(pk=plan.pk).update(plan_wan=12000)
    actions.take_back_imported_plans(7, [plan.pk], by=world.zhao, at=undone_at)
    assert targets([world.road.pk], JULY, END_OF_JULY) == before != between
    assert targets([world.road.pk], JULY, END_OF_JULY, known_until=undone_at - datetime.timedelta(days=1)) == between


def test_the_first_amount_that_an_import_brings_is_no_step(world, plan):
    YearPlan.objects.filter(pk=plan.pk).update(plan_wan=None)
    changed = [actions.ImportedPlan(plan.pk, Decimal(13000))]
    assert actions.record_imported_plans(changed, by=world.zhao, at=AT, batch_id=7) == []


@pytest.mark.parametrize("months", [["1"] * 11 + [None], ["1"] * 12, ["-1", "11"] + ["0"] * 10])
def test_the_database_keeps_no_split_that_is_not_whole(world, plan, months):
    fields = dict(zip(MONTH_FIELDS, months, strict=True))
    row = PlanRevision(
        year_plan=plan, from_on=TODAY, before_wan=10, planned_wan=10, reason="x", requested_at=AT, **fields
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_plan_with_steps_is_not_deleted(world, plan):
    decide(ask(plan, world.li, planned="15000"), world.zhou)
    with pytest.raises(ValidationError, match="调整为 0"):
        delete_particular(plan, by=world.zhao, at=AT)


def test_what_arrives_is_summed_by_source_up_to_a_day(world):
    bond = FundingSource.objects.create(project=world.road, kind="special_bond", planned_wan=1000)
    FundingSource.objects.create(project=world.road, kind="enterprise")
    for day, amount in ((END_OF_JUNE, "100.10"), (TODAY, "200.20")):
        paid = {"arrived_on": day, "amount_wan": Decimal(amount), "note": ""}
        actions.add_arrival(bond, paid, by=world.li, at=AT)
    lines = funding_lines(world.road)
    assert [(line.arrived_wan, line.rate) for line in lines] == [
        (Decimal("300.30"), Fraction(3003, 10000)),
        (Decimal(0), None),
    ]
    sums = funding_sums([world.road.pk, world.dam.pk], END_OF_JUNE)
    assert set(sums) == {world.road.pk}
    assert (sums[world.road.pk].planned_wan, sums[world.road.pk].arrived_wan) == (1000, Decimal("100.10"))


def test_a_source_whose_money_has_arrived_is_not_deleted(world):
    bond = FundingSource.objects.create(project=world.road, kind="special_bond", planned_wan=1000)
    paid = {"arrived_on": TODAY, "amount_wan": Decimal(60), "note": ""}
    arrival = actions.add_arrival(bond, paid, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="已登记到位"):
        delete_particular(bond, by=world.zhao, at=AT)
    with pytest.raises(ProtectedError):
        bond.delete()
    actions.delete_arrival(arrival, by=world.zhao, at=AT, version=None)
    delete_particular(bond, by=world.zhao, at=AT)
    assert not FundingSource.objects.exists()


def test_a_plan_of_an_archived_project_is_not_revised(world, plan):
    revision = ask(plan, world.li, planned="13000")
    archive_project(world.road, reason="重复", by=world.zhao, at=AT, version=None)
    with pytest.raises(ValidationError, match="已归档"):
        decide(revision, world.zhou)
    assert decide(revision, world.zhou, actions.refuse_revision, "重复项目").state == RevisionState.REFUSED
    assert YearPlan.objects.get(pk=plan.pk).plan_wan == plan.plan_wan


def test_money_arrives_not_before_its_day_and_is_entered_by_whoever_reports(world):
    bond = FundingSource.objects.create(project=world.road, kind="special_bond", planned_wan=1000)
    paid = {"arrived_on": TODAY, "amount_wan": Decimal(5), "note": ""}
    with pytest.raises(PermissionDenied):
        actions.add_arrival(bond, paid, by=world.wang, at=AT)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        actions.add_arrival(bond, paid | {"arrived_on": END_OF_JULY}, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="大于 0"):
        actions.add_arrival(bond, paid | {"amount_wan": Decimal(0)}, by=world.li, at=AT)
    arrival = actions.add_arrival(bond, paid, by=world.li, at=AT)
    assert actions.change_arrival(arrival, {**paid, "note": "一期"}, by=world.zhao, at=AT, version=1).note == "一期"
    actions.delete_arrival(arrival, by=world.li, at=AT, version=2)
    assert not bond.arrivals.exists()
