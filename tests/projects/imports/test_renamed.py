"""New names where members of the list are not named any more: asked, never guessed."""

import pytest

from projects.models import Project
from tests.projects.imports.conftest import DAM, ROAD, questions_in, rows_in, take

pytestmark = pytest.mark.django_db
PARTS = [
    [1, "吕店镇县道改建工程一标段", None, 35000, 7000, "钱一平", "县交通运输局"],
    [2, "吕店镇县道改建工程二标段", None, 25000, 5000, "钱一平", "县交通运输局"],
]
OTHER_NAME = [1, "洛栾快速通道连接线", None, 60000, 12000, "钱一平", "县交通运输局"]


def test_a_name_that_became_two_rows_is_asked_once_for_each(office, workbook):
    document = take(workbook(*PARTS, DAM))
    first, second = questions_in(document)
    assert "清单里的“吕店镇县道改建工程”文件中没有了，而有 2 行以它开头（2 行总投资合计正好等于它）" in first["message"]
    assert document["counts"]["ask"] == 2
    answers = {first["id"]: f"same:{office.road.pk}", second["id"]: "new"}
    document = take(workbook(*PARTS, DAM), answers=answers)
    assert document["applied"]
    office.road.refresh_from_db()
    assert (office.road.name, office.road.total_wan) == ("吕店镇县道改建工程一标段", 35000)
    assert Project.objects.filter(name="吕店镇县道改建工程二标段").exists()


def test_both_parts_for_the_old_project_is_asked_again(office, workbook):
    answers = {said["id"]: "same" for said in questions_in(take(workbook(*PARTS, DAM)))}
    assert "出现两次" in questions_in(take(workbook(*PARTS, DAM), answers=answers))[0]["message"]


def test_another_name_of_the_same_total_unit_and_leader_is_asked_side_by_side(office, workbook):
    (question,) = questions_in(take(workbook(OTHER_NAME, DAM)))
    assert "是它改了名吗" in question["message"]
    row, known = question["beside"]
    assert (row["name"], known["name"]) == ("洛栾快速通道连接线", "吕店镇县道改建工程")
    assert known["speaks"] == "相同：总投资、责任单位、分包领导；不同：名称"


@pytest.mark.parametrize(
    ("column", "value"), [(3, 61000), (5, "吴二安"), (6, "县水利局"), (2, "2302-410329-04-01-123456")]
)
def test_another_total_leader_unit_or_a_code_of_its_own_is_another_project(office, workbook, column, value):
    row = [*OTHER_NAME[:column], value, *OTHER_NAME[column + 1 :]]
    assert rows_in(take(workbook(row, DAM), dry_run=True))[0]["action"] == "create"


def test_a_project_that_the_file_still_names_was_neither_renamed_nor_split(office, workbook):
    document = take(workbook(ROAD, DAM, [3, *OTHER_NAME[1:]], *PARTS), dry_run=True)
    assert questions_in(document) == []
    assert document["counts"]["create"] == 3
