"""问题台账 and 督查记录: what a workbook says of problems and visits, and what becomes of it."""

import datetime
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leaders.audit.models import HistoryEntry
from leaders.models import Unit
from projects.imports import undoing
from projects.imports.writing.registers import PROBLEM_COLUMNS, problem_ledger
from projects.models import Finding, ImportBatch, Inspection, Problem
from projects.problems.actions import answer_problem, close_problem
from projects.problems.ledger.actions import enter_from_ledger
from tests.projects.imports.conftest import questions_in, rows_in, take
from tests.world import AT

pytestmark = pytest.mark.django_db
DAY = datetime.date
HEAD = ["序号", *(heading for heading, _, _ in PROBLEM_COLUMNS[:-1])]
ROAD, DAM = "吕店镇县道改建工程", "鸣皋镇城乡供水一体化建设项目"
OPEN = [
    1,
    "6月12日",
    "微信群",
    ROAD,
    "张三",
    "两户未签协议",
    "征迁",
    "钱一平",
    "县交通局",
    "县水利局",
    "7月底前",
    "正在商谈",
    None,
    "否",
]
DONE = [
    2,
    "2023.5.8",
    "例会",
    DAM,
    "李四",
    "管材未到货",
    "其他",
    "吴二安",
    "县水利局",
    None,
    "2023.5.20",
    "已到货",
    "5月18日",
    "√",
]
VISITS = ["日期", "督查人员", "项目", "现场情况", "发现问题", "整改时限", "责任单位", "复查情况"]
FENCE = ["6月12日", "钱一平、县督查局、李明", ROAD, "正在铺油", "围挡破损", "6月20日前", "县交通局", "6月19日已整改"]
DUST = ["6月12日", "钱一平、县督查局、李明", ROAD, "正在铺油", "裸土未覆盖", "7月20日前", "县交通局", None]


@pytest.fixture
def ledger(tmp_path):
    def write(*rows, head=HEAD, title="问题台账"):
        book = openpyxl.Workbook()
        book.active.title = title
        for row in (head, *rows):
            book.active.append(row)
        book.save(tmp_path / "台账.xlsx")
        return tmp_path / "台账.xlsx"

    return write


def problems(path, by, **more):
    return take(path, None, kind="problems", by=by, **more)


def visits(path, by, **more):
    return take(path, None, kind="inspections", by=by, **more)


def said(document):
    return [one["message"] for one in document["problems"]]


def test_problems_come_in_with_their_units_leaders_days_and_cells_and_the_same_file_again_changes_nothing(
    office, ledger
):
    document = problems(ledger(OPEN, DONE), office.zhao)
    assert document["counts"]["create"] == 2, said(document)
    road, dam = Problem.objects.order_by("-raised_on")
    assert (road.project, road.raised_on, road.raised_by) == (office.road, DAY(2023, 6, 12), "张三")
    assert (road.get_source_display(), road.get_category_display(), road.assigner) == (
        "微信群",
        "征迁",
        office.leader_qian,
    )
    assert (road.unit, road.due_on, road.state) == (office.traffic, DAY(2023, 7, 31), "handling")
    assert [part.unit for part in road.parts.all()] == [office.water]
    assert (dam.state, dam.closed_on, dam.verifier, dam.is_closed_by_ledger) == ("closed", DAY(2023, 5, 18), None, True)
    entry = HistoryEntry.objects.get(object_type="problem", object_id=dam.pk)
    cells = {
        line["field"]: entry.origin[line["field"]]["cell"] for line in entry.changes if line["field"] in entry.origin
    }
    assert (cells["state"], cells["closed_on"], cells["unit"]) == ("N3", "M3", "I3")
    assert problems(ledger(OPEN, DONE), office.zhao)["counts"]["same"] == 2


def test_what_was_edited_in_the_sheet_changes_and_a_closed_problem_stays_as_it_is(office, ledger):
    problems(ledger(OPEN, DONE), office.zhao)
    edited = [*OPEN[:10], "8月底前", "已签一户", None, "否"]
    document = problems(ledger(edited, [*DONE[:11], "没有到货", None, "否"]), office.zhao)
    assert [row["action"] for row in rows_in(document)] == ["update", "same"]
    assert [line["field"] for line in rows_in(document)[0]["changes"]] == ["problem.answer", "problem.due_on"]
    assert any("已于 2023-05-18 销号，文件里的改动没有导入" in words for words in said(document))
    road, dam = Problem.objects.order_by("-raised_on")
    assert (road.due_on, road.answer) == (DAY(2023, 8, 31), "已签一户")
    assert (dam.state, dam.answer) == ("closed", "已到货")


