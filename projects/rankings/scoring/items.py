"""The items A1 … G: for each, whether it applies, what it is worth (s in [0, 1]), and the formula with numbers."""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from projects.milestones.rules import LateScale, days_late, milestone_worth
from projects.permits.rules import is_due as permit_is_due
from projects.permits.rules import is_obtained, is_tolerated
from projects.problems.rules import is_closed_on_time
from projects.problems.rules import is_due as problem_is_due
from projects.rankings.scoring.facts import MilestoneFact, PermitFact, ProblemFact, ProjectFacts, Source, is_of_the_year
from projects.rankings.scoring.scheme import SchemeItem
from projects.rankings.scoring.sums import total, weighted_mean
from projects.rankings.scoring.wording import equals, equals_pct, plain, weighted
from yichuan_tracker.money import format_wan, product, ratio
from yichuan_tracker.months import day_label, months_late


class ItemScore(NamedTuple):
    """One item of a score. `s` and `points` are unrounded, None where the item does not apply (its `formula` is empty);
    `reason` says why it does or does not, `sources` are the rows it was made of."""

    code: str
    name: str
    weight: Decimal
    applies: bool
    reason: str
    s: Fraction | None = None
    points: Fraction | None = None
    formula: str = ""
    sources: tuple[Source, ...] = ()

    @property
    def points_text(self) -> str:
        """Points as a page shows them, "23.125"; a dash where the item does not apply."""
        return "—" if self.points is None else plain(self.points)

    @property
    def s_text(self) -> str:
        return "—" if self.s is None else plain(self.s)


class Worth(NamedTuple):
    """What an evaluator finds; `s` None: the item does not apply, for `reason`."""

    reason: str
    s: Fraction | None = None
    working: str = ""
    sources: tuple[Source, ...] = ()


def score_item(facts: ProjectFacts, item: SchemeItem) -> ItemScore:
    """The item of `item.code` for the project. Raises KeyError for a code without formula (scheme_faults names it)."""
    worth = EVALUATORS[item.code](facts, item)
    if worth.s is None:
        return ItemScore(item.code, item.name, item.weight, False, worth.reason, sources=worth.sources)
    points = product(item.weight, worth.s)
    return ItemScore(
        code=item.code,
        name=item.name,
        weight=item.weight,
        applies=True,
        reason=worth.reason,
        s=worth.s,
        points=points,
        formula=f"{worth.working}；{weighted(item.weight, worth.s, points)}",
        sources=worth.sources,
    )


def milestones_due(facts: ProjectFacts) -> list[MilestoneFact]:
    """The milestones of the year due by month end, in order of date."""
    due = [m for m in facts.milestones if is_of_the_year(m.due_on, m.actual_on, facts.month)]
    return sorted(due, key=lambda m: (m.due_on, m.id))


def _annual_progress(facts: ProjectFacts, item: SchemeItem) -> Worth:  # noqa: ARG001 - one signature for all
    sources = facts.sources_of("A1")
    rate, schedule = facts.rate, facts.schedule
    if rate is None:
        return Worth("没有年度计划投资（或为零），不参与计算，请补录计划", sources=sources)
    if schedule == 0:
        return Worth("自报计划到本月尚无应完成投资，不参与计算", sources=sources)
    own, share = facts.own_planned_wan is not None, ratio(rate, schedule)
    shown = (
        f"自报计划 {format_wan(facts.own_planned_wan)} ÷ {format_wan(facts.annual_plan_wan)} {equals_pct(schedule)}"
        if own
        else f"{facts.month.month}/12 {equals_pct(schedule)}"
    )
    working = (
        f"累计完成 {format_wan(facts.cumulative_wan)} 万元 ÷ 年度计划 {format_wan(facts.annual_plan_wan)} 万元 "
        f"{equals_pct(rate)}；序时 {shown}；完成率 ÷ 序时 {_clipped_text(share)}"
    )
    reason = "有年度计划投资，按自报月度计划的序时计算" if own else "有年度计划投资，按平均序时（月数/12）计算"
    return Worth(reason, _clipped(share), working, sources)


def _month_investment(facts: ProjectFacts, item: SchemeItem) -> Worth:  # noqa: ARG001
    sources = facts.sources_of("A2")
    if facts.month_planned_wan is None or facts.month_planned_wan <= 0:
        return Worth("没有当月计划投资，不参与计算", sources=sources)
    share = ratio(facts.month_done_wan, facts.month_planned_wan)
    working = (
        f"当月完成 {format_wan(facts.month_done_wan)} 万元 ÷ 当月计划 {format_wan(facts.month_planned_wan)} 万元 "
        f"{_clipped_text(share)}"
    )
    return Worth("有当月计划投资", _clipped(share), working, sources)


