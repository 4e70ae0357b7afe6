"""Kinds of workbooks besides lists of projects: the roster of leaders and units, by upload, review, confirm and undo."""

import openpyxl
import pytest
from django.urls import reverse

from leaders.audit.models import HistoryEntry
from leaders.models import Leader, Unit, UnitAlias
from leaders.organisations.actions import change_unit
from projects.imports import undoing
from projects.imports.kinds import KINDS
from projects.imports.reading.kinds import FORMS, LISTS
from projects.models import ImportBatch
from tests.projects.imports.conftest import questions_in, rows_in, take
from tests.projects.imports.test_views import confirm, page, send, zhao  # noqa: F401
from tests.world import AT

pytestmark = pytest.mark.django_db
UNITS = [
    ["序号", "单位名称", "简称", "类别", "别名"],
    [1, "县水利局", "县水务局", "县直部门", "县水利水电局"],
    [2, "县民政局", None, "县直部门", None],
]
LEADERS = [
    ["伊川县领导名单"],
    ["序号", "姓名", "职务", "级别", "联系电话", "所在单位"],
    [1, "钱一平", "县委常委、副县长", "县级领导", "0379-68330001", None],
    [2, "郑 七星", "局长", "正科", "0379-68330002", "县民政局"],
    [None, "合计", None, None, None, None],
]


@pytest.fixture
def roster(tmp_path):
    def write(units=UNITS, leaders=LEADERS):
        book = openpyxl.Workbook()
        for page_, title, rows in ((book.active, "领导", leaders), (book.create_sheet(), "单位", units)):
            page_.title = title
            for row in rows:
                page_.append(row)
        path = tmp_path / "名单.xlsx"
        book.save(path)
        return path

    return write


def test_every_kind_that_is_read_has_its_action_and_the_other_way_round():
    assert set(FORMS) | set(LISTS) == set(KINDS)


def test_leaders_and_units_are_looked_at_confirmed_and_told_in_history(zhao, office, roster):  # noqa: F811
    assert send(zhao, roster(), what="roster").status_code == 302
    batch = ImportBatch.objects.get()
    assert (batch.kind, batch.counts["create"], batch.counts["update"]) == ("roster", 2, 2)
    text = page(zhao, "import-review", batch.pk)
    assert "<del>副县长</del> → <ins>县委常委、副县长</ins>" in text
    assert "改列的含义" not in text
    confirm(zhao, batch)
    star = Leader.objects.get(name="郑七星")
    assert (star.post, star.level, star.unit.name) == ("局长", "unit", "县民政局")
    office.leader_qian.refresh_from_db()
    assert (office.leader_qian.post, office.leader_qian.phone) == ("县委常委、副县长", "0379-68330001")
    assert UnitAlias.objects.get(name="县水利水电局").unit == office.water
    entry = HistoryEntry.objects.get(object_type="leader", object_id=office.leader_qian.pk)
    assert (entry.batch_id, entry.origin["post"]) == (batch.pk, {"sheet": "领导", "cell": "C3"})


def test_a_roster_is_taken_back_as_a_whole(zhao, office, roster):  # noqa: F811
    send(zhao, roster(), what="roster")
    batch = ImportBatch.objects.get()
    confirm(zhao, batch)
    batch.refresh_from_db()
    undoing.undo_batch(batch, by=office.zhao, at=AT, reason="试")
    assert not Leader.objects.filter(name="郑七星").exists()
    assert not Unit.objects.filter(name="县民政局").exists()
    office.leader_qian.refresh_from_db()
    assert (office.leader_qian.post, office.leader_qian.phone) == ("副县长", "")


@pytest.mark.parametrize("edited", [False, True])
def test_a_spelling_given_to_a_known_unit_goes_with_the_roster_unless_the_unit_was_edited_since(
    zhao,  # noqa: F811
    office,
    roster,
    edited,
):
    UnitAlias.objects.create(unit=office.water, name="水利")
    batch = ImportBatch.objects.get(
        pk=take(roster([UNITS[0], [1, "县水利局", None, None, "县水利水电局"]]), None, kind="roster")["batch"]
    )
    if edited:
        water = Unit.objects.get(pk=office.water.pk)
        change_unit(water, {"short_name": "水务"}, aliases=["水利", "县水利水电局"], by=office.zhao, at=AT, version=2)
    batch = undoing.undo_batch(batch, by=office.zhao, at=AT, reason="试")
    assert sorted(office.water.aliases.values_list("name", flat=True)) == ["县水利水电局", "水利"][0 if edited else 1 :]
    assert [line["field"] for line in batch.undoing["kept"]] == (["别名"] if edited else [])
    told = HistoryEntry.objects.filter(action="undo", object_type="unit", object_id=office.water.pk)
    assert [line["new"] for entry in told for line in entry.changes] == ([] if edited else ["水利"])


