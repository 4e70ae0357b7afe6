import datetime

import pytest

from leaders.audit.actions import change
from leaders.models import Unit
from tests.world import AT


def test_pages_are_kept_nowhere_and_may_use_nothing_of_the_device(site, client):
    client.force_login(site.li)
    response = client.get("/projects/")
    assert response["Cache-Control"] == "no-store"
    assert response["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.fixture
def race(site, client):
    """赵 opened 县交通运输局; then 周 changed its short name. `save(**typed)` is what 赵 sends."""
    unit = site.traffic
    seen = unit.version
    later = AT + datetime.timedelta(minutes=5)
    change(unit, {"short_name": "交通局"}, by=site.zhou, at=later, version=seen)
    client.force_login(site.zhao)
    base = {"name": unit.name, "short_name": "县交通局", "kind": "department", "version": str(seen)}

    def save(**typed):
        return client.post(
            f"/units/{unit.pk}/", base | typed, headers={"Referer": f"http://testserver/units/{unit.pk}/"}
        )

    return save


def test_a_lost_race_shows_both_versions_and_who_was_first(race):
    response = race(short_name="县交运局")
    page = response.content.decode()
    assert response.status_code == 409
    assert "周" in page
    assert "2023-07-05 09:35" in page
    assert "用现在的：<b>交通局</b>" in page
    assert "仍按我填的：<b>县交运局</b>" in page


def test_a_lost_race_writes_nothing(race, site):
    race(short_name="县交运局")
    assert Unit.objects.get(pk=site.traffic.pk).short_name == "交通局"


def test_what_the_person_left_alone_keeps_the_value_of_the_others(race):
    page = race(kind="other").content.decode()
    assert 'name="short_name" value="交通局" checked' in page
    assert "您没有改这一项" in page
    assert 'name="kind" value="other" checked' in page


def test_the_form_of_the_page_saves_what_was_chosen(race, site, client):
    page = race(short_name="县交运局")
    unit = site.traffic
    carried = dict(page.context["resend"].fields)
    assert {"version", "short_name", "csrfmiddlewaretoken"} & carried.keys() == set()
    response = client.post(
        page.context["resend"].url, carried | {"short_name": "县交运局", "version": str(page.context["version"])}
    )
    assert response.status_code == 302
    unit.refresh_from_db()
    assert unit.short_name == "县交运局"


def test_the_person_can_give_up_and_see_the_latest(race, site):
    assert f'href="/units/{site.traffic.pk}/">放弃我的修改，看最新' in race(short_name="x").content.decode()
