"""Names that a file brought: records that nobody knew, and other spellings of those that were known."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from leaders.accounts.models import User
from leaders.audit.actions import changes_of, history_entry, record_many
from leaders.groups.models import WorkingGroup
from leaders.names import squeeze
from leaders.organisations.actions import change_unit
from leaders.organisations.models import Unit, UnitAlias
from leaders.organisations.queries import units
from leaders.roster.actions import change_leader
from leaders.roster.models import Leader
from leaders.roster.queries import leaders
from projects.imports.journal import Book
from projects.imports.matching.result import Plan
from projects.permits.models import PermitType
from projects.registry.models import Sector

# Those that are named by others first.
PROPOSED: tuple[Any, ...] = (Sector, Unit, Leader, WorkingGroup, PermitType)
CHANGES: dict[Any, Any] = {Unit: change_unit, Leader: change_leader}
BATCH = 500


def learn_names(plan: Plan, book: Book, *, by: User | None, at: datetime.datetime, batch_id: int) -> None:
    """Create what the rows name and nobody knew, and keep the spellings that a person said are known ones."""
    entries = []
    for model in PROPOSED:
        fresh = [record for record in plan.proposals if isinstance(record, model)]
        for record in fresh:
            record.clean_fields()
        model._default_manager.bulk_create(fresh, BATCH)
        for record in fresh:
            book.note_created(record)
            entries.append(
                history_entry("create", record, by=by, at=at, batch_id=batch_id, changes=changes_of(record, None))
            )
    record_many(entries)
    learned: dict[Any, list[str]] = defaultdict(list)
    for alias in plan.aliases:
        learned[alias.unit if isinstance(alias, UnitAlias) else alias.leader].append(alias.name)
    for owner, spellings in learned.items():
        # A spelling of two names neither of them: a file that means one of them asks again.
        fresh = [spelling for spelling in dict.fromkeys(spellings) if spelling not in _written_of_others(owner)]
        held = list(owner.aliases.values_list("name", flat=True))
        if names := [name for name in fresh if name not in held]:
            details: dict[str, Any] = {"by": by, "at": at, "version": None, "batch_id": batch_id}
            book.note_aliases(CHANGES[type(owner)](owner, {}, aliases=[*held, *names], **details), names)


def _written_of_others(owner: Unit | Leader) -> set[str]:
    others: Any = units() if isinstance(owner, Unit) else leaders()
    return {
        squeeze(spelling)
        for other in others.exclude(pk=owner.pk)
        for spelling in (other.name, getattr(other, "short_name", ""), *(alias.name for alias in other.aliases.all()))
    }
