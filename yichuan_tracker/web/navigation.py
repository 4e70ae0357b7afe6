"""The way around: which pages a person's roles show in the heading."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from leaders.roles import SEPARATED_ROLES, Role

PROJECT_ROLES = frozenset(Role) - SEPARATED_ROLES
EVERYONE = frozenset(Role)


@dataclass(frozen=True)
class Item:
    url_name: str
    label: str
    icon: str
    roles: frozenset[Role] = PROJECT_ROLES


MAIN = (
    Item("home", "首页", "house", EVERYONE),
    Item("project-list", "项目", "building-2"),
    Item("report-board", "月报", "file-text"),
    Item("milestone-list", "节点", "flag"),
    Item("inspection-board", "督查", "clipboard-check"),
    Item("problem-list", "问题", "triangle-alert"),
    Item("ranking-list", "排名", "chart-no-axes-column"),
    Item("import-list", "导入", "upload", frozenset({Role.OFFICE})),
    Item("user-list", "账号", "users", SEPARATED_ROLES),
)
MORE = (
    Item("list-list", "清单", "list"),
    Item("period-list", "报送期", "calendar", frozenset({Role.OFFICE})),
    Item("unit-list", "单位", "landmark"),
    Item("leader-list", "领导", "user-round"),
    Item("group-list", "指挥部（专班）", "network"),
    Item("history-list", "历史记录", "history", frozenset({Role.OFFICE, Role.AUDIT_ADMIN})),
    Item("help", "帮助", "circle-question-mark", EVERYONE),
)


@dataclass(frozen=True)
class Link:
    url: str
    label: str
    icon: str
    is_here: bool


@dataclass(frozen=True)
class Navigation:
    main: list[Link]
    more: list[Link]


def navigation_of(request: HttpRequest) -> Navigation:
    """The links of the signed-in person, the one of this page marked. Empty for who is not signed in."""
    user = getattr(request, "user", None)
    roles = user.roles if user is not None and user.is_authenticated else frozenset()
    if not roles:
        return Navigation([], [])
    main, more = _links(roles)
    section = f"/{request.path.split('/')[1]}/"
    return Navigation(
        *([Link(*link, is_here=_section(link[0]) == section) for link in links] for links in (main, more))
    )


def _section(url: str) -> str:
    return f"/{url.split('/')[1]}/"


@cache
def _links(roles: frozenset[str]) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    return _resolved(MAIN, roles), _resolved(MORE, roles)


def _resolved(items: tuple[Item, ...], roles: frozenset[str]) -> list[tuple[str, str, str]]:
    found = []
    for item in items:
        if item.roles & roles:
            try:
                found.append((reverse(item.url_name), item.label, item.icon))
            except NoReverseMatch:
                continue
    return found
