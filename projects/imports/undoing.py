"""Taking a whole batch back at any later time.

What the batch wrote and nobody changed since goes back; what a person or a later file has edited stays and is named. A project
that the batch created and that must stay, because somebody changed it or registered something under it, stays whole.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from leaders.accounts.models import User
from leaders.audit.actions import record, record_many
from leaders.audit.models import HistoryEntry
from leaders.audit.rules import text_line
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit, UnitAlias
from leaders.roster.models import Leader, LeaderAlias
from projects.imports.access import may_import
from projects.imports.journal import Journal, created_pks, plain, values_by_pk
from projects.imports.matching.known import CHUNK
from projects.imports.models import BatchState, ImportBatch, ImportRow
from projects.milestones.models import Milestone
from projects.permits.models import Permit, PermitType
from projects.progress.models import MonthReport, StatisticsEntry
from projects.registry.models import (
    Membership,
    Project,
    ProjectCode,
    ProjectList,
    Responsibility,
    Sector,
    YearPlan,
)
from projects.registry.plans.actions import take_back_imported_plans
from projects.registry.plans.models import PlanRevision

Key = tuple[str, int]
# What an import may write; what hangs on others before that on which it hangs.
MODELS: tuple[Any, ...] = (
    Milestone, MonthReport, Permit, StatisticsEntry, Responsibility, YearPlan, Membership, ProjectCode,
    Project, ProjectList, PermitType, WorkingGroup, Leader, Unit, Sector,
)  # fmt: skip
BY_NAME: dict[str, Any] = {str(model._meta.model_name): model for model in MODELS}
# Goes with what it hangs on: other spellings of a name, and rows that were read.
NO_HINDRANCE = (UnitAlias, LeaderAlias, ImportRow, ImportBatch)
# Fields that make sense only together; of every kind not named here except YearPlan a record goes back whole or not at all.
TOGETHER: tuple[frozenset[str], ...] = (
    frozenset({"name", "name_key", "pinyin"}),
    frozenset({"state", "actual_start_on", "actual_end_on", "planned_start_on", "planned_end_on"}),
    frozenset({"total_wan", "government_wan", "private_wan"}),
    frozenset({"township_id", "location"}),
)
FIELD_BY_FIELD = ("project", "yearplan")


@dataclass
class Undoing:
    """What undoing a batch would do. `kept` are lines for people: {object, kind, field, value, why}."""

    entries: list[HistoryEntry]
    removed: dict[str, set[int]] = field(default_factory=dict)
    unmade: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    restored: dict[Key, dict[str, Any]] = field(default_factory=dict)
    versions: dict[Key, int] = field(default_factory=dict)
    returned: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    positions: dict[int, int] = field(default_factory=dict)
    kept: list[dict[str, str]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Words → number, of what goes back."""
        found = {f"删除{BY_NAME[name]._meta.verbose_name}": len(pks) for name, pks in self.removed.items() if pks}
        values = sum(len(columns) for columns in self.restored.values())
        return found | {words: n for words, n in (("改回", values), ("恢复责任分工", len(self.returned))) if n}

    @property
    def digest(self) -> str:
        told = [
            sorted((name, sorted(pks)) for name, pks in self.removed.items()),
            sorted([*key, self.versions[key], sorted(columns)] for key, columns in self.restored.items()),
            len(self.returned),
            self.kept,
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


class _Planner:
    def __init__(self, batch: ImportBatch, *, lock: bool) -> None:
        self.journal: Journal = batch.written
        self.batch_pk = batch.pk
        self.plan = Undoing(list(HistoryEntry.objects.filter(batch_id=batch.pk).order_by("pk")))
        created = created_pks(self.journal)
        self.changed: dict[Key, tuple[int, dict[str, list[Any]]]] = {
            (name, pk): (version, columns) for name, pk, version, columns in self.journal["changed"]
        }
        wanted = {name: set(pks) for name, pks in created.items()}
        for name, pk in self.changed:
            wanted.setdefault(name, set()).add(pk)
        self.now: dict[Key, dict[str, Any]] = {
            (name, pk): values
            for name, pks in wanted.items()
            for pk, values in values_by_pk(BY_NAME[name], pks, lock=lock).items()
        }
        self.created = {(name, pk) for name, pks in created.items() for pk in pks if (name, pk) in self.now}
        self.why: dict[Key, str] = {}
        self.edited: dict[Key, set[str]] = {}
        self.touched: set[Key] = set()
        self.latest: dict[Key, HistoryEntry] = {}
        self.names: dict[Key, str] = {}
        self.labels: dict[tuple[str, int, str], str] = {}

    def run(self) -> Undoing:
        self._read_names()
        self._find_touched()
        for key in self.now:
            if key in self.created and key in self.touched:
                self.why[key] = "导入后又有人改过"
        self._keep_duties()
        self._keep_what_is_used(self._references())
        for name, pk in self.created - self.why.keys():
            self.plan.removed.setdefault(name, set()).add(pk)
            self.plan.unmade.append((name, {column: plain(value) for column, value in self.now[name, pk].items()}))
        self._restore()
        self._return_positions()
        self._name_kept()
        return self.plan

    def _read_names(self) -> None:
        for entry in self.plan.entries:
            for line in entry.changes:
                key = _key_of(entry, line)
                self.names.setdefault(key, entry.object_name)
                self.labels[*key, str(line["field"]).rsplit(".", 1)[-1]] = line["label"]

    def _keep_duties(self) -> None:
        """Who answers for a project goes back for a whole role or not at all: nobody shall stand there twice."""
        groups: dict[tuple[int, str], set[int]] = defaultdict(set)
        ours = [values for (name, _), values in self.now.items() if name == "responsibility"]
        for values in [*ours, *(old for name, old in self.journal["removed"] if name == "responsibility")]:
            groups[values["project_id"], values["role"]].add(values["id"])
        owners, later = sorted({project for project, _ in groups}), set()
        for start in range(0, len(owners), CHUNK):
            there = Responsibility.objects.filter(project__in=owners[start : start + CHUNK])
            for pk, project, role in there.values_list("pk", "project_id", "role"):
                if (project, role) in groups and pk > max(groups[project, role]):
                    later.add((project, role))
        self.closed_duties = later
        for group, pks in groups.items():
            keys = {("responsibility", pk) for pk in pks} & self.now.keys()
            touched = not self.touched.isdisjoint(keys)
            if group in later or touched:
                self.closed_duties.add(group)
                self.why |= dict.fromkeys(keys, "责任分工后来又调整过")

    def _find_touched(self) -> None:
        """Records changed since, unless all that changed them was a batch that is undone itself."""
        after = {key: version for key, (version, _) in self.changed.items()}
        grown = {key for key, values in self.now.items() if values["version"] != after.get(key, 1)}
        owners = {self.now[key]["project_id"] for key in grown if "project_id" in self.now[key]}
        first = self.plan.entries[0].pk if self.plan.entries else 0
        cancelled: set[Key] = set()
        subjects = sorted({pk for _, pk in grown} | owners)
        gone = set(ImportBatch.objects.filter(state=BatchState.UNDONE).values_list("pk", flat=True)) if grown else set()
        for start in range(0, len(subjects), CHUNK):
            since = HistoryEntry.objects.filter(pk__gt=first, subject_id__in=subjects[start : start + CHUNK])
            for entry in since.exclude(batch_id=self.batch_pk).order_by("pk"):
                keys = {_key_of(entry, line) for line in entry.changes} or {(entry.object_type, entry.object_id or 0)}
                if entry.batch_id in gone:
                    cancelled |= keys
                else:
                    self.latest |= dict.fromkeys(keys, entry)
        self.touched = {key for key in grown if key in self.latest or key not in cancelled}

    def _references(self) -> list[tuple[Key, Key | None, str]]:
        """(what is used, what uses it, what that is called), for everything created; None uses it from outside."""
        found: list[tuple[Key, Key | None, str]] = []
        # The steps of undone imports go with the plan that they changed and changed back.
        undone = ImportBatch.objects.filter(state=BatchState.UNDONE).values("pk")
        for name in {name for name, _ in self.created}:
            pks = sorted(pk for kind, pk in self.created if kind == name)
            for relation in BY_NAME[name]._meta.get_fields(include_hidden=True):
                if not relation.auto_created or relation.concrete or relation.many_to_many:
                    continue
                user, foreign = relation.related_model, relation.field
                if user in NO_HINDRANCE:
                    continue
                for start in range(0, len(pks), CHUNK):
                    using = user._default_manager.filter(**{f"{foreign.name}__in": pks[start : start + CHUNK]})
                    using = using.exclude(batch_id__in=undone) if user is PlanRevision else using
                    for pk, used in using.values_list("pk", foreign.attname):
                        by = (str(user._meta.model_name), pk)
                        if foreign.attname in self.changed.get(by, (0, {}))[1] and by not in self.touched:
                            continue  # goes back to what it named before
                        found.append(((name, used), by if by in self.created else None, str(user._meta.verbose_name)))
        return found

    def _keep_what_is_used(self, references: list[tuple[Key, Key | None, str]]) -> None:
        """Until nothing more has to stay: what is used by what stays stays, and with a project all that came with it."""
        grew = True
        while grew:
            before = len(self.why)
            uses: dict[Key, Counter[str]] = defaultdict(Counter)
            for used, by, words in references:
                if by is None or by in self.why:
                    uses[used][words] += 1
                elif used in self.why and used[0] == "project":
                    self.why[by] = ""
            for used, counted in uses.items():
                if used not in self.why:
                    told = "、".join(f"{word} {count} 条" for word, count in sorted(counted.items()))
                    self.why[used] = f"还有{told}与它有关"
            grew = len(self.why) > before

    def _restore(self) -> None:
        for key, (_, columns) in self.changed.items():
            now = self.now.get(key)
            if now is None:
                self.edited[key] = set()
                self.why[key] = "已被删除"
                continue
            model = BY_NAME[key[0]]
            read = {c: model._meta.get_field(c.removesuffix("_id")).to_python for c in columns}
            differing = {c for c, (_, new) in columns.items() if now[c] != read[c](new)}
            stays = self._stays(key, set(columns), differing, touched=key in self.touched)
            back = {c: read[c](old) for c, (old, _) in columns.items() if c not in stays}
            if back and key in self.touched and (refused := self._refusal(model, now, back)):
                self.why[key], stays, back = refused, set(columns), {}
            if stays:
                self.edited[key] = stays
                self.why.setdefault(key, "导入后又有人改过")
            if back:
                self.plan.restored[key], self.plan.versions[key] = back, now["version"]
        for name, old in self.journal["removed"]:
            if (old["project_id"], old["role"]) not in self.closed_duties:
                self.plan.returned.append((name, old))

    def _stays(self, key: Key, columns: set[str], differing: set[str], *, touched: bool) -> set[str]:
        if key in self.why:
            return columns
        if key[0] not in FIELD_BY_FIELD:
            return columns if touched else set()
        stays = set(differing)
        for together in TOGETHER:
            if together & differing:
                stays |= together & columns
        return stays

    def _refusal(self, model: Any, now: dict[str, Any], back: dict[str, Any]) -> str:
        """Why old values no longer fit beside what was edited since; only asked of records that were."""
        try:
            model(**now | back).validate_constraints()
        except ValidationError as refusal:
            return f"与后来改过的内容不相容（{''.join(refusal.messages)}）"
        return ""

    def _return_positions(self) -> None:
        moved = {int(pk): places for pk, places in self.journal.get("positions", {}).items()}
        for pk, values in values_by_pk(Membership, moved, "id", "position").items():
            if values["position"] == moved[pk][1]:
                self.plan.positions[pk] = moved[pk][0]

    def _name_kept(self) -> None:
        for (name, pk), why in sorted(self.why.items(), key=lambda item: (item[0][0] != "project", item[0])):
            if not why:
                continue
            model, key = BY_NAME[name], (name, pk)
            line = {"object": self._name(key), "kind": str(model._meta.verbose_name), "why": why + self._who(key)}
            for column in sorted(self.edited.get(key, ())):
                if column not in ("name_key", "pinyin"):
                    own = column.removesuffix("_id")
                    label = self.labels.get((name, pk, own)) or str(model._meta.get_field(own).verbose_name)
                    self.plan.kept.append(line | {"field": label})
            if not self.edited.get(key):
                self.plan.kept.append(line | {"field": "整条保留"})

    def _name(self, key: Key) -> str:
        if key in self.names:
            return self.names[key]
        owner = self.now.get(key, {}).get("project_id")
        return self.names.get(("project", owner), f"编号 {key[1]}") if owner else f"编号 {key[1]}"

    def _who(self, key: Key) -> str:
        entry = self.latest.get(key)
        if entry is None:
            return ""
        batch = f"，导入批次 {entry.batch_id}" if entry.batch_id else ""
        return f"（{entry.actor_name} {entry.at:%Y-%m-%d}{batch}）"


def plan_undo(batch: ImportBatch, *, lock: bool = False) -> Undoing:
    """What would go back and what would stay, as things are now. Raises ValidationError when nothing can be undone."""
    if batch.state != BatchState.APPLIED:
        raise ValidationError(f"这一批{batch.get_state_display()}，不能撤销：只有已导入的批次可以撤销。")
    if not batch.written:
        raise ValidationError("这一批没有留下写入记录，不能整批撤销。请在项目页逐项更正。")
    return _Planner(batch, lock=lock).run()


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
    plan = plan_undo(batch, lock=True)
    if digest is not None and digest != plan.digest:
        raise ValidationError("在您查看之后登记又有变动，还没有撤销。请核对下面更新后的内容，再撤销一次。")
    told = _undo_entries(plan, batch, by, at)
    _put_back(plan)
    plans = [pk for (name, pk), columns in plan.restored.items() if name == "yearplan" and "plan_wan" in columns]
    take_back_imported_plans(batch.pk, plans, by=by, at=at)
    _remove(plan, batch)
    batch.written |= {"unmade": plan.unmade}
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
    if batch.project_list_id in plan.removed.get("projectlist", ()):
        target: Any = batch.project_list
        batch.proposed_list = {name: getattr(target, name) for name in ("key", "name", "year", "kind", "batch")}
        batch.project_list = None
        batch.save(update_fields=["project_list", "proposed_list"])
    for model in MODELS:
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
    key = _key_of(entry, line)
    name = str(line["field"]).rsplit(".", 1)[-1]
    columns = plan.restored.get(key, {})
    return key in back or name in columns or f"{name}_id" in columns or (bool(columns) and key[0] == "responsibility")


def _key_of(entry: HistoryEntry, line: dict[str, Any]) -> Key:
    """The record that a line tells of: an import tells of what hangs on a project in the project's line."""
    return line.get("object", entry.object_type), line.get("object_id", entry.object_id or 0)


def _turned(line: dict[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in line.items() if name != "cell"} | {"old": line["new"], "new": line["old"]}
