"""Rows that are no project: sections, totals, notes. What a section says of the projects below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from projects.imports.reading.fields import LABELS, NATURES

TOTAL = re.compile(
    r"^(?P<what>.{0,20}?)(?:总计(?!划)|总合计|合计数?|小计|共计|总数|本页小计|本页合计)[::]?\(?共?计?(?:(?P<count>\d+)个?(?:重点|县重点)?(?:项目)?)?[^\d]{0,12}\)?$"
)
COUNT_FIRST = re.compile(r"^(?:全县|全部|总)?(?:共|合计|总共)(?P<count>\d+)个(?:重点|县重点)?项目?.{0,20}$")
COUNT_ALONE = re.compile(r"^共?(?P<count>\d+)个?(?:项目)?$")
ORDINAL = re.compile(
    r"^(?:(?P<part>第[一二三四五六七八九十]+(?:部分|篇|章)[、:.,]?)|(?P<first>第[一二三四五六七八九十]+[类批]?[、:.,]?|[一二三四五六七八九十]{1,3}[、.:,]|[IVXⅠ-Ⅻ]+[、.])|"
    r"(?P<second>\([一二三四五六七八九十]{1,3}\)[、.]?)|(?P<third>\d{1,2}[、.](?!\d)|\(\d{1,2}\)[、.]?|[①-⑳]|[A-Z][、.])|(?P<sign>[◆●■★▲※◎])+)"
)
BARE_ORDINAL = re.compile(
    r"^(?:(?P<first>[一二三四五六七八九十]{1,3}|[IVXⅠ-Ⅻ]+|[A-Z])|(?P<second>\([一二三四五六七八九十]{1,3}\)))[、.]?$"
)
# `A类：省级项目` says no more of its depth than a title without a number
LETTERED = re.compile(r"[A-Z一二三四五六七八九十甲乙丙丁]类(?:项目)?(?:[:、,.]|(?=\()|$)")
BOXED = re.compile(r"^\(([^()]{2,20})\)$")
COUNT_TAIL = re.compile(r"[:,(]?(?:共|计|共计)?(?P<count>\d+)个?(?:重点)?(?:项目|个)?(?:[,、;].*)?\)?$")
COLUMN_MARK = re.compile(r"第?\(?(?:(?P<figure>\d+)(?:=.*)?|(?P<letter>[甲乙丙丁戊己庚辛壬癸A-Za-z]))\)?[栏列]?")
MARKS_FOLLOW = re.compile(r"[栏列行]次|[栏列](?:号|序|次号)|编号")
LETTERS = "甲乙丙丁戊己庚辛壬癸", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
NOTE = re.compile(
    r"^(?:注|备注|说明|填表说明|填报说明|注释|附注|编制说明)(?:[:\d一(]|$)|"
    r"^(?:填表人|制表人|制表|填报人|审核人|审核|复核|校对|单位负责人|主要负责人|主管领导|分管领导|负责人|联系人|联系电话|电话|填报单位|填表单位|"
    r"填报日期|填报时间|报送单位|报送部门|报送时间|报送日期|制表单位|制表时间|签字|签发|单位\(盖章\)|单位盖章|\(盖章\)|联系方式|经办人?|"
    r"(?:单位|部门|主要|主管|分管|责任|县级?|局|镇|乡)*(?:领导|负责人|主任|局长|书记)(?:签字|签名|审核|审签|意见)?)(?:\(.*\))?[:]"
)
TITLE_END = re.compile(
    r"(?:一览表|统计表|汇总表|计划表|情况表|明细表|进展表|项目表|台账|清单|名单|续表)(?:\(.{1,6}\))?$"
)
YEARS = re.compile(r"^\d{4}年度?")
CALLED_OFF = re.compile(
    r"(?:拟|已|建议|计划)?(?:退出|调出|取消|终止|移出|移除|剔除|删除|暂缓|不再)(?:清单|计划|实施|建设|推进)?的?(?:重点)?(?:项目)?"
)
# 三个一批: where a project stands in them is its stage, no label of the year
BATCH_OF_THREE = re.compile(r"[“\"]?(签约|开工|投产|达效)[”\"]?一批[”\"]?(?:项目)?")


@dataclass(frozen=True)
class Heading:
    """A section row: how deep it stands, what it sets and its stated count. Kinds: `label`, `stage`, `sector`, `nature`, `group`,
    `unit`, `township`, and `called_off` for what leaves the list."""

    level: int
    kind: str
    value: str
    count: int | None = None
    numbered: bool = True


@lru_cache(maxsize=4096)
def read_label(text: str) -> str:
    """续建, 新开工, 竣工投产 or 前期, when the whole text says so; otherwise an empty text."""
    for pattern, label in LABELS:
        if pattern.fullmatch(text):
            return label
    return ""


def section_label(text: str) -> str:
    """The label that a section's title gives: here 新建项目 means 新开工."""
    bare = YEARS.sub("", text)
    for form in (bare, re.sub(r"(?:省|市|县)级?重点|重点|建设|省定|市定|县定|列入", "", bare)):
        form = re.sub(r"(?:部分|一批|名单|清单)$", "", form)
        if label := read_label(form):
            return label
        if re.fullmatch(r"新建(?:类)?(?:项目)?", form):
            return "新开工"
    return ""


