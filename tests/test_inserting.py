"""Rows inserted without objects are the rows that `bulk_create` would have written."""

import datetime
from decimal import Decimal

import pytest

from leaders.models import HistoryEntry, Unit
from projects.models import MonthReport, Project, Responsibility
from tests.world import AT
from yichuan_tracker.inserting import Encoded, insert, insert_for_keys, prepare

pytestmark = pytest.mark.django_db
DAY = datetime.date(2023, 3, 31)
DIRTY = "“引号”'\"\\ 100% ？\n换行"


def as_objects(model, rows):
    model.objects.bulk_create(model(**row) for row in rows)
    written = list(model.objects.order_by("pk").values())
    model.objects.all().delete()
    return written


def without_key(rows):
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def projects(count):
    return [
        {"name": f"{DIRTY}{number}", "total_wan": Decimal("1234.5"), "is_city_key": bool(number % 2)}
        | ({"planned_start_on": DAY, "archived_at": AT} if number % 3 else {"state": "building"})
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 95])
def test_rows_are_those_of_bulk_create_with_all_defaults(count):
    rows = projects(count)
    pks = insert_for_keys(prepare(Project, rows))
    written = list(Project.objects.order_by("pk").values())
    assert [row["id"] for row in written] == pks
    Project.objects.all().delete()
    assert without_key(written) == without_key(as_objects(Project, rows))


def test_a_record_that_has_no_key_yet_stands_for_the_key_that_it_will_have():
    road, unit = Project(name="路", name_key="路"), Unit(name="新局", kind="bureau")
    known = Unit.objects.create(name="县局", kind="bureau")
    rows = [
        {"project": road, "role": "lead_unit", "unit": unit, "starts_on": DAY},
        {"project": road, "role": "supporting_unit", "unit": known, "starts_on": "2023-03-31"},
    ]
    prepared = prepare(Responsibility, rows)
    road.save()
    unit.save()
    insert(prepared)
    assert list(Responsibility.objects.order_by("pk").values_list("project", "unit", "starts_on", "position")) == [
        (road.pk, unit.pk, DAY, 1),
        (road.pk, known.pk, DAY, 1),
    ]


def test_json_that_is_encoded_already_comes_back_as_it_was():
    line = {"field": "name", "old": None, "new": DIRTY}
    same = {"at": AT, "actor_name": "系统", "action": "import", "object_type": "project", "subject_type": "project"}
    rows = [
        {"changes": Encoded('[{"field": "name", "old": null, "new": "甲"}]')},
        {"changes": [line], "origin": None},
        {},
    ]
    insert(prepare(HistoryEntry, rows, **same))
    found = HistoryEntry.objects.order_by("pk").values_list("changes", "origin", "action")
    assert list(found) == [
        ([{"field": "name", "old": None, "new": "甲"}], None, "import"),
        ([line], None, "import"),
        ([], None, "import"),
    ]


def test_moments_and_months_are_stored_as_django_stores_them():
    project = Project.objects.create(name="路", name_key="路")
    rows = [{"project": project, "month": DAY.replace(day=1), "covers_from": "2023-03-01", "submitted_at": AT}]
    insert(prepare(MonthReport, rows, state="draft", done_wan="3.14"))
    report = MonthReport.objects.get(submitted_at=AT, month=DAY.replace(day=1), covers_from=DAY.replace(day=1))
    assert (report.done_wan, report.state, report.version) == (Decimal("3.14"), "draft", 1)
