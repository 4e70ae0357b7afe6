"""Stated counts and sums against what was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from projects.imports.reading.amounts import UNITS
from projects.imports.reading.asking import Asking
from projects.imports.reading.grid import cell_name
from projects.imports.reading.meaning import Column

TITLES = {
    "total_wan": "总投资",
    "plan_wan": "年度计划投资",
    "done_before_wan": "截至上年底累计完成投资",
    "year_done_wan": "本年累计完成投资",
    "gov_wan": "政府投资",
    "private_wan": "企业投资",
    "done_total_wan": "累计完成投资",
    "entered_wan": "入库投资",
}


@dataclass
class Statement:
    """What one row of totals or one section's title states; the sums in 万元 with the column they stand in."""

    row: int
    what: str
    grand: bool
    count: int | None
    sums: dict[str, tuple[Decimal, Column]]
    scopes: list[tuple[int, int]] = field(default_factory=list)  # index ranges of the rows it may mean, likeliest first
    opened_at: int = 0
    of_all: bool = False


@dataclass
class Tally:
    """Amounts of the rows read so far, in order, so that any range can be added up."""

    amounts: list[dict[str, Decimal]] = field(default_factory=list)

    def sums(self, first: int, last: int) -> dict[str, Decimal]:
        """Sum of each money field over the rows first ≤ i < last."""
        total: dict[str, Decimal] = {}
        for row in self.amounts[first:last]:
            for key, wan in row.items():
                total[key] = total.get(key, Decimal(0)) + wan
        return total


def reconcile(
    sheet: str, statements: list[Statement], tally: Tally, first_column: int, asking: Asking
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Compare all statements; returns what the sheet states as a whole and what was read, money as 万元 text."""
    everything = (0, len(tally.amounts))
    read_sums = tally.sums(*everything)
    read: dict[str, Any] = {"count": len(tally.amounts)} | {key: f"{wan:.2f}" for key, wan in read_sums.items()}
    stated: dict[str, Any] = {}
    for statement in statements:
        if statement.grand and not stated:
            if statement.count is not None:
                stated["count"] = statement.count
            stated.update({key: f"{wan:.2f}" for key, (wan, _) in statement.sums.items()})
        _compare(sheet, statement, tally, first_column, asking)
    return stated, read


def _compare(sheet: str, statement: Statement, tally: Tally, first_column: int, asking: Asking) -> None:
    everything = [(0, len(tally.amounts))] if statement.of_all else []
    scopes = list(dict.fromkeys(everything + statement.scopes))
    if not scopes:
        return
    name = f"第 {statement.row} 行“{statement.what}”"
    if statement.count is not None and not any(last - first == statement.count for first, last in scopes):
        count = min((last - first for first, last in scopes), key=partial(_distance, statement.count))
        asking.warn(
            f"{name}写的是 {statement.count} 个，读到 {count} 个。",
            "请核对原表是漏了行还是写错了数。",
            sheet=sheet,
            cell=cell_name(statement.row, first_column),
            value=str(statement.count),
            row=statement.row,
        )
    sums = [tally.sums(*scope) for scope in scopes]
    for key, (stated, column) in statement.sums.items():
        near = tolerance(stated, column)
        added = min((total.get(key, Decimal(0)) for total in sums), key=partial(_distance, stated))
        if abs(added - stated) <= near:
            continue
        asking.warn(
            f"{name}的{TITLES.get(key, column.heading)}写的是 {stated:.2f} 万元，各行相加是 {added:.2f} 万元。",
            "请核对原表；导入以各行为准。",
            sheet=sheet,
            cell=cell_name(statement.row, column.number),
            value=f"{stated:.2f}",
            row=statement.row,
        )


def _distance(stated: Decimal | int, found: Decimal | int) -> Decimal:
    return abs(Decimal(found) - stated)


def tolerance(stated: Decimal, column: Column) -> Decimal:
    """Half of the last printed place: sums are often rounded more coarsely than the rows."""
    ratio = UNITS[column.money_unit]
    in_unit = stated * Decimal(ratio.denominator) / Decimal(ratio.numerator)
    exponent = in_unit.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return Decimal(ratio.numerator) / Decimal(ratio.denominator) * Decimal(1).scaleb(-places) / 2 + Decimal("0.01")
