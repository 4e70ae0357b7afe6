"""Mutants of every kind of workbook, thousands of them: a sound result or a refusal in Chinese, quickly, every time. One half has
bytes changed, the other what stands in its cells.

Most are read in this process, where an exception would be seen; one in a hundred goes the whole way through the child
process that the product uses. `--count` mutants in all; the seed is printed, so that a run can be repeated.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from projects.imports.reading.child import read_in_child
from projects.imports.reading.kinds import PROJECTS
from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.hostile import REFUSED, ods, old, packed, parts, plain
from tests.projects.imports.reading.mistyped import mistyped, originals
from tests.projects.imports.reading.odd import ODS_ROWS, SURVIVED, separated
from tests.projects.imports.reading.soundness import assert_sound

SAMPLES = Path(__file__).resolve().parents[2] / "fixtures" / "samples"
SLOWEST_SECONDS = 10  # of processor time: others may be at work on the machine
THROUGH_THE_CHILD = 100  # one in so many
LARGEST_SEED = 200_000
BULKY = re.compile("bomb|size that lies|deep nesting")  # their point is their size; mutants of it tell nothing new
BLOCKS = [
    b"", b"\0", b"\xff", b"<", b">", b"&", b'"', b"]]>", b"&#0;", b"<!DOCTYPE x>", b"</row>", b"</sheetData>", b"<c/>", b"-1",
    b"99999999999999999999", b"1e999", b"NaN", b"#REF!", b"A0", b"XFD1048576", "合计".encode(), "项目名称".encode(), "\u202e".encode(),
]  # fmt: skip


def seeds() -> list[bytes]:
    """What the mutants are made from: the samples, plain workbooks of every format, and the whole hostile corpus."""
    samples = [path.read_bytes() for path in sorted(SAMPLES.glob("*.xlsx"))]
    kinds = {name: make for name, make in (REFUSED | SURVIVED).items() if not BULKY.search(name)}
    small = [data for make in kinds.values() if len(data := make()) < LARGEST_SEED]
    return [plain(), old(), ods(ODS_ROWS), separated(""), separated("", "gb18030")] * 8 + samples * 4 + small


def mutated(data: bytes, changes: list[tuple[str, float, bytes, int]]) -> bytes:
    """The data with pieces replaced, cut, doubled or swapped at places given as shares of its length."""
    changed = bytearray(data)
    for action, share, block, length in changes:
        place = int(share * len(changed))
        if action == "put":
            changed[place : place + len(block)] = block
        elif action == "insert":
            changed[place:place] = block
        elif action == "cut":
            del changed[place : place + length]
        elif action == "double":
            changed[place:place] = changed[place : place + length] * 3
        else:
            changed = changed[place:] + changed[:place]
    return bytes(changed)


CHANGE = st.tuples(
    st.sampled_from(["put", "insert", "cut", "double", "turn"]),
    st.floats(0, 1, exclude_max=True),
    st.one_of(st.sampled_from(BLOCKS), st.binary(max_size=6)),
    st.integers(1, 400),
)


def mutant(data: bytes, part: int, changes: list[tuple[str, float, bytes, int]]) -> bytes:
    """For an archive the change is made inside one of its parts, else most mutants would only be broken archives."""
    try:
        files = parts(data)
    except Exception:  # noqa: BLE001 (any archive that Python cannot open is changed as plain bytes)
        return mutated(data, changes)
    if not files or part % 8 == 0:
        return mutated(data, changes)
    name = sorted(files)[part % len(files)]
    return packed(files | {name: mutated(files[name], changes)})


MISTAKE = st.tuples(
    st.sampled_from(["put", "put", "amend", "amend", "copy", "blank", "merge", "part"]),
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 10**6),
    st.integers(0, 19),
)


class Run:
    """What came of the mutants so far: `outcome` counts those that were read and those refused."""

    def __init__(self, folder: str) -> None:
        self.path, self.outcome, self.slowest = Path(folder) / "清单.xlsx", Counter[str](), 0.0

    def look(self, data: bytes, kind: str = PROJECTS) -> None:
        """Read a mutant; raises when it breaks a promise (its bytes are then kept)."""
        self.path.write_bytes(data)
        read: Callable[..., dict[str, Any]] = read_workbook
        if self.outcome.total() % THROUGH_THE_CHILD == THROUGH_THE_CHILD - 1:
            read = read_in_child
        began = time.process_time()
        try:
            result = read(self.path, year=2023, kind=kind)
            assert_sound(self.path, result)
        except BaseException:
            kept = Path(tempfile.gettempdir()) / "mutant.xlsx"
            kept.write_bytes(data)
            sys.stderr.write(f"the mutant is kept as {kept}\n")
            raise
        passed = time.process_time() - began
        self.slowest = max(self.slowest, passed)
        assert passed < SLOWEST_SECONDS, f"took {passed:.1f} s"
        self.outcome["read" if any(sheet["rows"] for sheet in result["sheets"]) else "refused"] += 1


def drill(count: int, chosen: int) -> Counter[str]:
    """Read `count` mutants; raises on the first that breaks a promise."""
    origins, books = seeds(), originals()

    def examples(number: int) -> Callable[..., Any]:
        wanted: dict[str, Any] = {"deadline": None, "database": None, "phases": [Phase.generate]}
        checks = list(HealthCheck)
        return lambda test: seed(chosen)(settings(max_examples=number, suppress_health_check=checks, **wanted)(test))

    with tempfile.TemporaryDirectory() as folder:
        run = Run(folder)

        @examples(count - count // 2)
        @given(st.integers(0, len(origins) - 1), st.integers(0, 200), st.lists(CHANGE, min_size=1, max_size=12))
        def bytewise(origin: int, part: int, changes: list[tuple[str, float, bytes, int]]) -> None:
            run.look(mutant(origins[origin], part, changes))

        @examples(count // 2)
        @given(st.integers(0, len(books) - 1), st.lists(MISTAKE, min_size=1, max_size=12))
        def by_cell(book: int, changes: list[tuple[str, float, float, int, int]]) -> None:
            kind, data = books[book]
            run.look(mistyped(data, changes), kind)

        bytewise()
        by_cell()
    run.outcome["slowest_ms"] = round(run.slowest * 1000)
    return run.outcome


def main() -> int:
    """One honest line; exit 1 (by the exception) when a promise broke."""
    parser = argparse.ArgumentParser(prog="dev.py drill workbooks")
    parser.add_argument("--count", type=int, default=10_000, help="how many mutants")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    arguments = parser.parse_args()
    began = time.monotonic()
    outcome = drill(arguments.count, arguments.seed)
    total = outcome["read"] + outcome["refused"]
    sys.stdout.write(
        f"坏工作簿：{total} 个变异文件（一半改字节，一半改单元格，种子 {arguments.seed}），读出 {outcome['read']} 个，拒绝或没有项目 {outcome['refused']} 个，"
        f"异常 0；最慢 {outcome['slowest_ms']} 毫秒（处理器时间），共 {time.monotonic() - began:.0f} 秒。\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
