"""What an account may be, and what a password must not be. No database here."""

import datetime
import re
import secrets
import unicodedata
from collections.abc import Iterable
from typing import Any

from leaders.roles import ROLES_OF_A_UNIT, SEPARATED_ROLES, Role

ABSOLUTE_SESSION_SECONDS = 12 * 3600

# Why a person finds the sign-in page in front of them; the key travels in the address.
SIGN_IN_REASONS = {
    "idle": "您有一段时间没有操作，为安全起见已退出。重新登录后回到刚才的页面，未提交的文字由浏览器草稿保留。",
    "expired": "本次登录已满 12 小时，请重新登录。登录后回到刚才的页面，未提交的文字由浏览器草稿保留。",
    "ended": "登录已失效，刚才的提交没有生效。请重新登录，回到刚才的页面再提交；文字由浏览器草稿保留。",
    "closed": "您的账号已停用，或登录状态已失效（例如密码被重置）。如有疑问，请联系系统管理员。",
    "out": "您已退出。",
}


def session_end(now: float, signed_in: float, last_seen: float, idle_seconds: int) -> str | None:
    """Why a session is over at `now`, as a key of SIGN_IN_REASONS; None while it lives. All in seconds of the same
    clock.

    等保：空闲超时退出，并有最长登录时间。
    """
    if now - signed_in >= ABSOLUTE_SESSION_SECONDS:
        return "expired"
    if now - last_seen >= idle_seconds:
        return "idle"
    return None


def role_problems(roles: Iterable[str], *, has_unit: bool, has_leader: bool) -> list[str]:
    """What forbids one person these roles together, as Chinese sentences; empty when nothing does.

    三员分立（等保）：系统、安全、审计管理员互不兼任，也不兼业务角色。
    """
    held = {Role(role) for role in roles}
    problems = []
    administrators = sorted(held & SEPARATED_ROLES, key=list(Role).index)
    if len(administrators) > 1:
        names = "、".join(role.label for role in administrators)
        problems.append(f"{names}不能由同一个人担任（三员分立），请只保留其中一个。")
    elif administrators and held - SEPARATED_ROLES:
        names = "、".join(role.label for role in Role if role in held - SEPARATED_ROLES)
        problems.append(f"{administrators[0].label}不能兼任业务角色（{names}），请为业务工作另设账号。")
    if not has_unit:
        problems += [
            f"“{role.label}”须属于一个单位，请先由系统管理员为账号选定单位。"
            for role in Role
            if role in held & ROLES_OF_A_UNIT
        ]
    if Role.OFFICE_HEAD in held and Role.OFFICE not in held:
        problems.append(f"“{Role.OFFICE_HEAD.label}”是重点办的人，请同时授予“{Role.OFFICE.label}”。")
    if not has_leader and Role.LEADER in held:
        problems.append(f"“{Role.LEADER.label}”须对应一位领导，请先由系统管理员为账号选定对应领导。")
    return problems


CLASSES = {
    "大写字母": re.compile(r"[A-Z]"),
    "小写字母": re.compile(r"[a-z]"),
    "数字": re.compile(r"[0-9]"),
    "符号": re.compile(r"[^A-Za-z0-9\s]"),
}


def character_classes(password: str) -> list[str]:
    """Which of the four kinds of characters the password has. A Chinese character counts as a sign."""
    return [name for name, pattern in CLASSES.items() if pattern.search(password)]


def plain(text: str) -> str:
    """Letters and digits as a guesser would try them: half-width, small, without separators."""
    return re.sub(r"[\s\-_.@·]", "", unicodedata.normalize("NFKC", text).casefold())


def looks_like_phone(password: str) -> bool:
    """Seven or more digits in a row, separators aside: a phone number or a date of birth."""
    return re.search(r"[0-9]{7}", re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", password))) is not None


def contained_word(password: str, words: Iterable[str]) -> str | None:
    """The first of `words` inside the password. Latin words under three letters and single characters do not count:
    they stand in too many good passwords."""
    guess = plain(password)
    for word in words:
        bare = plain(word)
        if len(bare) >= (3 if bare.isascii() else 2) and bare in guess:
            return word
    return None


# 等保：密码 90 天更换，最近 5 次用过的（连现在的）不得再用。
PASSWORD_DAYS = 90
PASSWORD_DAYS_WARNED = 7
PASSWORDS_REMEMBERED = 5


def password_days_left(changed_at: datetime.datetime | None, now: datetime.datetime) -> int | None:
    """Whole days until a password that the person chose at `changed_at` must be another; 0 or less: it must be now. None for one
    that the person never chose: the first one must be changed anyway."""
    return None if changed_at is None else PASSWORD_DAYS - (now - changed_at).days


# Without letters and digits that look alike on paper (0/O, 1/l/I): first passwords are read out or written down.
_UPPER, _LOWER, _DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789"


def random_password() -> str:
    """A first password like "Kp7mx-Xw4tr-Rb9zq" (66 bits), to be changed at the first sign-in."""
    return "-".join(
        secrets.choice(_UPPER)
        + secrets.choice(_LOWER)
        + secrets.choice(_DIGITS)
        + secrets.choice(_UPPER + _LOWER)
        + secrets.choice(_LOWER)
        for _ in range(3)
    )


def listing_choices(columns: Iterable[str], per_page: int | None) -> dict[str, Any]:
    """What is kept of a person's choice for one list; names of columns that no list can have are dropped."""
    known = [name for name in columns if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,59}", name)]
    choices: dict[str, Any] = {"columns": known[:100]} if known else {}
    return choices | ({"per_page": per_page} if per_page else {})
