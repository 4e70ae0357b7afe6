"""Likeness of names asks a person, and asks for the right things only."""

import pytest

from leaders.groups.rules import GroupKind
from leaders.organisations.rules import UnitKind
from projects.imports.rules import (
    are_names_alike,
    are_persons_alike,
    are_totals_close,
    are_units_alike,
    core_name,
    group_kind,
    list_kind,
    unit_kind,
)
from projects.registry.rules import ListKind

PLACES = ["吕店镇", "白沙镇", "河滨街道"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("吕店镇县道改建工程", "吕店镇县道改建项目"),
        ("伊川县吕店镇县道改建工程", "吕店镇县道改建建设项目"),
        ("吕店镇县道改建工程", "吕店镇 县道改建工程"),
        ("白沙镇农村污水治理及配套管网工程", "白沙镇农村污水治理和配套管网工程"),
    ],
)
def test_other_endings_and_a_changed_letter_are_alike(one, other):
    assert are_names_alike(one, other, PLACES)
    assert are_names_alike(other, one, PLACES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("吕店镇县道改建工程", "白沙镇县道改建工程"),
        ("白沙镇产业园一期", "白沙镇产业园二期"),
        ("白沙镇2号桥改造", "白沙镇3号桥改造"),
        ("白沙镇东区管网改造", "白沙镇西区管网改造"),
        ("白沙镇滨河公园", "白沙镇中心卫生院"),
    ],
)
def test_another_place_number_or_matter_is_another_project(one, other):
    assert not are_names_alike(one, other, PLACES)


def test_the_core_of_a_name_drops_the_county_and_the_ending():
    assert core_name("伊川县吕店镇县道改建工程项目") == "吕店镇县道改建"
    assert core_name("项目") == "项目"


@pytest.mark.parametrize(
    ("one", "other"),
    [("张志远", "张致远"), ("李大勇", "李勇大"), ("李勇", "李大勇"), ("张 三", "张三")],
)
def test_persons_who_sound_alike_or_whose_name_was_shortened_are_asked(one, other):
    assert are_persons_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("尤志远", "褚志远"), ("秦强", "秦春生"), ("李磊", "姜磊"), ("冯雪", "冯晓峰")]
)
def test_a_shared_surname_or_given_name_alone_is_nobody_else(one, other):
    assert not are_persons_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("县发改委", "县发展和改革委员会"),
        ("县教体局", "县教育体育局"),
        ("伊川县水利局", "县水利局"),
        ("县城投", "县城投集团"),
    ],
)
def test_abbreviations_of_units_are_asked(one, other):
    assert are_units_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("县水利局", "县民政局"), ("县商务局", "县城市管理局"), ("白沙镇人民政府", "高山镇人民政府")]
)
def test_other_units_are_others(one, other):
    assert not are_units_alike(one, other)


def test_totals_are_close_only_when_both_are_known():
    assert are_totals_close("10000.00", 10050)
    assert not are_totals_close(10000, 12000)
    assert not are_totals_close(None, 12000)
    assert not are_totals_close(0, 0)


def test_a_name_tells_the_kind_of_unit_group_and_list():
    assert unit_kind("白沙镇人民政府") == unit_kind("河滨街道办事处") == UnitKind.TOWNSHIP
    assert unit_kind("县城投集团") == UnitKind.ENTERPRISE
    assert unit_kind("县先进制造业开发区") == UnitKind.ZONE
    assert unit_kind("县水利局") == UnitKind.DEPARTMENT
    assert group_kind("交通专班") == GroupKind.TASK_FORCE
    assert group_kind("城市提质工作指挥部") == GroupKind.COMMAND
    assert list_kind("2023-key") == ListKind.COUNTY_KEY
    assert list_kind("四部四专班台账") == ListKind.TASK_FORCE
    assert list_kind("三个一批第七期") == ListKind.THREE_BATCHES
    assert list_kind("教育集中开工") == ListKind.JOINT_START
    assert list_kind("产业清单") == ListKind.OTHER
