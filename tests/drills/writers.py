"""Many hands on the same records, through the served product: nobody's save is lost, and who comes second is told so.

1. 32 people add 1 to the figure of a form that they share with three others, 50 times each; who meets another's save takes the figure as it is
   now and adds again. In the end every acknowledged 1 is there.
2. Two people send the same form at the same moment: one is in, the other sees what both typed.
3. A ranking is published while points are given for its month: they are in what was published, or were refused.
The negative twin has the version check taken away (tests/unsafe.py), where saves must get lost.
"""

import argparse
import datetime
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from json import loads

from django.core.management import call_command
from django.db import connection

from leaders.models import HistoryEntry, User
from projects.models import Adjustment, MonthReport, Project, RankingRun
from projects.rankings.actions import compute_trial, take_back_points, withdraw_run
from tests.served import Answer, Person, Served, again_on_postgres, make_county, person, serving
from tests.world import AT, World

FORMS, SHARING = 8, 4
MONTH, JUNE = "2023-07", datetime.date(2023, 6, 1)
Filed = list[tuple[Project, list[User]]]


def add(who: Person, project: Project, times: int, statuses: Counter[int]) -> None:
    """Add 1 to the figure, `times` times."""
    figure, version, done = 0, "", 0
    while done < times:
        answer = who.post(
            "report-row", project.pk, MONTH, done_wan=figure + 1, progress="演练", note="演练", version=version
        )
        statuses[answer.status] += 1
        if answer.status not in {200, 409}:
            continue
        told = loads(answer.text)
        version = told["version"]
        if answer.status == 200:
            figure, done = figure + 1, done + 1
        else:
            figure = int(Decimal(told["current"]["done_wan"]))


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What the acts return, all begun at the same moment."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def many(served: Served, filed: Filed, times: int) -> tuple[Counter[int], int]:
    """The answers by their status, and how many acknowledged saves are not there in the end."""
    MonthReport.objects.all().delete()
    statuses: list[Counter[int]] = []
    acts = []
    for project, users in filed:
        for user in users:
            statuses.append(Counter())
            acts.append(partial(add, person(served, user), project, times, statuses[-1]))
    at_once(*acts)
    lost = 0
    for report in MonthReport.objects.order_by("pk"):
        lost += SHARING * times - int(report.done_wan)
        lines = HistoryEntry.objects.filter(object_type="monthreport", object_id=report.pk).count()
        assert lines == report.version, f"{report}: version {report.version}, {lines} lines of history"
    return sum(statuses, Counter()), lost


def two(served: Served, project: Project, users: list[User], times: int) -> None:
    """Both send the page that they opened; raises when not exactly one is in and the other told everything."""
    one, other = person(served, users[0]), person(served, users[1])
    for number in range(times):
        version = MonthReport.objects.get(project=project).version
        typed = [f"甲{number}写的", f"乙{number}写的"]
        send = [
            partial(who.post, "report-fill", project.pk, MONTH, version=version, done_wan=1, progress=words)
            for who, words in zip((one, other), typed, strict=True)
        ]
        answers: list[Answer] = at_once(*send)
        assert sorted(answer.status for answer in answers) == [302, 409], answers
        refused = next(answer for answer in answers if answer.status == 409)
        assert all(words in refused.text for words in typed), refused.text
        first = typed[0 if answers[0].status == 302 else 1]
        assert MonthReport.objects.get(project=project).progress == first


def published(served: Served, world: World, times: int) -> Counter[str]:
    """How often the points came before, how often after; raises when a published run and the month's points do not agree."""
    one, other = person(served, world.zhao), person(served, world.zhou)
    outcome = Counter[str]()
    for number in range(times):
        run = compute_trial(JUNE, by=world.zhao, at=AT)
        publish = partial(one.post, "ranking-publish", run.pk, version=run.version)
        give = partial(
            other.post,
            "points-list",
            "2023-06",
            project_name=world.road.name,
            points=1,
            reason=f"第{number}次",
            evidence="演练",
        )
        # Now the one first, now the other, by a few milliseconds.
        delay = (number % 11 - 5) / 500
        answers = at_once(*(partial(_after, pause, act) for pause, act in ((delay, publish), (-delay, give))))
        assert all(answer.status < 500 for answer in answers), answers
        run = RankingRun.objects.get(pk=run.pk)
        points = list(Adjustment.objects.filter(month=JUNE).order_by("pk"))
        is_published = run.state == "published"
        assert not is_published or run.frozen["points"] == [row.pk for row in points], (
            f"round {number}: published without the points that were given in the same moment"
        )
        assert is_published or points, f"round {number}: neither came about"
        outcome["published" if is_published else "points"] += 1
        if is_published:
            withdraw_run(run, by=world.zhao, at=AT, version=run.version, reason="演练")
        for row in points:
            take_back_points(row, by=world.zhao, at=AT)
    return outcome


def _after(seconds: float, act: Callable[[], Answer]) -> Answer:
    time.sleep(max(0.0, seconds))
    return act()


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py drill writers")
    parser.add_argument("--saves", type=int, default=50, help="of each of the 32 writers")
    parser.add_argument("--times", type=int, default=100, help="two on one form, and publishing against points")
    parser.add_argument("--postgres", action="store_true", help="on a throw-away PostgreSQL")
    arguments = parser.parse_args()
    if arguments.postgres and connection.vendor != "postgresql":
        return again_on_postgres("writers")
    began = time.monotonic()
    world, filed = make_county(FORMS, SHARING)
    call_command("load_reference", verbosity=0)
    with serving() as served:
        statuses, lost = many(served, filed, arguments.saves)
        assert set(statuses) <= {200, 409}, statuses
        assert lost == 0, f"{lost} saves lost"
        two(served, *filed[0], arguments.times)
        outcome = published(served, world, arguments.times)
        log = served.log.read_text()
        assert "locked" not in log, log[-2000:]
    with serving(unsafe="version") as served:
        _, twin = many(served, filed, max(5, arguments.saves // 10))
    assert twin > 0, "without the version check nothing was lost: this drill proves nothing"
    sys.stdout.write(
        f"同时写（{connection.vendor}）：{FORMS * SHARING} 人各存 {arguments.saves} 次，每 {SHARING} 人共一份月报：存成 {statuses[200]} 次，"
        f"409 {statuses[409]} 次，丢失 0，database is locked 0，500 0；两人同时交一份月报 {arguments.times} 次：每次一人存成、另一人 409 且两份都在；"
        f"发布与加减分同时 {arguments.times} 次：先发布 {outcome['published']}、先加分 {outcome['points']}，没有一半；"
        f"反例：去掉版本核对，丢失 {twin} 次；共 {time.monotonic() - began:.0f} 秒。\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
