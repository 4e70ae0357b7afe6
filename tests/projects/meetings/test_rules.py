import datetime

from projects.meetings.rules import AgendaKind, Found, Standing, agenda_changes, refuse_holding
from yichuan_tracker.papers.document import numeral

RED, OVERDUE, TYPED = AgendaKind.RED, AgendaKind.OVERDUE, AgendaKind.TYPED


def standing(pk, kind, text, project=1, *, is_touched=False):
    return Standing(pk, Found(kind, text, project), is_touched)


def test_making_the_agenda_again_follows_the_facts():
    now = [standing(1, RED, "落后 35 个百分点"), standing(2, OVERDUE, "超期 3 天")]
    changes = agenda_changes(now, [Found(RED, "落后 38 个百分点", 1), Found(RED, "新的红灯", 2)])
    assert changes.reworded == {1: "落后 38 个百分点"}
    assert changes.gone == [2]
    assert [one.text for one in changes.added] == ["新的红灯"]


def test_what_people_typed_or_touched_stays_as_it_is():
    now = [
        standing(1, TYPED, "通报安全检查", None),
        standing(2, RED, "旧话", is_touched=True),
        standing(3, RED, "x", 3),
    ]
    changes = agenda_changes(now, [Found(RED, "新话", 1)])
    assert (changes.added, changes.reworded, changes.gone) == ([], {}, [3])


def test_a_meeting_is_not_held_before_its_day():
    day = datetime.date(2023, 7, 6)
    assert "7月6日" in refuse_holding(day, datetime.date(2023, 7, 5))
    assert not refuse_holding(day, day)


def test_parts_of_a_paper_are_numbered_beyond_a_hundred():
    told = [numeral(number) for number in (1, 10, 23, 100, 105, 110, 123, 200)]
    assert told == ["一", "十", "二十三", "一百", "一百零五", "一百一十", "一百二十三", "二百"]