def test_what_the_sheet_calls_closed_waits_here_for_another_to_verify_it(office, ledger):
    alone = [*OPEN[:9], None, *OPEN[10:]]
    problems(ledger(alone), office.zhao)
    document = problems(ledger([*alone[:11], "都签了", "7月3日", "是"]), office.zhao)
    assert any("平台上销号须由他人核查" in words for words in said(document))
    problem = Problem.objects.get()
    assert (problem.state, problem.closed_on, problem.answerer) == ("answered", None, office.zhao)
    assert problems(ledger([*alone[:11], "都签了", "7月3日", "是"]), office.zhao)["counts"]["same"] == 1
    close_problem(problem, version=problem.version, by=office.zhou, at=AT)
    assert problems(ledger(alone), office.zhao)["counts"]["same"] == 1


def test_what_the_unit_answered_here_since_is_not_taken_back_unasked(office, ledger):
    problems(ledger(OPEN), office.zhao)
    problem = Problem.objects.get()
    answer_problem(problem, answer="两户都签了", version=problem.version, by=office.li, at=AT)
    edited = ledger([*OPEN[:11], "还差一户", None, "否"])
    document = problems(edited, office.zhao)
    assert [row["action"] for row in rows_in(document)] == ["same"]
    assert any("保留平台上的" in words for words in said(document))
    assert problems(edited, office.zhao, answers={"edit:*": "file"})["counts"]["update"] == 1
    assert Problem.objects.get().answer == "还差一户"


def test_an_unclear_project_is_asked_once_for_all_its_rows_and_an_unknown_one_waits(office, ledger):
    short, other = [*OPEN], [*OPEN]
    short[3] = other[3] = "县道改建"
    other[5], unknown = "缺资金", [*OPEN]
    unknown[3] = "白沙镇水厂"
    document = problems(ledger(short, other, unknown), office.zhao, dry_run=True)
    (question,) = questions_in(document)
    assert "县道改建" in question["message"]
    assert [row["action"] for row in rows_in(document)] == ["ask", "ask", "park"]
    answers = {question["id"]: f"same:{office.road.pk}"}
    assert problems(ledger(short, other, unknown), office.zhao, answers=answers)["counts"]["create"] == 2
    assert set(Problem.objects.values_list("project", flat=True)) == {office.road.pk}


def test_a_problem_without_its_day_was_raised_no_later_than_what_followed(office, ledger):
    bare = ["项目名称", "存在问题", "责任单位", "完成时限"]
    row = [ROAD, "两户未签协议", "县交通局", "2023.5.20"]
    assert problems(ledger(row, head=bare), office.zhao)["counts"]["create"] == 1
    problem = Problem.objects.get()
    assert (problem.raised_on, problem.due_on) == (DAY(2023, 5, 20), DAY(2023, 5, 20))
    assert problems(ledger(row, head=bare), office.zhao)["counts"]["same"] == 1


def test_a_closed_problem_without_a_day_is_asked_and_two_much_alike_are_asked(office, ledger):
    undated = [*DONE[:12], None, "已销号"]
    (question,) = questions_in(problems(ledger(undated), office.zhao))
    assert "没有办结时间" in question["message"]
    problems(ledger(undated), office.zhao, answers={question["id"]: "due"})
    assert Problem.objects.get().closed_on == DAY(2023, 5, 20)
    reworded = [*DONE]
    reworded[5] = "管材还没有到货"
    (question,) = questions_in(problems(ledger(reworded), office.zhao))
    assert problems(ledger(reworded), office.zhao, answers={question["id"]: "new"})["counts"]["create"] == 1


def test_the_batch_is_taken_back_with_everything_but_what_was_worked_on_since(office, ledger):
    batch = ImportBatch.objects.get(pk=problems(ledger(OPEN, DONE), office.zhao)["batch"])
    problem = Problem.objects.get(project=office.road)
    answer_problem(problem, answer="都签了", version=problem.version, by=office.li, at=AT)
    batch = undoing.undo_batch(batch, by=office.zhao, at=AT, reason="试")
    assert list(Problem.objects.values_list("project", flat=True)) == [office.road.pk]
    assert {line["why"][:9] for line in batch.undoing["kept"]} == {"导入后又有人改过（"[:9]}


