import pytest

from projects.imports.reading.people import read_contact, read_people, read_unit_and_person, read_units


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