@lru_cache(maxsize=4096)
def read_total(text: str) -> tuple[str, int | None] | None:
    """(what is summed, stated count) for a row of totals, else None. `text` is tight."""
    if len(text) > 40:
        return None
    found = TOTAL.match(text) or COUNT_FIRST.match(text)
    if not found:
        return None
    what = found.groupdict().get("what") or ""
    return ORDINAL.sub("", what), int(found["count"]) if found["count"] else None


@lru_cache(maxsize=4096)
def read_section(text: str, ordinal: str, spans: bool) -> Heading | None:
    """The section that a lone text opens, else None. `ordinal` is a separate cell (一, （二）) in front of it."""
    if len(text) > 60:
        return None
    lettered = LETTERED.match(text)
    level, body = _level(text[lettered.end() :] if lettered else text, ordinal)
    body, spans = BOXED.sub(r"\1", body), spans or lettered is not None
    if level is None and TITLE_END.search(text) and not section_label(text):
        return None
    counted = COUNT_TAIL.search(body)
    count = int(counted["count"]) if counted and ("个" in counted[0] or "(" in counted[0]) else None
    if count is not None and counted:
        body = BOXED.sub(r"\1", body[: counted.start()])
    body = re.sub(r"\([^()]*\)$", "", body).strip(":、,.-")
    numbered = level is not None
    if not body:
        return Heading(level or 1, "", "", count, numbered) if numbered or lettered else None
    kind, value = _says(body)
    if level is None:
        if kind in ("label", "stage", "called_off"):
            level = 1
        elif count is not None or spans or re.fullmatch(r".{2,10}类(?:项目)?", body):
            level = 2 if kind == "sector" else 1
        else:
            return None
    return Heading(level, kind, value, count, numbered)


def _level(text: str, ordinal: str) -> tuple[int | None, str]:
    if ordinal and (found := BARE_ORDINAL.match(ordinal)):
        return (1 if found["first"] else 2), text
    found = ORDINAL.match(text)
    if not found:
        return None, text
    body = text[found.end() :]
    if found["part"]:
        return 0, body
    if found["first"]:
        return 1, body
    return (2 if found["second"] else 3), body


def _says(body: str) -> tuple[str, str]:
    if CALLED_OFF.fullmatch(body):
        return "called_off", body
    if found := BATCH_OF_THREE.fullmatch(body):
        return "stage", found[1]
    if label := section_label(body):
        return "label", label
    if re.search(r"(?:指挥部|专班|工作组)$", body):
        return "group", body
    if re.search(r"(?:局|委员会|委|人民政府|办事处|公司|集团|管委会|中心)$", body):
        return "unit", body
    if re.fullmatch(r".{1,5}(?:镇|乡|街道)", body):
        return "township", body
    if NATURES.fullmatch(body):
        return "nature", re.sub(r"(?:类)?项目$|类$", "", body)
    # what a list of years, batches or levels says of its projects is no sector
    if re.search(r"^\d{4}年|批次?$|^第.+[批期]|^(?:国家|[省市县区])(?:级|定|列|重点)+(?:建设)?(?:项目)?$", body):
        return "", body
    return "sector", re.sub(r"(?:类|板块|领域|方面)?(?:重点)?(?:建设)?(?:项目|工程)?$", "", body) or body


def numbers_columns(texts: list[str]) -> bool:
    """True for a line that counts the columns: `甲 乙 1 2 3=1+2`, `A B C D`, `栏次 1 2`."""
    told = bool(texts) and bool(MARKS_FOLLOW.fullmatch(texts[0]))
    marks = [COLUMN_MARK.fullmatch(text) for text in texts[told:]]
    if len(marks) < (2 if told else 3) or None in marks:
        return False
    letters = "".join(mark["letter"] for mark in marks if mark and mark["letter"])
    figures = [int(mark["figure"]) for mark in marks if mark and mark["figure"]]
    lettered = all(mark and mark["letter"] for mark in marks[: len(letters)])  # 甲 乙 stand before 1 2
    counted = not figures or (figures[0] in {0, 1} and figures == list(range(figures[0], figures[0] + len(figures))))
    return lettered and counted and any(row.startswith(letters) for row in LETTERS)


def is_note(text: str) -> bool:
    """True for the lines below a table: remarks, who filled it in, who checked it."""
    return bool(NOTE.match(text))
