import datetime
from decimal import Decimal

import pytest

from projects.imports.models import ImportBatch
from projects.imports.reading.limits import MEGABYTE, Limits
from projects.inspections.pictures.intake import MAX_BYTES, MAX_PHOTOS
from projects.models import (
    Inspection,
    Membership,
    Milestone,
    MonthReport,
    Period,
    Permit,
    PermitType,
    Problem,
    Scheme,
    SchemeItem,
)
from tests.world import AT, TODAY, make_project

# What pages ask the database, the second database answers in tests/test_query_counts.py; what they do, in the actions' own tests.
pytestmark = pytest.mark.one_database


def report(project, month, state, **values):
    first = datetime.date(2023, month, 1)
    return MonthReport.objects.create(
        project=project,
        month=first,
        covers_from=first,
        done_wan=Decimal("1000.00"),
        state=state,
        submitted_at=AT,
        accepted_at=AT if state == "accepted" else None,
        **values,
    )


def page_of(client, person):
    client.force_login(person)
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def busy(world):
    report(world.road, 6, "returned", return_reason="数字不对")
    report(world.dam, 6, "submitted", submitter=world.wang)
    report(world.dam, 5, "accepted")
    Milestone.objects.create(project=world.road, name="桥梁合龙", due_on=datetime.date(2023, 7, 20))
    Milestone.objects.create(project=world.road, name="路基完成", due_on=datetime.date(2023, 6, 20))
    Milestone.objects.create(project=world.dam, name="水厂封顶", due_on=datetime.date(2023, 7, 21))
    Problem.objects.create(
        project=world.road,
        source="chat",
        raised_on=datetime.date(2023, 6, 20),
        text="线杆未迁移",
        unit=world.traffic,
        due_on=datetime.date(2023, 7, 1),
    )
    Problem.objects.create(
        project=world.dam,
        source="chat",
        raised_on=datetime.date(2023, 6, 20),
        text="管材未到货",
        unit=world.water,
        due_on=datetime.date(2023, 7, 30),
        state="answered",
    )
    permit_type = PermitType.objects.create(name="用地预审", department=world.land)
    Permit.objects.create(project=world.road, permit_type=permit_type, due_on=datetime.date(2023, 5, 31))
    Inspection.objects.create(
        project=world.road, inspected_on=TODAY, leader=world.leader_qian, situation="看过", author=world.qian
    )
    ImportBatch.objects.create(
        file_name="清单.xlsx",
        sha256="0" * 64,
        year=2023,
        state="review",
        uploader=world.zhao,
        uploaded_at=AT,
        state_at=AT,
    )
    return world


def test_a_reporter_sees_what_the_own_unit_owes_and_nothing_of_others(busy, client):
    page = page_of(client, busy.li)
    for text in (
        "2023年7月",
        "还有 <strong>20</strong> 天",
        busy.road.name,
        "数字不对",
        "桥梁合龙",
        "路基完成",
        "线杆未迁移",
    ):
        assert text in page
    for text in ("水厂封顶", "管材未到货"):
        assert text not in page


def test_the_office_sees_reports_to_accept_batches_and_what_is_late(busy, client):
    page = page_of(client, busy.zhao)
    for text in (
        "已报 <strong>0</strong> / 2",
        "待审",
        busy.dam.name,
        "清单.xlsx",
        "线杆未迁移",
        "管材未到货",
        "路基完成",
    ):
        assert text in page


def test_an_inspector_sees_the_week_and_what_is_to_be_verified(busy, client):
    page = page_of(client, busy.sun)
    for text in ("2023-07-03 至 2023-07-09", "管材未到货", "线杆未迁移", "县督查局", busy.dam.name):
        assert text in page


def test_a_leader_sees_the_own_projects_with_their_lights(busy, client):
    page = page_of(client, busy.qian)
    for text in (busy.road.name, "红灯", "本周现场督查 <strong>1</strong> 天", "线杆未迁移"):
        assert text in page
    assert busy.dam.name not in page


def test_an_approver_sees_the_departments_permits_that_are_due(busy, client):
    page = page_of(client, busy.feng)
    assert "用地预审" in page
    assert "2023-05-31 超期未办" in page


