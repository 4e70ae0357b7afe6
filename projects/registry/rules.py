"""Words and judgements about a project itself: its states, kinds, code and name."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import TextChoices
from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.mmseg import seg

from yichuan_tracker.months import first_day, month_label


class ProjectState(TextChoices):
    """Where a project stands in its life. 调出 is no state: it ends a membership of one list."""

    CONCEIVED = "conceived", "谋划"
    RESERVED = "reserved", "储备"
    PREPARING = "preparing", "前期"
    BUILDING = "building", "在建"
    COMPLETED = "completed", "竣工"
    PRODUCING = "producing", "投产"
    EFFECTIVE = "effective", "达效"
    STOPPED = "stopped", "停工"
    TERMINATED = "terminated", "终止"


NEXT_STATES: Mapping[str, frozenset[str]] = {
    ProjectState.CONCEIVED: frozenset({ProjectState.RESERVED, ProjectState.PREPARING, ProjectState.TERMINATED}),
    ProjectState.RESERVED: frozenset({ProjectState.PREPARING, ProjectState.TERMINATED}),
    # Back to the reserve when the year's conditions are not met: common, and no termination.
    ProjectState.PREPARING: frozenset({ProjectState.BUILDING, ProjectState.RESERVED, ProjectState.TERMINATED}),
    ProjectState.BUILDING: frozenset({ProjectState.COMPLETED, ProjectState.STOPPED, ProjectState.TERMINATED}),
    ProjectState.COMPLETED: frozenset({ProjectState.PRODUCING}),
    ProjectState.PRODUCING: frozenset({ProjectState.EFFECTIVE}),
    ProjectState.EFFECTIVE: frozenset(),
    ProjectState.STOPPED: frozenset({ProjectState.BUILDING, ProjectState.TERMINATED}),
    ProjectState.TERMINATED: frozenset(),
}

# What needs a day, evidence and an approver (projects.requests); the steps of preparation and 达效 do not.
EVIDENCED_STATES = frozenset(
    {
        ProjectState.BUILDING,
        ProjectState.COMPLETED,
        ProjectState.PRODUCING,
        ProjectState.STOPPED,
        ProjectState.TERMINATED,
    }
)

# State and dates: entered when a project is registered, changed by request, corrected where they were entered wrongly.
DATED_FIELDS = (
    "state",
    "planned_start_on",
    "planned_end_on",
    "actual_start_on",
    "actual_end_on",
    "production_on",
)

# 已开工：whatever follows the start. 停工 counts, since only a started project can stop.
STARTED_STATES = frozenset(
    {
        ProjectState.BUILDING,
        ProjectState.COMPLETED,
        ProjectState.PRODUCING,
        ProjectState.EFFECTIVE,
        ProjectState.STOPPED,
    }
)


class YearLabel(TextChoices):
    """年度类别. Belongs to (project, year) and is not the state."""

    CONTINUED = "continued", "续建"
    NEW_START = "new_start", "新开工"
    COMPLETION = "completion", "竣工投产"
    PREPARATORY = "preparatory", "前期"


class Nature(TextChoices):
    """建设性质."""

    NEW = "new", "新建"
    REBUILD = "rebuild", "改建"
    EXTENSION = "extension", "扩建"
    REBUILD_EXTENSION = "rebuild_extension", "改扩建"
    UPGRADE = "upgrade", "技改"
    RELOCATION = "relocation", "迁建"
    RESTORATION = "restoration", "恢复"
    PURCHASE = "purchase", "单纯购置"
    OTHER = "other", "其他"


class ListKind(TextChoices):
    COUNTY_KEY = "county_key", "县重点项目"
    TASK_FORCE = "task_force", "四部四专班"
    THREE_BATCHES = "three_batches", "三个一批储备"
    JOINT_START = "joint_start", "集中开工"
    WHITELIST = "whitelist", "四保白名单"
    OTHER = "other", "其他"


# Whose members work to a plan, report and are ranked: the reserve waits, and the whitelist protects.
WORKED_LISTS = frozenset(ListKind) - {ListKind.THREE_BATCHES, ListKind.WHITELIST}


class ResponsibilityRole(TextChoices):
    LEADER = "leader", "分包领导"
    LEAD_UNIT = "lead_unit", "责任（牵头）单位"
    SUPPORTING_UNIT = "supporting_unit", "配合单位"
    GROUP = "group", "指挥部（专班）"
    CONTACT = "contact", "责任人"


@dataclass(frozen=True)
class Contact:
    """A 责任人 as lists name them: a name and a telephone, no account."""

    name: str
    phone: str = ""


class FundingKind(TextChoices):
    CENTRAL_BUDGET = "central_budget", "中央预算内资金"
    POLICY_TOOL = "policy_tool", "政策性开发性金融工具"
    SPECIAL_BOND = "special_bond", "地方政府专项债券"
    LOCAL_FISCAL = "local_fiscal", "省市县财政资金"
    ENTERPRISE = "enterprise", "企业自筹"
    BANK_LOAN = "bank_loan", "银行贷款"
    OTHER = "other", "其他"


# The county itself, the city and the province: who may have given a code to a project of this county.
OWN_REGIONS: Mapping[str, str] = {"410329": "伊川县", "410300": "洛阳市", "410000": "河南省"}

# Every dash that people and input methods put for a hyphen, the Chinese numeral one among them.
_HYPHENS = re.compile(r"[‐‑‒–—―−－﹣﹘ー一]")
_NEW_CODE = re.compile(r"([0-9]{2})([0-9]{2})-([0-9]{6})-([0-9]{2})-([0-9]{2})-([0-9]{6})", re.ASCII)
_TWENTY_DIGITS = re.compile(r"[0-9]{20}", re.ASCII)
_OLD_CODE_YEARS = range(2013, 2021)


def may_move(now: str, then: str) -> bool:
    """Whether a project may go from state `now` to state `then` in one step."""
    return then in NEXT_STATES[now]


def free_states(now: str) -> list[ProjectState]:
    """The states that the office may set by itself from `now`, in the order of a project's life; `now` among them."""
    return [one for one in ProjectState if one == now or (may_move(now, one) and one not in EVIDENCED_STATES)]


