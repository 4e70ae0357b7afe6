import datetime
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from leaders.models import Leader, WorkingGroup
from projects.inspections.actions import NewFinding, change_inspection, log_inspection
from projects.inspections.pictures.intake import take_in
from projects.models import Inspection, InspectionPhoto, Problem
from tests.projects.growth import LIST, PAGE, assert_constant_queries
from tests.projects.inspections.photos import GPS, opened, phone_photo, picture
from tests.world import AT, TODAY, make_project

# What pages ask the database, the second database answers in tests/test_query_counts.py; what they do, in the actions' own tests.
pytestmark = pytest.mark.one_database

CREATE, LISTING, BOARD = "/inspections/new/", "/inspections/list/", "/inspections/"


def form_url(project):
    return f"{CREATE}?project={project.pk}"


def typed(**changed):
    return {"client_key": str(uuid.uuid4()), "inspected_on": "2023-07-05", "situation": "路基施工正常"} | changed


def upload(data, name="现场.jpg"):
    return SimpleUploadedFile(name, data, "image/jpeg")


def visit(world, project=None, by=None, day=TODAY, **extra):
    values = {"inspected_on": day, "situation": "正常", "leader": world.leader_qian}
    return log_inspection(project or world.road, values, by=by or world.qian, at=AT, **extra)


def test_a_leader_sees_the_own_projects_and_finds_others_by_name_or_initials(world, client):
    client.force_login(world.qian)
    own = client.get(CREATE).content.decode()
    assert world.road.name in own
    assert world.dam.name not in own
    assert world.dam.name in client.get(CREATE, {"q": "鸣皋"}).content.decode()
    assert world.dam.name in client.get(CREATE, {"q": "mgz"}).content.decode()
    assert "没有找到" in client.get(CREATE, {"q": "不存在的项目"}).content.decode()


def test_the_bureau_sees_the_projects_unseen_for_longest(world, client):
    visit(world)
    client.force_login(world.sun)
    page = client.get(CREATE).content.decode()
    assert world.dam.name in page
    assert world.road.name not in page


def test_three_taps_and_a_sentence_make_a_visit(world, client):
    client.force_login(world.qian)
    page = client.get(form_url(world.road))
    form = page.context["form"]
    assert form.initial["inspected_on"] == TODAY
    assert "leader" not in form.fields
    assert "督查领导：钱一平" in page.content.decode()
    client.post(form_url(world.road), typed(workers="60"))
    made = Inspection.objects.get()
    assert "现场 60 人" in client.get(reverse("inspection-detail", args=[made.pk])).content.decode()
    assert (made.project, made.leader, made.unit, made.author) == (world.road, world.leader_qian, None, world.qian)


def test_the_bureaus_visit_carries_its_unit_and_may_name_a_leader(world, client):
    client.force_login(world.sun)
    client.post(form_url(world.road), typed(leader=world.leader_wu.pk))
    made = Inspection.objects.get()
    assert (made.unit, made.leader) == (world.bureau, world.leader_wu)


def test_the_office_must_say_who_went(world, client):
    client.force_login(world.zhao)
    response = client.post(form_url(world.road), typed())
    assert response.status_code == 422
    assert "由谁督查" in response.content.decode()
    assert "路基施工正常" in response.content.decode()


def test_a_form_sent_twice_is_one_visit(world, client):
    client.force_login(world.qian)
    sent = typed()
    first, second = client.post(form_url(world.road), sent), client.post(form_url(world.road), sent)
    assert first.url == second.url
    assert Inspection.objects.count() == 1


def test_a_finding_becomes_a_problem_with_unit_and_deadline_as_proposed(world, client):
    client.force_login(world.qian)
    form = client.get(form_url(world.road)).context["form"]
    assert (form.initial["finding_unit"], form.initial["finding_due_on"]) == (
        world.traffic.pk,
        datetime.date(2023, 7, 12),
    )
    finding = {"finding": "护栏缺失", "assign": "on", "finding_unit": world.traffic.pk, "finding_due_on": "2023-07-12"}
    client.post(form_url(world.road), typed(**finding))
    problem = Problem.objects.get()
    assert (problem.text, problem.unit, problem.due_on) == ("护栏缺失", world.traffic, datetime.date(2023, 7, 12))


