"""What undoing a batch would do, as things are now: what goes back, what stays and why."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from leaders.audit.models import HistoryEntry
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit, UnitAlias
from leaders.roster.models import Leader, LeaderAlias
from projects.guarantees.models import Deal, GuaranteeEntry
from projects.imports.journal import Journal, created_pks, plain, values_by_pk
from projects.imports.matching.known import CHUNK
from projects.imports.models import BatchState, ImportBatch, ImportRow
from projects.inspections.models import Finding, Inspection
from projects.milestones.models import Milestone
from projects.periods.models import Period
from projects.permits.models import Permit, PermitType
from projects.permits.pauses.models import Pause
from projects.problems.models import Problem, ProblemPart
from projects.progress.models import MonthReport, StatisticsEntry, StatisticsFigure
from projects.rankings.queries import named_by_published
from projects.registry.models import (
    FundingSource,
    Membership,
    Project,
    ProjectCode,
    ProjectList,
    Responsibility,
    Sector,
    YearPlan,
)
from projects.registry.plans.models import PlanRevision
from yichuan_tracker.months import month_label

Key = tuple[str, int]
# What an import may write; what hangs on others before that on which it hangs.
MODELS: tuple[Any, ...] = (
    GuaranteeEntry, Deal, FundingSource, Finding, Inspection, ProblemPart, Problem, StatisticsFigure,
    Milestone, MonthReport, Pause, Permit, StatisticsEntry, Responsibility, YearPlan, Membership, ProjectCode,
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
    aliases: dict[Key, list[str]] = field(default_factory=dict)
    kept: list[dict[str, str]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Words → number, of what goes back."""
        found = {f"删除{BY_NAME[name]._meta.verbose_name}": len(pks) for name, pks in self.removed.items() if pks}
        values = sum(len(columns) for columns in self.restored.values())
        told = (
            ("改回", values),
            ("恢复责任分工", len(self.returned)),
            ("去掉别名", sum(map(len, self.aliases.values()))),
        )
        return found | {words: n for words, n in told if n}

    @property
    def digest(self) -> str:
        told = [
            sorted((name, sorted(pks)) for name, pks in self.removed.items()),
            sorted([*key, self.versions[key], sorted(columns)] for key, columns in self.restored.items()),
            len(self.returned),
            sorted([*key, *spellings] for key, spellings in self.aliases.items()),
            self.kept,
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


class Planner:
    def __init__(self, batch: ImportBatch, today: datetime.date, *, lock: bool) -> None:
        self.applied_on = timezone.localtime(batch.applied_at).date() if batch.applied_at else today
        self.today = today
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
        self._keep_what_is_published()
        self._keep_what_is_used(self._references())
        self._keep_ended_stretches()
        self._keep_ended_pauses()
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
                key = key_of(entry, line)
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
        owners = {self.now[key]["project_id"] for key in grown if self.now[key].get("project_id")}
        first = self.plan.entries[0].pk if self.plan.entries else 0
        cancelled: set[Key] = set()
        subjects = sorted({pk for _, pk in grown} | owners)
        gone = set(ImportBatch.objects.filter(state=BatchState.UNDONE).values_list("pk", flat=True)) if grown else set()
        for start in range(0, len(subjects), CHUNK):
            since = HistoryEntry.objects.filter(pk__gt=first, subject_id__in=subjects[start : start + CHUNK])
            for entry in since.exclude(batch_id=self.batch_pk).order_by("pk"):
                keys = {key_of(entry, line) for line in entry.changes} or {(entry.object_type, entry.object_id or 0)}
                if entry.batch_id in gone:
                    cancelled |= keys
                else:
                    self.latest |= dict.fromkeys(keys, entry)
        self.touched = {key for key in grown if key in self.latest or key not in cancelled}

    def _keep_what_is_published(self) -> None:
        """Reports of months closed since the import, and what a published score of the project names as its source."""
        since = Period.objects.filter(closing_on__gte=self.applied_on, closing_on__lt=self.today)
        closed = set(since.values_list("month", flat=True))
        for key, values in self.now.items():
            if key[0] == "monthreport" and values["month"] in closed:
                self.why[key] = f"{month_label(values['month'])}已关账"
        created = self.created - self.why.keys()
        owners = sorted({self.now[key]["project_id"] for key in created if self.now[key].get("project_id")})
        for start in range(0, len(owners), CHUNK):
            named = named_by_published(owners[start : start + CHUNK]) & created
            self.why |= dict.fromkeys(named, "已公布的考评得分以它为来源")

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

    def _keep_ended_stretches(self) -> None:
        """A stretch of a list that the batch ended stays ended where the project stands in the list by another that stays."""
        ended = [
            key
            for key, (_, columns) in self.changed.items()
            if key[0] == "membership" and key in self.now and columns.get("left_on", [""])[0] is None
        ]
        gone = {pk for name, pk in self.created - self.why.keys() if name == "membership"}
        owners = sorted({self.now[key]["project_id"] for key in ended})
        open_now: set[tuple[int, int]] = set()
        for start in range(0, len(owners), CHUNK):
            there = Membership.objects.filter(project__in=owners[start : start + CHUNK], left_on__isnull=True)
            found = there.values_list("pk", "project_list_id", "project_id")
            open_now |= {(one, project) for pk, one, project in found if pk not in gone}
        for key in ended:
            if (self.now[key]["project_list_id"], self.now[key]["project_id"]) in open_now:
                self.why[key] = "后来又列入了这份清单"

    def _keep_ended_pauses(self) -> None:
        """A 补正 that ended with a grant stays ended where the permit stays as the batch left it."""
        for key, values in self.now.items():
            if key[0] == "pause" and ("permit", values["permit_id"]) in self.touched:
                self.why[key] = "手续后来又有人改过"

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
        for name, pk, spellings in self.journal.get("aliases", ()):
            key = (name, pk)
            if key in self.touched:
                self.edited.setdefault(key, set()).add("aliases")
                self.why.setdefault(key, "导入后又有人改过")
            elif key in self.now:
                self.plan.aliases.setdefault(key, []).extend(spellings)
                self.plan.restored.setdefault(key, {})
                self.plan.versions[key] = self.now[key]["version"]
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


def plan_undo(batch: ImportBatch, *, today: datetime.date, lock: bool = False) -> Undoing:
    """What would go back and what would stay, as things are now. Raises ValidationError when nothing can be undone."""
    if batch.state != BatchState.APPLIED:
        raise ValidationError(f"这一批{batch.get_state_display()}，不能撤销：只有已导入的批次可以撤销。")
    if not batch.written:
        raise ValidationError("这一批没有留下写入记录，不能整批撤销。请在项目页逐项更正。")
    return Planner(batch, today, lock=lock).run()


def key_of(entry: HistoryEntry, line: dict[str, Any]) -> Key:
    """The record that a line tells of: an import tells of what hangs on a project in the project's line."""
    return line.get("object", entry.object_type), line.get("object_id", entry.object_id or 0)
