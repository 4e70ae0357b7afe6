import datetime

import pytest

from leaders.audit.rules import (
    EMPTY,
    Event,
    Happened,
    replaced_by,
    shown_line,
    shown_value,
    tells_of_making,
    text_line,
    typed_value,
)
from leaders.models import Unit, WorkingGroup
from projects.models import Milestone


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("text", None, EMPTY),
        ("text", "", EMPTY),
        ("text", "县水利局", "县水利局"),
        ("wan", "12000.50", "12,000.50 万元"),
        ("bool", False, "否"),
        ("bool", True, "是"),
        ("date", "2023-07-05", "2023-07-05"),
        ("moment", "2023-07-05T01:30:00+00:00", "2023-07-05 09:30"),
        ("record", {"id": 1, "name": "县水利局"}, "县水利局"),
        ("choice", {"id": "command", "name": "重点工作指挥部"}, "重点工作指挥部"),
    ],
)
def test_old_and_new_are_shown_as_everywhere_else(kind, value, shown):
    assert shown_value(kind, value) == shown


def test_a_first_value_has_no_arrow():
    assert shown_line(text_line("roles", "角色", None, "重点办")) == "角色：重点办"
    assert shown_line(text_line("aliases", "别名", "甲", "")) == f"别名：甲 → {EMPTY}"


def test_choices_and_records_are_kept_with_their_names():
    assert typed_value(WorkingGroup._meta.get_field("kind"), "command") == {"id": "command", "name": "重点工作指挥部"}
    assert typed_value(WorkingGroup._meta.get_field("lead_unit"), Unit(pk=3, name="县水利局")) == {
        "id": 3,
        "name": "县水利局",
    }
    assert typed_value(Unit._meta.get_field("valid_from"), datetime.date(2023, 7, 5)) == "2023-07-05"
    assert typed_value(Unit._meta.get_field("short_name"), "") == ""


def test_an_import_tells_of_a_new_record_by_what_is_never_empty_being_empty_before():
    made = {"field": "milestone.2023-06.封顶.name", "old": None, "new": "封顶"}
    filled_in = {"field": "milestone.2023-06.封顶.actual_on", "old": None, "new": "2023-06-20"}
    assert tells_of_making(Milestone, [filled_in, made])
    assert not tells_of_making(Milestone, [filled_in])


def test_what_later_events_replaced_is_the_oldest_value_of_each_field():
    later = [
        Event(Happened.CHANGED, [{"field": "weight", "old": "2.00", "new": "3.00"}]),
        Event(Happened.CHANGED, [{"field": "weight", "old": "1.00", "new": "2.00"}, {"field": "name", "old": "封顶"}]),
    ]
    assert replaced_by(later) == {"weight": "1.00", "name": "封顶"}
    assert replaced_by([*later, Event(Happened.MADE)]) is None
