"""The worked example of the county's rules: June, 83.625 of 95, 88.03."""

import dataclasses
import datetime
from decimal import Decimal

from projects.rankings.rules import (
    MilestoneFact,
    PermitFact,
    ProjectFacts,
    ReportFact,
    Source,
    default_scheme,
)

day = datetime.date
JUNE = day(2023, 6, 1)
JUNE_END = day(2023, 6, 30)
SCHEME = default_scheme(day(2023, 1, 1))


def milestone(number, due_on, actual_on=None, weight="1"):
    return MilestoneFact(number, f"节点{number}", due_on, actual_on, Decimal(weight))


EXAMPLE = ProjectFacts(
    project_id=17,
    name="演示数据：伊河大桥",
    month=JUNE,
    total_wan=Decimal(36000),
    annual_plan_wan=Decimal(12000),
    cumulative_wan=Decimal(5100),
    month_planned_wan=Decimal(1000),
    month_done_wan=Decimal(900),
    start_due_on=day(2023, 3, 31),
    started_on=day(2023, 4, 30),
    milestones=(
        milestone(1, day(2023, 3, 31), day(2023, 3, 20)),
        milestone(2, day(2023, 4, 30), day(2023, 4, 30)),
        milestone(3, day(2023, 5, 31), day(2023, 5, 10)),
        milestone(4, day(2023, 5, 31), day(2023, 6, 20)),
    ),
    permits=(
        *(PermitFact(number, f"手续{number}", day(2023, 5, 31), obtained_on=day(2023, 5, 1)) for number in range(1, 7)),
        PermitFact(7, "手续7", day(2023, 5, 31), owed_until=day(2023, 7, 31)),
        PermitFact(8, "手续8", day(2023, 5, 31)),
    ),
    entry_due_on=day(2023, 5, 31),
    entered_on=day(2023, 5, 20),
    report=ReportFact(day(2023, 6, 25), day(2023, 7, 3), id=301, filed_on=day(2023, 6, 24), label="2023年6月月报"),
    sources=(("A1", Source("plan", 5, "2023年年度计划")), ("A1", Source("report", 301, "2023年6月月报"))),
)


def example(**changes):
    return dataclasses.replace(EXAMPLE, **changes)