def test_an_assignment_without_words_is_refused_on_its_field(world, client):
    client.force_login(world.qian)
    response = client.post(form_url(world.road), typed(assign="on", finding=""))
    assert set(response.context["form"].errors) == {"finding"}
    assert not Inspection.objects.exists()


def test_a_finding_sent_without_a_deadline_gets_the_usual_one_of_the_day_of_the_visit(world, client):
    client.force_login(world.qian)
    sent = typed(finding="护栏缺失", assign="on", finding_due_on="", inspected_on="2023-07-03")
    client.post(form_url(world.road), sent)
    assert Problem.objects.get().due_on == datetime.date(2023, 7, 10)


def test_photos_are_kept_upright_without_their_place_and_served_harmlessly(world, client):
    client.force_login(world.qian)
    raw = phone_photo((60, 40))
    assert opened(raw).getexif().get_ifd(GPS)
    client.post(form_url(world.road), typed(photos=[upload(raw), upload(picture("PNG", colour="blue"), "图.png")]))
    first, _ = InspectionPhoto.objects.all()
    response = client.get(reverse("inspection-photo", args=[first.pk]))
    image = opened(b"".join(response.streaming_content))
    assert (image.size, dict(image.getexif())) == ((40, 60), {})
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([b"<svg onload=alert(1)>"], "不是可以读取的照片"),
        ([picture()[:200]], "不是可以读取的照片|已损坏"),
        ([picture()] * 10, "最多传 9 张"),
        ([picture(), b"%PDF-1.7"], "不是可以读取的照片"),
    ],
)
def test_a_photo_that_is_refused_keeps_the_rest_of_the_form_and_stores_nothing(world, client, files, words):
    client.force_login(world.qian)
    response = client.post(form_url(world.road), typed(photos=[upload(data) for data in files], people="张工"))
    page = response.content.decode()
    assert response.status_code == 422
    assert any(part in page for part in words.split("|"))
    assert "路基施工正常" in page
    assert 'value="张工"' in page
    assert "照片需要重新选择" in page
    assert not Inspection.objects.exists()
    assert not InspectionPhoto.objects.exists()


def test_a_visit_in_the_future_is_refused_and_an_unknown_project_not_found(world, client):
    client.force_login(world.qian)
    response = client.post(form_url(world.road), typed(inspected_on="2023-07-06"))
    assert response.status_code == 422
    assert "不能晚于今天" in response.content.decode()
    for project in ("abc", "999999", "-1", "9" * 30):
        assert client.get(f"{CREATE}?project={project}").status_code == 404


def test_the_author_mends_a_visit_and_adds_what_was_forgotten(world, client):
    made = visit(world)
    client.force_login(world.qian)
    url = reverse("inspection-edit", args=[made.pk])
    sent = {"inspected_on": "2023-07-04", "situation": "补充说明", "finding": "护栏缺失", "version": 1}
    assert client.post(url, sent | {"photos": [upload(picture())]}).status_code == 302
    made.refresh_from_db()
    assert (made.inspected_on, made.situation) == (datetime.date(2023, 7, 4), "补充说明")
    assert (made.findings.get().text, made.photos.count()) == ("护栏缺失", 1)
    assert client.post(url, sent).status_code == 409
    finding = made.findings.get()
    assign = reverse("finding-assign", args=[finding.pk])
    client.post(assign, {"unit": world.traffic.pk, "due_on": "2023-07-12", "version": finding.version})
    assert Problem.objects.get().finding == finding


