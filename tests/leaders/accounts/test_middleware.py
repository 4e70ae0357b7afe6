from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from leaders.accounts.sessions import LAST_SEEN, client_address
from leaders.models import HistoryEntry, User
from yichuan_tracker import clock

pytestmark = pytest.mark.django_db

PAGE = "/organisations/units/?kind=department"


@pytest.fixture
def li(world, client) -> User:
    client.force_login(world.li)
    return world.li


def later(**much):
    return time_machine.travel(timezone.now() + timedelta(**much), tick=False)


def sent_to_sign_in(response) -> dict[str, list[str]]:
    """The query of the address of the sign-in page to which the response leads."""
    assert response.status_code == 302
    parts = urlsplit(response.url)
    assert parts.path == reverse("sign-in")
    return parse_qs(parts.query)


def test_half_an_hour_idle_ends_the_session_and_leads_back_afterwards(client, li):
    with later(minutes=29):
        assert client.get(PAGE).status_code == 200
    with later(minutes=58):
        assert client.get(PAGE).status_code == 200
    with later(minutes=89):
        query = sent_to_sign_in(client.get(PAGE))
        assert query == {"reason": ["idle"], "next": [PAGE]}
        assert "一段时间没有操作" in client.get(reverse("sign-in"), {"reason": "idle"}).content.decode()
    assert client.session.get("_auth_user_id") is None
    assert HistoryEntry.objects.get().reason == "空闲超时"


def test_twelve_hours_end_every_session(client, li):
    for half_hours in range(1, 48):
        with later(minutes=25 * half_hours):
            response = client.get(PAGE)
            if response.status_code == 302:
                break
    assert sent_to_sign_in(response)["reason"] == ["expired"]
    assert 25 * half_hours >= 12 * 60


def test_reading_pages_writes_the_session_once_a_minute_at_most(client, li):
    seen = client.session[LAST_SEEN]
    with later(seconds=30):
        client.get(PAGE)
    assert client.session[LAST_SEEN] == seen
    with later(seconds=90):
        client.get(PAGE)
    assert client.session[LAST_SEEN] > seen


def test_a_form_sent_too_late_leads_back_to_the_page_of_the_form(client, li):
    with later(minutes=31):
        response = client.post(
            reverse("unit-archive", args=[li.unit_id]), headers={"referer": "http://testserver/organisations/units/3/"}
        )
    assert sent_to_sign_in(response)["next"] == ["/organisations/units/3/"]


def test_a_strangers_form_leads_to_no_foreign_page(client, world):
    response = client.post(
        reverse("unit-archive", args=[world.water.pk]), headers={"referer": "https://evil.example/x"}
    )
    assert sent_to_sign_in(response) == {"reason": ["ended"]}


def test_a_fragment_asked_for_too_late_moves_the_whole_page(client, li):
    with later(minutes=31):
        response = client.get(PAGE, headers={"hx-request": "true", "referer": f"http://testserver{PAGE}"})
    assert response.status_code == 200
    assert response.headers["HX-Redirect"].startswith(reverse("sign-in") + "?reason=idle&next=")


def test_a_deactivated_person_is_out_at_the_next_click(client, li):
    assert client.get(PAGE).status_code == 200
    User.objects.filter(pk=li.pk).update(is_active=False)
    assert sent_to_sign_in(client.get(PAGE))["reason"] == ["closed"]
    assert client.get(PAGE).url.startswith(reverse("sign-in") + "?next=")


def test_a_reset_password_ends_the_open_sessions(client, li):
    li.set_password("Other-wheat9")
    li.save()
    assert sent_to_sign_in(client.get(PAGE))["reason"] == ["closed"]


def test_a_revoked_role_bites_at_the_next_click(client, world):
    client.force_login(world.zhao)
    assert client.get(reverse("unit-create")).status_code == 200
    world.zhao.grants.all().delete()
    assert client.get(reverse("unit-create")).status_code == 403


def test_a_first_password_must_be_changed_before_anything_else(client, li):
    li.set_password("First-wheat7")
    li.must_change_password = True
    li.save()
    client.force_login(li)
    assert client.get(PAGE).url == reverse("password-change")
    assert client.post(reverse("listing-choices")).url == reverse("password-change")
    assert "首次登录" in client.get(reverse("password-change")).content.decode()
    response = client.post(
        reverse("password-change"),
        {"old_password": "First-wheat7", "new_password": "Second-wheat8", "new_password_again": "Second-wheat8"},
    )
    assert response.url == reverse("home")
    assert client.get(PAGE).status_code == 200
    assert client.post(reverse("sign-out")).status_code == 302


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.9", "10.0.0.9"),
        ("127.0.0.1", "1.2.3.4, 10.0.0.9", "10.0.0.9"),
        ("10.0.0.9", "1.2.3.4", "10.0.0.9"),
        ("::1", "fe80::1", "fe80::1"),
        ("", "10.0.0.9", "10.0.0.9"),
        ("127.0.0.1", "no address", "127.0.0.1"),
        ("", "", None),
    ],
)
def test_the_address_comes_from_our_own_proxy_only(rf, peer, forwarded, address):
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


def days_ago(days):
    return clock.now() - timedelta(days=days)


@pytest.mark.parametrize(("days", "is_sent"), [(89, False), (90, True), (200, True)])
def test_a_password_of_ninety_days_must_be_changed_before_the_next_page(client, li, days, is_sent):
    User.objects.filter(pk=li.pk).update(password_changed_at=days_ago(days))
    answer = client.get(PAGE)
    assert (answer.status_code == 302) is is_sent
    if is_sent:
        assert answer.url == reverse("password-change")
        assert "已用满 90 天" in client.get(answer.url).text
        # What was being typed still goes in.
        assert client.post(reverse("listing-choices"), {"key": "units"}).url != reverse("password-change")
        client.post(reverse("sign-out"))


def test_who_never_chose_a_password_is_not_asked_for_another(client, li):
    assert li.password_changed_at is None
    assert client.get(PAGE).status_code == 200
