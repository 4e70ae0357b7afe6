"""No page asks the database more when there is more to show: lists at most 12 questions, other pages at most 25.

Every GET line of tests/access_table.py is opened in a county of twelve projects and in one twice as large. Pages with columns
and filters of their own have sharper tests beside their slice.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leaders.models import HistoryEntry, Leader, Unit
from projects.models import (
    Adjustment,
    AgendaItem,
    ChangeRequest,
    Finding,
    FundingSource,
    GuaranteeEntry,
    Inspection,
    Meeting,
    Milestone,
    Problem,
    Project,
)
from tests.access_places import make_places
from tests.access_table import TABLE
from tests.benchmarks.growing import multiply_county
from tests.projects.growth import LIST, PAGE
from tests.world import make_world

pytestmark = pytest.mark.django_db
# What hangs on the records that the table's pages show, and may be there more than once.
REPEATED = (
    GuaranteeEntry,
    Milestone,
    Inspection,
    Finding,
    Problem,
    FundingSource,
    Adjustment,
    HistoryEntry,
    Meeting,
    AgendaItem,
)


def grow(times):
    multiply_county(times)
    for model in REPEATED:
        rows = list(model._default_manager.all())
        model._default_manager.bulk_create(copy_of(row) for row in rows for _ in range(times))
    asked = ChangeRequest.objects.first()  # one of a kind at a time for each project
    others = Project.objects.exclude(requests__isnull=False)
    ChangeRequest.objects.bulk_create(copy_of(asked, project=project) for project in others)
    Unit.objects.bulk_create(Unit(name=f"第{times}-{number}个单位") for number in range(times))
    Leader.objects.bulk_create(Leader(name=f"第{times}-{number}位领导") for number in range(times))


def copy_of(row, **changes):
    """The same again; what must differ (its id, the key of its form) is made anew."""
    fields = [field for field in row._meta.concrete_fields if not field.unique and field.name not in changes]
    return type(row)(**{field.attname: getattr(row, field.attname) for field in fields}, **changes)


def questions(places):
    """{line: (how many questions its page asks, whether it is a list)}, each as somebody who may open it."""
    clients = {}
    found = {}
    for line in TABLE:
        if line.method != "GET" or not line.allowed:
            continue
        name = "zhao" if "zhao" in line.allowed else min(line.allowed)
        if name not in clients:
            clients[name] = Client()
            clients[name].force_login(places["world"].people[name])
        url = reverse(line.url, kwargs=line.kwargs(places))
        with CaptureQueriesContext(connection) as captured:
            response = clients[name].get(url, line.data)
        is_list = bool(response.context and "listing" in response.context)
        # The session's own stamp is written once a minute, whatever the page.
        asked = sum(query["sql"].lstrip("(").startswith("SELECT") for query in captured.captured_queries)
        found[str(line)] = (asked, is_list)
    return found


@pytest.mark.timeout(600)  # some two hundred pages: ten seconds where nothing else runs
def test_more_rows_are_no_more_questions():
    places = make_places(make_world())
    grow(6)  # enough that every short list of the home page has something to leave out, which is counted
    few = questions(places)
    grow(2)
    many = questions(places)
    # Fewer is what is found out once per process.
    grown = {line: (few[line][0], count) for line, (count, _) in many.items() if count > few[line][0]}
    assert grown == {}
    above = {line: count for line, (count, is_list) in many.items() if count > (LIST if is_list else PAGE)}
    assert above == {}
    assert sum(is_list for _, is_list in many.values()) > 10
