"""kill -9 while people save reports and the office confirms an import: what was acknowledged is there, of what was not all or nothing.

Each round starts savers and an import (made slow, so that most kills meet it half done) on a served county and kills every worker, each
fifth time the master too, at a random moment. Then the database is read: every saver's report is the last that was acknowledged or the one
that was on its way, with a line of history for each of its versions; the import stands wholly or not at all, and what does not is
confirmed again in the next round. At the end the same with the transactions taken away (tests/unsafe.py), where half an import must come to light.
"""

import argparse
import contextlib
import http.client
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from leaders.models import HistoryEntry, User
from projects.imports import actions
from projects.models import ImportBatch, MonthReport, Project
from tests.served import Person, Served, again_on_postgres, make_county, person, serving, wait_until_quiet
from tests.world import AT, World

SAVERS, KNOWN, NEW = 4, 40, 10
TWIN = 200  # rounds at most: it ends with the first half
MONTH = "2023-07"
NO_ANSWER = (OSError, http.client.HTTPException)


@dataclass
class Saver:
    """Somebody who files, takes back and files again. `acknowledged` and `on_the_way`: what was typed, None when nothing is on the way."""

    who: Person
    project: Project
    typed: int = 0
    acknowledged: int = 0
    on_the_way: int | None = None
    saves: Counter = field(default_factory=Counter)

    def report(self) -> MonthReport | None:
        return MonthReport.objects.filter(project=self.project).first()

    def work(self, until: threading.Event) -> None:
        with contextlib.suppress(*NO_ANSWER):
            while not until.wait(0.05):
                report = self.report()
                if report is not None and report.state == "submitted":
                    self.count(self.who.post("report-withdraw", report.pk, version=report.version).status)
                    continue
                self.typed += 1
                self.on_the_way = self.typed
                values = {
                    "done_wan": self.typed,
                    "progress": f"第{self.typed}次",
                    "note": "演练",
                    "version": report.version if report else "",
                }
                if self.typed % 2:
                    answer = self.who.post("report-row", self.project.pk, MONTH, **values)
                else:
                    answer = self.who.post("report-fill", self.project.pk, MONTH, step="submit", **values)
                self.count(answer.status)
                assert answer.status in (200, 302), answer
                self.acknowledged, self.on_the_way = self.typed, None
        connection.close()

    def count(self, status: int) -> None:
        self.saves[status] += 1
        assert status < 500, f"{self.project}: {status}"

    def fault(self) -> str:
        """Why the report is neither of the two that it may be, or has no line of history for each of its versions; else empty."""
        report, known = self.report(), {self.acknowledged, self.on_the_way}
        if report is None:
            return f"{self.project}: an acknowledged report is gone" if self.acknowledged else ""
        found, self.acknowledged, self.on_the_way = int(report.done_wan), int(report.done_wan), None
        told = HistoryEntry.objects.filter(object_type="monthreport", object_id=report.pk).order_by("-pk")
        last = list(told.values_list("action", flat=True))
        if found not in known or report.progress != f"第{found}次":
            return f"{self.project}: {known} may be there, {found} {report.progress} is"
        if len(last) != report.version or (last[0] == "submit") != (report.state == "submitted"):
            return f"{self.project}: version {report.version} {report.state}, history {last}"
        return ""


@dataclass
class Office:
    """Who confirms one workbook after the other: each gives `KNOWN` projects another total and brings `NEW` new ones."""

    world: World
    who: Person
    batch: ImportBatch
    number: int = 0
    applied: int = 0
    repeated: int = 0

    def work(self) -> None:
        """As a person does: look, confirm, and look again when something moved meanwhile."""
        with contextlib.suppress(*NO_ANSWER):
            for _ in range(100):
                page = self.who.get("import-review", self.batch.pk)
                assert page.status == 200, page
                seen = dict(re.findall(r'name="(sha256|digest)" value="(\w+)"', page.text))
                answer = self.who.post("import-confirm", self.batch.pk, **seen)
                assert answer.status == 302, answer
                if "review" not in answer.location:
                    break
        connection.close()

    def fault(self) -> str:
        """What is left of an import that came about in part; else empty. Moves on to the next workbook when this one is in."""
        batch = ImportBatch.objects.get(pk=self.batch.pk)
        new = Project.objects.filter(name__startswith=f"第{self.number}批新项目").count()
        changed = Project.objects.filter(name__startswith="台账项目", total_wan=total(self.number)).count()
        lines = HistoryEntry.objects.filter(batch_id=batch.pk).count()
        linked = batch.rows.filter(project__isnull=False).count()
        found = (batch.state, new, changed, lines, linked)
        if found == ("review", 0, 0, 0, KNOWN):
            self.repeated += 1
        elif found == ("applied", NEW, KNOWN, NEW + KNOWN + 2, NEW + KNOWN):
            self.applied += 1
            self.number += 1
            self.batch = prepared(self.world, self.number)
        else:
            return f"{batch.state}, {new}/{NEW} new, {changed}/{KNOWN} changed, {lines} lines, {linked} rows linked"
        return ""


