import datetime
from io import BytesIO

import openpyxl
import pytest

from leaders.accounts.actions import note_sign_in, set_roles
from leaders.groups.actions import change_group
from leaders.models import HistoryEntry
from leaders.organisations.actions import archive_unit, change_unit
from leaders.roles import Role
from tests.world import AT

pytestmark = pytest.mark.django_db

URL = "/audit/history/"


@pytest.fixture
def history(world):
    """A sign-in, a grant, a changed unit and an archived one, a changed group a day later."""
    note_sign_in(by=world.li, at=AT, address="10.0.0.7")
    set_roles(world.li, [Role.REPORTER, Role.APPROVER], by=world.ma, at=AT, version=1)
    change_unit(world.water, {"name": "县水务局"}, aliases=[], by=world.zhao, at=AT, version=1)
    archive_unit(world.land, by=world.zhou, at=AT, version=1)
    day_later = AT + datetime.timedelta(days=1)
    change_group(world.group, {"kind": "command"}, by=world.zhou, at=day_later, version=1)
    return world


def actions(client, reader, **query) -> set[str]:
    client.force_login(reader)
    return {row.action for row in client.get(URL, query).context["listing"].records}


def test_the_audit_administrator_reads_everything(client, history):
    assert actions(client, history.gu) == {"sign_in", "grant", "change", "archive"}


def test_the_office_reads_what_concerns_projects_not_sign_ins_and_roles(client, history):
    assert actions(client, history.zhao) == {"change", "archive"}


@pytest.mark.parametrize("person", ["li", "sun", "qian", "feng", "he", "lin", "ma"])
def test_nobody_else_reads_the_history(client, history, person):
    client.force_login(history.people[person])
    assert client.get(URL).status_code == 403


def test_the_history_is_read_only(client, history):
    client.force_login(history.gu)
    assert client.post(URL).status_code == 405


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"person": "周"}, {"archive", "change"}),
        ({"action": "grant"}, {"grant"}),
        ({"kind": "unit"}, {"change", "archive"}),
        ({"since": "2023-07-06"}, {"change"}),
        ({"until": "2023-07-05"}, {"sign_in", "grant", "change", "archive"}),
        ({"since": "2023-07-05", "until": "2023-07-05", "person": "赵"}, {"change"}),
        ({"text": "10.0.0.7"}, {"sign_in"}),
        ({"text": "自然资源"}, {"archive"}),
        ({"since": "2199-12-31"}, set()),
        ({"until": "2199-12-31", "action": "grant"}, {"grant"}),
        ({"until": "0001-01-01"}, {"sign_in", "grant", "change", "archive"}),
        ({"since": "99999-01-01"}, {"sign_in", "grant", "change", "archive"}),
    ],
)
def test_lines_are_found_by_person_action_kind_day_and_text(client, history, query, found):
    assert actions(client, history.gu, **query) == found


def test_old_and_new_are_readable(client, history):
    client.force_login(history.gu)
    page = client.get(URL).content.decode()
    assert "单位名称：县水利局 → 县水务局" in page
    assert "类别：专项工作专班 → 重点工作指挥部" in page
    assert "角色：审批部门" in page


def test_the_export_has_the_same_lines_and_is_itself_recorded(client, history):
    client.force_login(history.gu)
    response = client.get(URL, {"action": "archive", "export": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    text = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert sum("县自然资源局" in row for row in text) == 1
    assert not any("县水务局" in row for row in text)
    entry = HistoryEntry.objects.order_by("-pk").first()
    assert (entry.action, entry.actor) == ("export", history.gu)


def test_the_list_takes_the_same_queries_however_long_it_is(
    client, history, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(history.gu)
    with django_assert_max_num_queries(12) as few:
        client.get(URL)
    for _ in range(20):
        note_sign_in(by=history.li, at=AT, address=None)
    with django_assert_num_queries(len(few)):
        client.get(URL)
