"""Each unit's workbook of the month goes out, comes back in a pile, and is compiled in one import with one report."""

import datetime
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leaders.audit.models import HistoryEntry
from projects.imports import actions, undoing, views
from projects.imports.writing.actions import export_all_workbooks, export_unit_workbook
from projects.models import ImportBatch, MonthReport
from projects.progress.actions import save_report_draft, submit_report, take_over_report
from tests.projects.imports.conftest import questions_in, rows_in, take
from tests.world import AT, make_project

pytestmark = pytest.mark.django_db
JUNE, JULY = datetime.date(2023, 6, 1), datetime.date(2023, 7, 1)
FILLED = {"F": 1000, "G": 900, "H": "路基完成三公里", "I": "缺砂石"}


def filled(unit, edit, *, by, month=JULY):
    """The unit's workbook as bytes; `edit` is {project name: {column letter: value}}."""
    book = openpyxl.load_workbook(io.BytesIO(export_unit_workbook(unit, month, by=by, at=AT).content))
    sheet = book["月报"]
    rows = {cell.value: cell.row for cell in sheet["B"] if cell.value}
    for name, cells in edit.items():
        for letter, value in cells.items():
            sheet[f"{letter}{rows[name]}"] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def returned(office, tmp_path):
    """`returned({file name: bytes})` → the document of one import of them all, by 赵 unless somebody else sends them."""

    def give(files, **more):
        path = tmp_path / "返回.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return take(path, None, kind="reports", **{"by": office.zhao} | more)

    return give


def said(document, name):
    row = next(row for row in rows_in(document) if row["values"]["name"] == name)
    return row["action"], " ".join(problem["message"] + problem["cure"] for problem in row["problems"])


def test_the_workbook_shows_last_month_locks_keys_and_leaves_free_what_is_to_be_filled(office):
    take_over_report(office.road, JUNE, done_wan=Decimal(5100), progress="三通一平", by=None, at=AT)
    book = openpyxl.load_workbook(io.BytesIO(export_unit_workbook(office.traffic, JULY, by=office.li, at=AT).content))
    sheet = book["月报"]
    assert [cell.value for cell in sheet[4]][:5] == [1, office.road.name, 12000, 5100, "三通一平"]
    assert [cell.protection.locked for cell in sheet[4]] == [True] * 5 + [False] * 5 + [True]
    assert sheet.cell(sheet.max_row, 1).value == "注：数据截至 2023-07-05 09:30；2023年7月已报 0/1。"
    assert sheet.protection.sheet
    assert sheet.column_dimensions["K"].hidden
    assert {str(rule.sqref) for rule in sheet.data_validations.dataValidation} == {"F4:G4", "J4"}
    assert "填表说明" in book.sheetnames
    assert HistoryEntry.objects.get(action="export").reason == "月报工作簿 2023年7月"


def test_all_units_workbooks_leave_in_one_zip(office):
    content = b"".join(export_all_workbooks(JULY, by=office.zhao, at=AT))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["县交通运输局2023年7月月报.xlsx", "县水利局2023年7月月报.xlsx"]
        assert (
            openpyxl.load_workbook(io.BytesIO(archive.read("县水利局2023年7月月报.xlsx")))["月报"]["B4"].value
            == office.dam.name
        )


def test_the_zip_asks_the_same_number_of_questions_for_any_number_of_units(office):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            b"".join(export_all_workbooks(JULY, by=office.zhao, at=AT))
        return len(captured)

    asked()  # what is found out once per process
    few = asked()
    for unit in (office.land, office.bureau):
        name, place = f"{unit}的项目", 9 + unit.pk
        make_project(name, key_list=office.key_list, unit=unit, leader=office.leader_qian, position=place)
    assert asked() == few


