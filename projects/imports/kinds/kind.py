from collections.abc import Callable
from typing import Any, NamedTuple

from projects.imports.journal import Journal
from projects.imports.matching.result import Plan


class Kind(NamedTuple):
    """`match(rows, project_list=, year=, at=, answers=, uploader=, headings=)` lays rows beside the register and writes nothing.

    `prepare(plan, by=, at=)` does what can be done before the transaction begins; what it returns is handed to
    `write(plan, prepared, batch, by=, at=)`, which writes what the plan says, inside the caller's transaction, with history that names the
    batch, and returns what undoing needs. `needs_list`: the rows go to a list of projects.
    `silent`: what those are called of whom the file says nothing (`Plan.missing`), where that is told. `looks_at`: models that matching compares with,
    besides those of a list of projects: when a record of theirs comes or goes, the file is matched anew (see staged.py).
    """

    key: str
    title: str
    match: Callable[..., Plan]
    prepare: Callable[..., Any]
    write: Callable[..., Journal]
    needs_list: bool = False
    silent: str = ""
    looks_at: tuple[Any, ...] = ()


def prepare_nothing(_plan: Any, *, by: Any, at: Any) -> None:
    """For kinds whose records are written by actions of their slices, one after the other."""