@dataclass
class Outcome:
    rounds: int = 0
    saves: Counter = field(default_factory=Counter)
    applied: int = 0
    repeated: int = 0
    faults: list[str] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)


def total(number: int) -> int:
    return 10_000 + number


def prepared(world: World, number: int) -> ImportBatch:
    """The workbook of this number, uploaded and read, waiting to be confirmed."""
    book = openpyxl.Workbook()
    book.active.append(["序号", "项目名称", "总投资（万元）", "2023年计划投资（万元）", "包联领导", "责任单位"])
    names = [f"台账项目{one}号" for one in range(KNOWN)] + [f"第{number}批新项目{one}号" for one in range(NEW)]
    for position, name in enumerate(names):
        book.active.append([position + 1, name, total(number), 100, "吴二安", "县水利局"])
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book.save(file.name)
        upload = SimpleUploadedFile("台账.xlsx", Path(file.name).read_bytes())
    step: dict[str, Any] = {"by": world.zhao, "at": AT}
    batch = actions.upload_workbook(upload, project_list=world.key_list, year=2023, **step)
    batch = actions.start_reading(batch, **step, now=timezone.now())
    batch = actions.read_batch(batch, **step, now=timezone.now())
    assert batch.state == "review", (batch.state, batch.reading["problems"])
    return batch


def one_round(
    served: Served, savers: list[Saver], office: Office, longest: float, chance: random.Random, *, whole: bool
) -> float:
    """Everybody at work, then the kill; returns how long confirming takes, as far as is known now (0: not yet, so it is waited for)."""
    over = threading.Event()
    with ThreadPoolExecutor(len(savers) + 1) as pool:
        confirming = pool.submit(office.work)
        working = [confirming, *(pool.submit(saver.work, over) for saver in savers)]
        began = time.monotonic()
        wait([confirming], timeout=chance.uniform(0, longest * 1.5) if longest else None)
        took = max(0.8 * longest, time.monotonic() - began) if confirming.done() else longest * 1.1
        served.kill(whole=whole)
        over.set()
    for one in working:
        one.result()  # raises what went wrong in its thread
    wait_until_quiet()
    return took


def drill(
    world: World, filed: list[tuple[Project, list[User]]], count: int, chance: random.Random, *, unsafe: str = "slow"
) -> Outcome:
    """`count` rounds, or as many as it takes to find something wrong."""
    with serving(unsafe=unsafe) as served:
        savers = [Saver(person(served, user), project) for project, (user,) in filed]
        for saver in savers:
            saver.typed = saver.acknowledged = int(report.done_wan) if (report := saver.report()) else 0
        number = ImportBatch.objects.count()
        office = Office(world, person(served, world.zhao), prepared(world, number), number)
        outcome, longest = Outcome(), 0.0
        for outcome.rounds in range(1, count + 1):
            whole = outcome.rounds % 5 == 0
            longest = one_round(served, savers, office, longest, chance, whole=whole)
            outcome.faults += [fault for saver in savers if (fault := saver.fault())]
            if half := office.fault():
                outcome.halves.append(half)
            # Without transactions saves come apart, too; what must be seen there is half an import.
            if outcome.halves or (outcome.faults and unsafe == "slow"):
                break
            if whole:
                served.start()
        outcome.saves = sum((saver.saves for saver in savers), Counter())
        outcome.applied, outcome.repeated = office.applied, office.repeated
    if connection.vendor == "sqlite":
        assert connection.cursor().execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py drill kill")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--postgres", action="store_true", help="on a throw-away PostgreSQL")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    arguments = parser.parse_args()
    if arguments.postgres and connection.vendor != "postgresql":
        return again_on_postgres("kill")
    began, chance = time.monotonic(), random.Random(arguments.seed)
    world, filed = make_county(SAVERS)
    first = prepared(world, 0)
    seen = {"sha256": first.sha256, "digest": first.review_digest}
    actions.confirm_batch(first, **seen, by=world.zhao, at=AT, now=timezone.now())
    safe = drill(world, filed, arguments.rounds, chance)
    assert not safe.faults + safe.halves, safe
    assert min(safe.applied, safe.repeated) > 0, f"nothing was put to the test: {safe}"
    sys.stdout.write(
        f"杀进程（{connection.vendor}）：{safe.rounds} 轮 kill -9，保存得到答复 {safe.saves.total()} 次（{dict(safe.saves)}），丢失 0；"
        f"导入写成 {safe.applied} 批，没写成而重来 {safe.repeated} 次，半批 0；每行都有历史（种子 {arguments.seed}）；"
    )
    if connection.vendor == "sqlite":
        twin = drill(world, filed, TWIN, chance, unsafe="atomic")
        assert twin.halves, "without transactions no half import was seen: this drill proves nothing"
        sys.stdout.write(f"反例：去掉事务，第 {twin.rounds} 轮见到半批（{twin.halves[0]}）；")
    sys.stdout.write(f"共 {time.monotonic() - began:.0f} 秒。\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
