"""Preview and apply of a list against django-import-export, tuned, and against parsing alone. Every run is a fresh process in
a fresh database."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks import databases
from tests.benchmarks.timing import ratio, table
from tests.benchmarks.workbooks import write_workbook

KINDS = {
    "ours": "本系统：核对 + 写入，含读表子进程、历史、来源、待核对行",
    "tables": "django-import-export，写同样的 6 个资源（4 张表），无历史",
    "peer": "django-import-export，只写 1 张平表，无历史",
    "parse": "calamine 只解析",
}


def run(folder: Path, sizes: tuple[int, ...], rounds: int) -> str:
    parts = []
    for size in sizes:
        book = write_workbook(folder / f"{size}.xlsx", size)
        turns = rounds if size < 1000 else 1
        found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        for _ in range(turns):
            for kind, results in found.items():
                results.append(_in_process(kind, book))
        parts.append(_comparison(size, found, turns))
        parts.append(_stages(size, _in_process("stages", book), _in_process("reader", book)))
    return "\n\n".join(parts)


def _in_process(kind: str, book: Path) -> dict[str, Any]:
    """What tests.benchmarks.one_import printed. Raises CalledProcessError."""
    databases.copy(databases.REFERENCE, "one_import")
    environment = os.environ | {"BENCHMARK_DATABASE_URL": databases.address("one_import")}
    command = [sys.executable, "-m", "tests.benchmarks.one_import", kind, str(book)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    databases.forget("one_import")
    return dict(json.loads(done.stdout))


def _comparison(size: int, found: dict[str, list[dict[str, Any]]], turns: int) -> str:
    middle = {
        kind: {key: statistics.median(result[key] for result in results) for key in ("seconds", "user", "peak_mb")}
        for kind, results in found.items()
    }
    rows = [
        [
            KINDS[kind],
            f"{values['seconds']:.3f}",
            f"{values['user']:.2f}",
            "" if kind == "ours" else ratio(values["seconds"], middle["ours"]["seconds"]),
            "" if kind == "ours" else ratio(values["user"], middle["ours"]["user"]),
            f"{values['peak_mb']:.0f}",
        ]
        for kind, values in middle.items()
    ]
    head = ["导入", "秒", "用户态秒", "它 ÷ 本系统", "用户态 它 ÷ 本系统", "内存峰值 MB"]
    parsing = middle["ours"]["seconds"] / middle["parse"]["seconds"]
    return (
        f"{size} 行 × 12 列，{turns} 次的中位数：\n\n{table(head, rows)}\n\n"
        f"本系统 ÷ 只解析 = {parsing:.0f}。目标：14,100 行至少快 4 倍，141 行不慢于它。"
    )


def _stages(size: int, staged: dict[str, Any], reader: dict[str, Any]) -> str:
    rows = [[name, f"{seconds:.2f}"] for name, seconds in staged["stages"].items()]
    return (
        f"{size} 行，本系统各阶段的用户态秒数：\n\n{table(['阶段', '秒'], rows)}\n\n"
        f"读表子进程内存峰值 {reader['peak_mb']:.0f} MB。确认时写入事务 {staged['write_seconds']:.2f} 秒（目标 ≤ 3 秒）。"
    )