def test_an_archived_visit_leaves_list_and_week_and_comes_back(world, client):
    made = visit(world)
    client.force_login(world.qian)
    refused = client.post(reverse("inspection-archive", args=[made.pk]), {"reason": "", "version": 1})
    assert refused.status_code == 422
    client.post(reverse("inspection-archive", args=[made.pk]), {"reason": "记错项目", "version": 1})
    assert client.get(LISTING).context["listing"].count == 0
    assert client.get(LISTING, {"archived": "1"}).context["listing"].count == 1
    assert client.get(BOARD).context["week"].visits == []
    client.post(reverse("inspection-restore", args=[made.pk]), {"version": 2})
    assert client.get(LISTING).context["listing"].count == 1


def test_the_board_counts_days_against_the_target_and_walks_the_weeks(world, client):
    visit(world)
    visit(world, world.dam)
    visit(world, day=datetime.date(2023, 7, 3))
    client.force_login(world.he)
    page = client.get(BOARD)
    line = next(line for line in page.context["week"].leaders if line.subject == world.leader_qian)
    assert (len(line.days), line.is_met) == (2, True)
    assert "已满" in page.content.decode()
    before = client.get(BOARD, {"week": "2023-06-30"})
    assert before.context["week"].monday == datetime.date(2023, 6, 26)
    assert before.context["week"].visits == []
    for week in ("abc", "99999-01-01", "2023-02-30", "0001-01-01"):
        assert client.get(BOARD, {"week": week}).context["week"].monday == datetime.date(2023, 7, 3)


def test_nothing_on_the_pages_asks_where_somebody_is(world, client):
    client.force_login(world.qian)
    for url in (CREATE, form_url(world.road), BOARD):
        response = client.get(url)
        assert "geolocation=()" in response["Permissions-Policy"]
        assert "capture=" not in response.content.decode()


def test_the_list_filters_and_exports(world, client):
    visit(world, findings=[NewFinding("护栏缺失")])
    visit(world, world.dam, by=world.zhao, day=datetime.date(2023, 6, 1))
    client.force_login(world.he)

    def found(**query):
        return [record.project for record in client.get(LISTING, query).context["listing"].records]

    assert found() == [world.road, world.dam]
    assert found(q="鸣皋") == [world.dam]
    assert found(since="2023-07-01") == [world.road]
    assert found(until="2023-06-30") == [world.dam]
    assert found(leader=world.leader_wu.pk) == []
    assert found(since="99999-01-01") == [world.road, world.dam]
    book = load_workbook(io.BytesIO(client.get(LISTING, {"export": "xlsx", "q": "ldz"}).content))
    rows = list(book.active.iter_rows(values_only=True))[:-2]
    assert len(rows) == 2
    assert world.road.name in rows[1]
    assert "钱一平" in rows[1]


def test_pages_ask_the_database_the_same_number_of_times(world, client):
    photo = take_in(picture(), "甲.jpg")
    made = visit(world, findings=[NewFinding("甲")], photos=[photo])
    client.force_login(world.zhao)

    def grow(prefix):
        for number in range(8):
            group = WorkingGroup.objects.create(name=f"{prefix}专班{number}")
            leader = Leader.objects.create(name=f"{prefix}领导{number}")
            project = make_project(f"{prefix}{number}", key_list=world.key_list, unit=world.water, leader=leader)
            values = {"inspected_on": TODAY, "situation": "正常", "leader": leader, "group": group}
            log_inspection(project, values, findings=[NewFinding("乙")], by=world.zhao, at=AT)

    assert_constant_queries(client, LISTING, lambda: grow("甲"), limit=LIST)
    assert_constant_queries(client, CREATE, lambda: grow("乙"), limit=PAGE)
    assert_constant_queries(client, BOARD, lambda: grow("丙"), limit=PAGE)
    assert_constant_queries(client, form_url(world.road), lambda: grow("丁"), limit=PAGE)
    more = take_in(picture(colour="blue"), "乙.jpg")
    detail = reverse("inspection-detail", args=[made.pk])

    def add():
        change_inspection(made, {}, findings=[NewFinding("丙")], photos=[more], version=1, by=world.qian, at=AT)

    assert_constant_queries(client, detail, add, limit=PAGE)
