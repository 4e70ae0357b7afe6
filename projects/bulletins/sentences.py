"""The texts that a bulletin begins with, written from its figures. Figures stand in them by name (〔完成率〕), never as digits."""

from collections.abc import Iterable, Mapping, Sequence

from projects.bulletins.figures import (
    BoardTable,
    Figures,
    InspectionFigures,
    MonthFigures,
    YearFigures,
    subject_names,
    values_of,
)
from projects.bulletins.rules import CHAT_LIMIT, fill, period_label
from projects.rankings.rules import RankedLine

NAMED = 3
LISTED = 8
DAYS_OF_A_WEEK = 7
_COUNT = "一二三四五六七八九十"


def proposed_texts(figures: Figures) -> dict[str, str]:
    """{slot: text} of a first edition. Paragraphs are lines."""
    return _month(figures) if isinstance(figures, MonthFigures) else _inspection(figures)


def correction_text(changes: Sequence[tuple[str, str, str]], number: str, issued_on: str) -> str:
    """更正说明: which bulletin is corrected, and the first differences; the annex lists them all."""
    head = f"{issued_on}印发的{number}通报，因数据更正重新印发，原通报保留备查，以本版为准。"
    if not changes:
        return f"{head}数据没有变化，更正的是文字。"
    shown = "；".join(f"{name}由{old}更正为{new}" for name, old, new in changes[:LISTED])
    return f"{head}更正内容：{shown}{'；其余见附件' if len(changes) > LISTED else ''}。"


# ---- 月通报 -----------------------------------------------------------------------------------------------------


def _month(figures: MonthFigures) -> dict[str, str]:
    bodies = [board for board in figures.boards if not board.is_of_projects and board.ranked]
    names = subject_names(figures.boards)
    return {
        "overview": overview(figures),
        "good": "\n".join([*ranked_paragraphs(bodies, names, best=True), *year_paragraphs(figures.year)])
        or "本期没有参与排名的单位。",
        "bad": "\n".join([*ranked_paragraphs(bodies, names, best=False), *_red(figures)])
        or "本期没有排名靠后或亮红灯的项目。",
        "problems": numbered_sentence("是", _month_problems(figures)) or "本期各项工作按计划推进，未发现突出问题。",
        "next": numbered_sentence("要", _month_demands(figures)),
        "chat": month_chat(figures, bodies),
    }


def overview(figures: MonthFigures) -> str:
    county, month = figures.county, figures.month.month
    text = (
        f"截至{month}月底，全县纳入考评的重点项目〔项目数〕，总投资〔总投资〕，年度计划投资〔年度计划投资〕；"
        f"{month}月完成投资〔当月完成投资〕，今年以来累计完成投资〔累计完成投资〕，占年度计划的〔完成率〕，〔较序时〕。"
    )
    parts = []
    if county.starts_due:
        parts.append("应开工〔应开工〕，已开工〔已开工〕")
    if county.entries_due:
        parts.append("应入库〔应入库〕，已入库〔已入库〕")
    if county.permits_due:
        parts.append("应办手续〔应办手续〕，已办结〔已办手续〕，办结率〔手续办结率〕")
    parts.append("投资进度亮绿灯〔绿灯项目〕、黄灯〔黄灯项目〕、红灯〔红灯项目〕")
    return f"{text}\n其中：{'；'.join(parts)}。"


