"""What the name of a sheet and the titles over a table say of all its projects: group, label of the year, township."""

from __future__ import annotations

import re

from projects.imports.reading.grid import Sheet
from projects.imports.reading.meaning import Column
from projects.imports.reading.sections import ORDINAL, YEARS, read_section, section_label
from projects.imports.reading.tables import UNIT_LINE, Table, as_text
from projects.imports.reading.text import HAN, tight

GROUP_TITLE = re.compile(
    r"(?:.{1,6}县)?((?!.*四部)[^\d]{2,10}(?:工作指挥部|指挥部|专班))(?=20\d\d|项目|重点|推进|台账)"
)
NUMBERED = re.compile(r"^[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、_\s-]+")
GROUP_NAME = re.compile(r"(?:指挥部|专班)$")
TOWNSHIP = re.compile(rf"[{HAN}]{{1,5}}(?:镇|乡|街道)")
BATCH = re.compile(r"第(?:[一二三四五六七八九十]{1,3}|\d{1,2})[期批](?!次?工程)")
STAGE_TITLE = re.compile(r"(签约|开工|投产|达效)[”\"]?(?:一批|项目)")
TITLE_END = re.compile(r"(?:情况|计划|进展|推进)?(?:一览表|统计表|汇总表|台账|清单|名单|目录|表)(?:\(.{1,6}\))?$")
TITLE_START = re.compile(r"^(?:附[件表]?\d*[:.、]?)?(?:[^\d]{0,12}(?=\d{4}年))?")


def given_by_sheet(table: Table, lines: list[str], own: list[str]) -> dict[str, str]:
    """Values for every project of the table; `own` are the titles that stand over this table alone."""
    given: dict[str, str] = {}
    name = tight(table.sheet.name)
    if GROUP_NAME.search(table.sheet.name):
        given["group"] = NUMBERED.sub("", table.sheet.name).strip()
    elif found := next((match for line in lines if (match := GROUP_TITLE.match(tight(line)))), None):
        given["group"] = found[1]
    fields = {column.meaning.field for column in table.columns}
    stages = {stage for text in (*map(tight, own), name) if "一批" in text for stage in STAGE_TITLE.findall(text)}
    if len(stages) == 1 and "stage" not in fields:
        given["stage"] = stages.pop()
    elif not fields & {"label", "stage"}:
        labels = [label for text in (*own, name) if (label := title_label(text))]
        if labels:
            given["label"] = labels[0]
    if "batch" not in fields and (
        found := next((match for text in (name, *map(tight, lines)) if (match := BATCH.search(text))), None)
    ):
        given["batch"] = found[0]
    if "township" not in fields and TOWNSHIP.fullmatch(name):
        given["township"] = table.sheet.name.strip()
    return given


def title_label(text: str) -> str:
    """`一、续建项目（58个）` and `某县2023年续建项目清单` both say 续建; a title that names no label gives an empty text."""
    text = tight(text)
    bare = TITLE_END.sub("", TITLE_START.sub("", text))
    if label := section_label(YEARS.sub("", ORDINAL.sub("", bare))):
        return label
    section = read_section(text, "", spans=True)
    return section.value if section and section.kind == "label" else ""


def titles_over(sheet: Sheet, top: int, after: int) -> int:
    """The first of the rows of title that stand right above a heading at `top`, below row `after`."""
    first = top
    for row in range(top - 1, after, -1):
        texts = [as_text(value) for value in sheet.rows.get(row, {}).values()]
        if len(texts) > 3 or not all(_is_title(text) for text in texts):
            break
        if texts:
            first = row
    return first


def _is_title(text: str) -> bool:
    return bool(UNIT_LINE.search(text) or TITLE_END.search(text) or title_label(text) or re.search("单位:", text))


def own_titles(sheet: Sheet, first: int, last: int, group: list[Column], groups: list[list[Column]]) -> list[str]:
    """Texts in the rows above one of the tables that stand side by side; a title over all of them belongs to each."""
    found: list[str] = []
    for row in range(last, max(first, 1) - 1, -1):
        texts = {column: value for column, value in sheet.rows.get(row, {}).items() if isinstance(value, str)}
        owners = {column: _owner(column, groups) for column in texts}
        alone = len(set(owners.values())) <= 1
        found += [texts[column] for column in sorted(texts) if alone or groups[owners[column]] is group]
    return found


def _owner(column: int, groups: list[list[Column]]) -> int:
    """The table that a title stands over: the last one that begins at or before it."""
    return max((index for index, group in enumerate(groups) if group[0].number <= column), default=0)
