"""Judgements about a month's report: its states, the schedule (序时) it is measured against, and what looks odd in it.

All figures here are 调度投资, what units report; what the statistics bureau accepts is never mixed in.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import TextChoices

from projects.periods.rules import IDLE_WORDS, words_of
from yichuan_tracker.money import format_pct, format_wan, ratio, round_half_up


class ReportState(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已报"
    RETURNED = "returned", "退回"
    ACCEPTED = "accepted", "已审"


# After acceptance nothing is overwritten: a correction is an entry of its own.
NEXT_STATES: Mapping[str, frozenset[str]] = {
    ReportState.DRAFT: frozenset({ReportState.SUBMITTED}),
    # Back to draft: the unit withdraws (撤回) before the office has looked.
    ReportState.SUBMITTED: frozenset({ReportState.ACCEPTED, ReportState.RETURNED, ReportState.DRAFT}),
    ReportState.RETURNED: frozenset({ReportState.SUBMITTED}),
    ReportState.ACCEPTED: frozenset(),
}
EDITABLE_STATES = frozenset({ReportState.DRAFT, ReportState.RETURNED})
FILED_STATES = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})


def may_move(now: str, then: str) -> bool:
    """Whether a report may go from state `now` to state `then` in one step."""
    return then in NEXT_STATES[now]


class CorrectedField(TextChoices):
    """What a correction may change of an accepted report; the values are the report's own fields."""

    PLANNED = "planned_wan", "当月计划投资"
    DONE = "done_wan", "当月完成投资"
    PROGRESS = "progress", "形象进度"
    ISSUES = "issues", "存在问题"


CORRECTED_AMOUNTS = frozenset({CorrectedField.PLANNED, CorrectedField.DONE})


class CorrectionState(TextChoices):
    ASKED = "asked", "待审批"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"


# How a state is marked beside its word.
CORRECTION_TONES: Mapping[str, str] = {
    CorrectionState.ASKED: "info",
    CorrectionState.APPROVED: "success",
    CorrectionState.REFUSED: "danger",
}
# What was approved stays: a wrong correction is corrected by another one.
CORRECTION_STEPS: Mapping[str, frozenset[str]] = {
    CorrectionState.ASKED: frozenset({CorrectionState.APPROVED, CorrectionState.REFUSED, CorrectionState.WITHDRAWN}),
    CorrectionState.APPROVED: frozenset(),
    CorrectionState.REFUSED: frozenset(),
    CorrectionState.WITHDRAWN: frozenset(),
}


# ---- schedule -------------------------------------------------------------------------------------------------


def schedule_fraction(
    month_number: int,
    annual_plan_wan: Decimal | None = None,
    own_planned_wan: Decimal | None = None,
) -> Fraction:
    """序时进度 at the end of month 1–12, between 0 and 1: the approved split of the year's plan, else m/12.

    `own_planned_wan` is the split's sum from January to this month, None without one. This is the only place that says
    what 序时 is: lists, lights, scores and exports all ask it.
    """
    if own_planned_wan is not None and annual_plan_wan:
        return min(Fraction(1), max(Fraction(0), Fraction(own_planned_wan) / Fraction(annual_plan_wan)))
    return Fraction(month_number, 12)


def completion_rate(cumulative_wan: Decimal | None, annual_plan_wan: Decimal | None) -> Fraction | None:
    """累计完成 ÷ 年度计划, unrounded; may be above 1. None without a plan or with plan zero."""
    if not annual_plan_wan or annual_plan_wan < 0:
        return None
    return ratio(cumulative_wan or 0, annual_plan_wan)


def points_ahead(rate: Fraction | None, schedule: Fraction) -> Fraction | None:
    """较序时±百分点, unrounded: positive is ahead. None without a rate."""
    if rate is None:
        return None
    # In whole numbers: every list and every score asks for it.
    (done, of), (due, parts) = rate.as_integer_ratio(), schedule.as_integer_ratio()
    return Fraction(100 * (done * parts - due * of), of * parts)


def format_points(points: Fraction | None) -> str:
    """百分点 as written, "+1.50", "-7.50", "0.00"; a dash when there are none. Never with a %."""
    if points is None:
        return "—"
    rounded = round_half_up(points)
    return f"{rounded:+f}" if rounded else f"{rounded:f}"


# ---- what looks odd -------------------------------------------------------------------------------------------


class OddityCode(TextChoices):
    SAME_TEXT = "same_text", "形象进度与上月雷同"
    SAME_FIGURE = "same_figure", "完成投资与上月雷同"
    NEGATIVE = "negative", "负数"
    OVER_PLAN = "over_plan", "累计超年度计划"
    JUMP = "jump", "当月投资突增"
    MONEY_WITHOUT_WORK = "money_without_work", "有投资无进展"
    WORK_WITHOUT_MONEY = "work_without_money", "有进展无投资"


@dataclass(frozen=True)
class ReportWarning:
    """Something that asks for a reason (异常说明); it never stops a report."""

    code: str
    message: str


