import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from leaders.accounts.models import User
from leaders.audit.rules import Conflict
from projects.progress.actions import save_report_draft, submit_report
from projects.registry.models import Project


@dataclass(frozen=True)
class TypedRow:
    """What was typed for one project, and the version of its report that the person saw (None: there was none)."""

    project: Project
    values: Mapping[str, Any]
    version: int | None


@dataclass(frozen=True)
class Refused:
    """Why a row was not written: a rule, somebody who wrote first, or a project that is another's to file for now."""

    row: TypedRow
    why: ValidationError | Conflict | PermissionDenied


def file_rows(
    month: datetime.date, rows: Iterable[TypedRow], *, is_final: bool, by: User, at: datetime.datetime
) -> list[Refused]:
    """Save the rows of a sheet as drafts, or send them (`is_final`); each row by itself, so that one that asks for a reason
    holds back no other. Returns those that were refused."""
    act = submit_report if is_final else save_report_draft
    refused = []
    for row in rows:
        try:
            act(row.project, month, row.values, version=row.version, by=by, at=at)
        except (ValidationError, Conflict, PermissionDenied) as why:
            refused.append(Refused(row, why))
    return refused
