from leaders.accounts.models import User
from leaders.roles import Role
from projects.imports.models import ImportBatch
from projects.imports.reading.kinds import REPORTS
from projects.registry.access import is_office


def may_import(user: User, batch: ImportBatch | None = None) -> bool:
    """Upload, answer, confirm and discard: the project office. A unit's reporter may do so with the month workbook that the same
    person uploaded (`batch`); whose projects it may speak of is asked row by row."""
    return is_office(user) or (batch is not None and batch.uploader_id == user.pk and may_upload(user, batch.kind))


def may_upload(user: User, kind: str) -> bool:
    """The office everything; a unit's reporter a month workbook."""
    return is_office(user) or (kind == REPORTS and user.has_role(Role.REPORTER) and user.unit_id is not None)
