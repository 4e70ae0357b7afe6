"""What a line of the access table says, and short ways to write one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

OFFICE = frozenset({"zhao", "zhou"})
ADMINISTRATORS = frozenset({"lin", "ma", "gu"})
READERS = frozenset({"li", "wang", "zhao", "zhou", "sun", "qian", "feng", "he", "dong"})
ANYONE = READERS | ADMINISTRATORS
NOBODY: frozenset[str] = frozenset()
OWN_UNIT = OFFICE | {"li"}
REPORTING = OFFICE | {"li", "wang"}
OTHER_UNIT = OFFICE | {"wang"}
FIELD = OFFICE | {"sun", "qian"}

Places = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    method: str
    url: str
    allowed: frozenset[str]
    kwargs: Callable[[Places], dict[str, Any]] = field(default=lambda places: {})
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.url} {self.note}".strip()


def of(name: str) -> Callable[[Places], dict[str, Any]]:
    return lambda places: {"pk": places[name].pk}


def person(name: str) -> Callable[[Places], dict[str, Any]]:
    return lambda places: {"pk": getattr(places["world"], name).pk}


def month(places: Places) -> dict[str, Any]:
    return {"month": places["month"]}


def year(_: Places) -> dict[str, Any]:
    return {"year": 2023}


def read(url: str, allowed: frozenset[str] = READERS, kwargs: Any = None, note: str = "") -> Line:
    return Line("GET", url, allowed, kwargs or (lambda places: {}), note)


def write(
    url: str,
    allowed: frozenset[str] = OFFICE,
    kwargs: Any = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> Line:
    return Line("POST", url, allowed, kwargs or (lambda places: {}), note, data or {})


def form(url: str, allowed: frozenset[str] = OFFICE, kwargs: Any = None, note: str = "") -> list[Line]:
    """A page with a form: the same people open it and send it."""
    return [read(url, allowed, kwargs, note), write(url, allowed, kwargs, note)]


def both(url: str, suffix: str, own: frozenset[str], other: frozenset[str], *, methods: Any = form) -> list[Line]:
    """The same URL on the road and on the dam."""
    lines: list[Line] = []
    for name, allowed in (("road", own), ("dam", other)):
        made = methods(url, allowed, of(f"{name}{suffix}"), "own" if name == "road" else "other")
        lines += made if isinstance(made, list) else [made]
    return lines


def step(name: str, state: str) -> Callable[[Places], dict[str, Any]]:
    """A step of the procedure on the road or on the dam."""
    return lambda places: {"pk": places[f"{name}-permit"].pk, "state": state}


def scored(name: str) -> Callable[[Places], dict[str, Any]]:
    return lambda places: {"run_pk": places["run"].pk, "project_pk": getattr(places["world"], name).pk}


def sheet_of(unit: str) -> Callable[[Places], dict[str, Any]]:
    """July of a unit."""
    return lambda places: {"pk": getattr(places["world"], unit).pk, "month": "2023-07"}


def report_of(name: str) -> Callable[[Places], dict[str, Any]]:
    return lambda places: {"pk": places[name].pk, "month": "2023-07"}


def record_of(kind: str, name: str) -> Callable[[Places], dict[str, Any]]:
    """A record whose address says of which kind it is."""
    return lambda places: {"kind": kind, "pk": places[name].pk}