def _milestones(facts: ProjectFacts, item: SchemeItem) -> Worth:
    due = milestones_due(facts)
    sources = tuple(Source("milestone", m.id, m.label) for m in due)
    if not due:
        return Worth("截至月底没有到期的节点，不参与计算")
    scale = item.late_scale
    worths = [(m, milestone_worth(m.dated, facts.month_end, scale) or Decimal(0)) for m in due]
    s = weighted_mean([(m.weight, worth) for m, worth in worths]) or Fraction(0)
    summands = "＋".join(f"{plain(m.weight)}×{plain(worth)}" for m, worth in worths)
    told = "、".join(f"“{m.label}”{_milestone_told(m, facts)}" for m in due)
    working = f"{told}；（{summands}）÷ {plain(total(m.weight for m in due))} {equals(s)}"
    return Worth(f"截至月底到期节点 {len(due)} 个", s, working, sources)


def _milestone_told(milestone: MilestoneFact, facts: ProjectFacts) -> str:
    late = days_late(milestone.due_on, milestone.actual_on, facts.month_end)
    if milestone.actual_on is None or milestone.actual_on > facts.month_end:
        return f"应于{day_label(milestone.due_on)}完成，未完成"
    return f"逾期 {late} 天完成" if late else "按期完成"


def _start_and_completion(facts: ProjectFacts, item: SchemeItem) -> Worth:
    sources = facts.sources_of("C")
    scale = item.late_scale
    stages = (("开工", facts.start_due_on, facts.started_on), ("竣工", facts.completion_due_on, facts.completed_on))
    due = [
        _stage_worth(name, due_on, done_on, facts, scale)
        for name, due_on, done_on in stages
        if due_on is not None and due_on.year == facts.month.year and due_on <= facts.month_end
    ]
    if due:
        s = ratio(total(worth for _, worth in due), len(due))
        working = "，".join(f"{told} 计 {plain(worth)}" for told, worth in due)
        if len(due) > 1:
            working += f"；（{'＋'.join(plain(worth) for _, worth in due)}）÷ {len(due)} {equals(s)}"
        return Worth("本年度截至月底应开工（竣工）", s, working, sources)
    if not facts.is_continued:
        return Worth("本年度截至月底没有到期的开工或竣工，不参与计算", sources=sources)
    if facts.stopped_approved is None:
        return Worth("续建项目，本月在建", item.worths["building"], "续建在建", sources)
    if facts.stopped_approved:
        return Worth("续建项目，经批准停工，不参与计算", sources=sources)
    return Worth("续建项目，未经批准停工", item.worths["stopped"], "续建项目未经批准停工", sources)


def _stage_worth(
    name: str, due_on: datetime.date, done_on: datetime.date | None, facts: ProjectFacts, scale: LateScale
) -> tuple[str, Decimal]:
    """The stage in words and what it is worth."""
    if done_on is None or done_on > facts.month_end:
        return f"应于{day_label(due_on)}{name}，未{name}", scale.not_done
    late = months_late(due_on, done_on)
    told = f"应于{day_label(due_on)}{name}，{day_label(done_on)}{name}"
    return told + (f"，逾期 {late} 个月以内" if late else "，按期"), scale.worth(late)


def _permits(facts: ProjectFacts, item: SchemeItem) -> Worth:
    due = sorted((p for p in facts.permits if permit_is_due(p.dated, facts.month_end)), key=_permit_order)
    if not due:
        return Worth("截至月底没有应办的手续，不参与计算")
    dated = [p.dated for p in due]
    obtained = sum(is_obtained(permit, facts.month_end) for permit in dated)
    tolerated = sum(is_tolerated(permit, facts.month_end) for permit in dated)
    factor = item.worths["tolerated"]
    s = ratio(obtained + factor * tolerated, len(due))
    working = f"（已办结 {obtained}＋{plain(factor)} × 有效容缺 {tolerated}）÷ 应办 {len(due)} {equals(s)}"
    sources = tuple(Source("permit", p.id, p.label) for p in due)
    return Worth(f"截至月底应办手续 {len(due)} 项", s, working, sources)


def _permit_order(permit: PermitFact) -> tuple[object, ...]:
    return permit.due_on, permit.id


def _entry(facts: ProjectFacts, item: SchemeItem) -> Worth:  # noqa: ARG001
    sources = facts.sources_of("E")
    entered = facts.entered_on is not None and facts.entered_on <= facts.month_end
    if facts.entry_due_on is None:
        return Worth("尚未开工或总投资不足入库标准，不要求入库，不参与计算", sources=sources)
    if facts.entry_due_on > facts.month_end and not entered:
        return Worth(f"应于{day_label(facts.entry_due_on)}前入库，尚未到期，不参与计算", sources=sources)
    told = f"{day_label(facts.entered_on)}已入库" if entered and facts.entered_on else "未入库"
    working = f"应于{day_label(facts.entry_due_on)}前入库，{told}，计 {int(entered)}"
    return Worth("应入库", Fraction(int(entered)), working, sources)


