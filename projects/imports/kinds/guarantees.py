"""五项保障: entries towards targets, deals of 银企对接会 that are there, and days of signing; each by the action that the pages use."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from leaders.accounts.models import User
from leaders.names import squeeze
from projects.guarantees.actions import add_entry
from projects.guarantees.banks.actions import add_deal
from projects.guarantees.models import BankMeeting, Deal, GuaranteeEntry, GuaranteeTarget
from projects.guarantees.rules import Counting, refuse_day
from projects.imports.journal import Book, Journal, plain_columns
from projects.imports.kinds.kind import Kind, prepare_nothing
from projects.imports.matching import values as read
from projects.imports.matching.remedies import refuse
from projects.imports.matching.result import Plan, RowPlan, created_lines, line
from projects.imports.matching.subjects import PARK, Subjects
from projects.imports.models import ImportBatch, RowAction
from projects.imports.reading.headings import FORM_NOTE
from projects.imports.reading.problems import option, question_id
from projects.registry.life.actions import correct_project
from projects.registry.models import Project

NUMBER = re.compile(r"约?(?P<digits>(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?:\.\d+)?)(?P<unit>\D*)")
# 数量（万亩）, 数量（单位：座）; and what stands in brackets there and is no unit, besides notes on how to fill in.
UNIT = re.compile(r"\((?:单位:?)?(?P<unit>[^()\d]{1,6})\)$")
NO_UNIT = re.compile(r"累计|新增|合计|小计|实际|计划|完成|[本当][年月期次].*|不?含.*")
REASON = "按签约情况表登记"
Values = dict[str, Any]


class Guarantees:
    def __init__(
        self,
        rows: list[RowPlan],
        *,
        year: int,
        at: datetime.datetime,
        answers: Mapping[str, str],
        uploader: User | None,
        headings: Mapping[str, Mapping[str, list[str]]],
    ) -> None:
        self.plan, self.today, self.uploader = Plan(rows=rows), timezone.localdate(at), uploader
        self.answers = answers
        self.subjects = Subjects(answers, year, self.today)
        targets = GuaranteeTarget.objects.active().select_related("unit")
        self.targets = {(one.year, squeeze(one.name)): one for one in targets}
        # By sheet: each may count in a unit of its own.
        self.units = {
            sheet: {unit for heading in of_sheet if (unit := _unit_in(heading))}
            for sheet, of_sheet in headings.get("amount", {}).items()
        }
        self.meetings = list(BankMeeting.objects.active().order_by("held_on", "pk"))
        # What stands there, as often as it stands there; and the row that said it first.
        entries = GuaranteeEntry.objects.active().values_list("target", "done_on", "amount", "evidence")
        self.entries = Counter((target, day, amount, squeeze(words)) for target, day, amount, words in entries)
        self.entered: dict[tuple[Any, ...], RowPlan] = {}
        deals = Deal.objects.active().values_list("meeting", "project", "bank", "agreed_wan")
        self.deals = {(meeting, project, squeeze(bank)): amount for meeting, project, bank, amount in deals}
        self.agreed: dict[tuple[Any, ...], RowPlan] = {}
        self.signed: set[int] = set()

    def run(self) -> Plan:
        rows = [row for row in self.plan.rows if not row.waits()]
        for row in rows:
            if self.uploader is None:
                refuse(row, "登记要写明是谁登记的，这一行没有导入。", "请登录后在“导入”页面上传。", key="name")
        of_projects = [row for row in rows if row.values.get("form") != "entries"]
        found = {id(row) for row in self.subjects.find(of_projects)}
        known = Project.objects.in_bulk({row.project_pk for row in of_projects if row.project_pk})
        for row in rows:
            form = row.values.get("form")
            if row.waits():
                continue
            if form == "entries":
                self._entry(row)
            elif id(row) in found and form == "deals":
                self._deal(row)
            elif id(row) in found:
                self._signing(row, known[row.project_pk or 0])
            row.seal()
        for row in self.plan.rows:
            row.settle()
        return self.plan

    # ---- towards a target ---------------------------------------------------------------------------------------

    def _entry(self, row: RowPlan) -> None:
        day = read.day(row, "done_on", row.values["done_on"]) if row.values.get("done_on") else None
        target = self.targets.get((day.year, squeeze(row.name))) if day else None
        amount = self._amount(row, target.measure) if target else None
        evidence = read.text(row, "evidence", row.values.get("evidence", ""), 500, "依据")
        if day is None:
            refuse(row, "没有写完成日期，这一行没有导入。", "请补上日期，如 2023年6月12日。", key="done_on")
        elif target is None:
            words = f"{day.year}年的五项保障里没有叫“{row.name}”的指标，这一行没有导入。"
            refuse(row, words, "请改成页面上的指标名称；没有的先在“五项保障”里增加。", key="name")
        elif target.counting != Counting.ENTRIES:
            refuse(row, f"“{target.name}”由银企对接会自动计数，不用登记。", "请登记对接会，或去掉这一行。", key="name")
        elif refusal := refuse_day(day, target.year, self.today):
            refuse(row, refusal, "请核对年份，在这里改正。", key="done_on")
        elif row.parked:
            return
        elif amount is None or amount <= 0:
            words = f"“{row.values.get('amount', '')}”不是大于 0 的数量（{target.measure}），这一行没有导入。"
            refuse(row, words, f"请换算成{target.measure}，只写数字，如 120.5。", key="amount")
        elif not evidence:
            refuse(row, "没有写依据，这一行没有导入。", "请补上文号、合同、批复等。", key="evidence")
        else:
            self._add_entry(row, target, {"done_on": day, "amount": amount, "evidence": evidence})

    def _amount(self, row: RowPlan, measure: str) -> Decimal | None:
        """In `measure`; None for what is no number, or one of another unit (3万亩 where 亩 is counted)."""
        written = str(row.values.get("amount", ""))
        found = NUMBER.fullmatch(squeeze(written))
        if found is None or found["unit"] not in ("", squeeze(measure)):
            return None
        others = sorted(self.units.get(row.sheet, set()) - {squeeze(measure)})
        if not found["unit"] and others:
            words = f"表头写的单位是“{others[0]}”，这个指标按{measure}计，不知道“{written}”是哪一个，这一行没有导入。"
            refuse(row, words, f"请换算成{measure}，连单位一起写，如 120.5{measure}。", key="amount")
            return None
        exact = Decimal(found["digits"].replace(",", ""))
        amount = exact.quantize(Decimal("0.01"))
        if amount != exact:
            words = f"“{written}”多于两位小数，按 {amount} {measure}登记。"
            row.say("warning", words, "差得出来的，请核对后改正。", key="amount")
        return amount

    def _add_entry(self, row: RowPlan, target: GuaranteeTarget, values: Values) -> None:
        key = (target.pk, values["done_on"], values["amount"], squeeze(values["evidence"]))
        first = self.entered.setdefault(key, row)
        if self.entries[key]:
            self.entries[key] -= 1
            return
        if first is not row and not self._is_another(row, first):
            return
        if name := row.values.get("project"):
            twins = self.subjects.known.by_name.get(read.key_of_name(name), [])
            if len(twins) == 1:
                row.project_pk = twins[0].pk
            else:
                row.say("warning", f"没有认出项目“{name}”，登记不带项目。", "请写登记的项目名称。", key="project")
        row.create(GuaranteeEntry, values | {"target_id": target.pk}, created_lines(GuaranteeEntry, values, row.cells))
        row.action = RowAction.CREATE

    def _is_another(self, row: RowPlan, first: RowPlan) -> bool:
        """Whether a row that says the same as one above it is one more; until that is answered it waits."""
        asked = question_id("twin", row.sheet, row.row)
        answer = self.answers.get(asked) or self.answers.get("*", "")
        words = f"与第 {first.row} 行的指标、日期、数量、依据完全一样"
        if answer == "park":
            refuse(row, f"{words}，按回答没有导入。", "是另一笔的，请把依据写得分得开。", key="evidence")
        elif answer != "new":
            row.is_open = True
            options = [option("new", "另一笔，也登记"), PARK]
            row.say(
                "question",
                f"{words}。是另一笔吗？",
                "写重了的，选“先不导入”。",
                key="evidence",
                id=asked,
                options=options,
            )
        return answer == "new"

    # ---- 银企对接会 ----------------------------------------------------------------------------------------------

    def _deal(self, row: RowPlan) -> None:
        meeting = self._meeting(row)
        if meeting is None:
            words = "没有找到这一行说的银企对接会，这一行没有导入。"
            refuse(row, words, "请写登记的名称或日期；没有的先在“银企对接会”里登记。", key="meeting")
            return
        bank = read.text(row, "bank", row.values.get("bank", ""), 60, "银行")
        written = row.values.get("agreed_wan")
        amount = read.amount(row, "agreed_wan", written, negative=True) if written is not None else None
        if amount and (amount < 0 or not bank):
            words = "达成金额应大于 0，并写明是哪家银行，这一行没有导入。"
            refuse(row, words, "请在这里改正；只推介、没有达成的，两项都留空。", key="agreed_wan" if bank else "bank")
            return
        key = (meeting.pk, row.project_pk or 0, squeeze(bank))
        first = self.agreed.setdefault(key, row)
        if first is not row and self.deals[key] == amount:
            words = f"与第 {first.row} 行是同一场对接会、同一项目、同一家银行，金额也一样，只登记一笔。"
            row.say("warning", words, "确是两笔的，请把合计写在第一行，去掉这一行。", key="agreed_wan")
        elif key not in self.deals:
            self.deals[key] = amount
            note = read.text(row, "note", row.values.get("note", ""), 200, "说明")
            values: Values = {"bank": bank, "agreed_wan": amount or None, "note": note}
            row.create(Deal, values | {"meeting_id": meeting.pk}, created_lines(Deal, values, row.cells))
            row.action = RowAction.CREATE
        elif amount is not None and self.deals[key] != amount:
            words = f"这次对接会已登记“{bank}”达成 {self.deals[key] or 0} 万元，与表中 {amount} 万元不同，没有改动。"
            refuse(row, words, "确要改的，请在对接会页面修改：它连着项目的资金来源。", key="agreed_wan")

    def _meeting(self, row: RowPlan) -> BankMeeting | None:
        """By name and day, as far as the row says them; None when that is none or several."""
        name, day = squeeze(str(row.values.get("meeting", ""))), str(row.values.get("held_on", ""))
        found = [
            one
            for one in self.meetings
            if (not name or squeeze(one.name) == name) and (not day or one.held_on.isoformat().startswith(day))
        ]
        return found[0] if len(found) == 1 else None

    # ---- signing ------------------------------------------------------------------------------------------------

    def _signing(self, row: RowPlan, project: Project) -> None:
        written = row.values.get("signed_on")
        day = read.day(row, "signed_on", written) if written else None
        told: Values = {}
        if day is not None and day > self.today:
            refuse(row, f"签约日期 {day} 晚于今天，这一行没有导入。", "请核对年份，在这里改正。", key="signed_on")
            return
        if project.pk in self.signed:
            refuse(row, f"“{project.name}”在文件中出现两次，这一行没有导入。", "请只留一行。", key="name")
            return
        self.signed.add(project.pk)
        if day is not None and not read.same_day(project.signed_on, day, written):
            told["signed_on"] = day
        if row.values.get("is_invited") is not None and row.values["is_invited"] != project.is_invited:
            told["is_invited"] = row.values["is_invited"]
        if told:
            record = {"id": project.pk, "version": project.version}
            lines = [
                line(Project, name, getattr(project, name), new, cell=row.cell(name)) for name, new in told.items()
            ]
            row.change(Project, record, told, lines)
            row.action = RowAction.UPDATE


def _unit_in(heading: str) -> str:
    """The unit of measure in brackets behind the words: 数量（万亩）; empty for none."""
    found = UNIT.search(squeeze(heading))
    unit = found["unit"] if found else ""
    return "" if FORM_NOTE.fullmatch(unit) or NO_UNIT.fullmatch(unit) else unit


def match_guarantees(
    rows: list[RowPlan],
    *,
    year: int,
    at: datetime.datetime,
    answers: Mapping[str, str],
    uploader: User | None = None,
    headings: Mapping[str, Mapping[str, list[str]]],
    **_setting: Any,
) -> Plan:
    return Guarantees(rows, year=year, at=at, answers=answers, uploader=uploader, headings=headings).run()


def write_guarantees(plan: Plan, _prepared: None, batch: ImportBatch, *, by: User, at: datetime.datetime) -> Journal:
    """What is new, then days of signing, row by row; returns what undoing needs."""
    book, same = Book(), {"by": by, "at": at, "batch_id": batch.pk}
    for row in (row for row in plan.rows if row.writes):
        for place, creation in enumerate(row.creations):
            about = same | {"origin": row.origin_of(f"#{place}")}
            record = _create(creation.model, _read(creation.model, creation.values), row.project_pk, about)
            creation.pk = record.pk
            book.note_created(record)
            if isinstance(record, Deal) and record.source is not None:
                book.note_created(record.source)
                book.note_changed({}, record)
        for change in row.changes:
            project = Project.objects.get(pk=change.pk)
            values = _read(Project, change.values or {})
            before = plain_columns(project, values)
            details: Values = same | {"origin": row.origin_of(change.pk)}
            done = correct_project(project, values, version=change.version, reason=REASON, **details)
            book.note_changed(before, done)
    return book.journal()


def _create(model: Any, values: Values, project_pk: int | None, about: Values) -> Any:
    project = Project.objects.filter(pk=project_pk or 0).first()
    if model is Deal and project is not None:
        return add_deal(BankMeeting.objects.get(pk=values.pop("meeting_id")), project, values, **about)
    target = GuaranteeTarget.objects.get(pk=values.pop("target_id"))
    return add_entry(target, values | {"project": project}, **about)


def _read(model: Any, values: Mapping[str, Any]) -> Values:
    """What was kept as text while somebody looked at it, as values of the fields again."""
    return {
        name: model._meta.get_field(name.removesuffix("_id")).to_python(value) if not name.endswith("_id") else value
        for name, value in values.items()
    }


KIND = Kind(
    "guarantees",
    "五项保障（登记、对接成果、签约）",
    match_guarantees,
    prepare_nothing,
    write_guarantees,
    looks_at=(GuaranteeTarget, GuaranteeEntry, BankMeeting, Deal),
)