def normalise_code(text: str) -> str:
    """A project code as it is stored: half-width digits, plain hyphens, no blanks; 20 bare digits get their hyphens.

    What is no code comes back tidied the same way, never refused: `code_warnings` says what is wrong with it.
    """
    tidy = unicodedata.normalize("NFKC", _HYPHENS.sub("-", text))
    tidy = "".join(char for char in _HYPHENS.sub("-", tidy) if not _is_blank(char)).upper()
    if _TWENTY_DIGITS.fullmatch(tidy):
        return "-".join((tidy[:4], tidy[4:10], tidy[10:12], tidy[12:14], tidy[14:]))
    return tidy


def is_code(text: str) -> bool:
    """Whether the text has the shape of a 投资项目统一代码. A serial like 2023-001 has not."""
    return _NEW_CODE.fullmatch(normalise_code(text)) is not None


def is_old_style_code(code: str) -> bool:
    """Codes from before late 2020 begin with a year and have no check digit: 2020-330327-48-01-167360.

    A first part like 2012 is December 2020 in the new style: only what cannot be a month is read as a year.
    """
    return _NEW_CODE.fullmatch(code) is not None and int(code[2:4]) > 12 and int(code[:4]) in _OLD_CODE_YEARS


def check_digit(digits: str) -> str:
    """The check digit of ISO 7064 MOD 11,10 over `digits` (the first 19 of a code)."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def code_warnings(code: str, today: datetime.date, regions: Mapping[str, str] = OWN_REGIONS) -> list[str]:
    """What a person should look at in a project code, in Chinese; empty when it looks right or is missing.

    Warnings only: a code is never refused (GB/T 40058-2021 describes it, counties mistype it).
    """
    code = normalise_code(code)
    if not code:
        return []
    found = _NEW_CODE.fullmatch(code)
    if found is None:
        return [f"项目代码“{code}”不是 4-6-2-2-6 共 20 位数字的样子，请对照备案（立项）文件核对。"]
    year, month, region = int(found[1]), int(found[2]), found[3]
    warnings = []
    if not is_old_style_code(code):
        digits = code.replace("-", "")
        expected = check_digit(digits[:19])
        if digits[19] != expected:
            warnings.append(f"项目代码“{code}”的校验码应为 {expected}，现为 {digits[19]}，可能有数字写错，请核对。")
        if not 1 <= month <= 12:
            warnings.append(f"项目代码“{code}”的赋码年月“{code[:4]}”不是有效的年月，请核对。")
        elif datetime.date(2000 + year, month, 1) > first_day(today):
            assigned = month_label(datetime.date(2000 + year, month, 1))
            warnings.append(f"项目代码“{code}”的赋码年月是{assigned}，晚于本月，请核对。")
    if region not in regions:
        own = "、".join(f"{name}（{number}）" for number, name in regions.items())
        warnings.append(f"项目代码“{code}”的行政区划 {region} 不是{own}，请核对是否为本县项目。")
    return warnings


@lru_cache(65536)  # asked for the same names again and again within one file
def name_key(name: str) -> str:
    """A name for comparing: NFKC, letters lowered, blanks and every sign that is no letter or digit removed."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def pinyin_initials(name: str) -> str:
    """What people type to find a name: 吕店镇县道改建工程 → ldzxdgjgc; letters and digits stay, signs go."""
    return "".join(map(_word_initials, seg.cut(name_key(name))))[:200]


@lru_cache(4096)
def _word_initials(word: str) -> str:
    # Word by word, since 重 in 重点 and in 重庆 differ; names share most of their words, and pypinyin is slow.
    return "".join(lazy_pinyin([word], style=Style.FIRST_LETTER))


def day_in_year(year: int, today: datetime.date) -> datetime.date:
    """The day on which the facts of `year` are looked at: today, or its first or last day when today lies outside."""
    return min(max(today, datetime.date(year, 1, 1)), datetime.date(year, 12, 31))


def end_of_term(last_on: datetime.date) -> dict[str, Any]:
    """What ends a whitelist's stretch that ran out: it is over from the day after its last."""
    return {"left_on": last_on + datetime.timedelta(days=1), "left_reason": "有效期届满"}


def _is_blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in {"Cf", "Cc", "Zs"}
