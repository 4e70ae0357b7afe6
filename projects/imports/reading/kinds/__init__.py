"""What can be read besides lists of projects: kind → the forms of its tables. Django-free, since the child process reads them."""

from projects.imports.reading.kinds import guarantees, inspections, problems, reports, roster
from projects.imports.reading.ledgers import Form, Item

PROJECTS, PERMITS, REPORTS = "projects", "permits", "reports"
# Read like a list of projects, by columns of their own and not by a form.
LISTS = (PROJECTS, PERMITS)
FORMS: dict[str, tuple[Form, ...]] = {
    REPORTS: reports.FORMS,
    "problems": problems.FORMS,
    "inspections": inspections.FORMS,
    "guarantees": guarantees.FORMS,
    "roster": roster.FORMS,
}
# Kinds of which many workbooks come at once, in a ZIP.
PILES = frozenset({REPORTS})


def item_of(kind: str, key: str) -> Item | None:
    """The field of a ledger of this kind; None for a list of projects and its like, which have columns of its own."""
    return next((item for form in FORMS.get(kind, ()) for item in form.items if item.key == key), None)
