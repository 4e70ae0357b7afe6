"""What can be read besides lists of projects: kind → the forms of its tables. Django-free, since the child process reads them."""

from projects.imports.reading.kinds import guarantees, inspections, problems, reports, roster
from projects.imports.reading.ledgers import Form, Item

PROJECTS, PERMITS, REPORTS = "projects", "permits", "reports"
# Read like a list of projects, by columns of their own and not by a form: what a row tells of, and what to do where none is found.
LISTS = {
    PROJECTS: ("项目", "请确认选对了文件和内容；项目清单里要有“项目名称”一列，每个项目一行。"),
    PERMITS: ("手续", "请确认选对了文件和内容；手续表里要有“项目名称”一列，每项手续一列，每个项目一行。"),
}
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
