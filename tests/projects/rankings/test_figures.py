"""The county's ranking table (17 columns) counted from frozen facts."""

import datetime
from decimal import Decimal
from fractions import Fraction

from projects.permits.rules import PermitState
from projects.rankings.figures import COLUMNS, RankedLine, Tally, cells, tally
from projects.rankings.rules import PermitFact, ProjectFacts
from projects.status.rules import Colour

JUNE = datetime.date(2023, 6, 1)


def facts(pk=1, **values):
    return ProjectFacts(pk, f"项目{pk}", JUNE, **values)


def day(month, number):
    return datetime.date(2023, month, number)


def test_a_project_without_a_plan_lifts_no_rate():
    planned = facts(1, annual_plan_wan=Decimal(12000), cumulative_wan=Decimal(5100), total_wan=Decimal(60000))
    bare = facts(2, cumulative_wan=Decimal(900), total_wan=Decimal(1000))
    sums = tally([planned, bare], {})
    assert (sums.projects, sums.total_wan, sums.done_wan) == (2, 61000, 5100)
    assert sums.rate == Fraction(425, 1000)


def test_the_distance_from_the_schedule_weighs_by_plan_and_takes_own_plans():
    # Half of 12000 by m/12; the other unit planned a quarter of its 4000 by June.
    one = facts(1, annual_plan_wan=Decimal(12000), cumulative_wan=Decimal(5100))
    other = facts(2, annual_plan_wan=Decimal(4000), cumulative_wan=Decimal(1900), own_planned_wan=Decimal(1000))
    assert tally([one, other], {}).ahead == 100 * (Fraction(7000, 16000) - Fraction(7000, 16000))
    assert tally([one], {}).ahead == Fraction(-15, 2)
    assert tally([facts()], {}).ahead is None


def test_what_was_due_by_month_end_is_counted_and_what_of_it_was_done():
    projects = [
        facts(1, start_due_on=day(3, 31), started_on=day(4, 30)),
        facts(2, start_due_on=day(6, 30)),
        facts(3, start_due_on=day(7, 31), entry_due_on=day(7, 31), entered_on=day(6, 1)),
        facts(4, start_due_on=day(5, 31), started_on=day(7, 1), entry_due_on=day(6, 30)),
        facts(5, entry_due_on=day(7, 31)),
    ]
    sums = tally(projects, {1: Colour.RED, 2: Colour.GREEN})
    assert (sums.starts_due, sums.started) == (3, 1)
    assert (sums.entries_due, sums.entered) == (2, 1)
    assert (sums.red, sums.yellow, sums.green) == (1, 0, 1)


def test_permits_are_obtained_of_those_due():
    permits = (
        PermitFact(1, "立项", day(5, 31), obtained_on=day(4, 1), state=PermitState.GRANTED),
        PermitFact(2, "环评", day(5, 31), owed_until=day(9, 30), state=PermitState.TOLERATED),
        PermitFact(3, "施工", day(10, 31), obtained_on=day(6, 1), state=PermitState.GRANTED),
    )
    sums = tally([facts(permits=permits)], {})
    assert (sums.permits_due, sums.permits_done, sums.permit_rate) == (2, 1, Fraction(1, 2))
    assert Tally().permit_rate is None


def test_a_row_has_a_cell_for_each_heading_and_says_who_moved():
    line = RankedLine(2, True, "交通局", Tally(3, rate=Fraction(1, 3)), Decimal("-1.00"), Decimal("88.03"), 5)
    row = dict(zip([label for label, _ in COLUMNS], cells(line), strict=True))
    assert (row["名次"], row["完成率（%）"], row["升降"], row["较序时（百分点）"]) == (
        2,
        Decimal("33.33"),
        3,
        None,
    )
    assert RankedLine(None, False, "水利局", Tally(), None, None, 1).moved is None
