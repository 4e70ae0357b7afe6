"""What the words of a ledger that was kept in a workbook say of a problem, and what that makes of one that is known."""

import datetime
import re

from projects.problems.rules import WAITING_STATES, ProblemSource, ProblemState

_SOURCES = (
    (r"批示|批办|签批", ProblemSource.INSTRUCTION),
    (r"督查|督导|现场|检查|暗访|巡查|走访|调研|观摩", ProblemSource.INSPECTION),
    (r"微信|群|奋斗群|业务群|钉钉", ProblemSource.CHAT),
    (r"例会|会议|会|专题会|调度|周例会", ProblemSource.MEETING),
    (r"企业|业主|万人助万企|来访|来函|座谈", ProblemSource.ENTERPRISE),
    (r"12345|热线|信访|投诉", ProblemSource.HOTLINE),
    (r"月报|周报|报表|报送", ProblemSource.REPORT),
    (r"其他|其它|其余", ProblemSource.OTHER),
)
_NOT_DONE = re.compile(r"未|没|否|尚|正在|办理中|整改中|推进中|进行中|在办|×|✗|✘|╳|继续|限期|督促|待|部分|挂账|不到位")
_DONE = re.compile(
    r"是|√|✓|✔|☑|对|Y|y|已|(?:全部|基本)?(?:销号|办结|解决|完成|整改(?:到位|完毕|完成)|到位)(?:到位|完毕)?"
)
_DONE_AT_ONCE = re.compile(r"已|整改(?:到位|完毕|完成)|销号|办结|解决|到位|完成")

_SIGNS = {sign: number for signs in ("①②③④⑤⑥⑦⑧⑨⑩", "一二三四五六七八九十") for number, sign in enumerate(signs, 1)}
_NUMBERED = re.compile(
    r"(?:^|(?<=[；;。\n]))\s*(?:(?P<figure>\d{1,2})[.．、](?!\d)|[（(](?P<aside>\d{1,2}|[一二三四五六七八九十])[)）]"
    r"|(?P<sign>[①-⑩])|(?P<han>[一二三四五六七八九十])(?:[、.．]|是))\s*"
)


def parts_of(text: str) -> list[str]:
    """What a cell lists as 1.…；2.… (also （1）, ①, 一、, 一是), each without its number; the whole text where it is no such list."""
    found = list(_NUMBERED.finditer(text))
    numbers = [next(sign for sign in match.groups() if sign) for match in found]
    if [_SIGNS.get(sign) or int(sign) for sign in numbers] != list(range(1, len(found) + 1)) or len(found) < 2:
        return [text]
    ends = [match.start() for match in found[1:]] + [len(text)]
    parts = [text[match.end() : end].strip(" ；;\n") for match, end in zip(found, ends, strict=True)]
    return parts if all(parts) and not text[: found[0].start()].strip() else [text]


def source_said(text: str) -> ProblemSource | None:
    """来源 in the county's own words; None for words that fit none."""
    labels = {str(label): ProblemSource(value) for value, label in ProblemSource.choices}
    return labels.get(text) or next((source for pattern, source in _SOURCES if re.search(pattern, text)), None)


def closed_said(text: str) -> bool | None:
    """是否销号: √, 是, 已销号, 办结 are yes; ×, 否, 未销号, 办理中, 挂账 no; None where the cell says neither."""
    if not text.strip():
        return None
    if _NOT_DONE.search(text):
        return False
    return True if _DONE.match(text) else None


def is_put_right(recheck: str) -> bool:
    """Whether 复查情况 says that what was found is put right: 已整改, 6月12日复查已到位; not 正在整改, 未到位."""
    return bool(_DONE_AT_ONCE.search(recheck)) and not _NOT_DONE.search(recheck)


def state_of_new(*, answer: str, done_on: datetime.date | None, closed: bool | None) -> ProblemState:
    """The state in which a problem of a ledger comes in: what was closed before it came stays closed."""
    if closed:
        return ProblemState.CLOSED
    if done_on is not None:
        return ProblemState.ANSWERED
    return ProblemState.HANDLING if answer else ProblemState.ASSIGNED


def state_after(
    now: str, *, answer: str, done_on: datetime.date | None, closed: bool | None, is_new_answer: bool
) -> str:
    """The state of a known problem after a ledger has spoken of it. A ledger never closes, reopens or takes back: what it calls
    done waits for somebody else's verification."""
    if now not in WAITING_STATES:
        return now
    if closed or done_on is not None:
        return ProblemState.ANSWERED
    is_begun = is_new_answer and bool(answer) and now != ProblemState.HANDLING
    return ProblemState.HANDLING if is_begun else now
