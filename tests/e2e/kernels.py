"""Every page, and a visit logged with the network cut, in the browsers of TRACKER_KERNELS: run by tests/drills/kernels.py."""

import os
import sys
import threading
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client

from projects.inspections.checklists.actions import set_checklist
from projects.models import Inspection, Problem
from tests.access_places import make_places
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.devtools import Kernel
from tests.e2e.test_every_page import PEOPLE, STICKS_OUT, addresses
from tests.projects.inspections.photos import picture
from tests.world import AT

BINARIES = os.environ.get("TRACKER_KERNELS", "").split(os.pathsep)
COUNTY = "xiangmu.county.example"
# As WeChat names itself on Android; its own kernel is not to be had.
WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; MI 8 Build/QKQ1.190828.002; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/86.0.4240.99 XWEB/4313 MMWEBSDK/20220805 Mobile Safari/537.36 MMWEBID/8026 MicroMessenger/8.0.27.2220(0x28001B59) "
    "WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64"
)


@pytest.fixture(params=BINARIES)
def kernel(request, live_server):
    settings.ALLOWED_HOSTS.append(COUNTY)
    started = Kernel(request.param, f"--host-resolver-rules=MAP {COUNTY} {urlsplit(live_server.url).hostname}")
    sys.stdout.write(f"\n{started.version}\n")
    yield started
    started.close()
    settings.ALLOWED_HOSTS.remove(COUNTY)


@pytest.fixture(params=["localhost", COUNTY])
def place(request, live_server):
    """The address of the server, by its own name (secure) or by another (not)."""
    return f"http://{request.param}:{urlsplit(live_server.url).port}"


@pytest.fixture
def cut(monkeypatch):
    """`cut(page, off=True)`: the server closes each connection without a word, to the page and to its service worker."""
    is_off, take = threading.Event(), WSGIRequestHandler.parse_request

    def parse_request(handler):
        handler.close_connection = is_off.is_set()
        return not is_off.is_set() and take(handler)

    def set_line(page, *, off):
        (is_off.set if off else is_off.clear)()
        page.cut(off=off)

    monkeypatch.setattr(WSGIRequestHandler, "parse_request", parse_request)
    return set_line


def signed_in(kernel, place, user, size=PHONE):
    page = kernel.page((size["width"], size["height"]), WECHAT if size == PHONE else "")
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.call("Network.setCookie", name=name, value=client.cookies[name].value, url=place)
    return page


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", PEOPLE)
def test_every_page(world, kernel, live_server, name, size):
    page = signed_in(kernel, live_server.url, world.people[name], size)
    wrong = []
    for address in addresses(make_places(world), name):
        status = page.goto(live_server.url + address)
        wrong += [f"{address}: {status}"] if status and status >= 400 else []
        wrong += [f"{address}: {what}" for what in page.js(f"({STICKS_OUT})()") + page.complaints]
        page.complaints.clear()
    assert not wrong, "\n".join(wrong)


def test_a_visit_logged_with_the_network_cut(world, kernel, place, cut, tmp_path):
    (tmp_path / "site.jpg").write_bytes(picture())
    set_checklist(None, ["施工许可等手续齐全"], version=None, by=world.zhao, at=AT)
    page = signed_in(kernel, place, world.sun)
    page.goto(f"{place}/inspections/")
    page.see("0/2 天")
    form = f"{place}/inspections/new/?project={world.road.pk}"
    if page.js("isSecureContext"):
        page.wait("(JSON.parse(localStorage.getItem('offline-kept')) || {}).at > 0")
        cut(page, off=True)  # before the form was ever opened
        page.goto(f"{place}/inspections/new/?q=ldz")
        page.press("main li a", world.road.name)
        page.see("没有网络，这是")
    else:
        page.goto(form)
        cut(page, off=True)
    page.attach("[name=photos]", tmp_path / "site.jpg")
    page.press("summary", "督查清单（1 条")
    page.press("label", "有问题")
    page.type("[name=situation]", "路基已交验")
    page.type("[name=finding]", "K3 段边坡渗水")
    page.press("button", "提交")
    page.see("已存在这台手机上", "等网络")
    assert Inspection.objects.count() == 0
    cut(page, off=False)
    page.see("督查已记录")
    page.goto(f"{place}/inspections/")
    page.wait("document.querySelector('[data-outbox-list]').hidden")
    page.see("1/2 天")
    visit = Inspection.objects.get()
    assert (visit.situation, visit.photos.count()) == ("路基已交验", 1)
    assert [str(answer) for answer in visit.checks.all()] == ["施工许可等手续齐全：有问题"]

    page.goto(f"{place}/inspections/{visit.pk}/")
    page.press("a", "转为问题并交办")
    page.press("button", "交办")
    page.see("已转为问题并交办")
    problem = Problem.objects.get()
    unit = signed_in(kernel, place, world.li)
    unit.goto(f"{place}/problems/{problem.pk}/")
    unit.press("button", "签收")
    unit.see("已签收")
    unit.type("[name=answer]", "已打排水孔")
    unit.press("button", "反馈")
    unit.see("等待核查")
    page.goto(f"{place}/inspections/")
    page.see("单位已反馈")
    page.goto(f"{place}/problems/{problem.pk}/")
    page.press("button", "整改到位，销号")
    page.see("已销号")
    page.goto(f"{place}/inspections/")
    assert "K3 段边坡渗水" not in page.js("document.querySelector('main').innerText")
