"""Who stands on which board, and when: moved by the office, told in history, never changing what was published."""

import datetime
import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from leaders.audit.models import HistoryEntry
from leaders.audit.rules import Conflict
from leaders.models import Unit
from projects.bulletins.queries import month_figures
from projects.models import Board, BoardMember, RankingRow, RankingRun, Responsibility
from projects.rankings.actions import compute_trial, publish_run, release_run
from projects.rankings.keeping.actions import add_member, change_board, change_member, create_board, remove_member
from projects.rankings.keeping.rules import do_overlap
from projects.rankings.queries import digest_of
from projects.registry.rules import ResponsibilityRole
from tests.projects.rankings.county import load_scheme
from tests.world import AT, YEAR_START, make_world

pytestmark = pytest.mark.django_db
day = datetime.date
MAY, JUNE, JULY = day(2023, 5, 1), day(2023, 6, 1), day(2023, 7, 1)
DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def laid_down(once):
    """The road is led by 吕店镇, which stands on the farming townships' board from the year's beginning on."""
    world = make_world()
    load_scheme()
    BoardMember.objects.all().delete()
    Responsibility.objects.filter(project=world.road, role=ResponsibilityRole.LEAD_UNIT).update(unit=world.town.unit)
    add_member(board("farming"), world.town.unit, starts_on=YEAR_START, by=world.zhao, at=AT)
    return world


def board(key) -> Board:
    return Board.objects.get(key=key)


def standing(county, month) -> set[str]:
    run = compute_trial(month, by=county.zhao, at=AT.replace(month=8, day=4))
    rows = RankingRow.objects.filter(run=run, subject_type="unit", subject_id=county.town.unit_id)
    return set(rows.values_list("board__key", flat=True))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ((day(2023, 1, 1), day(2023, 5, 31)), False),
        ((day(2023, 1, 1), day(2023, 6, 1)), True),
        ((day(2023, 6, 30), None), True),
        ((day(2023, 7, 1), None), False),
        ((day(2023, 1, 1), None), True),
    ],
)
def test_days_are_shared_or_not(other, expected):
    assert do_overlap((JUNE, day(2023, 6, 30)), other) is expected
    assert do_overlap(other, (JUNE, day(2023, 6, 30))) is expected


def test_a_township_moves_from_a_day_on_and_earlier_months_keep_it_where_it_was(county):
    assert standing(county, JUNE) == {"farming"}
    moved = add_member(board("industrial"), county.town.unit, starts_on=JULY, by=county.zhao, at=AT)
    assert BoardMember.objects.get(board__key="farming").ends_on == JULY - DAY
    assert standing(county, JULY) == {"industrial"}
    assert standing(county, JUNE) == {"farming"}
    told = HistoryEntry.objects.filter(object_type="boardmember", actor=county.zhao, action="change").get()
    assert (told.subject_id, told.reason) == (board("farming").pk, "改列“工贸乡镇榜”")
    with pytest.raises(ValidationError, match="已在“农业乡镇榜”上"):
        change_member(moved, starts_on=JUNE, ends_on=None, by=county.zhao, at=AT, version=1)
    assert BoardMember.objects.get(pk=moved.pk).starts_on == JULY


def test_members_are_changed_by_the_office_and_by_one_person_at_a_time(county):
    member = BoardMember.objects.get()
    for user in (county.li, county.qian, county.sun, county.he):
        with pytest.raises(PermissionDenied):
            remove_member(member, by=user, at=AT, version=1)
    ended = change_member(member, starts_on=YEAR_START, ends_on=JUNE, by=county.zhao, at=AT, version=1)
    with pytest.raises(Conflict):
        remove_member(ended, by=county.zhou, at=AT, version=1)


def test_a_board_takes_whom_it_compares(county):
    with pytest.raises(ValidationError, match="只列乡镇"):
        add_member(board("farming"), county.traffic, starts_on=JULY, by=county.zhao, at=AT)
    with pytest.raises(ValidationError, match="只列乡镇以外"):
        add_member(board("lead-units"), county.town.unit, starts_on=JULY, by=county.zhao, at=AT)
    with pytest.raises(ValidationError, match="不列成员"):
        add_member(board("projects"), county.traffic, starts_on=JULY, by=county.zhao, at=AT)


