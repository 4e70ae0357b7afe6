"""One query behind each number: what every page and workbook says about a list's figures, held against each other."""

import dataclasses
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook


def assert_pages_agree(client, key_list, *, every=1):
    """Home, list of projects, lists, plan against actual by each layout, the page of every n-th project and the workbooks say
    the same; returns the home page's figures and the rows of the list."""
    list_query = {"list": key_list.pk}
    home = client.get("/").context["home"].figures
    listed = client.get(reverse("project-list"), list_query).context
    actual = client.get(reverse("plan-actual"), list_query).context["page"]
    by_project = {row.project_id: row for row in actual.rows}

    # The whole: home, list page, all lists, plan against actual by each layout.
    assert home.totals == listed["table"].overview.totals
    assert home.filing == listed["table"].overview.filing == actual.filing
    board = client.get(reverse("report-board"), list_query | {"month": f"{home.month:%Y-%m}"}).context["board"]
    assert (board.filed, board.total) == (home.filing.filed, home.filing.total)
    lines = {line.project_list.pk: line.totals for line in client.get(reverse("list-list")).context["lines"]}
    assert lines[key_list.pk] == dataclasses.replace(home.totals, beside={})
    assert actual.total.money == home.money
    assert (home.money.count, home.money.plan_wan) == (home.totals.count, home.totals.plan_wan)
    for by in ("unit", "leader", "group", "month"):
        page = client.get(reverse("plan-actual"), list_query | {"by": by}).context["page"]
        assert page.total.money == home.money, by
    of_lists = client.get(reverse("plan-actual"), {"by": "list"}).context["page"]
    assert {row.name: row.money for row in of_lists.rows}[key_list.name] == home.money

    # Each project: row of the list, its page, plan against actual.
    records = rows_of(client, list_query)
    assert {record.pk for record in records} == by_project.keys()
    filed = 0
    for number, record in enumerate(records):
        line = by_project[record.pk]
        shown = (record["year_plan_wan"] or 0, record["done_wan"], record["rate"], record["points"])
        assert shown == (line.money.plan_wan, line.money.done_wan, line.money.rate, line.money.points)
        if number % every == 0:
            sheet = client.get(reverse("project-detail", args=[record.pk])).context["sheet"]
            assert shown == (sheet.money.plan_wan or 0, sheet.money.done_wan, sheet.money.rate, sheet.money.points)
            assert record["light"] == sheet.lights.whole
            assert (line.progress, line.entry) == (sheet.lights.progress, sheet.lights.entry)
            filed += sheet.filing.filed
    assert sum(record["done_wan"] for record in records) == home.money.done_wan
    assert every > 1 or filed == home.filing.filed

    # What is filtered by is what is shown.
    for colour in ("red", "yellow", "green", "none"):
        filtered = rows_of(client, list_query | {"light": colour})
        assert {one.pk for one in filtered} == {one.pk for one in records if one["light"].colour == colour}

    # The workbooks.
    listed = exported(client, "project-list", list_query)
    assert sum(value or 0 for value in listed["年度计划（万元）"]) == pytest.approx(float(home.totals.plan_wan))
    assert sum(value or 0 for value in listed["本年完成（万元）"]) == pytest.approx(float(home.money.done_wan))
    actual = exported(client, "plan-actual", list_query)
    assert actual["年度计划（万元）"][-1] == pytest.approx(float(home.totals.plan_wan))
    assert actual["本年完成（万元）"][-1] == pytest.approx(float(home.money.done_wan))
    assert actual["完成率"][-1] == pytest.approx(float(home.money.rate), abs=0.00005)
    return home, records


def rows_of(client, query):
    """Of all pages."""
    found = []
    for number in range(1, 1000):
        listing = client.get(reverse("project-list"), query | {"page": number}).context["listing"]
        found += listing.records
        if number >= listing.pages:
            return found
    return found


def exported(client, url, query):
    response = client.get(reverse(url), query | {"export": "xlsx"})
    heading, *lines, _, foot = load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    assert foot[0].startswith("注：数据截至 ")
    return {name: [line[index] for line in lines] for index, name in enumerate(heading)}
