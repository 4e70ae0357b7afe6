"""The demo county as a whole: it loads by the importer and the actions, and says what the county published."""

import datetime
from decimal import Decimal

import pytest
from django.core.management import call_command

from leaders.accounts.models import User
from projects.dashboards.asof.known import end_of, known_at
from projects.demo.county import JUNE, YEAR, build_county
from projects.models import Milestone, MonthReport, Project, ProjectList, RankingRun
from projects.progress.queries import projects_to_report, report_decision, report_warnings
from projects.rankings.queries import streaks_of
from projects.registry.access import reported_by
from projects.registry.plans.queries import plan_in_force
from projects.registry.queries import list_totals, totals_by_list
from projects.requests.rules import is_near_deadline
from tests.projects.dashboards.agreement import assert_pages_agree

TODAY = datetime.date(YEAR, 7, 5)


@pytest.mark.timeout(300)
@pytest.mark.django_db
def test_the_demo_county_says_what_the_county_published_and_every_page_the_same(client):
    call_command("load_reference", verbosity=0)
    build_county()
    lists = {row.key: row for row in ProjectList.objects.all()}
    totals = totals_by_list(lists.values(), TODAY)

    def said(key: str) -> tuple[int, Decimal, int]:
        found = totals[lists[key].pk]
        return found.count, round(found.total_wan / 10000, 2), found.leaders

    assert said("2023-key") == (141, Decimal("758.51"), 29)
    assert said("2023-sbszb") == (249, Decimal("514.40"), 51)
    assert said("2023-reserve")[:2] == (61, Decimal("593.00"))
    assert said("2023-education")[:2] == (18, Decimal("3.28"))
    key = Project.objects.filter(memberships__project_list=lists["2023-key"])
    assert round(
        list_totals(key, YEAR, TODAY, plan_in_force(datetime.date(YEAR, 6, 30))).plan_wan / 10000, 2
    ) == Decimal("296.98")
    # July's calendar has something on it, and the 30 days before a date are seen from both sides.
    summer = Milestone.objects.filter(due_on__gt=TODAY, due_on__lt=datetime.date(YEAR, 8, 31)).order_by("due_on")
    assert [one.actual_on is not None for one in summer] == [True, *[False] * 10]
    assert [is_near_deadline(one.due_on, TODAY, 30) for one in summer] == [*[True] * 8, *[False] * 3]
    reporter = User.objects.get(username="jiaotong")
    own = summer.filter(project__in=reported_by(reporter, TODAY), due_on__month=8)
    assert [is_near_deadline(one.due_on, TODAY, 30) for one in own] == [True, False, False]
    # In June one of its projects is not reported and may be for two days more; in July a reason is given, another is owed.
    owed = projects_to_report(JUNE).exclude(reports__month=JUNE)
    assert {bool(report_decision(project, JUNE, TODAY)) for project in owed} == {True, False}
    july = MonthReport.objects.filter(month=datetime.date(YEAR, 7, 1), project__in=reported_by(reporter, TODAY))
    assert {(one.state, bool(report_warnings(one)), bool(one.note)) for one in july} == {
        ("submitted", True, True),
        ("draft", True, False),
        ("returned", False, False),
    }
    assert list(RankingRun.objects.order_by("month").values_list("month__month", "edition", "state")) == [
        (5, 1, "released"),
        (6, 1, "released"),
    ]
    june = RankingRun.objects.get(month__month=6)
    # Trend, movement and why have something to say.
    assert june.rows.filter(last_rank__isnull=False).count() > 150
    assert len({row.moved for row in june.rows.all()}) > 10
    assert {streak.months[-1].month for streak in streaks_of(june).values()} == {5}
    # Nothing was worked on before it was there: a past day leaves no record out.
    assert known_at(end_of(datetime.date(YEAR, 6, 20))).unproven == 0
    client.force_login(User.objects.get(username="yuedu"))
    home, records = assert_pages_agree(client, lists["2023-key"], every=20)
    assert len(records) == home.totals.count == 141
