import datetime
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from projects.milestones.actions import record_done
from projects.milestones.queries import parameters
from projects.models import Milestone
from tests.projects.growth import LIST, PAGE, assert_constant_queries
from tests.world import AT, TODAY, make_project

# What pages ask the database, the second database answers in tests/test_query_counts.py; what they do, in the actions' own tests.
pytestmark = pytest.mark.one_database

LISTING = "/milestones/"


def add(project, name, days=10, **values):
    return Milestone.objects.create(project=project, name=name, due_on=TODAY + datetime.timedelta(days=days), **values)


@pytest.fixture
def milestone(world):
    return add(world.road, "路基完工")


def names(response):
    return [record.name for record in response.context["listing"].records]


def test_the_unit_adds_milestones_one_after_the_other(world, client):
    client.force_login(world.li)
    url = reverse("milestone-create", args=[world.road.pk])
    response = client.post(url, {"name": "封顶", "due_on": "2023-09-30", "again": "1"})
    assert response.url == url
    made = Milestone.objects.get()
    assert (made.project, made.name, made.due_on, made.weight) == (world.road, "封顶", datetime.date(2023, 9, 30), 1)
    assert 'name="weight"' not in client.get(url).content.decode()


@pytest.mark.parametrize("day", ["99999-01-01", "2023-02-30", "明天"])
def test_a_day_that_is_none_is_refused_and_the_name_stays(world, client, day):
    client.force_login(world.li)
    response = client.post(reverse("milestone-create", args=[world.road.pk]), {"name": "封顶", "due_on": day})
    assert response.status_code == 422
    assert 'value="封顶"' in response.content.decode()
    assert not Milestone.objects.exists()


def test_reporting_done_needs_a_day_that_was_and_a_word(world, client, milestone):
    client.force_login(world.li)
    url = reverse("milestone-done", args=[milestone.pk])
    refused = client.post(url, {"actual_on": "2023-07-06", "evidence": "验收合格", "version": 1})
    assert refused.status_code == 422
    assert "不能晚于今天" in refused.content.decode()
    assert "验收合格" in refused.content.decode()
    client.post(url, {"actual_on": "2023-07-05", "evidence": "验收合格", "version": 1})
    page = client.get(reverse("milestone-detail", args=[milestone.pk])).content.decode()
    assert "按期完成" in page
    assert "验收合格" in page


def test_the_edit_form_has_no_original_date_and_the_office_corrects_it_elsewhere(world, client, milestone):
    client.force_login(world.zhao)
    edit = reverse("milestone-edit", args=[milestone.pk])
    assert 'name="due_on"' not in client.get(edit).content.decode()
    typed = {"name": "路基完工", "forecast_on": "2023-08-01", "weight": "1", "due_on": "2024-01-01", "version": 1}
    assert client.post(edit, typed).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.due_on, milestone.forecast_on) == (datetime.date(2023, 7, 15), datetime.date(2023, 8, 1))
    url = reverse("milestone-correct", args=[milestone.pk])
    assert client.post(url, {"due_on": "2023-06-30", "reason": "", "version": 2}).status_code == 422
    client.post(url, {"due_on": "2023-06-30", "reason": "批复为6月", "version": 2})
    page = client.get(reverse("milestone-detail", args=[milestone.pk])).content.decode()
    assert "批复为6月" in page
    assert "逾期 5 天未完成" in page


def test_a_lost_race_is_a_conflict(world, client, milestone):
    client.force_login(world.li)
    url = reverse("milestone-edit", args=[milestone.pk])
    client.post(url, {"name": "路基全部完工", "version": 1})
    late = client.post(url, {"name": "路基基本完工", "version": 1})
    assert late.status_code == 409
    assert "路基全部完工" in late.content.decode()
    assert "路基基本完工" in late.content.decode()


def test_an_archived_milestone_leaves_the_list_and_comes_back(world, client, milestone):
    client.force_login(world.zhao)
    client.post(reverse("milestone-archive", args=[milestone.pk]), {"reason": "重复", "version": 1})
    assert names(client.get(LISTING)) == []
    assert names(client.get(LISTING, {"archived": "1"})) == ["路基完工"]
    client.post(reverse("milestone-restore", args=[milestone.pk]), {"version": 2})
    assert names(client.get(LISTING)) == ["路基完工"]


def test_the_list_filters_by_state_unit_month_and_words(world, client):
    add(world.road, "逾期", -3)
    add(world.road, "按期", -20, actual_on=TODAY - datetime.timedelta(days=20))
    add(world.road, "迟完成", -40, actual_on=TODAY)
    add(world.dam, "将到期", 30)
    add(world.dam, "以后", 31)
    client.force_login(world.he)

    def found(**query):
        return names(client.get(LISTING, query))

    assert found() == ["逾期", "将到期", "以后", "迟完成", "按期"]
    assert found(state="overdue") == ["逾期"]
    assert found(state="soon") == ["将到期"]
    assert found(state="later") == ["以后"]
    assert found(state="on_time") == ["按期"]
    assert found(state="late_done") == ["迟完成"]
    assert found(state="open") == ["逾期", "将到期", "以后"]
    assert found(unit=world.water.pk) == ["将到期", "以后"]
    assert found(month="2023-08") == ["将到期", "以后"]
    assert found(q="ldz", state="open") == ["逾期"]
    assert found(q="将到") == ["将到期"]


