"""`python -m tests.benchmarks.one_import KIND FILE`: one import in a fresh process, its figures printed as JSON.

KIND: `ours` (keep, read in the child, match, keep for review; confirm), `peer` and `tables` (flat_import), `parse` (calamine only), `reader` (the child
alone), `stages` (ours with a clock around every stage; the reader runs in this process).
"""

import contextlib
import functools
import io
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

YEAR = 2023


def peak_mb() -> float:
    """Of this process image. (ru_maxrss would count the parent it was forked from.)"""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def user_seconds() -> float:
    times = os.times()
    return times.user + times.children_user


def ours(path: Path) -> int:
    from django.core.files.base import File
    from django.utils import timezone

    from leaders.models import User
    from projects.imports.actions import confirm_batch, read_batch, start_reading, upload_workbook
    from projects.models import Project
    from yichuan_tracker import clock

    office, at, now = User.objects.get(username="bench"), clock.now(), timezone.now()
    new_list = {"key": "bench", "name": "对照清单", "year": YEAR, "kind": "county_key"}
    with path.open("rb") as stream:
        batch = upload_workbook(
            File(stream, path.name), project_list=None, new_list=new_list, year=YEAR, by=office, at=at
        )
    batch = start_reading(batch, by=office, at=at, now=now)
    batch = read_batch(batch, by=office, at=at, now=now)
    assert batch.state == "review", (batch.state, batch.reading["problems"][:3], batch.counts)
    confirm_batch(batch, sha256=batch.sha256, digest=batch.review_digest, by=office, at=at, now=now)
    return Project.objects.count()


def peer(path: Path) -> int:
    from tests.benchmarks.flat_import import import_flat

    return import_flat(path)


def tables(path: Path) -> int:
    from tests.benchmarks.flat_import import import_tables

    return import_tables(path)


def parse(path: Path) -> int:
    from python_calamine import CalamineWorkbook

    return len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()) - 1


def reader(path: Path) -> int:
    from projects.imports.reading.__main__ import main

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        main([str(path), "--options-json", json.dumps({"year": YEAR})])
    return sum(len(sheet["rows"]) for sheet in json.loads(printed.getvalue())["sheets"])


# Stage → the functions in which it spends its time: module, name. A stage inside another is not counted twice.
STAGES: dict[str, list[tuple[str, str]]] = {
    "预检": [
        ("projects.imports.reading.workbook", "decide_kind"),
        ("projects.imports.reading.workbook", "open_archive"),
    ],
    "解析": [("projects.imports.reading.workbook", "read_xlsx")],
    "理解": [("projects.imports.reading.understand", "read_workbook")],
    "匹配": [("projects.imports.actions", "match_reading")],
    "存待核对行": [("projects.imports.actions", "keep_review")],
    "写前准备": [("projects.imports.actions", "staged_plan"), ("projects.imports.applying", "prepare_plan")],
    "写入": [
        ("projects.imports.actions", "lock_and_check"),
        ("projects.imports.applying", "write_plan"),
        ("projects.imports.actions", "_close"),
        ("projects.imports.actions", "link_new_projects"),
    ],
}


class StageClock:
    """User seconds by stage: while a stage runs inside another, only the inner one is counted."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self.wall: Counter[str] = Counter()
        self.running: list[str] = []
        self.mark = 0.0

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._book()
        self.running.append(name)
        began = time.perf_counter()
        try:
            yield
        finally:
            self._book()
            self.running.pop()
            self.wall[name] += time.perf_counter() - began

    def _book(self) -> None:
        now = os.times().user
        if self.running:
            self.spent[self.running[-1]] += now - self.mark
        self.mark = now

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name):
                return function(*args, **kwargs)

        return timed


def stages(path: Path) -> dict[str, Any]:
    clock = StageClock()
    for stage, functions in STAGES.items():
        for module_name, name in functions:
            module = import_module(module_name)
            setattr(module, name, clock.around(stage, getattr(module, name)))
    actions, understand = (
        import_module("projects.imports.actions"),
        import_module("projects.imports.reading.understand"),
    )

    applying, kinds = import_module("projects.imports.applying"), import_module("projects.imports.kinds")
    lists = kinds.projects.KIND._replace(prepare=applying.prepare_plan, write=applying.write_plan)
    kinds.KINDS[lists.key] = lists

    def read_here(path: Path, **options: Any) -> dict[str, Any]:
        return dict(json.loads(json.dumps(understand.read_workbook(path, **options), ensure_ascii=False)))

    actions.read_in_child = read_here  # type: ignore[attr-defined]
    whole = os.times().user
    rows = ours(path)
    spent = dict(clock.spent)
    spent["其余"] = os.times().user - whole - sum(spent.values())
    return {"rows": rows, "stages": spent, "write_seconds": clock.wall["写入"]}


# What is loaded before the clock starts, as in a server that is up.
MODULES = {
    "ours": "projects.imports.actions",
    "peer": "tests.benchmarks.flat_import",
    "tables": "tests.benchmarks.flat_import",
    "parse": "python_calamine",
}


def main(kind: str, path: Path) -> dict[str, Any]:
    if kind in {"ours", "peer", "tables", "stages"}:
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
        django.setup()
        from django.db import connection

        connection.ensure_connection()
    if kind == "stages":
        return stages(path)
    work = {"ours": ours, "peer": peer, "tables": tables, "parse": parse, "reader": reader}[kind]
    if kind in MODULES:
        import_module(MODULES[kind])
    user, began = user_seconds(), time.perf_counter()
    rows = work(path)
    seconds = time.perf_counter() - began
    return {"rows": rows, "seconds": seconds, "user": user_seconds() - user, "peak_mb": peak_mb()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
