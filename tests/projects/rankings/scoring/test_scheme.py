import dataclasses
import json
from decimal import Decimal

import pytest

from projects.rankings.rules import (
    SchemeItem,
    default_scheme,
    scheme_faults,
    scheme_from_rows,
    scheme_parameters,
)
from tests.projects.rankings.scoring.example import SCHEME, day


def rows_of(scheme):
    return [(item.code, item.name, item.weight, json.loads(json.dumps(item.params))) for item in scheme.items]


def with_item(code, **changes):
    items = tuple(dataclasses.replace(item, **changes) if item.code == code else item for item in SCHEME.items)
    return dataclasses.replace(SCHEME, items=items)


def test_the_default_scheme_has_the_countys_weights_and_no_fault():
    assert {item.code: item.weight for item in SCHEME.items} == {
        "A1": 25, "A2": 10, "B": 25, "C": 15, "D": 10, "E": 5, "F": 5, "G": 5,
    }  # fmt: skip
    assert sum(item.weight for item in SCHEME.items) == 100
    assert scheme_faults(SCHEME) == []


def test_a_scheme_survives_the_way_into_rows_and_back():
    parameters = json.loads(json.dumps(scheme_parameters(SCHEME)))
    back = scheme_from_rows(
        name=SCHEME.name,
        edition=1,
        first_month=day(2023, 1, 1),
        parameters=parameters,
        items=rows_of(SCHEME),
    )
    assert back == SCHEME
    assert back.body.size_steps == SCHEME.body.size_steps
    assert back.lights == SCHEME.lights


def test_rows_that_cannot_be_computed_are_refused_naming_every_fault():
    rows = [*rows_of(SCHEME)[1:], ("Z", "新项", Decimal(5), {}), ("B", "节点", Decimal(5), {"steps": []})]
    with pytest.raises(ValueError, match="没有对应的计算公式") as refusal:
        scheme_from_rows(name="x", edition=2, first_month=day(2023, 7, 1), parameters={}, items=rows)
    assert "考评项 B 出现了 2 次" in str(refusal.value)
    assert "缺少参数：later、not_done" in str(refusal.value)


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        (with_item("A1", weight=Decimal(0)), "分值应大于 0"),
        (with_item("D", params={"tolerated": "1.5"}), "应在 0 和 1 之间"),
        (
            with_item("B", params={"steps": [[30, "0.7"], [0, "1"]], "later": "0.4", "not_done": "0"}),
            "由短到长",
        ),
        (
            with_item("B", params={"steps": [[0, "0.5"], [30, "0.7"]], "later": "0.4", "not_done": "0"}),
            "由高到低",
        ),
        (dataclasses.replace(SCHEME, tie_breaks=("luck",)), "luck"),
        (dataclasses.replace(SCHEME, plus_cap=Decimal(-5)), "上限"),
    ],
)
def test_a_scheme_that_would_compute_nonsense_says_why(scheme, words):
    assert any(words in fault for fault in scheme_faults(scheme))


def test_a_parameter_may_be_a_number_in_json():
    assert SchemeItem("D", "手续", Decimal(10), {"tolerated": 0.6}).number("tolerated") == Decimal("0.6")


def test_an_edition_begins_with_its_month():
    assert default_scheme(day(2024, 1, 1)).first_month == day(2024, 1, 1)
