"""Headings of money columns, taken apart word by word.

Every character of the heading must belong to a known word, otherwise nothing is decided. The words of the lowest tier
outweigh those of the tiers above: `2023年计划投资 / 1-6月完成投资` is something completed.
"""

from __future__ import annotations

import re
from dataclasses import replace

from projects.imports.reading.dates import NUMERALS
from projects.imports.reading.meaning import Meaning, Setting

TRIGGER = re.compile(r"投资|资金|自筹|造价|概算|入库额|入统额|固投")
WORDS: tuple[tuple[str, str], ...] = (
    (
        "span",
        r"(?P<a>\d{1,2}|一)月?份?[-至到](?P<b>\d{1,2}|十[一二]?|[二三四五六七八九])月份?(?:底|末)?|1月?-?(?:至)?(?:本月|当月)|年初(?:至|到)?(?:今|本月|当月|以来)?|今年以来|年初以来",
    ),
    (
        "year_end",
        r"(?P<ye>\d{4})年?度?(?:年)?(?:底|末|12月底?|12月31日)(?:之?前)?|(?P<before>\d{4})年(?:以前|之前|前)(?:年度)?|(?:上|去)一?年度?年?(?:底|末)(?:之?前)?|以前年度|往年|历年",
    ),
    ("year", r"(?P<y>\d{4})年?度?"),
    ("this_year", r"今年|本年度?|当年度?|年度|全年|年内|年(?=计划|目标|投资|完成|累计|任务)"),
    ("last_year", r"上一?年度?|去年"),
    (
        "month",
        r"(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?(?:当月)?(?:底|末|\d{1,2}日)?|[Mm](?P<letter>1[0-2]|0?[1-9])(?!\d)",
    ),
    ("last_month", r"上个?月"),
    ("this_month", r"本月|当月|月度|本期|当期|月"),
    ("part", r"上半年|下半年|[一二三四]季度|第[一二三四]季度|季度|[一二三四1-4]季|旬|周|日"),
    ("since", r"开工(?:以来|至今|起|后)?|(?:建设|项目)?以来|至今|截至?目前|目前|开累|自开工"),
    ("remaining", r"剩余|尚需|缺口|需求|结余|未完成|还需|下步|欠"),
    ("ratio", r"占|比例|比重|百分比|比|率|%|较|序时进度|序时|百分点|±|差额|差|同比|环比|增长|增幅|排名|进度"),
    ("entered", r"入库|入统|纳统|统计库|已入库|入库纳统|统计入库|统计|上报"),
    ("gov", r"政府性?|财政(?:性|拨款)?|国有"),
    ("private", r"企业(?:自筹)?|社会(?:资本|资金)?|民间(?:资本)?|自筹|民营"),
    (
        "source",
        r"中央(?:预算内|财政)?|国家|省级?|市级?|县级?(?:配套)?|(?:地方)?(?:政府)?专项债(?:券)?|债券|贷款|银行|融资|政策性|开发性|金融|其他|外资|利用外资|到位|已到位|拨付|支付|来源|争取|上级|债",
    ),
    (
        "split",
        r"土建(?:工程)?|设备(?:及?工器具)?|安装|购置|土地(?:费|款)?等?|征地|拆迁|流动|建安(?:工程)?|费用|预备费|基础设施|工程建设其他|装修|铺底|其它",
    ),
    ("cumulative", r"总?累计(?:已)?|累积"),
    ("plan", r"(?<!投资)(?:计划|目标|预计|应|拟)完成(?!情况|率|比)|计划|目标|预计|拟|安排|任务|应|规划|申报"),
    ("already", r"已(?=完成)"),
    ("done", r"完成|实际|已|实现|形成|实"),
    ("total", r"总(?:投资)?|合计|总计|总额|概算|估算|匡算|测算|预算|造价|总量|规模|协议|合同|签约|意向|小计"),
    ("money", r"投资|资金|金额|额"),
    (
        "filler",
        r"(?:每|逐|分|各)(?=个?月|季|年)|项目|工程|建设|固定资产|固投|情况|其中|截至|截止|至|到|自|从|起|的|与|及|和|数|量|值|信息|类|期|人民币|[:、,/()\-·;.。\"“”]",
    ),
)
SPLITTER = re.compile("|".join(f"(?P<{tag}>{pattern})" for tag, pattern in WORDS))
# 总投资及资金来源: the amount, with where it comes from beside it
AND_SOURCE = re.compile(
    r"(?<=投资|资额)\(?[及和与、]其?(?:资金|投资)?(?:来源|筹措|构成)(?:渠道|方式|情况)?\)?$|^资金来源[及和与、](?=.*投资)"
)
GENERIC_PARENT = re.compile(r"(?:情况|进度|信息|其中|进展|投资)$|^其中")
TIME_WORDS = frozenset(
    {"span", "year_end", "year", "this_year", "last_year", "month", "this_month", "last_month", "part", "since"}
)