def test_the_same_roster_again_changes_nothing_and_a_blank_clears_nothing(office, roster):
    take(roster(), None, kind="roster")
    assert take(roster(), None, kind="roster", dry_run=True)["counts"]["same"] == 4
    bare = [LEADERS[1], [1, "钱一平", "县委常委、副县长", None, None, None]]
    assert take(roster(leaders=bare), None, kind="roster", dry_run=True)["counts"]["same"] == 3


def test_a_name_much_like_a_known_one_is_asked_and_becomes_another_spelling(office, roster):
    units = [UNITS[0], [1, "县交通运输管理局", None, None, None]]
    (question,) = questions_in(take(roster(units), None, kind="roster", dry_run=True))
    assert "县交通运输局" in question["options"][0]["label"]
    answers = {question["id"]: f"same:{office.traffic.pk}"}
    assert take(roster(units), None, kind="roster", answers=answers)["applied"]
    assert UnitAlias.objects.get(name="县交通运输管理局").unit == office.traffic


def test_a_spelling_that_is_somebody_elses_keeps_the_row_out_and_is_corrected_in_the_browser(zhao, office, roster):  # noqa: F811
    taken = [UNITS[0], [1, "县民政局", "县交通局", None, None]]
    document = take(roster(taken), None, kind="roster", dry_run=True)
    row = next(row for row in rows_in(document) if row["values"]["name"] == "县民政局")
    assert row["action"] == "park"
    assert "“县交通局”已是“县交通运输局”的名称或别名" in row["problems"][0]["message"]
    send(zhao, roster(taken), what="roster")
    batch = ImportBatch.objects.get()
    waiting = batch.rows.get(action="park")
    text = page(zhao, "import-row", batch.pk, waiting.pk)
    assert "单位名称" in text
    assert "项目名称" not in text
    digest = zhao.get(reverse("import-row", args=[batch.pk, waiting.pk])).context["digest"]
    sent = {"digest": digest, "sheet": "单位", "line": "2", "short_name": "民政"}
    assert zhao.post(reverse("import-row", args=[batch.pk, waiting.pk]), sent).status_code == 302
    assert batch.rows.get(sheet="单位").action == "create"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (["县水利局", "水利", None, None], ["县水利局", "水务", None, None], "在“单位”第 2 行已经写过"),
        (["县民政局", "民政", None, None], ["县信访局", "信访", None, "民政"], "“民政”已是“县民政局”的名称或别名"),
        (["县民政局", None, None, "信访局"], ["信访局", None, None, None], "“信访局”已是“县民政局”的名称或别名"),
        (["县民政局", None, None, "水务"], ["县水利局", "水务", None, None], "“水务”已是“县民政局”的名称或别名"),
    ],
)
def test_two_rows_about_one_unit_or_name_leave_the_second_out_and_the_rest_goes_in(
    office, roster, first, second, words
):
    rows = [UNITS[0], [1, *first], [2, *second]]
    document = take(roster(rows), None, kind="roster", answers={"*": "new"})
    assert document["applied"]
    said = [row["problems"][0]["message"] for row in rows_in(document) if row["action"] == "park"]
    assert [words in one for one in said] == [True]
    assert Leader.objects.filter(name="郑七星").exists()


def test_a_list_of_projects_sent_as_a_roster_says_so(zhao, office, workbook):  # noqa: F811
    send(zhao, workbook([1, "吕店镇县道改建工程"], headings=["序号", "项目名称"]), what="roster")
    batch = ImportBatch.objects.get()
    assert batch.state == "refused"
    assert "没有找到领导名单、单位名单的表头" in page(zhao, "import-review", batch.pk)
