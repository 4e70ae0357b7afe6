"""The way around: which pages a person's roles show in the heading."""

from dataclasses import dataclass
from functools import cache, cached_property

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from leaders.roles import SEPARATED_ROLES, Role

PROJECT_ROLES = frozenset(Role) - SEPARATED_ROLES
OFFICE = frozenset({Role.OFFICE})
EVERYONE = frozenset(Role)


@dataclass(frozen=True)
class Item:
    """A page that stands in the navigation. The noun of its URL name ("milestone-list") marks it as here on all pages of
    that noun ("milestone-edit")."""

    url_name: str
    label: str
    icon: str
    roles: frozenset[Role] = PROJECT_ROLES

    @property
    def noun(self) -> str:
        return self.url_name.split("-")[0]


MAIN = (
    Item("home", "首页", "house", EVERYONE),
    Item("project-list", "项目", "building-2"),
    Item("report-board", "月报", "file-text"),
    Item("milestone-list", "节点", "flag"),
    Item("permit-list", "手续", "stamp"),
    Item("inspection-board", "督查", "clipboard-check"),
    Item("problem-list", "问题", "triangle-alert"),
    Item("ranking-list", "排名", "chart-no-axes-column"),
    Item("import-list", "导入", "upload", OFFICE),
    Item("user-list", "账号", "users", SEPARATED_ROLES),
)
MORE = (
    Item("inbox", "待办", "inbox"),
    Item("meeting-list", "工作机制", "handshake"),
    Item("bulletin-list", "通报", "megaphone"),
    Item("request-list", "申请与审批", "file-pen"),
    Item("charge-list", "领导分包", "user-round-check"),
    Item("plan-actual", "计划与完成", "chart-no-axes-combined"),
    Item("list-list", "清单", "list"),
    Item("unit-list", "单位", "landmark", PROJECT_ROLES | {Role.SYSTEM_ADMIN}),
    Item("leader-list", "领导", "user-round", PROJECT_ROLES | {Role.SYSTEM_ADMIN}),
    Item("group-list", "指挥部（专班）", "network"),
    Item("township-list", "乡镇（街道）", "map-pin", OFFICE),
    Item("sector-list", "产业领域", "tags", OFFICE),
    Item("period-list", "报送期", "calendar"),
    Item("holiday-list", "节假日与调休", "calendar-off"),
    Item("scheme-detail", "考评办法", "scale"),
    Item("reminder-board", "每日摘要", "bell", OFFICE | {Role.SYSTEM_ADMIN}),
    Item("history-list", "历史记录", "history", frozenset({Role.OFFICE, Role.AUDIT_ADMIN})),
    Item("help", "帮助", "circle-question-mark", EVERYONE),
)
# Pages that belong to an item of another noun.
BELONGS = {
    "agenda": "meeting",
    "bank": "meeting",
    "batch": "meeting",
    "guarantee": "meeting",
    "need": "problem",
    "whitelist": "meeting",
    "asof": "project",
    "statistics": "report",
    "correction": "request",
    "template": "milestone",
    "exception": "request",
    "points": "ranking",
    "finding": "inspection",
    "review": "permit",
    "instruction": "problem",
    "checklist": "inspection",
    "letterhead": "bulletin",
    "letter": "problem",
    "handover": "charge",
}


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

    @property
    def is_in_more(self) -> bool:
        return any(link.is_here for link in self.more)

    # Printed once per process for the same roles and noun: the two were a twentieth of every page.

    @cached_property
    def wide(self) -> SafeString:
        return render_to_string("components/_nav_wide.html", {"nav": self})

    @cached_property
    def phone(self) -> SafeString:
        return render_to_string("components/_nav_phone.html", {"nav": self})


def navigation_of(request: HttpRequest) -> Navigation:
    """The links of the signed-in person, the one of this page marked. Empty for who is not signed in."""
    user = getattr(request, "user", None)
    roles = user.roles if user is not None and user.is_authenticated else frozenset()
    if not roles:
        return Navigation([], [])
    match = request.resolver_match
    noun = (match.url_name or "").split("-")[0] if match else ""
    return navigation_for(roles, BELONGS.get(noun, noun))


@cache
def navigation_for(roles: frozenset[str], noun: str) -> Navigation:
    main, more = (
        [Link(url, item.label, item.icon, item.noun == noun) for item, url in links] for links in links_for(roles)
    )
    return Navigation(main, more)


@cache
def links_for(roles: frozenset[str]) -> tuple[list[tuple[Item, str]], list[tuple[Item, str]]]:
    """The items of these roles with their addresses: the main ones, and those under “更多”."""
    main, more = ([(item, reverse(item.url_name)) for item in items if item.roles & roles] for items in (MAIN, MORE))
    return main, more