def _month_number(text: str) -> int:
    return NUMERALS.get(text) or int(text)


class Words:
    """The words of one heading: tags found, and the figures they carried."""

    def __init__(self) -> None:
        self.tags: set[str] = set()
        self.year: int | None = None
        self.year_end: int | None = None
        self.month: int | None = None
        self.span: tuple[int, int] | None = None

    def take(self, text: str, *, only: frozenset[str] | None = None) -> bool:
        """Add the words of `text`; False when some part of it is no known word."""
        position = 0
        for found in SPLITTER.finditer(text):
            if found.start() != position:
                return False
            position = found.end()
            tag = next(name for name, _ in WORDS if found[name] is not None)
            if only is None or tag in only:
                self.tags.add(tag)
                self._note(tag, found)
        return position == len(text)

    def _note(self, tag: str, found: re.Match[str]) -> None:
        if tag == "span":
            self.span = (_month_number(found["a"]), _month_number(found["b"])) if found["a"] else (1, 0)
        elif tag == "year_end" and (found["ye"] or found["before"]):
            self.year_end = int(found["ye"]) if found["ye"] else int(found["before"]) - 1
        elif tag == "year":
            self.year = int(found["y"])
        elif tag == "month":
            self.month = _month_number(found["m"] or found["letter"])


def read_words(tiers: tuple[str, ...]) -> Words | None:
    """The words of a column's tiers, or None when the lowest tier is not made of known words alone."""
    words = Words()
    if not words.take(tiers[-1]):
        return None
    own = set(words.tags)
    for tier in tiers[:-1]:
        only = TIME_WORDS | {"money", "filler"}
        if not GENERIC_PARENT.search(tier) or re.search(r"计划投资$|完成投资$|总投资$|投资完成情况$", tier):
            only |= {"entered"}
            if not own & {"plan", "done", "cumulative", "total"}:
                only |= {"plan", "done", "cumulative", "total"}
            elif own & {"total"} and not own & {"plan", "done", "cumulative"} and not re.search("总投资", tiers[-1]):
                only |= {"plan", "done", "cumulative"}
        above = Words()
        above.take(tier, only=frozenset(only))
        # a nearer time is the more exact one: `1月` under `1-6月投资完成情况` is January
        if own & {"month", "span"}:
            above.tags -= {"month", "span"}
            above.month = above.span = None
        words.tags |= above.tags
        words.year = words.year or above.year
        words.month = words.month or above.month
        words.span = words.span or above.span
        words.year_end = words.year_end or above.year_end
    return words


def read_money_heading(tiers: tuple[str, ...], setting: Setting, *, spoken: bool = True) -> Meaning | None:
    """The meaning of a money column, or None when its heading speaks of no money or holds unknown words.

    `spoken=False` takes a heading that never says money, because the column is known to hold figures; then it must
    name a time and whether something was planned or done.
    """
    if spoken and not any(TRIGGER.search(tier) for tier in tiers):
        return None
    if (amount := AND_SOURCE.sub("", tiers[-1])) != tiers[-1]:
        found = read_money_heading((*tiers[:-1], amount), setting, spoken=spoken)
        return found and replace(found, rank=max(found.rank, 2))
    words = read_words(tiers)
    if words is None:
        return None
    if not spoken and any(re.search(r"时间|日期|年限|工期|期限", tier) for tier in tiers):
        return None
    if not spoken and not (words.tags & TIME_WORDS and words.tags & {"plan", "done", "cumulative", "ratio"}):
        return None
    return _left_out(words) or _timed(words, setting) or _untimed(words)


def month_headed(tiers: tuple[str, ...], setting: Setting) -> str:
    """`2023-06` when the heading names a month and nothing else but money: neither plan nor done; else an empty text."""
    words = Words()
    if not words.take(tiers[-1]) or "month" not in words.tags:
        return ""
    if words.tags & {"plan", "done", "cumulative", "ratio", "since", "span", "entered", "source"}:
        return ""
    return _month(words, setting)


def _left_out(words: Words) -> Meaning | None:
    tags = words.tags
    if "ratio" in tags:
        return Meaning("ignore", why="比例和差值由系统计算，不从表里取")
    if "split" in tags:
        return Meaning("ignore", why="投资构成明细，台账不设这一栏")
    if "source" in tags:
        return Meaning("ignore", why="资金来源明细，台账不设这一栏")
    if tags & {"remaining", "last_month"}:
        return Meaning("ignore", why="台账不设这一栏")
    if "part" in tags and not tags & {"month", "this_month", "span"}:
        return Meaning("ignore", why="半年、季度的投资数，台账不设这一栏")
    if {"gov", "private"} <= tags:
        return Meaning("", options=("gov_wan", "private_wan"))
    if tags & {"gov", "private"}:
        if tags & {"done", "cumulative", "month", "this_month", "span", "year", "this_year", "year_end"}:
            return Meaning("ignore", why="分年度、分月的资金来源明细，台账不设这一栏")
        return Meaning("gov_wan" if "gov" in tags else "private_wan")
    return None


