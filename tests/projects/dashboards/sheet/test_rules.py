from fractions import Fraction

import pytest

from projects.dashboards.sheet.rules import Origin, Tab, Trace, bar_of, origins, origins_below, tab_named


@pytest.mark.parametrize(("text", "tab"), [("", Tab.OVERVIEW), ("funding", Tab.FUNDING), ("<x>", Tab.OVERVIEW)])
def test_an_address_that_names_no_tab_opens_the_overview(text, tab):
    assert tab_named(text) == tab


def test_the_bar_ends_where_it_ends():
    assert bar_of(Fraction(3, 2), Fraction(1, 2)).done == 100
    assert bar_of(Fraction(-1, 2), Fraction(1, 2)).done == 0
    assert bar_of(Fraction(425, 1000), Fraction(1, 2)).done == 42
    assert bar_of(None, Fraction(1, 2)) is None


def line(field):
    return {"field": field, "old": None, "new": "1"}


IMPORTED = Trace("", [line("total_wan"), line("owner")], {"total_wan": {"sheet": "表", "cell": "H9"}}, 7)


def test_an_imported_value_shows_its_cell():
    assert origins([IMPORTED]) == {"total_wan": Origin(7, "表", "H9")}


def test_a_value_typed_after_the_import_has_no_cell_any_more():
    typed = Trace("", [line("total_wan")], None, None)
    assert origins([typed, IMPORTED]) == {}


def test_an_import_over_a_typed_value_shows_the_cell_again():
    typed = Trace("", [line("total_wan")], None, None)
    assert "total_wan" in origins([IMPORTED, typed])


def test_values_of_different_records_are_not_mixed():
    plan = Trace("yearplan.2023.", [line("plan_wan")], {"plan_wan": {"sheet": "表", "cell": "K9"}}, 7)
    assert set(origins([plan, IMPORTED])) == {"yearplan.2023.plan_wan", "total_wan"}


def test_a_plan_typed_over_an_import_of_the_whole_row_has_no_cell_any_more():
    row = Trace("", [line("yearplan.2023.plan_wan")], {"yearplan.2023.plan_wan": {"sheet": "表", "cell": "L9"}}, 7)
    typed = Trace("yearplan.2023.", [line("plan_wan")], None, None)
    assert origins_below("yearplan.2023.", origins([row])) == {"plan_wan": Origin(7, "表", "L9")}
    assert origins_below("yearplan.2023.", origins([typed, row])) == {}
