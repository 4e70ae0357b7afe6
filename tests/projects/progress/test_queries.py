import datetime
from decimal import Decimal
from fractions import Fraction

from projects.models import FilingRule, Membership, Period, ProjectList
from projects.progress.actions import return_report, save_report_draft, submit_report, take_over_report
from projects.progress.board.queries import filing_board
from projects.progress.queries import (
    done_of_year,
    filing_status,
    projects_to_report,
    report_limits,
    reports_to_accept,
    reports_to_file,
    returned_reports,
    year_money,
)
from projects.progress.rules import ReportLimits
from projects.registry.rules import ListKind
from tests.world import AT, TODAY, make_project

JANUARY, MAY, JUNE, JULY = (datetime.date(2023, month, 1) for month in (1, 5, 6, 7))
TYPED = {"done_wan": Decimal("0.10"), "progress": "路基完成"}


def test_the_years_total_adds_filed_reports_only_and_exactly(world):
    for month, wan in ((MAY, "0.10"), (JUNE, "0.20")):
        take_over_report(world.road, month, done_wan=Decimal(wan), progress=str(month), by=None, at=AT)
    save_report_draft(world.road, JULY, {"done_wan": Decimal(500)}, by=world.li, at=AT)
    take_over_report(world.dam, datetime.date(2022, 12, 1), done_wan=Decimal(9), by=None, at=AT)
    ids = [world.road.pk, world.dam.pk]
    assert done_of_year(ids, 2023) == {world.road.pk: Decimal("0.30")}
    assert str(done_of_year(ids, 2023)[world.road.pk]) == "0.30"
    assert done_of_year(ids, 2023, until_month=MAY) == {world.road.pk: Decimal("0.10")}
    assert done_of_year(ids, 2023, entered_until=AT - datetime.timedelta(minutes=1)) == {}


def test_year_money_measures_against_twelfths_whatever_months_the_unit_planned(world):
    take_over_report(
        world.road, JUNE, covers_from=JANUARY, planned_wan=Decimal(3000), done_wan=Decimal(5100), by=None, at=AT
    )
    money = year_money([world.road.pk, world.dam.pk], JUNE)
    assert (money[world.road.pk].rate, money[world.road.pk].schedule) == (Fraction(51, 120), Fraction(1, 2))
    assert (money[world.dam.pk].done_wan, money[world.dam.pk].schedule) == (0, Fraction(1, 2))


def owing(month):
    return set(projects_to_report(month).values_list("name", flat=True))


def test_who_owes_a_report(world):
    road, dam = world.road.name, world.dam.name
    assert owing(JULY) == {road, dam}
    Membership.objects.filter(project=world.road).update(left_on=datetime.date(2023, 7, 31), left_reason="并入")
    assert owing(JUNE) == {road, dam}
    assert owing(JULY) == {dam}
    world.dam.actual_end_on = datetime.date(2023, 6, 30)
    world.dam.save()
    assert owing(JULY) == set()
    assert owing(JUNE) == {road, dam}


def test_the_reserve_of_three_batches_owes_none_and_a_project_in_two_lists_owes_one(world):
    reserve = ProjectList.objects.create(key="r", name="储备", year=2023, kind=ListKind.THREE_BATCHES)
    make_project("储备项目", key_list=reserve, unit=world.traffic, leader=world.leader_qian)
    second = ProjectList.objects.create(key="f", name="四部四专班", year=2023, kind=ListKind.TASK_FORCE)
    Membership.objects.create(project_list=second, project=world.road, joined_on=JANUARY)
    assert projects_to_report(JULY).count() == 2


def test_archived_and_terminated_projects_and_archived_lists_owe_none(world):
    world.road.archived_at = AT
    world.road.save()
    world.dam.state = "terminated"
    world.dam.save()
    assert owing(JULY) == set()
    world.key_list.archived_at = AT
    world.key_list.save()
    make_project("第三个", key_list=world.key_list, unit=world.traffic, leader=world.leader_qian)
    assert owing(JULY) == set()


def test_the_board_counts_filed_of_owed_and_puts_the_own_unit_first(world):
    sent = submit_report(world.dam, JULY, TYPED, by=world.wang, at=AT.replace(day=26))
    period = Period.objects.get(month=JULY)
    board = filing_board(JULY, period, world.water)
    assert [group.unit for group in board.groups] == [world.water, world.traffic]
    assert [(group.filed, group.total) for group in board.groups] == [(1, 1), (0, 1)]
    assert (board.filed, board.total) == (1, 2)
    line = board.groups[0].lines[0]
    assert (line.report, line.is_waiting, line.is_late) == (sent, True, True)
    assert [group.unit for group in filing_board(JULY, period).groups] == [world.traffic, world.water]


def test_the_board_shows_one_kind_of_line_and_still_counts_all(world):
    submit_report(world.dam, JULY, TYPED, by=world.wang, at=AT)
    board = filing_board(JULY, None, show="missing")
    assert [[line.project for line in group.shown] for group in board.shown] == [[world.road]]
    assert {key: number for key, _, number in board.counts} == {
        "": 2,
        "all": 2,
        "missing": 1,
        "waiting": 1,
        "returned": 0,
        "accepted": 0,
        "late": 0,
    }
    assert filing_board(JULY, None, show="unheard-of").shown == filing_board(JULY, None).groups


def test_a_returned_report_does_not_count_as_filed(world):
    sent = submit_report(world.dam, JULY, TYPED, by=world.wang, at=AT)
    assert (filing_status(JULY).filed, filing_status(JULY).total) == (1, 2)
    assert (filing_status(JULY, world.water).filed, filing_status(JULY, world.water).total) == (1, 1)
    assert [report.pk for report in reports_to_accept()] == [sent.pk]
    return_report(sent, reason="数字不对", version=sent.version, by=world.zhao, at=AT)
    assert filing_status(JULY).filed == 0
    assert [report.pk for report in returned_reports(world.wang, TODAY)] == [sent.pk]
    assert not returned_reports(world.li, TODAY).exists()
    assert not reports_to_accept().exists()


def test_a_report_of_several_months_counts_for_each_of_them(world):
    take_over_report(world.road, JULY, covers_from=MAY, done_wan=Decimal(1), by=None, at=AT)
    assert filing_status(JUNE).filed == 1


def test_what_is_left_to_file_is_the_own_units_and_a_draft_still_is(world):
    save_report_draft(world.road, JULY, TYPED, by=world.li, at=AT)
    assert list(reports_to_file(world.li, TODAY)) == [world.road]
    submit_report(world.road, JULY, TYPED, version=1, by=world.li, at=AT)
    assert not reports_to_file(world.li, TODAY).exists()
    assert list(reports_to_file(world.wang, TODAY)) == [world.dam]
    assert not reports_to_file(world.zhao, TODAY).exists()


def test_the_limits_of_the_checks_are_the_years_rule(world):
    assert "停工" in report_limits(2023).idle_words
    FilingRule.objects.create(year=2023, jump_pct=20, idle_words="没动静、 未进场，停工")
    assert report_limits(2023) == ReportLimits(Decimal("0.2"), ("没动静", "未进场", "停工"))