def _problems(facts: ProjectFacts, item: SchemeItem) -> Worth:  # noqa: ARG001
    due = sorted(
        (
            p
            for p in facts.problems
            if is_of_the_year(p.due_on, p.closed_on, facts.month)
            and problem_is_due(p.due_on, p.parked_on, facts.month_end)
        ),
        key=_problem_order,
    )
    if not due:
        return Worth("截至月底没有到期的问题，不参与计算")
    on_time = sum(is_closed_on_time(p.due_on, p.closed_on, facts.month_end) for p in due if p.due_on)
    s = Fraction(on_time, len(due))
    sources = tuple(Source("problem", p.id, p.label) for p in due)
    return Worth(f"截至月底到期问题 {len(due)} 个", s, f"按期销号 {on_time} ÷ 到期问题 {len(due)} {equals(s)}", sources)


def _problem_order(problem: ProblemFact) -> tuple[object, ...]:
    return problem.due_on, problem.id


def _reporting(facts: ProjectFacts, item: SchemeItem) -> Worth:
    report = facts.report
    if report is None:
        return Worth("本月不要求报送月报，不参与计算")
    sources = facts.sources_of("G")
    if report.id is not None:
        sources = (Source("report", report.id, report.label), *sources)
    asked = f"应于{day_label(report.due_on)}前报送"
    if report.filed_on is None or report.filed_on > report.closing_on:
        told, key = "关账前未报送", "not_filed"
    elif not report.stands:
        told, key = "退回后到关账未重新报送", "not_filed"
    elif report.times_returned >= item.number("returned_times"):
        told, key = f"被退回 {report.times_returned} 次", "returned"
    elif report.filed_on > report.due_on:
        told, key = f"{day_label(report.filed_on)}迟报", "late"
    else:
        told, key = f"{day_label(report.filed_on)}按期报送", "on_time"
    s = item.worths[key]
    return Worth("本月应报送月报", s, f"{asked}，{told}，计 {plain(s)}", sources)


EVALUATORS: Mapping[str, Callable[[ProjectFacts, SchemeItem], Worth]] = {
    "A1": _annual_progress,
    "A2": _month_investment,
    "B": _milestones,
    "C": _start_and_completion,
    "D": _permits,
    "E": _entry,
    "F": _problems,
    "G": _reporting,
}


def item_rule(item: SchemeItem) -> str:
    """The item's formula in Chinese as the printed scheme says it, made of the same data it is computed from."""
    return _RULES[item.code](item)


def _late_rule(item: SchemeItem, unit: str) -> str:
    scale = item.late_scale
    steps = (f"{'按期' if limit == 0 else f'逾期 {limit} {unit}以内'}计 {plain(worth)}" for limit, worth in scale.steps)
    return "，".join([*steps, f"逾期更久计 {plain(scale.later)}", f"未完成计 {plain(scale.not_done)}"])


_RULES: Mapping[str, Callable[[SchemeItem], str]] = {
    "A1": lambda _: "（累计完成投资 ÷ 年度计划投资）÷ 序时进度，最高计 1；报有月度计划的按其序时，否则按月数/12",
    "A2": lambda _: "当月完成投资 ÷ 当月计划投资，最高计 1；没有当月计划的不计此项",
    "B": lambda item: f"截至月底到期节点按权重平均，{_late_rule(item, '天')}",
    "C": lambda item: (
        f"本年度截至月底应开工、应竣工的，{_late_rule(item, '个月')}，两者都到期的取平均；"
        f"续建项目在建计 {plain(item.number('building'))}，未经批准停工计 {plain(item.number('stopped'))}"
    ),
    "D": lambda item: f"（已办结＋{plain(item.number('tolerated'))} × 有效容缺）÷ 应办手续",
    "E": lambda _: "应入库并已入库计 1，应入库未入库计 0",
    "F": lambda _: "按期销号的问题 ÷ 到期问题",
    "G": lambda item: (
        f"按期报送计 {plain(item.number('on_time'))}，迟报计 {plain(item.number('late'))}，"
        f"退回 {plain(item.number('returned_times'))} 次及以上计 {plain(item.number('returned'))}，"
        f"未报计 {plain(item.number('not_filed'))}"
    ),
}


_NOTHING, _ALL = Fraction(0), Fraction(1)


def _clipped(ratio: Fraction) -> Fraction:
    return _ALL if ratio > 1 else _NOTHING if ratio < 0 else ratio


def _clipped_text(ratio: Fraction) -> str:
    if ratio > 1:
        return f"{equals(ratio)}，最高计 1"
    return f"{equals(ratio)}，计 0" if ratio < 0 else equals(ratio)
