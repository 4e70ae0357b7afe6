"""The ledger of problems and the record of inspections leave, are edited, and come back: exactly what was edited changes."""

import datetime
import io

import openpyxl
import pytest
from django.urls import reverse

from projects.inspections.actions import Assignment, NewFinding, log_inspection
from projects.models import Finding, Inspection, Problem
from projects.problems.actions import add_part, answer_problem, close_problem, create_problem, return_problem
from projects.problems.instructions.actions import instruct
from tests.projects.imports.conftest import rows_in, take
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
LATER = AT + datetime.timedelta(hours=1)
SINCE = AT + datetime.timedelta(days=1)  # after every moment of the day on which the sheet left


@pytest.fixture
def lived_in(office):
    """Problems of every state, and visits with findings of every sort."""
    about = {"by": office.zhao, "at": AT}
    first = {"source": "chat", "text": "两户未签\n协议", "category": "relocation", "unit": office.traffic}
    open_one = create_problem(office.road, first | {"due_on": TODAY, "raised_by": "张三 "}, **about)
    add_part(open_one, unit=office.water, **about)
    instruct(office.dam, office.leader_wu, {"text": "抓紧复工", "due_on": TODAY, "raised_on": TODAY}, **about)
    done = create_problem(office.dam, {"source": "other", "text": "管材未到"}, **about)
    answer_problem(done, answer="已到货", version=1, by=office.wang, at=AT)
    closed = create_problem(office.dam, {"source": "other", "text": "缺电"}, **about)
    closed = answer_problem(closed, answer="已送电", version=1, by=office.wang, at=AT)
    close_problem(closed, version=2, by=office.zhou, at=AT)
    assigned = Assignment(office.traffic, datetime.date(2023, 7, 12))
    visit = {
        "inspected_on": TODAY,
        "situation": "路基已交验，\n正在铺油",
        "unit": office.bureau,
        "people": "李明、王强",
    }
    log_inspection(office.road, visit, findings=[NewFinding("边坡渗水", assigned), NewFinding("围挡破损")], **about)
    log_inspection(office.dam, {"inspected_on": TODAY, "situation": "甲", "leader": office.leader_wu}, **about)
    return office


def load(client, *name):
    return openpyxl.load_workbook(io.BytesIO(client.get(reverse(name[0], args=name[1:])).content))


def back(book, tmp_path, kind, by):
    book.save(tmp_path / "表.xlsx")
    return take(tmp_path / "表.xlsx", None, kind=kind, by=by, at=LATER)


@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [(("problem-ledger",), "problems", 5), (("inspection-month", "2023-07"), "inspections", 3)],
)
def test_what_leaves_and_comes_back_untouched_changes_nothing(lived_in, client, tmp_path, name, kind, count):
    client.force_login(lived_in.zhao)
    book = load(client, *name)
    assert book.worksheets[0].cell(book.worksheets[0].max_row, 1).value.startswith("注：数据截至 2023-07-05 ")
    document = back(book, tmp_path, kind, lived_in.zhao)
    assert [row["action"] for row in rows_in(document)] == ["same"] * count, document["problems"]
    assert [said for said in document["problems"] if said["level"] != "note"] == []


def test_what_was_edited_in_the_ledger_of_problems_changes_and_nothing_else(lived_in, client, tmp_path):
    client.force_login(lived_in.zhao)
    book = load(client, "problem-ledger")
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:13] == (
        [
            "反映时间",
            "来源",
            "项目名称",
            "反映人",
            "存在问题",
            "问题类别",
            "交办领导",
            "牵头单位",
            "配合单位",
            "办理时限",
            "办理情况",
            "办结时间",
            "是否销号",
        ]
    )
    (row,) = [cell.row for cell in sheet["E"] if cell.value == "两户未签\n协议"]
    sheet[f"E{row}"], sheet[f"J{row}"], sheet[f"H{row}"] = "两户未签协议，一户要价高", "7月20日前", "县水利局"
    document = back(book, tmp_path, "problems", lived_in.zhao)
    assert document["counts"]["update"] == 1, document["problems"]
    changed = next(one for one in rows_in(document) if one["action"] == "update")
    assert [line["field"] for line in changed["changes"]] == ["problem.text", "problem.due_on", "problem.unit"]
    problem = Problem.objects.get(text="两户未签协议，一户要价高")
    assert (problem.unit, problem.due_on) == (lived_in.water, datetime.date(2023, 7, 20))


def test_a_row_written_under_the_note_is_read(lived_in, client, tmp_path):
    client.force_login(lived_in.zhao)
    book = load(client, "problem-ledger")
    sheet = book.worksheets[0]
    row = sheet.max_row + 1
    sheet[f"A{row}"], sheet[f"C{row}"], sheet[f"E{row}"] = TODAY, lived_in.dam.name, "坝肩渗水"
    document = back(book, tmp_path, "problems", lived_in.zhao)
    assert document["counts"]["create"] == 1, document["problems"]
    assert Problem.objects.get(text="坝肩渗水").project == lived_in.dam