@pytest.mark.parametrize("query", ["page=abc", "page=99999", "sort=nonsense", "month=2023-99", "state=x", "unit=abc"])
def test_any_address_gives_a_page(world, client, milestone, query):
    client.force_login(world.he)
    assert client.get(f"{LISTING}?{query}").status_code == 200


def test_the_export_says_the_state_in_words(world, client):
    add(world.road, "逾期", -3)
    client.force_login(world.he)
    book = load_workbook(io.BytesIO(client.get(LISTING, {"export": "xlsx"}).content))
    rows = list(book.active.iter_rows(values_only=True))[:-2]
    assert len(rows) == 2
    assert {"逾期", world.road.name, "县交通局", "逾期 3 天未完成"} <= set(rows[1])


def test_pages_ask_the_database_the_same_number_of_times(world, client, milestone):
    client.force_login(world.zhao)

    def grow():
        for number in range(10):
            project = make_project(f"项目{number}", key_list=world.key_list, unit=world.water, leader=world.leader_wu)
            add(project, f"节点{number}", archived_at=None)

    assert_constant_queries(client, LISTING, grow, limit=LIST)
    assert_constant_queries(
        client, reverse("milestone-detail", args=[milestone.pk]), lambda: add(world.road, "又一个"), limit=PAGE
    )


def test_an_archived_milestone_is_shown_as_such(world, client):
    archived = add(world.road, "作废", archived_at=AT)
    client.force_login(world.li)
    page = client.get(reverse("milestone-detail", args=[archived.pk])).content.decode()
    assert "不计入考评" in page
    assert reverse("milestone-done", args=[archived.pk]) not in page


def test_the_days_of_notice_are_the_offices_to_set(world, client):
    client.force_login(world.zhao)
    url = reverse("milestone-parameters")
    typed = {"soon_days": 20, "near_days": 15, "warn_days": 5, "counts_unverified": "on", "version": 1}
    for version in (1, 1):  # the second time it stands in the table
        assert client.post(url, typed | {"version": version}).status_code == 302
    assert client.post(url, typed | {"near_days": 60}).status_code == 302
    assert client.post(url, typed | {"near_days": 10}).status_code == 409
    assert parameters().near_days == 60


def test_who_reported_it_done_sees_at_once_that_another_verifies_it(world, client):
    own, other = (
        add(world.road, name, -3, actual_on=TODAY, reporter=reporter, evidence="验收")
        for name, reporter in (("甲", world.zhao), ("乙", world.li))
    )
    client.force_login(world.zhao)
    page = client.get(reverse("milestone-list")).text
    assert (f'name="pk" value="{own.pk}"' in page, f'name="pk" value="{other.pk}"' in page) == (False, True)
    assert "您报的，由另一人核实" in page
    url = f"{reverse('milestone-verify')}?pk={own.pk}"
    detail = client.get(reverse("milestone-detail", args=[own.pk])).text
    assert (url in detail, "您自己报的完成，由重点办另一人核实" in detail) == (False, True)
    alone = client.get(url).text
    assert ("由重点办另一人核实" in alone, "核实无误" in alone) == (True, False)
    both = client.get(f"{url}&pk={other.pk}").text
    assert (f'value="{own.pk}.1"' in both, f'value="{other.pk}.1"' in both) == (False, True)
    client.force_login(world.zhou)
    assert url in client.get(reverse("milestone-detail", args=[own.pk])).text


def test_ticked_milestones_are_verified_together_and_taken_back(world, client):
    done = {"actual_on": TODAY, "reporter": world.li, "evidence": "验收合格"}
    ids = [add(world.road, name, -3, **done).pk for name in ("甲", "乙")]
    client.force_login(world.zhao)
    query = "?" + "&".join(f"pk={pk}" for pk in ids)
    url = reverse("milestone-verify") + query
    looked_at = {"seen": [f"{pk}.1" for pk in ids]}
    page = client.get(url).content.decode()
    assert "验收合格" in page
    assert all(f'value="{seen}"' in page for seen in looked_at["seen"])
    record_done(Milestone.objects.get(pk=ids[1]), actual_on=TODAY, evidence="另一天", version=1, by=world.li, at=AT)
    changed = client.post(url, looked_at)
    assert (changed.status_code, "“乙”在您打开页面后有变动" in changed.text) == (422, True)
    assert f'value="{ids[1]}.2"' in changed.text
    assert not Milestone.objects.filter(verifier__isnull=False).exists()
    page = client.post(url, {"seen": [f"{ids[0]}.1", f"{ids[1]}.2"]}, follow=True).content.decode()
    assert "已核实 2 个节点" in page
    assert reverse("milestone-unverify") + query.replace("&", "&amp;") in page
    client.post(reverse("milestone-unverify") + query)
    assert not Milestone.objects.filter(verifier__isnull=False).exists()
    assert "没有勾选" in client.get(reverse("milestone-verify"), follow=True).content.decode()
