"""All boards of a month against reading the same tables by `values_list` and doing nothing with them."""

import datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leaders.models import Leader, Unit, WorkingGroup
from projects.models import (
    Adjustment,
    Milestone,
    MonthReport,
    Permit,
    Problem,
    Project,
    Responsibility,
    StatisticsEntry,
    YearPlan,
)
from projects.rankings.facts import period_dates, ranked_projects
from projects.rankings.month import compute_month
from projects.rankings.queries import scheme_in_force, scheme_rules
from tests.benchmarks import databases
from tests.benchmarks.timing import interleaved, ms, ratio, table

MONTH = datetime.date(2023, 6, 1)
HANGING: tuple[Any, ...] = (
    YearPlan, MonthReport, StatisticsEntry, Milestone, Permit, Problem, Responsibility, Adjustment
)  # fmt: skip
BODIES: tuple[Any, ...] = (Unit, WorkingGroup, Leader)


def run(rounds: int) -> str:
    rows = []
    for database, turns in ((databases.COUNTY, rounds), (databases.LARGE, max(1, rounds // 10))):
        databases.use(database)
        spent = interleaved({"boards": all_boards, "inputs": read_inputs}, turns)
        with CaptureQueriesContext(connection) as captured:
            boards = all_boards()
        rows.append(
            [
                str(ranked_projects(MONTH).count()),
                str(sum(len(lines) for lines in boards)),
                ms(spent["boards"]),
                ms(spent["inputs"]),
                ratio(spent["boards"], spent["inputs"]),
                str(len(captured)),
            ]
        )
    head = ["参评项目", "名次行", "算出全部榜单 毫秒", "只读同样的数据 毫秒", "÷", "查询"]
    return f"2023年6月，全部榜单，不含保存。以后的目标 ÷ ≤ 5，查询数不随项目数变。\n\n{table(head, rows)}"


def all_boards() -> list[list[Any]]:
    """What a trial computes before it is written."""
    scheme = scheme_in_force(MONTH)
    assert scheme is not None
    rules = scheme_rules(scheme)
    _, closing_on = period_dates(MONTH)
    until = timezone.make_aware(datetime.datetime.combine(closing_on, datetime.time.max))
    return [rows for _, rows in compute_month(MONTH, rules, entered_until=until).boards]


def read_inputs() -> int:
    """Every row that the boards are made of."""
    ids = ranked_projects(MONTH).order_by().values("pk")
    count = len(Project.objects.filter(pk__in=ids).values_list())
    count += sum(len(model.objects.filter(project__in=ids).values_list()) for model in HANGING)
    return count + sum(len(model.objects.values_list()) for model in BODIES)
