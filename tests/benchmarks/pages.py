"""The list of projects against the changelist of Django's admin, django-tables2 as it comes, and the lower limits."""

import gzip
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leaders.models import User
from projects.models import ProjectList
from projects.registry.queries import members_of
from tests.benchmarks import databases
from tests.benchmarks.changelist import ProjectAdmin
from tests.benchmarks.listed import KEY_LIST
from tests.benchmarks.timing import interleaved, ms, ratio, table

OURS, OURS_FULL, ADMIN, PLAIN, JOINED, FIXED = (
    "本系统，同样 12 列",
    "本系统，原样（含亮灯、完成、责任人）",
    "Django admin 列表页",
    "django-tables2 + django-filter 原样",
    "一次查询、行拼成一段文字",
    "固定字节（已登录）",
)
GOALS = {ADMIN: 0.40, PLAIN: 0.25}


def run(rounds: int) -> str:
    databases.use(databases.COUNTY)
    pages = requests_by_name()
    small = interleaved(pages, rounds)
    counts = {name: _queries(page) for name, page in pages.items()}
    first_load = _first_load()
    large = _both_sizes(rounds)
    members = members_of(ProjectList.objects.get(key=KEY_LIST).pk).count()
    head = ["页面", "p50 毫秒", "查询", "本系统 ÷ 它", "目标", f"{members} 行时毫秒", "放大后 ÷ 原来"]
    rows = [
        [
            name,
            ms(small[name]),
            str(counts[name]),
            "" if name.startswith("本系统") else ratio(small[OURS], small[name]),
            f"≤ {GOALS[name]}" if name in GOALS else "",
            ms(large[name][1]),
            ratio(large[name][1], large[name][0]),
        ]
        for name in pages
    ]
    return (
        f"每页 50 行，列表共 141 行，12 列（3 个外键），按总投资倒序，按清单筛选；{rounds} 轮交错。放大后 ÷ 原来的目标 ≤ 2。\n\n"
        f"{table(head, rows)}\n\n"
        f"首次打开（页面 + 样式 + 脚本 + 图标，gzip）：{first_load / 1000:.1f} kB，目标 ≤ 120 kB。"
    )


def requests_by_name() -> dict[str, Callable[[], Any]]:
    """One client per page, signed in; each answer is checked to be a page with fifty rows."""
    plain_user, list_id = User.objects.get(username="zhongdian"), ProjectList.objects.get(key=KEY_LIST).pk
    ours = f"{reverse('project-list')}?list={list_id}&sort=-total_wan"
    by_total = ProjectAdmin.list_display.index("total_wan") + 1
    addresses = {
        OURS: (User.objects.get(username="bench"), ours),
        OURS_FULL: (plain_user, ours),
        ADMIN: (plain_user, f"/peers/admin/projects/project/?lists__id__exact={list_id}&o=-{by_total}"),
        PLAIN: (plain_user, f"/peers/plain-table/?lists={list_id}&sort=-total_wan"),
        JOINED: (plain_user, "/peers/joined-rows/"),
        FIXED: (plain_user, "/peers/fixed-bytes/"),
    }
    return {name: partial(_get, _signed_in(user), url, name != FIXED) for name, (user, url) in addresses.items()}


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _get(client: Client, url: str, has_rows: bool) -> Any:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    if has_rows:
        assert response.content.count(b"<tr") >= 50, (url, response.content.count(b"<tr"))
    return response


def _queries(page: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        page()
    return len(captured)


def _both_sizes(rounds: int) -> dict[str, tuple[float, float]]:
    """{page: median at the county's size, median at the large one}, turn by turn."""
    works: dict[str, Callable[[], Any]] = {}
    for database in (databases.COUNTY, databases.LARGE):
        databases.use(database)
        for name, page in requests_by_name().items():
            works[f"{database}·{name}"] = page
    spent: dict[str, list[float]] = {}
    for _ in range(max(3, rounds // 5)):
        for database in (databases.COUNTY, databases.LARGE):
            databases.use(database)
            own = {name: page for name, page in works.items() if name.startswith(f"{database}·")}
            for name, seconds in interleaved(own, 2).items():
                spent.setdefault(name, []).append(seconds)
    middle = {name: sorted(times)[len(times) // 2] for name, times in spent.items()}
    names = [name.partition("·")[2] for name in works if name.startswith(databases.COUNTY)]
    return {name: (middle[f"{databases.COUNTY}·{name}"], middle[f"{databases.LARGE}·{name}"]) for name in names}


def _first_load() -> int:
    """Bytes that a browser fetches for the list when it has nothing yet."""
    html = requests_by_name()[OURS_FULL]().content
    total = len(gzip.compress(html))
    for url in set(re.findall(rb'(?:href|src)="(/static/[^"]+)"', html)):
        file = Path(settings.STATIC_ROOT) / url.decode().removeprefix(settings.STATIC_URL)
        total += len(gzip.compress(file.read_bytes()))
    return total
