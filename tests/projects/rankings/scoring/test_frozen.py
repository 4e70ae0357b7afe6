import json
from decimal import Decimal

import pytest

from projects.rankings.rules import (
    BodyScore,
    PointFact,
    ProjectFacts,
    ProjectScore,
    Scheme,
    canonical_bytes,
    digest,
    from_json,
    reports_of,
    score_body,
    score_project,
    to_json,
)
from tests.projects.rankings.scoring.example import EXAMPLE, JUNE, SCHEME, example


def there_and_back(kind, value):
    return from_json(kind, json.loads(json.dumps(to_json(value))))


def test_a_frozen_score_opens_to_the_same_score():
    score = score_project(example(points=(PointFact(1, Decimal("-2"), "通报"),)), SCHEME)
    assert there_and_back(ProjectScore, score) == score


def test_a_frozen_body_opens_to_the_same_body():
    score = score_project(EXAMPLE, SCHEME)
    body = score_body(
        kind="unit", body_id=3, name="局", month=JUNE, projects=[score], scheme=SCHEME, own=[reports_of([score])]
    )
    assert there_and_back(BodyScore, body) == body


def test_frozen_facts_and_a_frozen_scheme_give_the_same_score_again():
    facts, scheme = there_and_back(ProjectFacts, EXAMPLE), there_and_back(Scheme, SCHEME)
    assert facts == EXAMPLE
    assert score_project(facts, scheme) == score_project(EXAMPLE, SCHEME)


def test_amounts_are_frozen_as_text_and_fractions_exactly():
    frozen = to_json(score_project(EXAMPLE, SCHEME))
    assert frozen["score"] == "88.03"
    assert frozen["item_points"] == "669/8"
    assert frozen["month"] == "2023-06-01"


def test_the_checksum_follows_the_values_and_not_the_order_of_keys():
    assert digest({"a": 1, "b": Decimal("2.00")}) == digest({"b": Decimal("2.00"), "a": 1})
    assert digest(EXAMPLE) != digest(example(cumulative_wan=Decimal("5100.01")))
    assert "伊河大桥".encode() in canonical_bytes(EXAMPLE)


def test_a_float_is_not_frozen():
    with pytest.raises(TypeError, match="float"):
        to_json({"a": 0.1})


def test_what_an_older_edition_did_not_write_takes_its_default_and_what_a_newer_wrote_is_left_out():
    frozen = to_json(EXAMPLE)
    del frozen["has_unexplained_repeat"]
    frozen["something_new"] = 1
    assert from_json(ProjectFacts, frozen) == EXAMPLE
