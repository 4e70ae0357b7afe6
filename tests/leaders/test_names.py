import pytest

from leaders.models import Unit
from leaders.names import NameIndex, split_aliases, squeeze

WATER, ROADS = Unit(pk=1, name="县水利局"), Unit(pk=2, name="县交通运输局")


def test_white_space_and_full_width_letters_do_not_make_another_name():
    assert squeeze(" 县水\n利　局（Ａ１） ") == "县水利局(A1)"


def test_a_name_is_found_however_it_is_spaced():
    index = NameIndex([("县水利局", WATER)])
    assert index["县 水利\n局"] is WATER
    assert index.get("县水务局") is None
    assert list(index) == ["县水利局"]


def test_a_spelling_that_fits_two_records_finds_neither():
    index = NameIndex([("农业局", WATER), ("农业局", ROADS), ("水利局", WATER)])
    assert index.get("农业局") is None
    assert index["水利局"] is WATER


def test_an_exact_name_goes_before_a_loose_one():
    index = NameIndex([("局", WATER)], tolerant=[("县局", ROADS)], loosen=lambda name: name.removeprefix("县"))
    assert index["局"] is WATER
    assert index["县局"] is ROADS


def test_proposals_are_different_records_with_the_most_alike_first():
    index = NameIndex([("县水利局", WATER), ("水利局", WATER), ("县交通运输局", ROADS)])
    assert index.nearest("县水里局") == [WATER]
    assert index.nearest("县交通局") == [ROADS, WATER]
    assert index.nearest("集团") == []


@pytest.mark.parametrize(
    ("typed", "aliases"),
    [("", []), (" 县发改委 \r\n\r\n发改委\n县 发改委\n", ["县发改委", "发改委"])],
)
def test_aliases_are_typed_one_a_line(typed, aliases):
    assert split_aliases(typed) == aliases