def test_what_was_edited_in_the_record_of_inspections_changes_and_nothing_else(lived_in, client, tmp_path):
    client.force_login(lived_in.zhao)
    book = load(client, "inspection-month", "2023-07")
    sheet = book.worksheets[0]
    rows = {cell.value: cell.row for cell in sheet["E"]}
    sheet[f"E{rows['围挡破损']}"], sheet[f"H{rows['围挡破损']}"] = "围挡破损两处", "7月5日已修好"
    sheet[f"F{rows['边坡渗水']}"], sheet[f"D{rows['边坡渗水']}"] = "7月15日", "正在铺油"
    document = back(book, tmp_path, "inspections", lived_in.zhao)
    told = sorted(line["field"] for row in rows_in(document) for line in row.get("changes", ()))
    assert told == ["finding.recheck", "finding.text", "inspection.situation", "problem.due_on"], document["problems"]
    assert Finding.objects.get(text="围挡破损两处").recheck == "7月5日已修好"
    assert Inspection.objects.get(project=lived_in.road).situation == "正在铺油"


def test_a_record_on_paper_has_its_title_and_shows_texts_of_several_lines(lived_in, client):
    client.force_login(lived_in.zhao)
    page = load(client, "inspection-month", "2023-07").worksheets[0]
    assert page.oddHeader.center.text == "2023年7月督查记录表"
    assert page["D2"].value == "路基已交验，\n正在铺油"
    assert [page.row_dimensions[row].height for row in (1, 2)] == [None, 30]


def test_two_visits_of_the_same_words_stay_two(lived_in, client, tmp_path):
    twin = {"inspected_on": TODAY, "situation": "甲", "leader": lived_in.leader_wu}
    log_inspection(lived_in.dam, twin, by=lived_in.zhao, at=AT)
    client.force_login(lived_in.zhao)
    book = load(client, "inspection-month", "2023-07")
    rows = [cell.row for cell in book.worksheets[0]["D"] if cell.value == "甲"]
    for number, row in enumerate(rows):
        book.worksheets[0][f"E{row}"] = f"问题{number}"
    back(book, tmp_path, "inspections", lived_in.zhao)
    found = Inspection.objects.filter(project=lived_in.dam).order_by("pk").values_list("findings__text", flat=True)
    assert list(found) == ["问题0", "问题1"]


def test_a_sheet_that_comes_back_after_the_problem_moved_on_changes_nothing(lived_in, client, tmp_path):
    client.force_login(lived_in.zhao)
    book = load(client, "inspection-month", "2023-07")
    (cell,) = [book.worksheets[0][f"H{cell.row}"] for cell in book.worksheets[0]["E"] if cell.value == "边坡渗水"]
    assert (cell.value, cell.comment.text) == (None, "交办")
    problem = Problem.objects.get(text="边坡渗水")
    answer_problem(problem, answer="已处置", version=problem.version, by=lived_in.li, at=SINCE)
    document = back(book, tmp_path, "inspections", lived_in.zhao)
    assert [row["action"] for row in rows_in(document)] == ["same"] * 3, document["problems"]


@pytest.mark.parametrize(
    ("name", "kind", "text", "typed"),
    [
        (("problem-ledger",), "problems", "两户未签\n协议", {"J": "7月20日前", "K": "已签", "L": TODAY}),
        (("inspection-month", "2023-07"), "inspections", "边坡渗水", {"F": "7月20日前", "H": "7月5日已修好"}),
    ],
)
def test_an_answer_given_since_the_sheet_left_stays_whole(lived_in, client, tmp_path, name, kind, text, typed):
    client.force_login(lived_in.zhao)
    book = load(client, *name)
    (row,) = [cell.row for cell in book.worksheets[0]["E"] if cell.value == text]
    for letter, value in typed.items():
        book.worksheets[0][f"{letter}{row}"] = value
    problem = answer_problem(Problem.objects.get(text=text), answer="处置中", version=None, by=lived_in.li, at=SINCE)
    return_problem(problem, reason="未办完", version=None, by=lived_in.zhou, at=SINCE)
    back(book, tmp_path, kind, lived_in.zhao)
    problem.refresh_from_db()
    assert (problem.state, problem.answer, problem.answerer) == ("handling", "处置中", lived_in.li)
    assert problem.due_on == datetime.date(2023, 7, 20)


def test_a_month_that_is_none_is_not_found(lived_in, client):
    client.force_login(lived_in.he)
    assert client.get(reverse("inspection-month", args=["2023-13"])).status_code == 404
