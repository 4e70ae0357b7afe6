import dataclasses
from decimal import Decimal

import pytest

from projects.rankings.rules import default_scheme, scheme_faults, scheme_tables, score_project, to_json
from projects.rankings.schemes.rules import LABELS, differences, entries, sections, with_values
from tests.projects.rankings.scoring.example import EXAMPLE, JUNE

SCHEME = default_scheme(JUNE)


def test_taken_apart_and_put_together_it_is_the_same_scheme():
    values = {entry.path: entry.value for entry in entries(SCHEME)}
    assert with_values(SCHEME, values) == SCHEME


def test_every_number_has_a_chinese_name_and_stands_in_one_section():
    placed = [entry.path for section in sections(SCHEME) for entry in section.entries]
    assert sorted(placed) == sorted(entry.path for entry in entries(SCHEME))
    assert not [entry.path for entry in entries(SCHEME) if entry.label.isascii()]
    assert set(LABELS) <= {path.rpartition(".")[2] for path in placed} | {"threshold"}


def test_what_is_printed_follows_each_number_that_is_set():
    for path, value, words in [
        ("items.B.weight", Decimal(40), "40"),
        ("items.B.params.steps.1.1", Decimal("0.65"), "计 0.65"),
        ("plus_cap", Decimal(7), "加分最高 7 分"),
        ("body.min_projects", 3, "不少于 3 个"),
        ("lights.progress_red_points", Decimal(35), "超过 35 个百分点亮红灯"),
        ("veto_causes", "隐瞒事故", "隐瞒事故的"),
        ("tie_breaks.0", "investment_rate", "依次比较投资完成率"),
    ]:
        before, after = str(scheme_tables(SCHEME)), str(scheme_tables(with_values(SCHEME, {path: value})))
        assert words in after, path
        assert before != after, path


def test_what_is_set_is_what_is_computed():
    heavier = with_values(SCHEME, {"items.B.weight": Decimal(50)})
    assert score_project(EXAMPLE, heavier).item("B").points == 2 * score_project(EXAMPLE, SCHEME).item("B").points


def test_weight_nought_drops_the_formula_and_a_number_takes_it_up_again():
    without = with_values(SCHEME, {"items.E.weight": Decimal(0)})
    assert [item.code for item in without.items] == ["A1", "A2", "B", "C", "D", "F", "G"]
    again = with_values(without, {"items.E.weight": Decimal(5)})
    assert {item.code for item in again.items} == {item.code for item in SCHEME.items}


def test_a_further_step_is_filled_in_and_an_emptied_one_is_gone():
    longer = with_values(SCHEME, {"items.B.params.steps.2.0": 60, "items.B.params.steps.2.1": Decimal("0.5")})
    assert longer.item("B").params["steps"] == [[0, "1"], [30, "0.7"], [60, "0.5"]]
    shorter = with_values(SCHEME, {"items.B.params.steps.1.0": None, "items.B.params.steps.1.1": None})
    assert shorter.item("B").params["steps"] == [[0, "1"]]


def test_differences_name_the_number_and_both_its_values():
    after = with_values(SCHEME, {"items.A1.weight": Decimal(30), "body.weights_by_size": True})
    assert [line[1:] for line in differences(SCHEME, after)] == [
        ("A1 分值", "25 分", "30 分"),
        ("项目按总投资规模加权", "否", "是"),
    ]
    assert differences(SCHEME, dataclasses.replace(SCHEME, plus_cap=Decimal("5.00"))) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("body.min_projects", 0, "最少项目数"),
        ("lights.progress_red_points", Decimal(10), "投资进度红灯"),
        ("body.size_steps.0.0", Decimal(5), "从 0 万元起"),
        ("tie_breaks.1", "investment_rate", "不能重复"),
        ("places", 5, "小数位数"),
    ],
)
def test_a_scheme_that_cannot_be_computed_says_why(path, value, fault):
    sound = with_values(SCHEME, {"tie_breaks.0": "investment_rate"})
    assert not scheme_faults(sound)
    assert fault in "；".join(scheme_faults(with_values(sound, {path: value})))


def test_nothing_else_can_be_set():
    with pytest.raises(KeyError):
        with_values(SCHEME, {"items.A1.password": "1"})
    assert to_json(with_values(SCHEME, {})) == to_json(SCHEME)
