import datetime

import pytest
from django.template import Context, Template

from leaders.audit.actions import change
from leaders.models import HistoryEntry
from tests.world import AT
from yichuan_tracker.web.lights import light_badge
from yichuan_tracker.web.navigation import MAIN, MORE, links_for
from yichuan_tracker.web.templatetags.tracker import icon

pytestmark = pytest.mark.one_database


def show(text, **context):
    return Template(text).render(Context(context))


@pytest.mark.parametrize(
    ("person", "shown", "hidden"),
    [
        ("zhao", ["导入", "项目"], ["账号"]),
        ("li", ["月报", "项目"], ["导入", "账号"]),
        ("gu", ["账号", "历史记录"], ["项目", "月报"]),
    ],
)
def test_everyone_is_shown_the_way_to_their_own_pages(world, person, shown, hidden):
    links_for.cache_clear()
    main, more = links_for(getattr(world, person).roles)
    labels = {item.label for item, _ in [*main, *more]}
    assert set(shown) <= labels
    assert not set(hidden) & labels


@pytest.mark.parametrize("person", ["li", "zhao", "sun", "qian", "feng", "he", "lin", "ma", "gu"])
def test_nobody_is_shown_the_way_to_a_page_that_refuses_them(world, client, person):
    links_for.cache_clear()
    client.force_login(getattr(world, person))
    main, more = links_for(getattr(world, person).roles)
    assert {url: client.get(url).status_code for _, url in [*main, *more]} == {url: 200 for _, url in [*main, *more]}


def test_the_page_marks_where_one_is(site, client):
    client.force_login(site.zhao)
    assert '<a href="/projects/" aria-current="page">项目</a>' in client.get("/projects/").content.decode()


def test_every_icon_of_the_navigation_exists():
    assert all(icon(item.icon).startswith("<svg") for item in (*MAIN, *MORE))


def test_demo_and_business_date_are_said_on_every_page(site, client, settings):
    client.force_login(site.zhao)
    assert "业务日期 2023-07-05" in client.get("/projects/").content.decode()
    assert "演示数据" not in client.get("/projects/").content.decode()
    settings.TRACKER_DEMO = True
    assert "演示数据" in client.get("/projects/").content.decode()


def test_a_light_is_a_shape_a_word_and_a_colour():
    red = light_badge("red")
    assert "红灯" in red
    assert "light-red" in red
    assert "<path" in red
    assert "不亮灯" in light_badge(None)
    assert (
        len({light_badge(colour).split("<svg")[1].split("</svg>")[0] for colour in ("red", "yellow", "green", "none")})
        == 4
    )


def test_the_reason_of_a_light_is_escaped():
    from types import SimpleNamespace

    light = SimpleNamespace(colour="red", rule='落后"30"<点>', numbers="", name="")
    assert "<点>" not in light_badge(light)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ v|wan }}", "12,000.50"),
        ("{{ v|yi }}", "1.20"),
        ("{{ none|wan }}", "—"),
        ("{{ d|day }}", "2023-07-05"),
        ("{{ none|day }}", "—"),
        ("{{ d|month_text }}", "2023年7月"),
        ("{{ at|moment }}", "2023-07-05 09:30"),
        ("{{ minus|signed }} {{ v|signed }}", "-1.50 +12000.50"),
        ("{{ half|share_of:v }} {{ v|share_of:half }} {{ v|share_of:none }}", "50 100 0"),
        ("{{ zero|dash }}{{ none|dash }}", "0—"),
    ],
)
def test_values_are_shown_the_same_everywhere(text, shown):
    from decimal import Decimal

    values = {"v": Decimal("12000.50"), "half": Decimal("6000.25"), "minus": Decimal("-1.5"), "none": None, "zero": 0}
    assert show(text, d=datetime.date(2023, 7, 5), at=AT, **values) == shown


def test_the_history_says_old_and_new_in_words(world):
    change(world.traffic, {"kind": "other", "short_name": "<b>"}, by=world.zhao, at=AT, version=1, reason="机构改革")
    page = show(
        '{% include "components/_history.html" with entries=entries only %}', entries=HistoryEntry.objects.all()
    )
    assert "<del>县直部门</del>" in page
    assert "<ins>其他</ins>" in page
    assert "理由：机构改革" in page
    assert "&lt;b&gt;" in page
    assert "赵" in page


def test_an_empty_history_says_what_will_stand_there():
    assert "还没有修改记录" in show('{% include "components/_history.html" with entries=entries only %}', entries=[])


def test_a_form_says_what_is_wrong_on_top_and_at_the_field(site, client):
    client.force_login(site.zhao)
    page = client.post(
        f"/units/{site.traffic.pk}/",
        {"name": "", "short_name": "保留我", "kind": "department", "version": "1", "valid_from": "99999-01-01"},
    ).content.decode()
    assert 'id="id_name_error"' in page
    assert '<a href="#id_name">单位名称</a>' in page
    assert 'value="保留我"' in page
    assert 'value="99999-01-01"' in page
