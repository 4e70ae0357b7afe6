"""Single figures that stand in another unit than their column: one 亿元 or 元 among 万元, or a digit slipped."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from statistics import median

from projects.imports.reading.asking import Asking, option
from projects.imports.reading.row import Row
from yichuan_tracker.money import round_half_up

WAN_IN_YI = 10_000
LARGEST_WAN = Decimal(10_000_000)  # 1,000 亿元: no county builds that
SMALLEST_WAN = Decimal(20)  # a total below it, or a plan with decimals, out of all proportion, is taken for 亿元
KEEP = option("keep", "原表就是这样，照原样导入")


def check_sizes(rows: list[Row], sheet: str, asking: Asking) -> None:
    """Ask about totals and plans of the year that cannot stand beside each other or beside the other rows'."""
    totals = [row.amounts["total_wan"] for row in rows if row.amounts.get("total_wan")]
    middle = Decimal(median(totals)) if len(totals) >= 3 else Decimal(0)
    for row in rows:
        total, plan = row.amounts.get("total_wan"), row.amounts.get("plan_wan")
        if total and plan and plan > total:
            _ask_plan_above(row, total, plan, sheet, asking)
        elif total and LARGEST_WAN < total <= LARGEST_WAN * WAN_IN_YI:
            _ask_yuan(row, total, sheet, asking)
        elif total and 0 < total < SMALLEST_WAN and total * 1_000 <= middle:
            _ask_yi(row, "total_wan", f"总投资（{total} 万元）比其他项目小得太多", sheet, asking)
        elif total and plan and 0 < plan < SMALLEST_WAN and plan % 1 and plan * 5_000 < total:
            _ask_yi(row, "plan_wan", f"年度计划投资（{plan} 万元）与总投资（{total} 万元）差得太远", sheet, asking)


def _ask_plan_above(row: Row, total: Decimal, plan: Decimal, sheet: str, asking: Asking) -> None:
    choices = [KEEP]
    if total * WAN_IN_YI >= plan and plan / total > 10:
        choices.append(option("total", f"总投资写的是亿元，应为 {total * WAN_IN_YI:.2f} 万元"))
    choices += [option("blank", "年度计划投资当作空白")]
    why = f"年度计划投资（{plan} 万元）大于总投资（{total} 万元）"
    answer = _asked(asking, sheet, row, "plan_wan", "plan", str(total), str(plan), why=why, choices=choices)
    if answer == "total":
        _put(row, "total_wan", total * WAN_IN_YI)
    elif answer == "blank":
        row.values.pop("plan_wan")
        row.amounts.pop("plan_wan")


def _ask_yuan(row: Row, total: Decimal, sheet: str, asking: Asking) -> None:
    why = f"总投资（{total} 万元）超过 1000 亿元"
    choices = [KEEP, option("yuan", f"这一行写的是元，总投资应为 {_yuan(total)} 万元")]
    answer = _asked(asking, sheet, row, "total_wan", "yuan", str(total), why=why, choices=choices)
    if answer == "yuan":
        for field, amount in row.amounts.items():
            _put(row, field, _yuan(amount))


def _ask_yi(row: Row, field: str, why: str, sheet: str, asking: Asking) -> None:
    amount = row.amounts[field]
    choices = [KEEP, option("yi", f"写的是亿元，应为 {amount * WAN_IN_YI:.2f} 万元")]
    answer = _asked(asking, sheet, row, field, "yi", field, str(amount), why=why, choices=choices)
    if answer == "yi":
        _put(row, field, amount * WAN_IN_YI)


def _asked(
    asking: Asking, sheet: str, row: Row, field: str, kind: str, *amounts: str, why: str, choices: list[dict[str, str]]
) -> str | None:
    """The answer about one cell, or None; it is asked anew when what it hangs on, the amounts, is another."""
    answer, entry = asking.ask(
        (kind, sheet, row.number, *amounts),
        f"“{row.values['name']}”的{why}。",
        choices,
        sheet=sheet,
        cell=row.cells[field],
        value=str(row.amounts[field]),
        row=row.number,
    )
    row.tell(entry)
    return answer


def _yuan(amount: Decimal) -> Decimal:
    return round_half_up(Fraction(amount) / WAN_IN_YI)


def _put(row: Row, field: str, amount: Decimal) -> None:
    row.amounts[field] = amount
    row.values[field] = f"{amount:.2f}"
