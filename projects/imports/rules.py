"""Judgements about names that look alike, and what a name tells of its kind. Likeness only ever asks a person; it never decides."""

import re
from collections.abc import Collection
from difflib import SequenceMatcher

from pypinyin import lazy_pinyin

from leaders.groups.rules import GroupKind
from leaders.names import squeeze
from leaders.organisations.rules import UnitKind
from projects.registry.rules import ListKind

_COUNTY = re.compile(r"^(?:洛阳市)?(?:伊川县?|本县|县)")
_ENDING = re.compile(r"(?:建设|新建|改造|工程|项目|示范)*$")
_NUMBERS = re.compile(
    r"[0-9０-９a-zA-Z]+|[一二三四五六七八九十]+(?=期|标段|号|区|批|路|中|小)|[东西南北](?=区|片|线|路|段)"
)
ALIKE = 0.85
# Columns that are understood and not registered: key → why. They stay with the file.
UNSTORED = {
    "done_total_wan": "开工以来累计由上年底累计加各月完成算出",
    "entered_wan": "是累计数；入库统计投资按月登记，累计由各月相加",
}
# What a blank cell may clear, where a person says so for the column: never what a project must have, who answers for it, how far
# it is, or what a unit reported.
CLEARABLE = (
    "gov_wan", "private_wan", "starts", "ends", "content", "owner", "remark", "township", "sector", "nature",
    "done_before_wan", "goal_year", "goal_h1", "goal_h2", "stage", "batch", "valid_until",
)  # fmt: skip
# Below this share of the greater one, two totals do not speak of one project.
SAME_TOTAL = 0.99
COMPARABLE_TOTAL = 0.8


def core_name(name: str) -> str:
    """A project's name without the county in front and 建设项目, 工程 and the like behind: 吕店镇县道改建工程 → 吕店镇县道改建."""
    bare = squeeze(name)
    core = _ENDING.sub("", _COUNTY.sub("", bare))
    return core or bare


def are_names_alike(one: str, other: str, places: Collection[str] = ()) -> bool:
    """Whether two project names may mean one project: the same core, or nearly the same letters with the same numbers
    (一期 is not 二期) and no two different places (吕店镇 is not 白沙镇)."""
    first, second = core_name(one), core_name(other)
    if _NUMBERS.findall(first) != _NUMBERS.findall(second):
        return False
    if name_other_places(one, other, places):
        return False
    return first == second or SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def name_other_places(one: str, other: str, places: Collection[str]) -> bool:
    """Whether both names hold places, and not the same."""
    here, there = {place for place in places if place in one}, {place for place in places if place in other}
    return bool(here and there and here != there)


def are_totals_close(one: object, other: object, share: float = SAME_TOTAL) -> bool:
    """Both known, and the smaller at least `share` of the greater."""
    if not one or not other:
        return False
    small, great = sorted((float(str(one)), float(str(other))))
    return small >= great * share


def same_amount(one: object, other: object) -> bool:
    """Both known and the same to a ten-thousandth, which is what rounding to 亿元 may lose."""
    return are_totals_close(one, other, 0.9999)


def are_persons_alike(one: str, other: str) -> bool:
    """Written differently, spoken the same (志/致), the same characters in another order, or one given name shortened."""
    first, second = squeeze(one), squeeze(other)
    if first == second or sorted(first) == sorted(second) or lazy_pinyin(first) == lazy_pinyin(second):
        return True
    return len(first) != len(second) and first[:1] == second[:1] and _runs_through(first, second)


def are_units_alike(one: str, other: str) -> bool:
    """One is an abbreviation of the other (发改委 of 发展和改革委员会), or nearly the same letters."""
    first, second = _unit_core(one), _unit_core(other)
    if not first or not second:
        return False
    if first == second or (min(len(first), len(second)) >= 2 and _runs_through(first, second)):
        return True
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= 0.75


def unit_kind(name: str) -> UnitKind:
    """What a unit's name tells of its kind; 县直部门 when nothing does."""
    if re.search(r"[镇乡]人民政府$|[镇乡]$|街道(?:办事处|办)?$|办事处$", name):
        return UnitKind.TOWNSHIP
    if re.search(r"集团|公司|城投|农投|交投|国投", name):
        return UnitKind.ENTERPRISE
    if re.search(r"开发区|产业集聚区|园区|管委会$", name):
        return UnitKind.ZONE
    return UnitKind.DEPARTMENT


def group_kind(name: str) -> GroupKind:
    return GroupKind.TASK_FORCE if "专班" in name else GroupKind.COMMAND


def list_kind(*texts: str) -> ListKind:
    """What a key, a name or a title tells of the kind of list; 其他 when nothing does."""
    text = " ".join(texts).casefold()
    words = (
        (r"白名单|white", ListKind.WHITELIST),
        (r"三个一批|储备|谋划|reserve|three", ListKind.THREE_BATCHES),
        (r"四部|专班|指挥部|台账|task|group", ListKind.TASK_FORCE),
        (r"集中开工|joint|start", ListKind.JOINT_START),
        (r"重点项目|key", ListKind.COUNTY_KEY),
    )
    return next((kind for pattern, kind in words if re.search(pattern, text)), ListKind.OTHER)


def _unit_core(name: str) -> str:
    core = _COUNTY.sub("", squeeze(name))
    return re.sub(r"(?:人民政府|办事处|委员会|管理委员会|集团有限公司|有限公司|局|委|办|中心|集团)$", "", core) or core


def _runs_through(one: str, other: str) -> bool:
    """Whether the shorter one's characters stand in the longer one in the same order."""
    short, long = sorted((one, other), key=len)
    letters = iter(long)
    return all(letter in letters for letter in short)
