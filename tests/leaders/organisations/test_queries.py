import pytest

from leaders.models import Unit, UnitAlias
from leaders.organisations.queries import known_units, nearest_units
from tests.world import AT


@pytest.mark.parametrize(
    "written", ["县交通运输局", "伊川县交通运输局", "交通运输局", "县交通\n运输局", "县交通局", "交通局"]
)
def test_a_unit_is_found_under_its_name_short_name_and_loose_spellings(world, written):
    assert known_units().get(written) == world.traffic


def test_a_township_stands_for_its_government(world):
    assert known_units()["吕店镇"] == world.town.unit


def test_another_name_is_known_only_by_its_alias(world):
    assert known_units().get("县路政委") is None
    UnitAlias.objects.create(unit=world.traffic, name="县路政委")
    assert known_units()["县路政委"] == world.traffic


def test_a_loose_spelling_of_two_units_finds_neither(world):
    Unit.objects.create(name="水利局")
    known = known_units()
    assert known["县水利局"] == world.water
    assert known["水利局"].name == "水利局"
    assert known.get("伊川县水利局") is None


def test_an_archived_unit_is_still_read_but_not_proposed(world):
    Unit.objects.filter(pk=world.water.pk).update(archived_at=AT)
    assert known_units()["县水利局"] == world.water
    assert world.water not in nearest_units("县水里局")


def test_the_nearest_names_are_proposed(world):
    assert nearest_units("县交通运输管理局")[0] == world.traffic


def test_the_index_takes_two_queries_however_many_units_there_are(world, django_assert_num_queries):
    with django_assert_num_queries(2):
        known_units()
    for number in range(5):
        unit = Unit.objects.create(name=f"单位{number}")
        UnitAlias.objects.create(unit=unit, name=f"别名{number}")
    with django_assert_num_queries(2):
        known = known_units()
        nearest_units("单位甲", known)
