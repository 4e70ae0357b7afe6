"""Taking a whole batch back at any later time.

What the batch wrote and nobody changed since goes back; what a person or a later file has edited stays and is named. A project
that the batch created and that must stay, because somebody changed it or registered something under it, stays whole.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from leaders.accounts.models import User
from leaders.audit.actions import record, record_many
from leaders.audit.models import HistoryEntry
from leaders.audit.rules import text_line
from projects.imports.access import may_import
from projects.imports.matching.known import CHUNK
from projects.imports.models import BatchState, ImportBatch
from projects.imports.undo_plan import BY_NAME, MODELS, Key, Undoing, key_of, plan_undo
from projects.registry.models import Membership, ProjectList
from projects.registry.plans.actions import take_back_imported_plans


@transaction.atomic
def undo_batch(
    batch: ImportBatch, *, by: User, at: datetime.datetime, reason: str, digest: str | None = None
) -> ImportBatch:
    """Take back what the batch wrote, and name what stays (`batch.undoing`).

    `digest` is that of the preview. Raises ValidationError when there is no reason, the batch is not applied (any more) or
    things changed since the preview; PermissionDenied.
    """
    if not may_import(by, batch):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤销的理由。"})
    list(ProjectList.objects.select_for_update().order_by("pk").values_list("pk"))
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    plan = plan_undo(batch, today=at.date(), lock=True)
    if digest is not None and digest != plan.digest:
        raise ValidationError("在您查看之后登记又有变动，还没有撤销。请核对下面更新后的内容，再撤销一次。")
    told = _undo_entries(plan, batch, by, at)
    # Beside a stretch of a list that the batch began the one before cannot be open again.
    _delete(plan, [Membership])
    _put_back(plan)
    plans = [pk for (name, pk), columns in plan.restored.items() if name == "yearplan" and "plan_wan" in columns]
    take_back_imported_plans(batch.pk, plans, by=by, at=at)
    _remove(plan, batch)
    put_back = sorted([*plan.restored, *((name, old["id"]) for name, old in plan.returned)])
    batch.written |= {"unmade": plan.unmade, "put_back": put_back}
    batch.undoing = {"counts": plan.counts, "kept": plan.kept, "reason": reason.strip()}
    batch.state = BatchState.UNDONE
    batch.save()
    words = "，".join(f"{what} {count}" for what, count in plan.counts.items()) or "没有可还原的内容"
    record_many(told)
    lines = [text_line("rows", "撤销", None, f"{words}；保留 {len(plan.kept)} 处")]
    record("undo", batch, by=by, at=at, batch_id=batch.pk, reason=reason.strip(), changes=lines)
    return batch


def _put_back(plan: Undoing) -> None:
    alike: dict[tuple[str, tuple[str, ...]], list[Any]] = defaultdict(list)
    for (name, pk), columns in plan.restored.items():
        record_ = BY_NAME[name](pk=pk, version=plan.versions[name, pk] + 1, **columns)
        alike[name, tuple(sorted(columns))].append(record_)
    for (name, columns_), records in alike.items():
        fields = [BY_NAME[name]._meta.get_field(column.removesuffix("_id")).name for column in columns_]
        BY_NAME[name]._default_manager.bulk_update(records, [*fields, "version"], CHUNK)
    for (name, pk), spellings in plan.aliases.items():
        BY_NAME[name](pk=pk).aliases.filter(name__in=spellings).delete()
    places = [Membership(pk=pk, position=position) for pk, position in plan.positions.items()]
    Membership.objects.bulk_update(places, ["position"], CHUNK)
    gone: dict[str, list[models.Model]] = defaultdict(list)
    for name, old in plan.returned:
        model = BY_NAME[name]
        read = {column: model._meta.get_field(column.removesuffix("_id")).to_python(v) for column, v in old.items()}
        gone[name].append(model(**read | {"version": old["version"] + 1}))
    for name, records in gone.items():
        BY_NAME[name]._default_manager.bulk_create(records, CHUNK)


def _remove(plan: Undoing, batch: ImportBatch) -> None:
    """A list that goes is again one that its files propose: this batch's, and those uploaded to it since."""
    lists = plan.removed.get("projectlist", ())
    for one in ImportBatch.objects.select_for_update().filter(project_list__in=lists).select_related("project_list"):
        told = batch if one.pk == batch.pk else one
        target: Any = told.project_list
        told.proposed_list = {name: getattr(target, name) for name in ("key", "name", "year", "kind", "batch")}
        told.project_list = None
        told.save(update_fields=["project_list", "proposed_list"])
    _delete(plan, MODELS)


def _delete(plan: Undoing, models_: Iterable[Any]) -> None:
    for model in models_:
        pks = sorted(plan.removed.get(str(model._meta.model_name), ()))
        for start in range(0, len(pks), CHUNK):
            model._default_manager.filter(pk__in=pks[start : start + CHUNK]).delete()


def _undo_entries(plan: Undoing, batch: ImportBatch, by: User, at: datetime.datetime) -> list[HistoryEntry]:
    """For each line of the import that goes back one line the other way round."""
    back = {(name, pk) for name, pks in plan.removed.items() for pk in pks}
    back |= {(name, old["id"]) for name, old in plan.returned}
    told = []
    for entry in plan.entries:
        lines = [_turned(line) for line in entry.changes if _goes_back(plan, back, entry, line)]
        if lines:
            same = ("object_type", "object_id", "object_name", "subject_type", "subject_id")
            about = {name: getattr(entry, name) for name in same}
            more: dict[str, Any] = {"action": "undo", "changes": lines, "batch_id": batch.pk}
            told.append(HistoryEntry(at=at, actor=by, actor_name=by.display_name, **about, **more))
    return told


def _goes_back(plan: Undoing, back: set[Key], entry: HistoryEntry, line: dict[str, Any]) -> bool:
    key = key_of(entry, line)
    name = str(line["field"]).rsplit(".", 1)[-1]
    columns = plan.restored.get(key, {})
    if name == "aliases":
        return key in plan.aliases
    return key in back or name in columns or f"{name}_id" in columns or (bool(columns) and key[0] == "responsibility")


def _turned(line: dict[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in line.items() if name != "cell"} | {"old": line["new"], "new": line["old"]}