def test_who_only_reads_sees_figures_and_lights(busy, client):
    page = page_of(client, busy.he)
    for text in (busy.key_list.name, "12.00", "2.40", "亮灯"):
        assert text in page


@pytest.mark.parametrize("who", ["lin", "ma", "gu"])
def test_administrators_see_their_own_pages_and_no_project(busy, client, who):
    page = page_of(client, busy.people[who])
    assert "三员分立" in page
    assert busy.road.name not in page
    assert busy.key_list.name not in page


def test_who_has_no_role_yet_is_told_whom_to_ask(busy, client):
    busy.he.grants.all().delete()
    page = page_of(client, busy.he)
    assert "还没有角色" in page
    assert busy.key_list.name not in page


def test_headline_and_list_page_say_the_same(busy, client):
    client.force_login(busy.he)
    figures = client.get("/").context["home"].figures
    listing = client.get("/projects/").context["listing"]
    assert figures.totals.count == listing.count
    assert (figures.money.done_wan, figures.month) == (Decimal("2000.00"), datetime.date(2023, 6, 1))
    shown = dict(listing.totals)
    assert shown["总投资"].startswith("12.00")
    assert shown["分包领导"] == f"{figures.totals.leaders} 人"


def test_without_a_list_the_page_says_what_comes_first(world, client):
    Membership.objects.all().delete()
    world.key_list.delete()
    assert "导入重点项目清单" in page_of(client, world.zhao)
    assert "还没有重点项目清单" in page_of(client, world.he)


def test_without_a_period_nothing_fails(world, client):
    Period.objects.all().delete()
    assert "还没有开放报送期" in page_of(client, world.zhao)
    assert page_of(client, world.li)


@pytest.mark.parametrize("who", ["li", "zhao", "sun", "qian", "feng", "he", "lin"])
def test_the_page_asks_twenty_five_questions_at_most_whatever_there_is_to_do(
    busy, client, who, django_assert_max_num_queries
):
    client.force_login(busy.people[who])
    with django_assert_max_num_queries(25):
        client.get("/")
    for number in range(30):
        project = make_project(
            f"项目{number}", key_list=busy.key_list, unit=busy.traffic, leader=busy.leader_qian, position=number + 3
        )
        report(project, 6, "submitted")
        report(project, 7, "returned")
        Milestone.objects.create(project=project, name="封顶", due_on=datetime.date(2023, 6, 1))
        Problem.objects.create(
            project=project, source="chat", raised_on=TODAY, text="问题", unit=busy.traffic, state="answered"
        )
    with django_assert_max_num_queries(25):
        client.get("/")


def test_long_lists_are_cut_and_say_how_many_are_left(busy, client):
    for number in range(20):
        Milestone.objects.create(project=busy.road, name=f"节点{number}", due_on=datetime.date(2023, 6, 1))
    client.force_login(busy.zhao)
    part = client.get("/").context["home"].office.overdue_milestones
    assert (len(part.items), part.count, part.more) == (8, 21, 13)


# ---- help -------------------------------------------------------------------------------------------------------


def test_help_explains_the_scheme_from_its_data(world, client):
    client.force_login(world.li)
    assert "还没有起用的考评办法" in client.get("/help/").content.decode()
    scheme = Scheme.objects.create(name="2023年考评办法", edition=1, first_month=datetime.date(2023, 1, 1))
    SchemeItem.objects.create(scheme=scheme, code="E", name="入库情况", weight=Decimal("7.00"), position=1)
    page = client.get("/help/").content.decode()
    assert "入库情况" in page
    assert ">7<" in page


def test_help_tells_the_limits_as_they_are(world, client):
    client.force_login(world.li)
    page = client.get("/help/").content.decode()
    limits = Limits()
    assert f"导入的文件不超过 {limits.file_bytes // MEGABYTE} MB" in page
    assert f"{limits.rows:,} 行、{limits.columns} 列" in page
    assert f"不超过 {limits.sheets} 个工作表" in page
    assert f"不超过 {MAX_PHOTOS} 张，每张不超过 {MAX_BYTES // MEGABYTE} MB" in page


@pytest.mark.parametrize("who", ["li", "lin", "he"])
def test_everyone_may_read_the_help(world, client, who):
    client.force_login(world.people[who])
    assert client.get("/help/").status_code == 200