def ranked_paragraphs(boards: Iterable[BoardTable], names: Mapping[tuple[str, str], str], *, best: bool) -> list[str]:
    """（一）牵头单位榜。名次居前的是…: a paragraph per board, at most NAMED rows each; a board of fewer than twice as many
    rows names half, so that nobody stands at both ends."""
    paragraphs: list[str] = []
    for board in boards:
        lines = board.ranked
        count = min(NAMED, len(lines) // 2)
        chosen = lines[:count] if best else lines[len(lines) - count :]
        if not chosen:
            continue
        told = "、".join(f"{line.name}（〔{names[board.key, line.name]}·得分〕）" for line in chosen)
        words = "得分居前的是" if best else "得分靠后的是"
        paragraphs.append(f"（{_COUNT[len(paragraphs)]}）{board.name}。{words}{told}。{_climbers(lines, best=best)}")
    return paragraphs


def year_paragraphs(figures: YearFigures | None) -> list[str]:
    """年底总账 in a line: who leads each board of units, townships and groups."""
    told = []
    for board in figures.boards if figures else ():
        ranked = [line for line in board.lines if line.place is not None]
        first = "、".join(
            f"{line.name}（〔{board.name}·{line.name}·年度得分〕）" for line in ranked[: min(NAMED, len(ranked) // 2)]
        )
        if first and not board.is_of_projects:
            told.append(f"{board.name}居前的是{first}")
    return [f"{figures.year}年底总账：{'；'.join(told)}。"] if figures and told else []


def _climbers(lines: Sequence[RankedLine], *, best: bool) -> str:
    """Who won or lost most places since the month before; the first of several."""
    moved = [line for line in lines if (line.moved or 0) * (1 if best else -1) >= NAMED]
    if not moved:
        return ""
    line = max(moved, key=lambda one: abs(one.moved or 0))
    return f"{line.name}较上月{'上升' if best else '下降'}较多。"


def _red(figures: MonthFigures) -> list[str]:
    names = figures.red_projects
    if not names:
        return []
    more = "等〔红灯项目〕项目" if len(names) > LISTED else ""
    return [f"投资进度亮红灯的项目：{'、'.join(names[:LISTED])}{more}，请分包领导和责任单位逐一分析原因、限期赶上。"]


def _month_problems(figures: MonthFigures) -> list[str]:
    county = figures.county
    found = []
    if county.ahead is not None and county.ahead < 0:
        found.append("投资进度总体偏慢，〔较序时〕，〔红灯项目〕项目亮红灯、〔黄灯项目〕亮黄灯")
    if county.started < county.starts_due:
        found.append("部分项目未按期开工，〔未开工〕项目到期未开工")
    if county.permits_done < county.permits_due:
        found.append("前期手续办理滞后，〔未办手续〕手续到期未办结")
    if county.entered < county.entries_due:
        found.append("入库工作不及时，〔未入库〕项目应入库未入库")
    found += [f"基础数据不全，“{name}”的项目〔缺项·{name}〕" for name, _ in figures.gaps]
    return found


def _month_demands(figures: MonthFigures) -> list[str]:
    county = figures.county
    demands = ["压实责任，分包领导每周到现场，责任单位按节点倒排工期，把落后的进度赶上来"]
    if county.started < county.starts_due or county.permits_done < county.permits_due:
        demands.append("加快前期，联审联批、容缺办理，到期手续逐项销账，具备条件的立即开工")
    if county.entered < county.entries_due:
        demands.append("及时入库，已开工项目备齐资料，应入尽入、应统尽统")
    demands.append("如实报送，每月按时上报，数据与现场一致，弄虚作假的一票否决")
    return demands


def month_chat(figures: MonthFigures, bodies: Sequence[BoardTable]) -> str:
    """At most CHAT_LIMIT characters once filled in: boards are named as long as they fit."""
    month = figures.month.month
    values = values_of(figures)
    text = (
        f"【{month}月重点项目通报】截至{month}月底，全县重点项目〔项目数〕，累计完成投资〔累计完成投资〕，"
        "占年度计划的〔完成率〕，〔较序时〕；红灯〔红灯项目〕、黄灯〔黄灯项目〕。"
    )
    end = "详见平台“通报”。"
    for board in bodies:
        count = min(NAMED, len(board.ranked) // 2)
        if not count:
            continue
        first = "、".join(line.name for line in board.ranked[:count])
        last = "、".join(line.name for line in board.ranked[-count:])
        more = f"{board.name}居前：{first}；靠后：{last}。"
        if len(fill(text + more + end, values)) <= CHAT_LIMIT:
            text += more
    return text + end


def numbered_sentence(word: str, parts: Sequence[str]) -> str:
    """一是…；二是…。 The single one goes without its number's company: 一是….  Empty for none."""
    return "；".join(f"{_COUNT[number]}{word}{part}" for number, part in enumerate(parts)) + ("。" if parts else "")


# ---- 督查通报 ---------------------------------------------------------------------------------------------------


def _inspection(figures: InspectionFigures) -> dict[str, str]:
    period = period_label(figures.first_on, figures.last_on)
    prompt = [unit.name for unit in figures.units if unit.closed and not unit.overdue][:LISTED]
    late = [unit.name for unit in figures.units if unit.overdue][:LISTED]
    good = "、".join(f"{name}（销号〔{name}·销号〕）" for name in prompt)
    bad = "、".join(f"{name}（逾期〔{name}·逾期〕）" for name in late)
    return {
        "overview": inspection_overview(figures),
        "good": f"整改及时、没有逾期问题的单位：{good}。" if good else "本期没有按期销号的问题。",
        "bad": f"有逾期未销号问题的单位：{bad}。" if bad else "本期没有逾期未销号的问题。",
        "problems": numbered_sentence("是", _inspection_problems(figures)) or "本期督查未发现突出问题。",
        "next": numbered_sentence("要", _inspection_demands(figures)),
        "chat": (
            f"【重点项目督查通报】{period}，现场督查〔督查次数〕，涉及项目〔督查项目〕，发现问题〔发现问题〕；"
            f"在办问题〔在办问题〕，已销号〔已销号〕，逾期〔逾期问题〕。请有关单位抓紧整改，整改到位后由督查局核查销号。"
        ),
    }


def inspection_overview(figures: InspectionFigures) -> str:
    text = (
        f"{period_label(figures.first_on, figures.last_on)}，共开展现场督查〔督查次数〕、〔督查天数〕，涉及重点项目〔督查项目〕，"
        "发现问题〔发现问题〕。本期新增交办问题〔新增问题〕；期内在办问题〔在办问题〕，已核查销号〔已销号〕，未销号〔未销号〕，"
        "其中逾期〔逾期问题〕。"
    )
    if figures.leaders:
        text += f"\n有分包项目的领导〔分包领导〕，{_met_words(figures)}到现场天数达到要求的〔到现场达标的领导〕。"
    return text


def _met_words(figures: InspectionFigures) -> str:
    """本周; in a longer period the whole weeks (Monday to Sunday) that it holds."""
    if (figures.last_on - figures.first_on).days == DAYS_OF_A_WEEK - 1 and figures.weeks == 1:
        return "本周"
    return (
        "期内一个整周"
        if figures.weeks == 1
        else f"期内{_COUNT[figures.weeks - 1] if figures.weeks <= 10 else figures.weeks}个整周每周"
    )


def _inspection_problems(figures: InspectionFigures) -> list[str]:
    found = []
    if any(one.is_overdue for one in figures.problems):
        found.append("部分问题整改不力，〔逾期问题〕问题逾期未销号")
    if figures.unseen:
        found.append("部分项目督查不到位，〔久未到现场的项目〕在建或前期项目超过〔久未到现场的天数〕没有人到现场")
    if figures.leaders is not None and figures.leaders_met is not None and figures.leaders_met < figures.leaders:
        found.append(f"部分分包领导{'本周' if figures.weeks == 1 else '有的周'}到现场天数不足")
    return found


def _inspection_demands(figures: InspectionFigures) -> list[str]:
    demands = ["对照附件清单，牵头单位逐项明确整改措施、责任人和时限，办结后在平台反馈，由督查局核查销号"]
    if any(one.is_overdue for one in figures.problems):
        demands.append("逾期问题三日内说明原因、重新明确时限，需要协调的及时提交例会研究")
    if figures.unseen:
        demands.append("分包领导尽快到久未督查的项目现场，解决实际困难")
    return demands