def test_rows_of_one_visit_are_one_visit_with_findings_that_are_problems(office, ledger):
    document = visits(ledger(FENCE, DUST, head=VISITS), office.zhao)
    assert [row["action"] for row in rows_in(document)] == ["create", "update"], said(document)
    visit = Inspection.objects.get()
    assert (visit.project, visit.inspected_on, visit.situation) == (office.road, DAY(2023, 6, 12), "正在铺油")
    assert (visit.leader, visit.unit, visit.people, visit.author) == (
        office.leader_qian,
        office.bureau,
        "李明",
        office.zhao,
    )
    fence, dust = visit.findings.order_by("pk")
    assert (fence.recheck, fence.problem.state, fence.problem.closed_on) == (
        "6月19日已整改",
        "closed",
        DAY(2023, 6, 19),
    )
    assert (dust.problem.state, dust.problem.due_on, dust.problem.unit) == (
        "assigned",
        DAY(2023, 7, 20),
        office.traffic,
    )
    again = visits(ledger(FENCE, DUST, head=VISITS), office.zhao)
    assert again["counts"]["same"] == 2, said(again)


def test_a_second_look_that_finds_it_put_right_waits_for_verification_and_the_record_is_taken_back_whole(
    office, ledger
):
    first = ImportBatch.objects.get(pk=visits(ledger(FENCE, DUST, head=VISITS), office.zhao)["batch"])
    document = visits(ledger(FENCE, [*DUST[:7], "7月4日复查，已整改到位"], head=VISITS), office.zhao)
    assert [row["action"] for row in rows_in(document)] == ["same", "update"]
    dust = Finding.objects.get(text="裸土未覆盖")
    assert (dust.recheck, dust.problem.state) == ("7月4日复查，已整改到位", "answered")
    second = ImportBatch.objects.get(pk=document["batch"])
    undoing.undo_batch(second, by=office.zhao, at=AT, reason="试")
    dust.problem.refresh_from_db()
    assert (Finding.objects.get(pk=dust.pk).recheck, dust.problem.state, dust.problem.answer) == ("", "assigned", "")
    undoing.undo_batch(first, by=office.zhao, at=AT, reason="试")
    assert (Inspection.objects.count(), Finding.objects.count(), Problem.objects.count()) == (0, 0, 0)


def test_visits_by_people_who_are_no_leader_and_no_unit_are_asked_for_once(office, ledger):
    plain = ["2023.6.13", "李明、王强", DAM, "正常施工", "无", None, None, None]
    (question,) = questions_in(visits(ledger(plain, head=VISITS), office.zhao))
    answers = {question["id"]: f"same:{office.bureau.pk}"}
    assert visits(ledger(plain, head=VISITS), office.zhao, answers=answers)["counts"]["create"] == 1
    visit = Inspection.objects.get()
    assert (visit.unit, visit.people, visit.findings.count()) == (office.bureau, "李明、王强", 0)
    assert visits(ledger(plain, head=VISITS), office.zhao, answers=answers)["counts"]["same"] == 1


@pytest.mark.parametrize("kind", ["problems", "inspections"])
def test_thirty_rows_are_written_in_as_many_statements_as_three(office, ledger, kind):
    """Thousands of rows would hold the transaction, and with it everybody else's saves, row by row."""
    counts = []
    for number in (3, 30):
        for said_since, action in (("", "create"), ("已签一户", "update")):
            rows = [
                _numbered(kind, f"6月{number % 7}日", f"{number}区{index}号楼", said_since) for index in range(number)
            ]
            path = ledger(*rows, head=HEAD if kind == "problems" else VISITS)
            with CaptureQueriesContext(connection) as captured:
                document = take(path, None, kind=kind, by=office.zhao)
            assert document["counts"][action] == number, said(document)
            counts.append(len(captured))
    # Nothing per row; of what is inserted 999 values go into one statement.
    assert all(many <= few + 2 for few, many in zip(counts[:2], counts[2:], strict=True)), counts


