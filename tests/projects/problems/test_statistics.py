import datetime
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from projects.problems.actions import answer_problem, close_problem, create_problem
from projects.problems.statistics.rules import Entry, lines
from tests.world import AT, TODAY

day = datetime.date
BLANK = {"unit": "甲", "state": "assigned", "due_on": None, "answered_on": None, "closed_on": None, "parked_on": None}


def entry(project=1, category="land", raised_on=TODAY, **more):
    return Entry(project_id=project, category=category, raised_on=raised_on, **(BLANK | more))


def test_every_problem_is_counted_once_and_the_sum_is_the_sum():
    rows = [
        ("用地", entry(state="closed", raised_on=day(2023, 6, 1), due_on=day(2023, 6, 10), closed_on=day(2023, 6, 4))),
        ("用地", entry(state="closed", raised_on=day(2023, 6, 2), due_on=day(2023, 6, 3), closed_on=day(2023, 6, 9))),
        ("用地", entry(project=2, due_on=day(2023, 7, 5), answered_on=TODAY)),
        ("手续", entry(category="permits", raised_on=day(2023, 6, 1), due_on=day(2023, 7, 4))),
        ("未分类", entry(category="", state="parked", parked_on=TODAY)),
        ("未分类", entry(category="")),
    ]
    land, permits, none, total = lines(rows, TODAY)
    assert (land.raised, land.closed, land.on_time, land.open, land.overdue) == (3, 2, 1, 1, 0)
    assert (land.mean_days, land.repeats, land.at_once) == (5, 1, 1)
    assert (permits.overdue, permits.mean_days) == (1, None)
    assert (none.parked, none.open, none.repeats) == (1, 1, 0)
    assert (total.raised, total.closed, total.open, total.parked, total.repeats) == (6, 2, 3, 1, 1)


@pytest.mark.django_db
def test_the_page_and_its_workbook_say_the_same(world, client):
    values = {"source": "chat", "text": "甲", "category": "land", "due_on": TODAY}
    problem = create_problem(world.road, values, by=world.sun, at=AT)
    create_problem(world.road, values | {"unit": world.water}, by=world.sun, at=AT)
    answered = answer_problem(problem, answer="好", version=None, by=world.li, at=AT)
    close_problem(answered, version=None, by=world.sun, at=AT)
    client.force_login(world.he)
    url = reverse("problem-statistics")
    tables = dict(client.get(url).context["tables"])
    assert [name for name, _ in tables["按单位"]] == [world.traffic.name, world.water.name, "合计"]
    assert [cell for cell, _ in dict(tables["按类别"])["用地"]] == [2, 1, 1, 1, 0, 0, 1, 1, "0.0"]
    book = load_workbook(io.BytesIO(client.get(url, {"export": "xlsx"}).content))
    assert [cell.value for cell in book["按类别"][2]][:4] == ["用地", 2, 1, 1]
    earlier = client.get(url, {"since": "2022-01-01", "until": "2022-12-31"})
    assert dict(earlier.context["tables"])["按单位"] == []
    assert client.get(url, {"since": "x"}).status_code == 200


@pytest.mark.django_db
def test_every_linked_figure_opens_to_as_many_lines_of_the_ledger(world, client):
    late = {"due_on": TODAY - datetime.timedelta(days=2), "raised_on": TODAY - datetime.timedelta(days=9)}
    made = [
        {"category": "land"},
        {"category": "land", **late},
        {"category": "permits", "unit": world.water, **late},
        {"category": "", "unit": world.traffic},
    ]
    problems = [
        create_problem(project, {"source": "chat", "text": "甲", "due_on": TODAY, **values}, by=world.sun, at=AT)
        for values in made
        for project in (world.road, world.dam)
    ]
    answered = answer_problem(problems[0], answer="好", version=None, by=world.li, at=AT)
    close_problem(answered, version=None, by=world.sun, at=AT)
    client.force_login(world.he)
    linked = 0
    for _, rows in client.get(reverse("problem-statistics")).context["tables"]:
        for name, cells in rows:
            for cell, query in cells:
                if query and cell:
                    found = client.get(f"{reverse('problem-list')}?{query}").context["listing"].count
                    assert found == cell, (name, query)
                    linked += 1
    assert linked > 12