def _timed(words: Words, setting: Setting) -> Meaning | None:
    tags, year = words.tags, words.year
    if "entered" in tags:
        month = _month(words, setting)
        if tags & {"month", "this_month"} and "cumulative" not in tags:
            return Meaning("months.entered_wan", month=month, rank=2)
        return Meaning("ignore", why="入库计划数，台账不设这一栏") if "plan" in tags else Meaning("entered_wan")
    if words.span is not None:
        return _span(words, setting)
    if "year_end" in tags or "last_year" in tags:
        return _year_end(words, setting)
    if tags & {"month", "this_month"}:
        return _monthly(words, setting)
    if year is not None and setting.year is not None and year != setting.year:
        return Meaning("ignore", why=f"{year}年的数，不是{setting.year}年度的")
    if "since" in tags and not tags & {"plan", "this_year", "year"}:
        return Meaning("done_total_wan")
    if tags & {"year", "this_year"}:
        if "plan" in tags:
            return Meaning("plan_wan")
        if tags & {"done", "cumulative"}:
            return Meaning("year_done_wan")
        return Meaning("", options=("plan_wan", "year_done_wan"))
    return None


def _month(words: Words, setting: Setting) -> str:
    year = words.year or setting.year
    month = words.month or setting.month
    return f"{year:04d}-{month:02d}" if year and month else ""


def _span(words: Words, setting: Setting) -> Meaning:
    first, last = words.span or (1, 0)
    if words.year is not None and setting.year is not None and words.year != setting.year:
        return Meaning("ignore", why=f"{words.year}年的数，不是{setting.year}年度的")
    if first != 1:
        return Meaning("ignore", why="不是从1月算起的累计数，台账不设这一栏")
    if "plan" in words.tags and not words.tags & {"done", "cumulative"}:
        return Meaning("ignore", why="分段的计划数，台账不设这一栏")
    if "plan" in words.tags:
        return Meaning("", options=("year_done_wan",))
    if not words.tags & {"done", "cumulative"}:
        return Meaning("", options=("year_done_wan",))
    return Meaning("year_done_wan", index=last)


def _year_end(words: Words, setting: Setting) -> Meaning:
    tags = words.tags
    if "plan" in tags and not tags & {"done", "cumulative"}:
        return Meaning("ignore", why="往年的计划数，台账不设这一栏")
    if "plan" in tags or not tags & {"done", "cumulative", "money"}:
        return Meaning("", options=("done_before_wan", "done_total_wan"))
    if "last_year" in tags and "cumulative" not in tags and "year_end" not in tags:
        return Meaning("ignore", why="上年当年的数，不是累计数")
    if words.year_end is not None and setting.year is not None:
        if words.year_end == setting.year:
            return Meaning("done_total_wan")
        if words.year_end != setting.year - 1:
            return Meaning("ignore", why=f"截至{words.year_end}年底的数，与{setting.year}年度不相接")
    return Meaning("done_before_wan")


def _monthly(words: Words, setting: Setting) -> Meaning:
    tags = words.tags
    if "since" in tags:
        return Meaning("done_total_wan")
    if "cumulative" in tags:
        if "this_year" in tags:
            return Meaning("year_done_wan", index=words.month or 0)
        return Meaning("", options=("year_done_wan", "done_total_wan"))
    month = _month(words, setting)
    if "plan" in tags:
        return Meaning("months.planned_wan", month=month)
    if "done" in tags or "this_month" in tags:
        return Meaning("months.done_wan", month=month)
    return Meaning("", options=("months.done_wan", "months.planned_wan"), month=month)


def _untimed(words: Words) -> Meaning | None:
    tags = words.tags
    if tags & {"done", "cumulative"}:
        if "plan" in tags:
            return Meaning("", options=("plan_wan", "months.planned_wan"))
        if "cumulative" in tags:
            return Meaning("", options=("year_done_wan", "done_total_wan"))
        if "already" in tags:  # what has been done so far is no figure of one month
            return Meaning("", options=("year_done_wan", "done_total_wan"))
        return Meaning("", options=("months.done_wan", "year_done_wan", "done_total_wan"))
    if "total" in tags:
        return Meaning("total_wan")
    if "plan" in tags:
        return Meaning("plan_wan", rank=3)
    if "money" in tags:
        return Meaning("total_wan", rank=3)
    return None