def _numbered(kind, day, place, said_since):
    if kind == "problems":
        return [1, day, *OPEN[2:5], f"{place}未签协议", *OPEN[6:11], said_since or OPEN[11], *OPEN[12:]]
    return [day, *FENCE[1:3], f"{place}正在施工", f"{place}围挡破损", *FENCE[5:7], said_since or None]


def test_a_rule_that_the_database_keeps_is_said_in_chinese_and_nothing_is_half_written(office):
    good, bad = (Problem(project=office.road, source="other", raised_on=DAY(2023, 6, 12), text=text) for text in "甲乙")
    bad.due_on = DAY(2023, 6, 1)
    with pytest.raises(ValidationError, match="办理时限早于反映日期"):
        enter_from_ledger([(good, {}), (bad, {})], by=office.zhao, at=AT, batch_id=1)
    assert (Problem.objects.count(), HistoryEntry.objects.filter(object_type="problem").count()) == (0, 0)


def test_more_than_a_thousand_findings_that_became_problems_are_matched(office, ledger):
    about = {"project": office.road, "raised_on": DAY(2023, 6, 1), "source": "inspection"}
    known = Problem.objects.bulk_create(Problem(text=f"第{number}处", **about) for number in range(1001))
    visit = Inspection.objects.create(
        project=office.road, inspected_on=DAY(2023, 6, 1), unit=office.bureau, situation="在建", author=office.zhao
    )
    Finding.objects.bulk_create(Finding(inspection=visit, text=one.text, problem=one) for one in known)
    assert visits(ledger(FENCE, head=VISITS), office.zhao)["counts"]["create"] == 1


def test_further_leaders_of_a_problem_are_kept_and_leave_with_it(office, ledger):
    problems(ledger([*OPEN[:7], "钱一平、吴二安", *OPEN[8:]]), office.zhao)
    problem = Problem.objects.get()
    assert (problem.assigner, problem.other_assigners) == (office.leader_qian, "吴二安")
    rows = openpyxl.load_workbook(io.BytesIO(problem_ledger(AT).content))["问题台账"].values
    assert [*rows][1][6] == "钱一平、吴二安"


def test_several_problems_in_a_cell_are_asked_once_and_known_again_when_they_were_split(office, ledger):
    both = [*OPEN[:5], "1.两户未签协议；2.杆线未迁", *OPEN[6:11], "1.正在商谈；2.已报电力公司", *OPEN[12:]]
    other = [*both[:3], DAM, *both[4:]]
    (question,) = questions_in(problems(ledger(both, other), office.zhao))
    assert problems(ledger(both, other), office.zhao, answers={question["id"]: "split"})["counts"]["create"] == 2
    told = [(one.text, one.answer) for one in Problem.objects.filter(project=office.road).order_by("pk")]
    assert told == [("两户未签协议", "正在商谈"), ("杆线未迁", "已报电力公司")]
    assert {part.unit for one in Problem.objects.all() for part in one.parts.all()} == {office.water}
    assert problems(ledger(both, other), office.zhao)["counts"]["same"] == 2


def test_a_supporting_unit_that_the_sheet_does_not_name_stays_and_is_said(office, ledger):
    problems(ledger(OPEN), office.zhao)
    document = problems(ledger([*OPEN[:9], "县自然资源局", *OPEN[10:]]), office.zhao)
    assert [part.unit for part in Problem.objects.get().parts.order_by("pk")] == [office.water, office.land]
    assert "文件里没有配合单位“县水利局”，平台上的没有去掉。" in said(document)


def test_a_second_leader_of_a_visit_goes_with_it_and_it_is_said_whose_day_it_is(office, ledger):
    document = visits(ledger([FENCE[0], "钱一平、吴二安", *FENCE[2:]], head=VISITS), office.zhao)
    visit = Inspection.objects.get()
    assert (visit.leader, visit.people) == (office.leader_qian, "吴二安")
    assert any("到现场的天数算“钱一平”的，吴二安记在同行人员里" in words for words in said(document))


def test_a_unit_that_only_a_row_names_that_stays_out_is_not_created(office, ledger):
    out = [3, "2024.6.12", *OPEN[2:8], "县新设的局", *OPEN[9:]]
    document = problems(ledger(OPEN, out), office.zhao)
    assert [row["action"] for row in rows_in(document)] == ["create", "park"]
    assert document["proposals"] == []
    assert not Unit.objects.filter(name="县新设的局").exists()
