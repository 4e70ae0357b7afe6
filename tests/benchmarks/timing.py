"""Fair clocks: what is compared runs turn by turn in the same process, so that a busy machine slows all of it alike."""

import gc
import random
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any


def interleaved(works: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Median seconds of each, over rounds in each of which all are run once in another order."""
    names = list(works)
    spent: dict[str, list[float]] = {name: [] for name in works}
    chance = random.Random(20260701)
    for name in names:
        works[name]()
    gc.collect()
    for _ in range(rounds):
        chance.shuffle(names)
        for name in names:
            began = time.perf_counter()
            works[name]()
            spent[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in spent.items()}


def once(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def table(head: list[str], rows: list[list[str]]) -> str:
    """As Markdown, so that it can be pasted into docs/benchmarks.md."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def ratio(part: float, whole: float) -> str:
    return f"{part / whole:.2f}"
