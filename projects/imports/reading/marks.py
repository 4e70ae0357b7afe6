"""Ticks and crosses, and the state of a permit."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from projects.imports.reading.dates import Point, When, read_when
from projects.imports.reading.grid import Value
from projects.imports.reading.text import is_blank_word, one_line, tight

YES = frozenset(
    {
        "√",
        "✓",
        "✔",
        "是",
        "有",
        "已",
        "Y",
        "y",
        "YES",
        "Yes",
        "yes",
        "1",
        "☑",
        "●",
        "✅",
        "对",
        "TRUE",
        "true",
        "V",
        "v",
        "已是",
    }
)
NO = frozenset(
    {
        "×",
        "✗",
        "✘",
        "x",
        "X",
        "否",
        "未",
        "N",
        "n",
        "NO",
        "No",
        "no",
        "0",
        "☒",
        "○",
        "❌",
        "╳",
        "没有",
        "FALSE",
        "false",
        "不是",
        "✕",
    }
)
DONE_WORDS = re.compile(
    r"(已)?(全部)?(办结|办理完[成毕]|完成|取得|批复|办理|办妥|获批|备案|通过|核发|领取|办|出具|核准|立项|有)(完毕|手续)?"
)
NOT_STARTED = re.compile(
    r"(尚|暂|还)?(未|没有?)(启动|办理?|取得|开展|完成|批复|开始|申报|备案|报|办结)|未|待(启动|办理?|申报|开展)"
)
UNDER_WAY = re.compile(
    r"(正在|已经?)?(在办|办理中|正在办理|办理|受理|已受理|报批中?|审批中|审核中|审查中|已?申报|申报中|上报|公示中?|推进中|进行中|评审中|待批复?|完善中)"
)
NEEDLESS = re.compile(r"(不需要?|无需|不用|不涉及|免于?办?|豁免|不办|不存在|无须)(办理?)?")
PREPARING = re.compile(r"(正在)?(材料)?(准备|编制|组卷|收集|设计|谋划)(中|材料|资料|报告)*")
FINISHED = r"(?:办结|办理完成|办理完毕|办理|完成|取得|批复|获批|备案|核发)"
DATED = re.compile(rf"[√✓✔是]?(?:已于|于|已)?{FINISHED}?[(:,]?(?P<when>[^()]+?)\)?(?:已)?{FINISHED}?\)?")
SAID_DONE = re.compile(r"[√✓✔是已]")
DEADLINE = re.compile(
    rf"(?:应|须|需|要求|限)?(?:于|在)?(?P<when>[^,;()]+?(?:以|之)?前)(?:(?:应|须|需|必须|全部)*{FINISHED}[^,;()已未]{{0,12}})?"
)
BEFORE_A_DAY = re.compile(r"(?:\d|[一二三四五六七八九十]月|季度?|上半年)[年月日号]?[底末]?(?:以|之)?前(?!期)")
UNTOLD_DAY = "像是期限，但看不出是哪年哪月"
HAPPENED = re.compile(r"[√✓✔是]|已经?|于|项目|正式|全面|开工|动工|建设|统计|入库|入统|纳统|[(),:;。]")
UNEXACT = re.compile(r"预计|计划|拟|力争|确保|争取|截[至止]|[至到前]|左右|约")
PLANNED = re.compile(r"预计|计划|拟|力争|确保|争取")
LENIENT = re.compile(r"容缺.*")
# 容缺，2023-09-30前补齐：红线图
OWING = re.compile(r"容缺[^\d]*(?P<until>\d[\d年月日.\-/号底末]*?)(?:以?前|之前)?补齐.*")
ADDED = re.compile(r"(?<=.)(?:\([^()]*\)|[,;](?:预计|计划|拟|力争).*)$")
OWED = re.compile(r"补齐\s*[:：,，;；]?\s*(?:所?欠)?(?P<papers>[^\s)）].*)$")
WITH_REASON = re.compile(r"([是否√×✓✗])[,;:(。]")  # 否，手续不全
NUMBERED = re.compile(r".*[(\[〔【]?\d{4}[)\]〕】]?第?\d+号.*")


@lru_cache(maxsize=4096)
def _text_mark(text: str) -> bool | None:
    bare = tight(text)
    if bare in YES:
        return True
    return False if bare in NO else None


def read_mark(value: Value | None) -> bool | None:
    """True, False, or None where the cell holds no mark."""
    if value is None or isinstance(value, date):
        return None
    if isinstance(value, bool):
        return value
    return _text_mark(str(value))


@lru_cache(maxsize=4096)
def _text_state(text: str, subject: str) -> bool | None:
    bare = tight(text)
    if marked := WITH_REASON.match(bare):
        return _text_mark(marked[1])
    if re.fullmatch(
        rf"(已|已经|实现|全面|正式){subject}.*|在建|续建|正常施工|施工中|正在施工|主体施工|竣工|已?竣工|已?投产|在库",
        bare,
    ):
        return True
    planned = rf"(预计|计划|拟|力争)[^,，;；已]{{1,12}}{subject}.*"
    if re.fullmatch(rf"(未|尚未|没有|暂未|拟|待|计划|不)(能|够)?{subject}.*|{planned}|前期|谋划|未达.*|未", bare):
        return False
    return None


def read_state(value: Value | None, subject: str) -> bool | None:
    """Whether `subject` (开工, 入库) has happened: a mark, or words such as 已开工 / 未入库."""
    mark = read_mark(value)
    if mark is not None or value is None or isinstance(value, (bool, Decimal)):
        return mark
    if isinstance(value, date):
        return True
    return _text_state(value, subject)


def read_since(value: Value) -> tuple[Point | None, bool]:
    """The month in a cell that says that something has happened, and whether it happened then: not `截至6月已开工`."""
    words = HAPPENED.sub("", tight(value)) if isinstance(value, str) else value
    when = read_when(words)
    point = when.first if when.first and when.first.month and when.last is None else None
    return point, not (isinstance(words, str) and UNEXACT.search(words))


def read_permit(
    value: Value | None, year: int | None = None, *, planned: bool = False
) -> tuple[dict[str, str] | None, When | None]:
    """State of a permit and, where the cell holds a date that cannot be told, the doubt about it.

    √ 是 or a date → 已办结, × 否 → 未启动, 办理中 → 已受理, 不需要 → 不需要; 8月底前, and where the heading says `planned` any
    date, is when it is due. (None, None) for a blank; (None, doubt) for words that say nothing of this. `year` is that of
    the sheet, for days without one.
    """
    if value is None:
        return None, None
    mark = read_mark(value)
    if mark is not None:
        return {"state": "已办结" if mark else "未启动"}, None
    if isinstance(value, str):
        if is_blank_word(value):
            return None, None
        state = _permit_words(value, year, planned=planned)
        if state is not None:
            return dict(state), None
        if PLANNED.match(tight(value)):
            return None, When(doubt="写的是打算，不是办理结果")
        if BEFORE_A_DAY.search(tight(value)):
            return None, When(doubt=UNTOLD_DAY)
    when = read_when(value)
    if when.choices:
        return {} if planned else {"state": "已办结"}, when
    point = when.first
    if point is None or point.month is None:
        return None, When(doubt="看不出办理状态")
    if not planned:
        return dict(_granted(point, year)), None
    due = dict(_dated("due", point, year))
    return due or None, None if due else When(doubt=UNTOLD_DAY)


def _granted(point: Point, year: int | None) -> tuple[tuple[str, str], ...]:
    return (("state", "已办结"), *_dated("on", point, year))


def _dated(part: str, point: Point | None, year: int | None) -> tuple[tuple[str, str], ...]:
    """The month, and where it is known the day, as a part of what is said of a permit."""
    month = point.text(year) if point else ""
    if not point or not month:
        return ()
    return ((part, month), (f"{part}_date", f"{month}-{point.day:02d}")) if point.day else ((part, month),)


def _due(bare: str, year: int | None, *, planned: bool) -> tuple[tuple[str, str], ...]:
    """Until when, of a text that gives a deadline."""
    found = DEADLINE.fullmatch(bare) or (DATED.fullmatch(bare) if planned else None)
    return _dated("due", read_when(found["when"]).first, year) if found else ()


@lru_cache(maxsize=4096)
def _permit_words(text: str, year: int | None, *, planned: bool) -> tuple[tuple[str, str], ...] | None:
    bare = tight(text).rstrip("。;,")
    for pattern, name in (
        (NEEDLESS, "不需要"),
        (NOT_STARTED, "未启动"),
        (LENIENT, "容缺预审"),
        (PREPARING, "材料准备"),
        (UNDER_WAY, "已受理"),
        (DONE_WORDS, "已办结"),
    ):
        if pattern.fullmatch(bare):
            # `办理` alone says nothing of the outcome, `已办理` does.
            if name == "已受理" and bare in ("已办理", "办理"):
                continue
            if pattern is LENIENT:
                return (("state", name), *_owing(bare, text, year))
            return (("state", name),)
    if bare in {"退件", "超期", "失效"}:
        return (("state", bare),)
    is_deadline = not SAID_DONE.match(bare) and bool(planned or BEFORE_A_DAY.search(bare))
    if is_deadline and (planned or not PLANNED.match(bare)) and (due := _due(bare, year, planned=planned)):
        return due
    if not is_deadline and (dated := DATED.fullmatch(bare)) and not PLANNED.match(dated["when"]):
        point = read_when(dated["when"]).first
        if point and point.month:
            return _granted(point, year)
    if NUMBERED.fullmatch(bare):
        return (("state", "已办结"), ("number", one_line(text)))
    if aside := ADDED.search(bare):  # 办理中（预计8月办结）, 办理中（8月底前办结）
        state = _permit_words(bare[: aside.start()], year, planned=planned)
        return state and tuple(dict(_due(aside[0].strip("(),;"), year, planned=False) + state).items())
    return None


def _owing(bare: str, text: str, year: int | None) -> list[tuple[str, str]]:
    """Until when the papers of a 容缺 are owed, and which, as far as its words say."""
    found: list[tuple[str, str]] = []
    if (match := OWING.fullmatch(bare)) and (point := read_when(match["until"]).first) and point.text(year):
        month = point.text(year)
        found.append(("until", f"{month}-{point.day:02d}" if point.day else month))
        if owed := OWED.search(one_line(text)):
            papers = owed["papers"].strip()
            # 容缺（9月30日前补齐：红线图）
            found.append(("papers", papers if re.search(r"[(（]", papers) else papers.rstrip(")）")))
    return found