def test_a_pile_becomes_reports_in_one_import_that_says_who_has_not_answered(office, returned):
    bridge = make_project(
        "跨河桥工程", key_list=office.key_list, unit=office.traffic, leader=office.leader_qian, position=3
    )
    files = {
        "交通局.xlsx": filled(office.traffic, {office.road.name: FILLED}, by=office.li),
        "坏的.xlsx": b"PK\x03\x04nothing",
    }
    document = returned(files)
    assert (document["counts"]["create"], document["counts"]["same"]) == (1, 1)
    assert [one["name"] for one in document["missing"]] == [
        f"县水利局（1 个都没有报）：{office.dam.name}",
        f"县交通运输局（2 个里差 1 个）：{bridge.name}",
    ]
    assert [one["sheet"] for one in document["problems"] if one["level"] == "error"] == ["坏的.xlsx"]
    assert [one["message"] for one in document["problems"] if "没有填" in one["message"]] == ["1 行没有填，没有上报。"]
    report = MonthReport.objects.get(project=office.road, month=JULY)
    assert (report.state, report.submitter) == ("submitted", office.zhao)
    assert (report.planned_wan, report.done_wan, report.progress, report.issues) == (
        1000,
        900,
        "路基完成三公里",
        "缺砂石",
    )
    entry = HistoryEntry.objects.get(object_type="monthreport", action="create")
    assert entry.origin["done_wan"] == {"sheet": "交通局.xlsx 月报", "cell": "G4"}
    assert entry.batch_id == document["batch"]


def test_the_same_pile_again_changes_nothing_and_is_no_longer_owed(office, returned):
    files = {"交通局.xlsx": filled(office.traffic, {office.road.name: FILLED}, by=office.li)}
    returned(files)
    history = HistoryEntry.objects.count()
    document = returned(files)
    assert (document["counts"]["same"], document["counts"]["create"], document["counts"]["park"]) == (1, 0, 0)
    assert [one["name"] for one in document["missing"]] == [f"县水利局（1 个都没有报）：{office.dam.name}"]
    assert HistoryEntry.objects.count() == history


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"G": 900}, "请用一两句话写明本月形象进度"),
        ({"H": "路基"}, "没有完成投资的填 0"),
        ({"G": "九百左右吧", "H": "路基"}, "读不出来"),
        (FILLED | {"G": 5000}, "占年度计划的"),
        (FILLED | {"F": -1}, "为负数"),
        (FILLED | {"K": "M.1.2023-07.0.1.0000000000"}, "不是本系统写出的"),
        (FILLED | {"B": "换了一个名称"}, "多半是排序或粘贴错了行"),
    ],
)
def test_what_cannot_be_taken_is_said_with_its_cell_and_cure(office, returned, cells, words):
    document = returned({"交通局.xlsx": filled(office.traffic, {office.road.name: cells}, by=office.li)})
    problems = [problem for row in rows_in(document) for problem in row["problems"]]
    assert words in " ".join(problem["message"] for problem in problems)
    assert all(problem["cell"] and problem["cure"] for problem in problems)
    if "F" not in cells or cells["F"] >= 0:
        assert not MonthReport.objects.exists()


def test_a_reason_lets_an_oddity_in(office, returned):
    odd = FILLED | {"G": 5000, "J": "设备款集中支付"}
    returned({"交通局.xlsx": filled(office.traffic, {office.road.name: odd}, by=office.li)})
    assert MonthReport.objects.get().note == "设备款集中支付"


def test_what_was_sent_is_not_overwritten_and_a_closed_month_takes_nothing(office, returned):
    late = filled(office.traffic, {office.road.name: FILLED}, by=office.li, month=JUNE)
    action, words = said(returned({"交通局.xlsx": late}), office.road.name)
    assert action == "park"
    assert "关账" in words
    content = filled(office.traffic, {office.road.name: FILLED}, by=office.li)
    submit_report(office.road, JULY, {"done_wan": Decimal(1), "progress": "甲"}, by=office.li, at=AT)
    action, words = said(returned({"交通局.xlsx": content}), office.road.name)
    assert action == "park"
    assert "系统里当月完成 1.00 万元，表中是 900.00 万元" in words
    assert MonthReport.objects.get().done_wan == 1


def test_a_draft_that_moved_since_the_workbook_left_is_asked(office, returned):
    files = {"交通局.xlsx": filled(office.traffic, {office.road.name: FILLED}, by=office.li)}
    save_report_draft(office.road, JULY, {"progress": "网页上写的"}, by=office.li, at=AT)
    document = returned(files)
    (asked,) = questions_in(document)
    assert "网页上写的" in asked["message"]
    returned(files, answers={asked["id"]: "keep"})
    assert MonthReport.objects.get().progress == "网页上写的"
    returned(files, answers={asked["id"]: "file"})
    assert MonthReport.objects.get().progress == "路基完成三公里"