@dataclass(frozen=True)
class ReportLimits:
    """Thresholds of the checks, from the year's rule (see projects.periods.models.FilingRule)."""

    jump_share: Decimal = Decimal("0.30")
    # Words of the 形象进度 that say that nothing was built this month.
    idle_words: tuple[str, ...] = words_of(IDLE_WORDS)


@dataclass(frozen=True)
class ReportFigures:
    """What one report says, 万元; `months` is how many it stands for (1–2月, or a sum that a workbook states)."""

    done_wan: Decimal | None
    progress: str = ""
    months: int = 1


def check_report(
    now: ReportFigures,
    before: ReportFigures | None,
    *,
    months_sum_wan: Decimal,
    annual_plan_wan: Decimal | None,
    limits: ReportLimits = ReportLimits(),
) -> list[ReportWarning]:
    """What looks odd in a report beside last month's (`before`, None when there is none).

    `months_sum_wan` is the year's sum of months with this one: nobody types a cumulative, and where a county's sheet states
    one the import holds it against the months. Zero after zero and empty after empty are no repetition:
    a project that has not begun reports nothing for months.
    """
    return [
        *repeats(now, before),
        *_amounts(now, months_sum_wan, annual_plan_wan, limits),
        *_money_against_work(now, before, annual_plan_wan, limits),
    ]


def repeats(now: ReportFigures, before: ReportFigures | None) -> Iterable[ReportWarning]:
    """数据与上月雷同: what the scheme takes a point for when no reason is given."""
    if before is None:
        return
    if _bare(now.progress) and _bare(now.progress) == _bare(before.progress):
        yield ReportWarning(
            OddityCode.SAME_TEXT, "数据与上月雷同：形象进度的文字与上月相同，请按本月实际填写或说明原因。"
        )
    if now.done_wan and now.done_wan == before.done_wan:
        yield ReportWarning(
            OddityCode.SAME_FIGURE,
            f"数据与上月雷同：当月完成投资与上月同为 {format_wan(now.done_wan)} 万元，请核对或说明原因。",
        )


def _amounts(
    now: ReportFigures, months_sum_wan: Decimal, annual_plan_wan: Decimal | None, limits: ReportLimits
) -> Iterable[ReportWarning]:
    if now.done_wan is not None and now.done_wan < 0:
        yield ReportWarning(
            OddityCode.NEGATIVE, f"当月完成投资 {format_wan(now.done_wan)} 万元为负数，如属核减请说明原因。"
        )
    if months_sum_wan < 0:
        yield ReportWarning(
            OddityCode.NEGATIVE, f"本年累计完成投资 {format_wan(months_sum_wan)} 万元为负数，请核对各月。"
        )
    if annual_plan_wan and months_sum_wan > annual_plan_wan:
        yield ReportWarning(
            OddityCode.OVER_PLAN,
            f"本年累计 {format_wan(months_sum_wan)} 万元超过年度计划 {format_wan(annual_plan_wan)} 万元，"
            "请核对或说明原因。",
        )
    a_month = (now.done_wan or Decimal(0)) / now.months
    if annual_plan_wan and a_month > annual_plan_wan * limits.jump_share:
        share = Fraction(a_month) / Fraction(annual_plan_wan)
        what = "当月完成投资" if now.months == 1 else f"{now.months} 个月平均每月完成投资"
        yield ReportWarning(
            OddityCode.JUMP,
            f"{what} {format_wan(a_month)} 万元占年度计划的 {format_pct(share)}，"
            f"超过 {format_pct(limits.jump_share)}，请核对或说明原因。",
        )


def _money_against_work(
    now: ReportFigures, before: ReportFigures | None, annual_plan_wan: Decimal | None, limits: ReportLimits
) -> Iterable[ReportWarning]:
    """Money without work, and work without money. The latter is asked only of projects with a plan of the year: one that is
    still being prepared moves on without spending."""
    words = _bare(now.progress)
    idle = next((word for word in limits.idle_words if word in words), "")
    if now.done_wan and now.done_wan > 0 and idle:
        yield ReportWarning(
            OddityCode.MONEY_WITHOUT_WORK,
            f"当月完成投资 {format_wan(now.done_wan)} 万元，形象进度却写着“{idle}”，请核对或说明原因。",
        )
    has_moved = before is not None and bool(words) and words != _bare(before.progress) and bool(before.progress)
    if now.done_wan == 0 and has_moved and not idle and annual_plan_wan:
        yield ReportWarning(OddityCode.WORK_WITHOUT_MONEY, "形象进度与上月不同，当月完成投资却是 0，请核对或说明原因。")


def missing_in(done_wan: Decimal | None, progress: str) -> dict[str, list[str]]:
    """What a report must say before it is sent, by field; empty when nothing is missing."""
    missing = {}
    if done_wan is None:
        missing["done_wan"] = ["请填写当月完成投资（万元）；本月没有完成投资的填 0。"]
    if not progress.strip():
        missing["progress"] = ["请用一两句话写明本月形象进度（干到什么程度）。"]
    return missing


def is_explained(note: str) -> bool:
    """Whether a reason was given: some letter or digit, not only blanks and strokes."""
    return any(char.isalnum() for char in note)


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())
