"""What can be read besides lists of projects: kind → the forms of its tables. Django-free, since the child process reads them."""

from projects.imports.reading.kinds import reports, roster
from projects.imports.reading.ledgers import Form, Item

PROJECTS, REPORTS = "projects", "reports"
FORMS: dict[str, tuple[Form, ...]] = {REPORTS: reports.FORMS, "roster": roster.FORMS}
# Kinds of which many workbooks come at once, in a ZIP.
PILES = frozenset({REPORTS})


def item_of(key: str) -> Item | None:
    """The field of a ledger with this key."""
    return next((item for forms in FORMS.values() for form in forms for item in form.items if item.key == key), None)
