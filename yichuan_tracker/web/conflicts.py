"""409: somebody else saved first. Both versions side by side, and a form in which each difference is settled by a click."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leaders.audit.models import HistoryEntry
from leaders.audit.rules import EMPTY, Beside, Conflict, field_type, shown_value, typed_value
from yichuan_tracker.months import month_key
from yichuan_tracker.web.resending import came_from, resend_of


@dataclass(frozen=True)
class Difference:
    """A field on which the two versions differ. `is_untouched`: the person left it as it was and only the others changed it.
    `current_raw` and `typed_raw` are what the form would post for each; None when the choice cannot be offered."""

    name: str
    label: str
    current: str
    typed: str
    changed_by: str
    changed_at: datetime.datetime | None
    is_untouched: bool
    current_raw: str | None
    typed_raw: str | None


def conflict_page(request: HttpRequest, conflict: Conflict) -> HttpResponse:
    current = conflict.current
    entries = list(
        HistoryEntry.objects.filter(object_type=current._meta.model_name, object_id=current.pk).order_by("-at", "-pk")[
            :100
        ]
    )
    found = differences(conflict, entries, request.POST)
    offered = {line.name for line in found if line.typed_raw is not None}
    context = {
        "record": current,
        "record_kind": current._meta.verbose_name,
        "differences": found,
        "latest": entries[0] if entries else None,
        "version": getattr(current, "version", None),
        "may_resend": "version" in request.POST,
        "resend": resend_of(request, leave_out=offered | {"version"}),
        "fresh_url": came_from(request),
    }
    return render(request, "409.html", context, status=409)


def differences(conflict: Conflict, entries: list[HistoryEntry], posted: Mapping[str, str]) -> list[Difference]:
    """One line for each typed field that differs from the record as it is now. `entries` newest first."""
    current = conflict.current
    since = _entries_since(entries, getattr(current, "version", 0), posted.get("version", ""))
    found = []
    for name, value in conflict.typed.items():
        try:
            field = current._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if not isinstance(field, models.Field):
            continue
        now, typed = typed_value(field, getattr(current, name)), typed_value(field, value)
        if now == typed:
            continue
        last = next((entry for entry in entries if _line(entry, name)), None)
        first = next((entry for entry in reversed(since) if _line(entry, name)), None)
        found.append(
            Difference(
                name=name,
                label=str(field.verbose_name),
                current=shown_value(field_type(field), now),
                typed=shown_value(field_type(field), typed),
                changed_by=last.actor_name if last else "",
                changed_at=last.at if last else None,
                is_untouched=first is not None and _same(_line(first, name)["old"], typed),
                current_raw=_raw(getattr(current, name), posted.get(name)),
                typed_raw=_typed_raw(name, value, posted),
            )
        )
    return found + [_beside(item, entries, since, posted) for item in conflict.beside if item.current != item.typed]


def _beside(
    item: Beside, entries: list[HistoryEntry], since: list[HistoryEntry], posted: Mapping[str, str]
) -> Difference:
    last = next((entry for entry in entries if _line(entry, item.name)), None)
    first = next((entry for entry in reversed(since) if _line(entry, item.name)), None)
    return Difference(
        name=item.name,
        label=item.label,
        current=item.current or EMPTY,
        typed=item.typed or EMPTY,
        changed_by=last.actor_name if last else "",
        changed_at=last.at if last else None,
        is_untouched=first is not None and _same(_line(first, item.name)["old"], item.typed),
        current_raw=item.raw,
        typed_raw=None if item.raw is None else posted.get(item.name, ""),
    )


def _entries_since(entries: list[HistoryEntry], version: int, seen: str) -> list[HistoryEntry]:
    """Those that changed the record after the version that the person saw: each raised it by one."""
    if not (seen.isascii() and seen.isdigit()):
        return []
    return [entry for entry in entries if entry.changes][: max(0, version - int(seen[:9]))]


def _line(entry: HistoryEntry, name: str) -> dict[str, Any]:
    return next((line for line in entry.changes if line.get("field") == name), {})


def _same(old: Any, typed: Any) -> bool:
    return _key(old) == _key(typed)


def _key(value: Any) -> Any:
    if isinstance(value, dict):
        return value.get("id")
    return None if value == "" else value


def _typed_raw(name: str, value: Any, posted: Mapping[str, str]) -> str | None:
    if name in posted:
        return posted[name]
    # A box that was not ticked is not posted at all.
    return "false" if value is False else None


def _raw(value: Any, posted: str | None) -> str | None:
    """`value` as a form field would post it, in the manner of what was posted for it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, datetime.date):
        return month_key(value) if posted and re.fullmatch(r"\d{4}-\d{2}", posted) else value.isoformat()
    return str(value)
