import datetime
import random

import pytest
from django.db import connection

from leaders.audit.models import HistoryEntry
from leaders.audit.queries import changed_since
from projects.models import Project

FIRST = datetime.datetime(2023, 1, 1, 8, tzinfo=datetime.UTC)
MONTH = datetime.timedelta(days=30)


@pytest.mark.django_db
@pytest.mark.one_database
def test_what_happened_since_a_moment_is_not_what_happened_before():
    """Over a descending index SQLite 3.40 with statistics found both, once it scanned for many subjects."""
    chance = random.Random(1)
    told = [(subject, FIRST + MONTH * turn) for subject in range(1, 51) for turn in range(chance.randint(1, 10))]
    entries = [_entry("project", subject, at) for subject, at in told]
    entries += [_entry(f"kind{number % 40}", number, FIRST + MONTH * chance.randint(0, 11)) for number in range(500)]
    HistoryEntry.objects.bulk_create(entries)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leaders_historyentry")
    since = FIRST + MONTH * 4
    asked = [subject for subject in range(1, 51) if chance.random() < 0.5]
    found = changed_since(since, [Project], "project", asked)
    assert sum(len(events) for events in found.values()) == sum(at > since for subject, at in told if subject in asked)


def _entry(kind, subject, at):
    return HistoryEntry(
        at=at, actor_name="测", action="change", object_type=kind, object_id=subject, object_name="项目",
        subject_type=kind, subject_id=subject, changes=[],
    )  # fmt: skip
