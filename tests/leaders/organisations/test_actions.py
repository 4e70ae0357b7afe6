import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry, Unit
from leaders.organisations import actions
from tests.world import AT

pytestmark = pytest.mark.django_db


def change(world, unit, values=(), *, aliases=(), by=None, version=1):
    return actions.change_unit(unit, dict(values), aliases=aliases, by=by or world.zhao, at=AT, version=version)


def last_entry() -> HistoryEntry:
    return HistoryEntry.objects.order_by("-pk").first()


def test_the_office_creates_a_unit_with_aliases_and_the_history_names_them(world):
    unit = actions.create_unit(Unit(name="县林业局"), aliases=["林业局", "县林局"], by=world.zhao, at=AT)
    assert {alias.name for alias in unit.aliases.all()} == {"林业局", "县林局"}
    assert last_entry().changes[-1]["new"] == "林业局、县林局"


def test_a_change_of_aliases_alone_is_a_change_with_history_and_version(world):
    unit = change(world, world.water, aliases=["水务局"])
    assert unit.version == 2
    unit = change(world, unit, aliases=["水务局", "县水务局"], version=2)
    assert (last_entry().changes[0]["old"], last_entry().changes[0]["new"]) == ("水务局", "水务局、县水务局")
    unit = change(world, unit, aliases=[], version=3)
    assert not unit.aliases.exists()


def test_nothing_changed_writes_nothing(world):
    before = HistoryEntry.objects.count()
    assert change(world, world.water, {"name": "县水利局"}).version == 1
    assert HistoryEntry.objects.count() == before


@pytest.mark.parametrize("alias", ["县交通运输局", "县交通局", "交 通局"])
def test_an_alias_that_leads_to_another_unit_is_refused_with_its_name(world, alias):
    change(world, world.traffic, aliases=["交通局"])
    with pytest.raises(ValidationError) as refusal:
        change(world, world.water, aliases=[alias])
    assert "“县交通运输局”" in refusal.value.message_dict["aliases"][0]


def test_a_name_that_is_another_units_alias_is_refused(world):
    change(world, world.traffic, aliases=["公路局"])
    with pytest.raises(ValidationError) as refusal:
        actions.create_unit(Unit(name="公路局"), by=world.zhao, at=AT)
    assert "name" in refusal.value.message_dict


def test_a_unit_may_carry_its_own_short_name_as_alias(world):
    assert change(world, world.traffic, aliases=["县交通局"]).version == 2


def test_dates_the_wrong_way_round_are_refused(world):
    day = datetime.date(2023, 5, 1)
    with pytest.raises(ValidationError, match="停用日期早于启用日期"):
        change(world, world.water, {"valid_from": day, "valid_to": day - datetime.timedelta(days=1)})


@pytest.mark.parametrize("person", ["li", "sun", "qian", "feng", "he", "lin", "ma", "gu"])
def test_only_the_office_edits_units(world, person):
    by = world.people[person]
    with pytest.raises(PermissionDenied):
        actions.create_unit(Unit(name="县林业局"), by=by, at=AT)
    with pytest.raises(PermissionDenied):
        change(world, world.water, {"name": "县水务局"}, by=by)
    with pytest.raises(PermissionDenied):
        actions.archive_unit(world.water, by=by, at=AT, version=1)
    with pytest.raises(PermissionDenied):
        actions.delete_unit(world.land, by=by, at=AT)
    with pytest.raises(PermissionDenied):
        actions.change_township(world.town, {"name": "吕店街道"}, by=by, at=AT, version=1)


def test_a_unit_changed_meanwhile_is_a_conflict_and_keeps_its_aliases(world):
    change(world, world.water, {"name": "县水务局"}, aliases=["水务局"])
    with pytest.raises(Conflict):
        change(world, world.water, {"name": "县水利水电局"}, aliases=[])
    assert world.water.aliases.count() == 1


def test_a_unit_is_archived_and_restored(world):
    unit = actions.archive_unit(world.water, by=world.zhao, at=AT, version=1)
    assert unit not in Unit.objects.active()
    unit = actions.restore_unit(unit, by=world.zhao, at=AT, version=2)
    assert unit in Unit.objects.active()
    assert [entry.action for entry in HistoryEntry.objects.order_by("pk")] == ["archive", "restore"]


def test_a_unit_on_which_something_hangs_is_not_deleted(world):
    with pytest.raises(ValidationError, match="不能删除；可以归档"):
        actions.delete_unit(world.traffic, by=world.zhao, at=AT)
    assert Unit.objects.filter(pk=world.traffic.pk).exists()
    assert not HistoryEntry.objects.filter(action="delete").exists()


def test_a_unit_on_which_nothing_hangs_is_deleted_with_history(world):
    unit = actions.create_unit(Unit(name="县林业局"), aliases=["林业局"], by=world.zhao, at=AT)
    actions.delete_unit(unit, by=world.zhao, at=AT)
    assert not Unit.objects.filter(name="县林业局").exists()
    assert (last_entry().action, last_entry().object_name) == ("delete", "县林业局")


def test_a_township_changes_its_name(world):
    town = actions.change_township(world.town, {"name": "吕店街道"}, by=world.zhao, at=AT, version=1)
    assert town.name == "吕店街道"
    with pytest.raises(Conflict):
        actions.change_township(world.town, {"name": "吕店"}, by=world.zhao, at=AT, version=1)
