import time
from pathlib import Path

import pytest

from projects.imports.reading.people import read_attendants, read_contact, read_people, read_unit_and_person, read_units
from tests.projects.imports.reading.workbooks import problems, read, values


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("张　三", ["张三"]),
        ("张 三、王 五", ["张三", "王五"]),
        ("张三（县委常委）、李四", ["张三", "李四"]),
        ("张三 李四", ["张三", "李四"]),
        ("张三\n李四光", ["张三", "李四光"]),
        ("副县长张三", ["张三"]),
        ("张三副县长", ["张三"]),
        ("县委常委、副县长 张三", ["张三"]),
        ("区委书记 张三", ["张三"]),
        ("张三　市委常委\n李四光　常务副区长", ["张三", "李四光"]),
        ("张三（牵头）李四", ["张三", "李四"]),
        ("欧阳志远;司马懿", ["欧阳志远", "司马懿"]),
        ("张　三　李　四", ["张三", "李四"]),
        ("张三/李四", ["张三", "李四"]),
        ("张三，李四", ["张三", "李四"]),
        ("张\u200b三", ["张三"]),
        ("张\u00a0三", ["张三"]),
        ("张三\n13900000001", ["张三"]),
        ("张三和李四五", ["张三", "李四五"]),
        ("待定", []),
        ("—", []),
        ("张\n三", ["张三"]),
        ("责任人：张三", ["张三"]),
        ("张三(组长) 李四（副组长）", ["张三", "李四"]),
    ],
)
def test_names_as_people_type_them(typed: str, names: list[str]) -> None:
    assert list(read_people(typed)[0]) == names


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("副总 韩磊", ("韩磊",)),
        ("总工 牛斌", ("牛斌",)),
        ("村支书 王五", ("王五",)),
        ("项目经理：牛二", ("牛二",)),
        ("县委常委、县委办主任、统战部长 韩梅", ("韩梅",)),
        ("纪委 刘洋", ("刘洋",)),
        ("宣传部 孙丽", ("孙丽",)),
        ("武装部 李明", ("李明",)),
        ("政府办 陈静", ("陈静",)),
        ("政法委 何平、检察院 丁一", ("何平", "丁一")),
        ("办公室0379-68330001 刘洋", ("刘洋",)),
        ("县商务中心主任 韩梅", ("韩梅",)),
        ("彭婆镇镇长 魏强", ("魏强",)),
        ("彭婆镇党委书记 魏强", ("魏强",)),
        ("人大：李明\n政府：王猛\n政协：陈静", ("李明", "王猛", "陈静")),
        # and people who only look like it
        ("李明 王猛", ("李明", "王猛")),
        ("李明、王猛", ("李明", "王猛")),
        ("纪伟 刘洋", ("纪伟", "刘洋")),
        ("王局 李政委", ("王局", "李政委")),
        ("李四镇长 王五", ("李四", "王五")),
        ("张三市委常委 李四", ("张三", "李四")),
        ("政协副主席 张三 李四", ("张三", "李四")),
    ],
)
def test_offices_and_posts_are_no_people(typed: str, names: tuple[str, ...]) -> None:
    assert read_people(typed) == (names, ())


@pytest.mark.parametrize(
    ("typed", "names", "doubtful"),
    [
        ("城投 李明", ("城投", "李明"), ("城投",)),
        ("城投：李明", ("李明",), ("城投",)),
        ("彭婆镇 魏强", ("彭婆镇", "魏强"), ("彭婆镇",)),
        ("李强镇党委书记", ("李强",), ("李强",)),
        ("宣传部", (), ("宣传部",)),
        ("彭婆镇镇长", (), ("彭婆镇镇长",)),
    ],
)
def test_a_word_that_may_be_no_person_is_told(typed: str, names: tuple[str, ...], doubtful: tuple[str, ...]) -> None:
    assert read_people(typed) == (names, doubtful)


def test_an_office_alone_is_no_leader_but_stays_a_contact_and_attends(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "包保领导", "责任人"]
    result = read(tmp_path, [head, [1, "甲厂", 900, "宣传部", "宣传部"], [2, "乙厂", 800, "李明", "王猛"]])
    told, plain = values(result)
    assert "leaders" not in told
    assert (told["contact"], plain["leaders"], plain["contact"]) == ("宣传部", ["李明"], "王猛")
    assert [e["message"] for e in problems(result, "warning")] == ["“宣传部”不是人名，没有读入。"]
    assert read_attendants("张三、县督查局") == ["张三", "县督查局"]


@pytest.mark.parametrize("posts", ["副总经理总经理", "县委办公室", "副总工程师"])
def test_a_long_row_of_posts_costs_no_time(posts: str) -> None:
    started = time.process_time()
    read_people(posts * 9 + "乐")
    assert time.process_time() - started < 1


def test_what_is_no_name_is_reported() -> None:
    names, doubtful = read_people("县领导班子全体成员")
    assert names == doubtful == ("县领导班子全体成员",)


@pytest.mark.parametrize(
    ("typed", "name", "phone"),
    [
        ("朱岩\n13903791452", "朱岩", "13903791452"),
        ("杨志远 13903799404", "杨志远", "13903799404"),
        ("赵六0379-68312345", "赵六", "0379-68312345"),
        ("李四（13900000001）", "李四", "13900000001"),
        ("王　五", "王五", ""),
        ("139 0000 0001", "", "13900000001"),
        ("局长 张三 68312345", "张三", "68312345"),
        ("张三１３９００００００６６", "张三", "13900000066"),
    ],
)
def test_contact_cells_hold_name_and_phone(typed: str, name: str, phone: str) -> None:
    assert read_contact(typed) == (name, phone)


@pytest.mark.parametrize(
    ("typed", "units"),
    [
        ("县发改委、县住建局", ["县发改委", "县住建局"]),
        ("县水利局（牵头）\n县交通局", ["县水利局", "县交通局"]),
        ("县行政审批和政务\n信息管理局", ["县行政审批和政务信息管理局"]),
        ("县教体\n局", ["县教体局"]),
        ("县城管局 县住建局", ["县城管局", "县住建局"]),
        ("县水利局,县财政局", ["县水利局", "县财政局"]),
        ("牵头：县水利局；配合：县财政局", ["县水利局", "县财政局"]),
        ("县 水 利 局", ["县水利局"]),
        ("/", []),
    ],
)
def test_units_in_a_cell(typed: str, units: list[str]) -> None:
    assert list(read_units(typed)) == units


@pytest.mark.parametrize("text", ["县住建局局长熊猫", "县住建局（局长：熊猫）", "县住建局 熊猫"])
def test_title_between_unit_and_person_belongs_to_neither(text: str) -> None:
    assert read_unit_and_person(text)[:2] == (("县住建局",), "熊猫")
