"""The n-th write fails, for every n of the actions that matter most: nothing of the action is left behind.

Each action is tried again and again; the first time its first INSERT, UPDATE or DELETE raises what a full or read-only disk raises,
then its second, and so on, until it comes to its end. After each failure all tables are as they were before.
The negative twin has the transactions taken away: there something must be left.
"""

import argparse
import datetime
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from typing import Any
from unittest import mock

from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from projects.bulletins.actions import draft_month_bulletin, issue_bulletin, send_bulletin
from projects.imports.actions import confirm_batch
from projects.imports.undoing import undo_batch
from projects.inspections.actions import Assignment, NewFinding, log_inspection
from projects.models import Bulletin, ChangeRequest, ImportBatch, MonthReport, RankingRun
from projects.progress.actions import accept_reports, submit_report
from projects.rankings.actions import compute_trial, publish_run, release_run
from projects.requests.actions import Asked, approve, ask
from projects.requests.rules import RequestKind
from tests.drills.kill import prepared
from tests.projects.rankings.county import JUNE, file_report, lay_down_worked_example
from tests.served import again_on_postgres
from tests.world import AT, TODAY, World, make_world

JULY = datetime.date(2023, 7, 1)
WRITES = ("INSERT", "UPDATE", "DELETE")
Action = Callable[[], Any]


def everything() -> dict[str, list[Any]]:
    """All rows of all tables."""
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()}


class DiskFull(OperationalError):
    pass


@contextmanager
def failing(number: int):
    """The `number`-th write raises; yields the count of writes so far, as a list of one."""
    written = [0]

    def write(execute, sql, params, many, context):
        if sql.lstrip("( ").startswith(WRITES):
            written[0] += 1
            if written[0] == number:
                raise DiskFull("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(write):
        yield written


def sweep(act: Action) -> tuple[int, bool]:
    """(number of writes of the action, False), or (the first write that left something behind when it failed, True)."""
    number, before = 0, everything()
    while True:
        number += 1
        with failing(number) as written:
            try:
                act()
            except DiskFull:
                if everything() != before:
                    return number, True
                continue
        assert written[0] == number - 1, "the failure was swallowed"
        return number - 1, False


def county() -> World:
    call_command("migrate", verbosity=0)
    world = make_world()
    call_command("load_reference", verbosity=0)
    lay_down_worked_example(world)
    file_report(world.dam, world.wang, "6000")
    return world


def acts(world: World) -> dict[str, Action]:
    """In the order in which they follow one another: each finds what the one before left."""
    office, head = {"by": world.zhao, "at": AT}, {"by": world.zhou, "at": AT}
    typed = {"done_wan": Decimal(900), "progress": "路基完成", "note": "演练"}
    batch = prepared(world, 0)

    def run() -> RankingRun:
        return RankingRun.objects.get()

    def bulletin() -> Bulletin:
        return Bulletin.objects.get()

    def inspect() -> None:
        visit = {"inspected_on": TODAY, "leader": world.leader_qian, "situation": "正常施工", "people": "钱"}
        findings = [
            NewFinding("临时用电不规范", Assignment(world.traffic, TODAY + datetime.timedelta(days=5), "other"))
        ]
        log_inspection(world.road, visit, findings=findings, by=world.qian, at=AT)

    stop = Asked(
        RequestKind.STOP,
        world.road,
        TODAY,
        resume_on=JULY.replace(month=9),
        reason_code="weather",
        reason="汛期",
        evidence="停工令",
    )
    seen = {"sha256": batch.sha256, "digest": batch.review_digest}
    return {
        "上报月报": partial(submit_report, world.road, JULY, typed, by=world.li, at=AT),
        "审核月报": lambda: accept_reports({MonthReport.objects.get(month=JULY).pk: None}, **office),
        "确认导入": lambda: confirm_batch(ImportBatch.objects.get(), **seen, **office, now=timezone.now()),
        "撤销导入": lambda: undo_batch(ImportBatch.objects.get(), **office, reason="演练"),
        "记督查并交办": inspect,
        "申请停工": partial(ask, stop, by=world.li, at=AT),
        "批准停工": lambda: approve(ChangeRequest.objects.get(), version=1, **head),
        "试算考评": partial(compute_trial, JUNE, **office),
        "发布考评": lambda: publish_run(run(), version=run().version, **office),
        "签发考评": lambda: release_run(run(), version=run().version, **head),
        "起草月通报": lambda: draft_month_bulletin(run(), **office),
        "通报送签": lambda: send_bulletin(bulletin(), version=None, **office),
        "印发月通报": lambda: issue_bulletin(bulletin(), version=bulletin().version, **head),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py drill faults")
    parser.add_argument("--postgres", action="store_true", help="on a throw-away PostgreSQL")
    arguments = parser.parse_args()
    if arguments.postgres and connection.vendor != "postgresql":
        return again_on_postgres("faults")
    began, world, told = time.monotonic(), county(), []
    tried = acts(world)
    for name, act in tried.items():
        writes, is_left = sweep(act)
        assert writes > 0, f"{name} wrote nothing"
        assert not is_left, f"{name}: something was left when write {writes} failed"
        told.append(f"{name} {writes}")
    sys.stdout.write(f"第 n 次写失败（{connection.vendor}）：{'、'.join(told)} 次写，每一次失败后所有表与之前相同；")
    if connection.vendor == "sqlite":  # PostgreSQL would refuse to lock a row outside a transaction
        typed = {"done_wan": Decimal(1), "progress": "开工", "note": "演练"}
        off = {"__enter__": lambda self: None, "__exit__": lambda self, *_: None}
        with mock.patch.multiple(transaction.Atomic, **off):
            number, is_left = sweep(partial(submit_report, world.dam, JULY, typed, by=world.wang, at=AT))
        assert is_left, "without transactions nothing was left: this drill proves nothing"
        sys.stdout.write(f"反例：去掉事务，上报月报第 {number} 次写失败时留下了一半；")
    sys.stdout.write(f"共 {time.monotonic() - began:.0f} 秒。\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
