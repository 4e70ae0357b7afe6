"""四保白名单: until when it protects stands in a column of the list, and comes back from it."""

import datetime

import openpyxl
import pytest

from leaders.models import HistoryEntry
from projects.guarantees.whitelist.queries import whitelist_on
from projects.imports import undoing
from projects.imports.models import ImportBatch
from projects.imports.writing.layouts import Layout, write_list
from projects.models import Membership, ProjectList
from projects.registry.lists.actions import change_membership, join_list
from tests.projects.imports.conftest import questions_in, rows_in, take
from tests.projects.imports.writing.conftest import LATER, rows_state
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
HEADINGS = ["序号", "项目名称", "有效期"]
ROAD, DAM = "吕店镇县道改建工程", "鸣皋镇城乡供水一体化建设项目"
DAY = datetime.timedelta(days=1)
LAST_MAY, THIS_MAY, NEXT_MAY = (datetime.date(year, 5, 31) for year in (2022, 2023, 2024))


@pytest.fixture
def white(office):
    return ProjectList.objects.create(key="w", name="2023年四保白名单", year=2023, kind="whitelist")


@pytest.fixture
def bring(workbook, white):
    """Take in a whitelist of these rows (name, term)."""

    def bring(*rows, **more):
        lines = [[number, *row] for number, row in enumerate(rows, start=1)]
        return take(workbook(*lines, headings=HEADINGS, title="白名单"), white, **more)

    return bring


def stretches(project):
    return list(
        project.memberships.filter(project_list__kind="whitelist")
        .order_by("joined_on")
        .values_list("joined_on", "valid_until", "left_on")
    )


def test_a_term_is_kept_to_the_day_and_a_blank_is_open(office, bring):
    document = bring((ROAD, "2023.6.1-2024.5.31"), (DAM, None))
    assert document["applied"]
    assert stretches(office.road) == [(datetime.date(2023, 6, 1), NEXT_MAY, None)]
    assert stretches(office.dam) == [(datetime.date(2023, 1, 1), None, None)]
    assert bring((ROAD, "至2024年5月31日"), (DAM, None))["counts"]["same"] == 2


def test_words_that_tell_no_day_wait_for_an_answer_and_the_other_rows_do_not(office, bring):
    document = bring((ROAD, "有效期一年"), (DAM, "2024-05-31"))
    assert not document["applied"]
    assert [row["action"] for row in rows_in(document)] == ["ask", "update"]
    (asked,) = questions_in(document)
    assert "有效期一年" in asked["message"]
    assert asked["cell"] == "C2"
    bring((ROAD, "有效期一年"), (DAM, "2024-05-31"), answers={asked["id"]: "open"})
    assert stretches(office.road)[0][1] is None
    assert stretches(office.dam)[0][1] == NEXT_MAY


def test_a_new_term_begins_another_stretch_and_the_old_one_keeps_its_days(office, white, bring):
    join_list(white, [office.road], joined_on=LAST_MAY, valid_until=THIS_MAY, by=office.zhao, at=AT)
    old = bring((ROAD, "2023.5.31"))
    assert (old["counts"]["same"], stretches(office.road)) == (1, [(LAST_MAY, THIS_MAY, None)])
    document = bring((ROAD, "2024.5.31"), by=office.zhao)
    assert stretches(office.road) == [(LAST_MAY, THIS_MAY, THIS_MAY + DAY), (TODAY, NEXT_MAY, None)]
    stood = [bool(whitelist_on(day).members) for day in (THIS_MAY, THIS_MAY + DAY, TODAY - DAY, TODAY)]
    assert stood == [True, False, False, True]
    told = HistoryEntry.objects.get(subject_type="project", subject_id=office.road.pk, batch_id=document["batch"])
    assert {line["label"] for line in told.changes} >= {"调出日期", "调出原因", "有效期至"}
    assert bring((ROAD, "2024.5.31"))["counts"]["same"] == 1
    batch = ImportBatch.objects.get(pk=document["batch"])
    undoing.undo_batch(batch, by=office.zhao, at=LATER, reason="传错了")
    assert stretches(office.road) == [(LAST_MAY, THIS_MAY, None)]


