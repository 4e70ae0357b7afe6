"""The tabs of a project's page, and where the values on it come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import TextChoices

from leaders.audit.rules import cell_of


class Tab(TextChoices):
    OVERVIEW = "", "概况"
    MILESTONES = "milestones", "节点"
    REQUESTS = "requests", "变更"
    REPORTS = "reports", "月报"
    PERMITS = "permits", "手续"
    INSPECTIONS = "inspections", "督查"
    PROBLEMS = "problems", "问题"
    DUTIES = "duties", "责任与清单"
    FUNDING = "funding", "资金"
    HISTORY = "history", "历史"


def tab_named(text: str) -> Tab:
    """The tab that an address asks for; the overview for anything else."""
    return Tab(text) if text in Tab.values else Tab.OVERVIEW


@dataclass(frozen=True)
class Bar:
    """Two places on a bar of 100: how far the money is, and where the schedule (序时) stands."""

    done: int
    schedule: int


def bar_of(rate: Fraction | None, schedule: Fraction) -> Bar | None:
    """Cut at the bar's ends; None without a plan."""
    if rate is None:
        return None
    done, due = (min(100, max(0, int(share * 100))) for share in (rate, schedule))
    return Bar(done, due)


@dataclass(frozen=True)
class Origin:
    """The cell of an imported file in which a value stood."""

    batch_id: int
    sheet: str
    cell: str


@dataclass(frozen=True)
class Trace:
    """A line of history as far as origins need it. `prefix` is empty for the project itself, whose imports also tell of what
    hangs on it (yearplan.2023.plan_wan); for a line of such a record it is the same name (yearplan.2023.)."""

    prefix: str
    changes: Iterable[Mapping[str, Any]]
    origin: Mapping[str, Any] | None
    batch_id: int | None


def origins(traces: Iterable[Trace]) -> dict[str, Origin]:
    """{"total_wan": where it was read} from the history, newest first. A value that a person typed after the import has no
    cell any more."""
    settled: dict[str, Origin | None] = {}
    for trace in traces:
        told: Mapping[str, Any] = trace.origin or {}
        cells = {name: cell if isinstance(cell, dict) else None for name, cell in told.items() if name != "sheet"}
        cells |= {str(line["field"]): cell_of(line, trace.origin) for line in trace.changes}
        for name, cell in cells.items():
            read = cell is not None and trace.batch_id is not None
            settled.setdefault(
                f"{trace.prefix}{name}",
                Origin(trace.batch_id or 0, cell["sheet"], cell["cell"]) if read and cell else None,
            )
    return {key: origin for key, origin in settled.items() if origin}


def origins_below(prefix: str, found: Mapping[str, Origin]) -> dict[str, Origin]:
    """Those of one record, by its field's own name."""
    return {key.removeprefix(prefix): origin for key, origin in found.items() if key.startswith(prefix)}