def test_a_board_of_lead_units_that_names_some_compares_them_alone(county):
    Board.objects.filter(key="lead-units").update(list_kind="")

    def units() -> set[int]:
        run = compute_trial(JUNE, by=county.zhao, at=AT)
        return set(run.rows.filter(board__key="lead-units").values_list("subject_id", flat=True))

    assert units() == {county.water.pk}
    add_member(board("lead-units"), Unit.objects.get(name="县自然资源局"), starts_on=MAY, by=county.zhao, at=AT)
    assert units() == set()


def test_a_trial_of_before_a_change_of_members_is_not_published(county):
    run = compute_trial(JUNE, by=county.zhao, at=AT)
    add_member(board("industrial"), county.town.unit, starts_on=MAY, by=county.zhao, at=AT)
    with pytest.raises(ValidationError, match="榜的成员有变动"):
        publish_run(run, by=county.zhao, at=AT, version=run.version)


def test_a_trial_of_before_members_were_frozen_asks_for_a_new_one(county):
    run = compute_trial(JUNE, by=county.zhao, at=AT)
    del run.frozen["members"]
    run.save()
    with pytest.raises(ValidationError, match="请重新试算"):
        publish_run(run, by=county.zhao, at=AT, version=run.version)


@pytest.mark.parametrize("change", [{"name": "农业大镇榜"}, {"list_kind": "task_force"}, {"valid_to": MAY}])
def test_a_trial_of_before_a_board_was_changed_is_not_published(county, change):
    run = compute_trial(JUNE, by=county.zhao, at=AT)
    change_board(board("farming"), change, by=county.zhao, at=AT, version=1)
    with pytest.raises(ValidationError, match="榜的名称、清单种类或起止日期有改动"):
        publish_run(run, by=county.zhao, at=AT, version=run.version)


def test_a_released_month_keeps_its_boards_and_their_names(county, client):
    run = compute_trial(JUNE, by=county.zhao, at=AT)
    run = publish_run(run, by=county.zhao, at=AT, version=run.version)
    run = release_run(run, by=county.zhou, at=AT, version=run.version)
    old, url = board("farming").name, reverse("ranking-month", args=["2023-06"])
    change_board(board("farming"), {"name": "农业大镇榜"}, by=county.zhao, at=AT, version=1)
    new = Board(key="streets", name="街道榜", kind="townships")
    with pytest.raises(ValidationError, match="启用日期"):
        create_board(new, by=county.zhao, at=AT)
    new.valid_from = MAY
    create_board(new, by=county.zhao, at=AT)
    row = run.rows.filter(board__key="farming").first()
    client.force_login(county.he)
    for page in (client.get(url, {"board": "farming"}), client.get(reverse("ranking-row", args=[row.pk]))):
        assert old in page.text
        assert "农业大镇榜" not in page.text
        assert "街道榜" not in page.text
    book = openpyxl.load_workbook(io.BytesIO(client.get(url, {"board": "farming", "export": "xlsx"}).content))
    assert book.sheetnames == [old]
    assert {one.name for one in month_figures(run).boards} >= {old}
    # A run of before boards were frozen is verified as it is, and shows the present names.
    del run.frozen["boards"]
    run.sha256 = digest_of(run)
    run.save()
    assert digest_of(RankingRun.objects.get()) == run.sha256
    assert "农业大镇榜" in client.get(url, {"board": "farming"}).text


def test_a_board_that_is_given_up_stays_readable_in_its_months(county, client):
    run = compute_trial(JUNE, by=county.zhao, at=AT)
    run = publish_run(run, by=county.zhao, at=AT, version=run.version)
    release_run(run, by=county.zhou, at=AT, version=run.version)
    change_board(board("farming"), {"valid_to": day(2023, 5, 31)}, by=county.zhao, at=AT, version=1)
    client.force_login(county.he)
    page = client.get(reverse("ranking-month", args=["2023-06"]), {"board": "farming"}).content.decode()
    assert county.town.unit.name in page
    assert standing(county, JULY) == set()


def test_a_clerk_moves_a_township_on_the_page(county, client):
    client.force_login(county.zhao)
    url = reverse("board-add", args=[board("industrial").pk])
    typed = {"unit": county.town.unit_id, "starts_on": "2023-01-01"}
    refused = client.post(url, typed)
    assert refused.status_code == 422
    assert "已在“农业乡镇榜”上" in refused.content.decode()
    page = client.post(url, typed | {"starts_on": "2023-07-01"}, follow=True).content.decode()
    assert "从 2023-07-01 起列入“工贸乡镇榜”" in page