def test_a_stretch_stays_ended_where_another_that_was_edited_stays(office, white, bring):
    join_list(white, [office.road], joined_on=LAST_MAY, valid_until=THIS_MAY, by=office.zhao, at=AT)
    document = bring((ROAD, "2024.5.31"), by=office.zhao)
    later = office.road.memberships.get(project_list=white, left_on=None)
    change_membership(later, {"valid_until": NEXT_MAY + DAY}, by=office.zhao, at=LATER, version=later.version)
    batch = ImportBatch.objects.get(pk=document["batch"])
    undone = undoing.undo_batch(batch, by=office.zhao, at=LATER, reason="传错了")
    assert stretches(office.road) == [(LAST_MAY, THIS_MAY, THIS_MAY + DAY), (TODAY, NEXT_MAY + DAY, None)]
    assert any("后来又列入" in kept["why"] for kept in undone.undoing["kept"])


@pytest.mark.parametrize(("answer", "number"), [("", 1), ("stay", 1), ("join", 2)], ids=["unanswered", "stay", "join"])
def test_who_ran_out_and_is_listed_without_a_term_is_asked(office, white, bring, answer, number):
    join_list(white, [office.road], joined_on=LAST_MAY, valid_until=THIS_MAY, by=office.zhao, at=AT)
    (asked,) = questions_in(bring((ROAD, None)))
    assert "届满" in asked["message"]
    bring((ROAD, None), answers={asked["id"]: answer})
    assert len(stretches(office.road)) == number


def test_an_old_file_shortens_no_days_that_have_been_protected(office, white, bring):
    join_list(white, [office.road, office.dam], joined_on=LAST_MAY, valid_until=NEXT_MAY, by=office.zhao, at=AT)
    document = bring((ROAD, "2023.5.31"), (DAM, "2023.12.31"))
    assert stretches(office.road) == [(LAST_MAY, NEXT_MAY, None)]
    assert stretches(office.dam) == [(LAST_MAY, datetime.date(2023, 12, 31), None)]
    assert any("不往回改" in said["message"] for said in document["problems"])


def test_a_list_of_another_kind_has_no_term(office, workbook):
    document = take(workbook([1, ROAD, "有效期一年"], [2, DAM, "2024.5.31"], headings=HEADINGS), office.key_list)
    assert document["counts"]["same"] == 2
    assert ["2 行写了有效期" in said["message"] for said in document["problems"]] == [True]


def test_a_whitelist_leaves_with_its_terms_and_comes_back_unchanged(office, white, tmp_path):
    join_list(white, [office.road], joined_on=LAST_MAY, valid_until=NEXT_MAY, by=office.zhao, at=AT)
    join_list(white, [office.dam], joined_on=LAST_MAY, valid_until=THIS_MAY, by=office.zhao, at=AT)
    state = rows_state()
    for layout in Layout:
        path = tmp_path / f"{layout}.xlsx"
        path.write_bytes(write_list(white, layout, month=TODAY.replace(day=1), at=AT).content)
        document = take(path, white, at=LATER)
        assert document["counts"]["same"] == len(rows_in(document)) == 1, layout
        assert not questions_in(document)
        assert not document["missing"]
        if layout in (Layout.ANNUAL, Layout.TEMPLATE):
            cells = [cell for row in openpyxl.load_workbook(path)["清单"].iter_rows(values_only=True) for cell in row]
            assert {"有效期至", "2024年5月31日"} <= {*cells}
    assert rows_state() == state


def test_a_blank_cell_ends_the_term_only_where_somebody_says_so(office, white, bring):
    join_list(white, [office.road, office.dam], joined_on=LAST_MAY, valid_until=NEXT_MAY, by=office.zhao, at=AT)
    assert bring((ROAD, None), (DAM, "长期"))["counts"]["update"] == 1
    assert [stretches(one)[0][1] for one in (office.road, office.dam)] == [NEXT_MAY, None]
    bring((ROAD, None), (DAM, None), answers={"blank:valid_until": "clear"})
    assert stretches(office.road)[0][1] is None
    assert Membership.objects.filter(project_list=white).count() == 2
