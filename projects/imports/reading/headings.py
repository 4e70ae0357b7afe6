"""From the texts that head a column to what the column means."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from projects.imports.reading.amounts import CURRENCY, full_unit
from projects.imports.reading.dates import NUMERALS, QUARTERS, month_end
from projects.imports.reading.fields import (
    GOAL_PARENT,
    LEFT_OUT,
    PERMIT_DUE,
    PERMIT_NAME,
    PERMIT_NUMBER,
    PERMIT_ON,
    PERMIT_PARENT,
    PERMIT_PLAN,
    PERMIT_STATE,
    RULES,
    TITLES,
)
from projects.imports.reading.investment import TRIGGER, read_money_heading
from projects.imports.reading.meaning import Meaning, Setting
from projects.imports.reading.text import tight, whole_years

MONEY_UNIT = rf"(?:(?:亿|[千百十]?万|千)?{CURRENCY}|亿元|亿|[千百十]?万元|[千百十]?万|千元|元)"
UNIT_ASIDE = re.compile(
    rf"\((?:单位:?)?(?:人民币|折合?)?({MONEY_UNIT})(?:人民币)?[,、]?(?:保留.*)?\)|(?:,|:|/|-)?(?:单位:)({MONEY_UNIT})$|[/:]({MONEY_UNIT})$"
)
UNIT_TAIL = re.compile(rf"(?<=[资额金价算])({MONEY_UNIT})$")
UNIT_ALONE = re.compile(rf"(?:单位:)?\(?(?:人民币)?\(?({MONEY_UNIT}|人民币)\)*")
ASIDE = re.compile(r"\(([^()]*)\)")
TELLING = re.compile(
    r"计划|实际|预计|累计|本月|当月|月|年|开工|竣工|完成|政府|企业|其中|总投资|电话|入库|名称|责任|配合|牵头|代码|内容|规模"
)
FORM_NOTE = re.compile(
    r"^(?:.*(?:说明|注明)(?:原因|理由|情况)?|年月日?|年[、/.\-]月.*|格式.*|[如例].*|单位.*|全称|填.*|请.*|必填|选填|下拉.*|.*[√×✓].*|.*是/否.*|精确到.*|具体到.*|.*位小数|万元|亿元|[\d.]+位)$"
)
NUMBERING = re.compile(
    r"^(?:\(?\d{1,2}\)|\d{1,2}[.、](?!\d)|[①-⑳]|\*+|[一二三四五六七八九十]、|\([一二三四五六七八九十]\))|\*+$"
)
INDEXED_WITHIN = re.compile(r"^(.*(?:单位|部门|领导))\(?([1-9]|[一二三四五])\)?(?:的|-)?([^\d].*)$")
INDEXED = re.compile(r"^(.*\D)(?:\(?([1-9]|[一二三四五])\)?)$")
BREAKS_OFF = re.compile(r"[及和与、(]$")
GOES_ON = re.compile(r"[及和与、)]|[底末](?!.*目标)")
MONTH_WORD = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])月份?")
QUARTER_WORD = re.compile(r"^第?([一二三四1-4])季度?(?:目标|节点|任务|计划|形象进度|工作目标|进度|建设目标|工作安排)*$")
MONTH_GOAL = re.compile(
    r"^(?:\d{4}年)?(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?(?:底|底前|末)?(目标|节点|任务|工作|计划|工作计划|节点目标|形象进度目标|推进目标)*$"
)
GOAL_OF_MONTH = re.compile(r"(?:计划|工作|推进|形象|建设)*(?:节点|目标|任务)(?:目标|任务|内容|计划)?")
SPAN_GOAL = re.compile(
    r"^(?:\d{4}年)?(?:\d{1,2}月?-(1[0-2]|0?[1-9])月|年底)(?:底|末|前)*(?:目标|节点|任务|工作目标|节点目标|目标任务)+$"
)
SPAN_OF_GOALS = re.compile(r"^(?:\d{4}年)?\d{1,2}月?[-至到](1[0-2]|0?[1-9])月份?$")
CORE = re.compile(r"投资|资金|领导|单位|部门|开工|竣工|完工|责任人|项目名称|代码")
UNKNOWN = "没有认出这一列"
NODE_PARENT = re.compile(
    r"^(?:第([一二三四五六七八九十1-9])个?(?:关键|工作|重要|时间|阶段)?节点|(?:关键|工作|重要|时间|阶段|进度)*节点\(?([一二三四五六七八九十]|\d{1,2})?\)?)(?:目标|任务|安排|计划)?$"
)
NODE_TEXT = re.compile(
    r"(?:(?:关键|工作|重要|阶段|时间|进度|建设)*节点)?(?:工作|目标|建设|推进)?(?:内容|事项|任务|名称|目标|要求)|(?:关键|工作|重要|阶段|进度)*节点|(?:目标|工作)任务"
)
NODE_WHEN = re.compile(
    r"(?:节点)?(?:计划|要求|预计|拟|应|目标|节点)?(?:完成)?(?:时限|时间|期限|日期|节点)|时间节点|完成时间节点"
)
FLAG = re.compile(r"^是否(?:为|属于|纳入|列入|是|享受)?(.{2,16}?)(?:项目|名单|企业)?$")


@lru_cache(maxsize=4096)
def split_unit(text: str) -> tuple[str, str]:
    """A heading without its unit of money, and that unit (`亿元`) or an empty text."""
    bare = whole_years(tight(text))
    for pattern in (UNIT_ASIDE, UNIT_TAIL):
        if found := pattern.search(bare):
            unit = next(group for group in found.groups() if group)
            return (bare[: found.start()] + bare[found.end() :]).strip(":,-/"), full_unit(unit)
    return bare, ""


def split_tier(text: str) -> tuple[str, str]:
    """The same of a tier under another: one that holds a unit and no more (`人民币（亿元）`) says nothing but what is above."""
    if found := UNIT_ALONE.fullmatch(tight(text)):
        return "", "" if found[1] == "人民币" else full_unit(found[1])
    return split_unit(text)


@lru_cache(maxsize=4096)
def variants(text: str) -> tuple[str, ...]:
    """The heading as it is, and without what stands in brackets where that tells nothing of the meaning."""
    bare = NUMBERING.sub("", text).strip("*:;。.,、")
    forms = [bare]
    asides = ASIDE.findall(bare)
    if asides:
        stripped = ASIDE.sub("", bare)
        if not any(TELLING.search(aside) and not FORM_NOTE.match(aside) for aside in asides):
            forms.append(stripped)
        else:
            forms += [asides[0] + stripped, stripped + asides[0]]
    return tuple(dict.fromkeys(form for form in forms if form)) or (text or "?",)


@lru_cache(maxsize=8192)
def classify(tiers: tuple[str, ...], setting: Setting) -> Meaning:
    """What a column under these tiers (top first, tightened, units taken out) means.

    Position under a parent is asked first, then the whole heading written in one, then the lowest tier alone.
    """
    tiers = _unbroken(tuple(part for tier in tiers for part in _split_hyphen(tier)))
    if re.search(r"[%‰]", tiers[-1]):
        return Meaning("ignore", why="比例和差值由系统计算，不从表里取")
    leaf_forms = variants(tiers[-1])
    parents = tiers[:-1]
    for attempt in (_as_permit, _as_node, _under_parent, _under_numbered, _as_milestone, _as_one_text, _as_leaf):
        if meaning := attempt(leaf_forms, parents, setting):
            return _closer(meaning, leaf_forms, parents, setting)
    if indexed := _as_indexed(leaf_forms, parents, setting):
        return indexed
    if parents and (split := read_money_heading((*parents[:-1], parents[-1] + leaf_forms[0]), setting)):
        return split  # `总投` over `资`
    for form in leaf_forms:
        if found := FLAG.fullmatch(form):
            return Meaning("flags", flag=found[1])
    if CORE.search(tiers[-1]) and (offered := _like(tiers[-1])):
        return Meaning("", rank=9, options=offered)
    return Meaning("ignore", why=UNKNOWN)


def _unbroken(tiers: tuple[str, ...]) -> tuple[str, ...]:
    """`责任单位` over `及` over `责任人` is one heading, broken for want of room."""
    found: list[str] = []
    for tier in tiers:
        if found and (BREAKS_OFF.search(found[-1]) or GOES_ON.match(tier)):
            found[-1] += tier
        else:
            found.append(tier)
    return tuple(found)


def _closer(meaning: Meaning, forms: tuple[str, ...], parents: tuple[str, ...], setting: Setting) -> Meaning:
    """`政府` over `投资`: where the lowest tier alone says next to nothing, the tier above may be the rest of its name."""
    if meaning.rank < 3 or not parents:
        return meaning
    joined = read_money_heading((*parents[:-1], parents[-1] + forms[0]), setting)
    return joined if joined and joined.field and joined.rank < meaning.rank else meaning


def _split_hyphen(tier: str) -> list[str]:
    """`总投资-中央财政资金` of platform exports is a heading of two tiers; `1-6月` is not."""
    parts = re.split(r"(?<=[^\d(])-(?=[^\d)])", tier)
    return [part for part in parts if part] or [tier]


PERMIT_PARTS = (("due", PERMIT_DUE), ("on", PERMIT_ON), ("number", PERMIT_NUMBER), ("state", PERMIT_STATE))


def _as_permit(forms: tuple[str, ...], parents: tuple[str, ...], _: Setting) -> Meaning | None:
    """`环评` is where it stands, with dates of when it was done; under `手续办理时限` its dates are those it is due on."""
    meaning = _permit_column(forms, parents)
    if meaning is None or meaning.field != "permits" or meaning.part not in ("state", "on"):
        return meaning
    told = next((found for text in (forms[0], *reversed(parents)) if (found := PERMIT_PLAN.search(text))), None)
    if told is None or told["plan"] is None:
        return meaning
    return replace(meaning, part="due" if meaning.part == "on" else "plan")


def _permit_column(forms: tuple[str, ...], parents: tuple[str, ...]) -> Meaning | None:
    leaf = forms[0]
    part = next((part for part, pattern in PERMIT_PARTS if pattern.fullmatch(leaf)), None)
    if part and len(parents) > 1 and PERMIT_PARENT.search(parents[-2]) and not PERMIT_PARENT.search(parents[-1]):
        # 手续办理情况 / whatever it is called / 应办时限
        return Meaning("permits", permit=_permit_name(parents[-1]) or parents[-1], part=part)
    for parent in reversed(parents):
        name = _permit_name(parent)
        if name is None:
            continue
        if part:
            return Meaning("permits", permit=name, part=part)
        if not any(map(_permit_name, forms)):
            return Meaning("ignore", why="手续的附属信息，台账不设这一栏")
    for form in forms:
        name = _permit_name(form)
        if name is not None:
            return Meaning("permits", permit=name)
    if any(PERMIT_PARENT.search(parent) and not re.search(r"目标|节点", parent) for parent in parents):
        if PERMIT_STATE.fullmatch(leaf) or re.search(
            r"责任|单位|时限|问题|备注|说明|合计|总数|需办|已办|未办|个数|完成率|办结率", leaf
        ):
            return None
        return Meaning("permits", permit=re.sub(r"^(?:是否|有无)(?:办理|取得|完成)?", "", leaf))
    return None


def _as_node(forms: tuple[str, ...], parents: tuple[str, ...], _: Setting) -> Meaning | None:
    """`节点一 / 内容` and `节点一 / 时限` are the two halves of one milestone."""
    found = next((match for parent in reversed(parents) if (match := NODE_PARENT.fullmatch(parent))), None)
    if found is None or not (number := found[1] or found[2]):
        return None
    index = _ordinal(number)
    if NODE_TEXT.fullmatch(forms[0]):
        return Meaning("milestones", part="text", index=index)
    if NODE_WHEN.fullmatch(forms[0]):
        return Meaning("milestones", part="due", index=index)
    return Meaning("ignore", why="节点的完成情况，台账不从清单里取")


def _permit_name(text: str) -> str | None:
    bare = re.sub(r"^(?:是否|有无)(?:已|需)?(?:办理|取得|完成|通过)?", "", text)
    bare = re.sub(
        r"(?:是否)?(?:办理|完成|取得|审批|办结)?(?:情况|状态|进展|与否|\(是/否\))$|是否(?:办理|办结|完成|取得)$",
        "",
        bare,
    )
    if bare and PERMIT_NAME.fullmatch(bare):
        return bare
    return None


def _under_parent(forms: tuple[str, ...], parents: tuple[str, ...], _: Setting) -> Meaning | None:
    found = [
        Meaning(rule.field, rank=rule.rank)
        for rule in RULES
        if rule.parent is not None
        and any(rule.parent.search(form) for parent in parents for form in variants(parent))
        and any(rule.leaf.search(form) for form in forms)
    ]
    return _only(found)


def _under_numbered(forms: tuple[str, ...], parents: tuple[str, ...], setting: Setting) -> Meaning | None:
    """`分包单位2 / 责任人`: the same group of columns, numbered."""
    found = INDEXED.fullmatch(parents[-1]) if parents else None
    meaning = _under_parent(forms, (*parents[:-1], found[1]), setting) if found else None
    return replace(meaning, index=_ordinal(found[2])) if found and meaning else None


def _ordinal(text: str) -> int:
    return NUMERALS.get(text) or int(text)


def _as_milestone(forms: tuple[str, ...], parents: tuple[str, ...], setting: Setting) -> Meaning | None:
    """A month or quarter under a heading of goals; the months of money belong to the money grammar."""
    if any(TRIGGER.search(text) for text in (*parents, forms[0])):
        return None
    goals = any(re.search(GOAL_PARENT, parent) for parent in parents)
    year = next(
        (int(found[0]) for text in (forms[0], *parents) if (found := re.search(r"20\d{2}", text))), setting.year
    )
    if parents and GOAL_OF_MONTH.fullmatch(forms[0]):
        forms = (parents[-1] + forms[0], parents[-1])  # 7月 / 节点目标, beside 7月 / 完成情况
    for form in forms:
        if found := QUARTER_WORD.fullmatch(re.sub(r"^\d{4}年", "", form)):
            return Meaning("milestones", due=month_end(year, QUARTERS[found[1]]) if year else None)
        if found := SPAN_GOAL.fullmatch(form):
            return Meaning("milestones", due=month_end(year, int(found[1] or 12)) if year else None)
        if goals and (found := SPAN_OF_GOALS.fullmatch(form)):
            return Meaning("milestones", due=month_end(year, int(found[1])) if year else None)
        if found := MONTH_GOAL.fullmatch(form):
            if not goals and not found[2]:
                continue
            month = _ordinal(found[1])
            return Meaning("milestones", due=month_end(year, month) if year else None)
    return None


def _as_one_text(forms: tuple[str, ...], parents: tuple[str, ...], setting: Setting) -> Meaning | None:
    """Headings stacked over several rows: `项目` over `名称`."""
    for start in range(len(parents)):
        joined = "".join(parents[start:]) + forms[0]
        if meaning := _by_rule(joined, parents, setting):
            return meaning
    return None


def _as_leaf(forms: tuple[str, ...], parents: tuple[str, ...], setting: Setting) -> Meaning | None:
    for form in forms:
        if meaning := _by_rule(form, parents, setting):
            return meaning
    for form in forms:
        if meaning := read_money_heading((*parents, form), setting):
            return meaning
    for pattern, why in LEFT_OUT:
        if any(pattern.search(form) for form in forms):
            return Meaning("ignore", why=why)
    return None


def _by_rule(text: str, parents: tuple[str, ...], setting: Setting) -> Meaning | None:
    meaning = _only(
        [Meaning(rule.field, rank=rule.rank) for rule in RULES if rule.parent is None and rule.leaf.fullmatch(text)]
    )
    if meaning and meaning.field == "months.progress":
        return _progress(text, parents, setting)
    if meaning and meaning.field == "goal_year" and setting.year:
        year = re.match(r"(\d{4})年", text)
        if year and int(year[1]) != setting.year:
            return Meaning("ignore", why=f"{year[1]}年的目标，不是{setting.year}年度的")
    return meaning


def _progress(text: str, parents: tuple[str, ...], setting: Setting) -> Meaning:
    for tier in (text, *reversed(parents)):
        if found := MONTH_WORD.search(tier):
            year = re.search(r"(20\d{2})年", tier)
            whole = int(year[1]) if year else setting.year
            return Meaning("months.progress", month=f"{whole:04d}-{int(found[1]):02d}" if whole else "")
    if any(re.search(r"目标|计划", parent) for parent in parents):
        return Meaning("goal_year")
    return Meaning("months.progress", rank=2, month=setting.month_text)


def _as_indexed(forms: tuple[str, ...], parents: tuple[str, ...], setting: Setting) -> Meaning | None:
    """`分包单位2`, `责任人3`: the same heading, numbered."""
    for form in forms:
        if found := INDEXED_WITHIN.fullmatch(form):
            meaning = _under_parent((found[3],), (*parents, found[1]), setting) or _as_leaf(
                (found[1] + found[3],), parents, setting
            )
            if meaning and meaning.field:
                return Meaning(meaning.field, rank=meaning.rank, why=meaning.why, index=_ordinal(found[2]))
        if found := INDEXED.fullmatch(form):
            for pattern in (_under_parent, _as_leaf):
                meaning = pattern((found[1],), parents, setting)
                if meaning and meaning.field and meaning.field != "ignore":
                    index = _ordinal(found[2])
                    return Meaning(meaning.field, rank=meaning.rank, month=meaning.month, index=index)
    return None


def _only(found: list[Meaning]) -> Meaning | None:
    if not found:
        return None
    best = min(meaning.rank for meaning in found)
    fields = tuple(dict.fromkeys(meaning.field for meaning in found if meaning.rank == best))
    if len(fields) == 1:
        return Meaning(fields[0], rank=best)
    return Meaning("", options=fields)


def _like(text: str) -> tuple[str, ...]:
    """Fields to offer for a heading that nothing decided. Likeness may offer, it never decides."""
    groups = (
        (
            r"投资|资金",
            ("total_wan", "plan_wan", "done_before_wan", "year_done_wan", "done_total_wan", "months.done_wan"),
        ),
        (r"领导", ("leaders", "contact")),
        (r"单位|部门", ("unit", "supporting_units", "owner")),
        (r"开工.*(?:时间|日期|年|月|期)", ("starts", "actual_starts", "started")),
        (r"(?:竣工|完工).*(?:时间|日期|年|月|期)", ("ends", "actual_ends")),
        (r"^开工$", ("starts", "actual_starts", "started")),
        (r"^竣工$", ("ends", "actual_ends")),
        (r"责任人", ("contact", "leaders")),
        (r"项目名称", ("name",)),
        (r"代码", ("code",)),
    )
    offered = [field for pattern, fields in groups if re.search(pattern, text) for field in fields]
    return tuple(dict.fromkeys(field for field in offered if field in TITLES))