def test_two_files_about_one_project_are_taken_once(office, returned):
    one = filled(office.traffic, {office.road.name: FILLED}, by=office.li)
    other = filled(office.traffic, {office.road.name: FILLED | {"G": 901}}, by=office.li)
    document = returned({"一.xlsx": one, "二.xlsx": one, "三.xlsx": other})
    assert (document["counts"]["create"], document["counts"]["same"], document["counts"]["park"]) == (1, 1, 1)


@pytest.fixture
def read_at_once(monkeypatch):
    monkeypatch.setattr(
        views, "launch_reader", lambda batch: actions.read_batch(batch, by=None, at=AT, now=batch.state_at)
    )


def test_several_files_are_uploaded_looked_at_confirmed_and_taken_back(office, client, read_at_once):
    client.force_login(office.zhao)
    files = [
        SimpleUploadedFile("月报.xlsx", filled(office.traffic, {office.road.name: FILLED}, by=office.li)),
        SimpleUploadedFile("月报.xlsx", filled(office.water, {office.dam.name: FILLED}, by=office.wang)),
    ]
    assert client.post(reverse("import-returned"), {"workbooks": files}).status_code == 302
    batch = ImportBatch.objects.get()
    assert (batch.file_name, batch.counts["create"]) == ("月报工作簿2份.zip", 2)
    text = client.get(reverse("import-review", args=[batch.pk])).content.decode()
    assert "还没有报齐的单位" in text
    seen = {"sha256": batch.sha256, "digest": batch.review_digest}
    client.post(reverse("import-confirm", args=[batch.pk]), seen)
    assert set(MonthReport.objects.values_list("state", flat=True)) == {"submitted"}
    batch.refresh_from_db()
    undoing.undo_batch(batch, by=office.zhao, at=AT, reason="试")
    assert not MonthReport.objects.exists()


def test_a_reporter_uploads_the_own_units_and_is_told_what_is_another_units(office, client, read_at_once):
    content = filled(office.traffic, {office.road.name: FILLED}, by=office.li)
    client.force_login(office.wang)
    client.post(reverse("import-returned"), {"workbooks": [SimpleUploadedFile("月报.xlsx", content)]})
    batch = ImportBatch.objects.get()
    assert batch.counts["park"] == 1
    assert "不由您的单位报" in client.get(reverse("import-review", args=[batch.pk])).content.decode()
    client.force_login(office.li)
    assert client.get(reverse("import-review", args=[batch.pk])).status_code == 403
    client.post(reverse("import-returned"), {"workbooks": [SimpleUploadedFile("月报.xlsx", content)]})
    own = ImportBatch.objects.latest("pk")
    client.post(reverse("import-confirm", args=[own.pk]), {"sha256": own.sha256, "digest": own.review_digest})
    assert MonthReport.objects.get().submitter == office.li


def test_an_oddity_is_explained_in_the_browser_and_goes_in_with_the_batch(office, client, read_at_once):
    client.force_login(office.zhao)
    odd = filled(office.traffic, {office.road.name: FILLED | {"G": 5000}}, by=office.li)
    client.post(reverse("import-returned"), {"workbooks": [SimpleUploadedFile("月报.xlsx", odd)]})
    row = ImportBatch.objects.get().rows.get()
    address = reverse("import-row", args=[row.batch_id, row.pk])
    sent = {
        "digest": client.get(address).context["digest"],
        "sheet": row.sheet,
        "line": row.row,
        "note": "设备款集中支付",
    }
    assert client.post(address, sent).status_code == 302
    batch = ImportBatch.objects.get()
    client.post(reverse("import-confirm", args=[batch.pk]), {"sha256": batch.sha256, "digest": batch.review_digest})
    assert MonthReport.objects.get().note == "设备款集中支付"


def test_a_draft_that_comes_back_as_it_left_is_not_sent(office, returned):
    save_report_draft(office.road, JULY, {"done_wan": Decimal(5), "progress": "网页上写的"}, by=office.li, at=AT)
    document = returned({"交通局.xlsx": filled(office.traffic, {}, by=office.li)})
    action, words = said(document, office.road.name)
    assert action == "same"
    assert "没有上报" in words
    assert MonthReport.objects.get().state == "draft"
