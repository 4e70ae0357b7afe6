import datetime
import re

import pytest
import time_machine
from django.contrib.auth import get_user
from django.urls import reverse

from leaders.models import HistoryEntry, User
from yichuan_tracker import clock

pytestmark = pytest.mark.django_db

PASSWORD = "Wheat-field7"


@pytest.fixture
def li(world) -> User:
    world.li.set_password(PASSWORD)
    world.li.save()
    return world.li


def sign_in(client, username="li", password=PASSWORD, **more):
    return client.post(reverse("sign-in"), {"username": username, "password": password} | more)


def signed_in(client) -> bool:
    return client.session.get("_auth_user_id") is not None


def last_entry() -> HistoryEntry:
    return HistoryEntry.objects.order_by("-pk").first()


@pytest.mark.parametrize("username", ["li", "LI", " ｌｉ "])
def test_one_signs_in_by_any_spelling_of_the_user_name(client, li, username):
    response = sign_in(client, username)
    assert (response.status_code, response.url) == (302, reverse("home"))
    assert get_user(client) == li
    assert (last_entry().action, last_entry().actor, last_entry().reason) == ("sign_in", li, "来自 127.0.0.1")


def test_after_signing_in_one_is_told_of_the_last_time(client, li):
    client.force_login(li)
    client.logout()
    sign_in(client)
    page = client.get(reverse("password-change")).content.decode()
    assert re.search(r"上次登录：\d{4}-\d\d-\d\d \d\d:\d\d", page)


@pytest.mark.parametrize(("username", "password"), [("li", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client, li, username, password):
    response = sign_in(client, username, password)
    assert response.status_code == 403
    page = response.content.decode()
    assert "用户名或密码不对" in page
    assert f'value="{username}"' in page
    assert password not in page
    assert not signed_in(client)
    assert last_entry().action == "sign_in_failed"
    assert password not in str(last_entry().__dict__)


def test_a_deactivated_account_does_not_sign_in(client, li):
    User.objects.filter(pk=li.pk).update(is_active=False)
    assert sign_in(client).status_code == 403
    assert not signed_in(client)


def test_five_failures_lock_for_a_quarter_of_an_hour_whatever_the_spelling(client, li):
    for username in ["li", "LI", "ｌｉ", "Li"]:
        assert sign_in(client, username, "wrong").status_code == 403
    response = sign_in(client, password="wrong")
    assert response.status_code == 429
    assert "15" in response.content.decode()
    assert last_entry().action == "lock_out"
    lines = HistoryEntry.objects.count()
    assert sign_in(client).status_code == 429
    assert HistoryEntry.objects.count() == lines
    assert not signed_in(client)
    with time_machine.travel(time_machine_minutes(16)):
        assert sign_in(client).status_code == 302


def time_machine_minutes(minutes: int):
    from datetime import timedelta

    from django.utils import timezone

    return timezone.now() + timedelta(minutes=minutes)


def test_a_lock_out_at_one_desk_does_not_lock_the_leader_out_at_another(client, li):
    for _ in range(6):
        response = client.post(
            reverse("sign-in"), {"username": "li", "password": "wrong"}, headers={"x-forwarded-for": "10.0.0.66"}
        )
    assert response.status_code == 429
    assert sign_in(client).status_code == 302


@pytest.mark.parametrize(
    ("page", "to"),
    [
        ("/organisations/units/", "/organisations/units/"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_signing_in_leads_back_to_our_own_pages_only(client, li, page, to):
    assert sign_in(client, next=page).url == (to or reverse("home"))


def test_someone_signed_in_does_not_see_the_sign_in_page(client, li):
    client.force_login(li)
    assert client.get(reverse("sign-in"), {"next": "/audit/history/"}).url == "/audit/history/"


def test_signing_out_takes_a_post_and_leaves_history(client, li):
    client.force_login(li)
    assert client.get(reverse("sign-out")).status_code == 405
    assert signed_in(client)
    response = client.post(reverse("sign-out"))
    assert response.url == reverse("sign-in") + "?reason=out"
    assert not signed_in(client)
    assert last_entry().action == "sign_out"
    assert "您已退出" in client.get(response.url).content.decode()


def test_the_password_of_the_form_is_never_shown_again(client, li):
    page = client.get(reverse("sign-in")).content.decode()
    assert 'autocomplete="current-password"' in page


@pytest.mark.parametrize(("days", "words"), [(82, ""), (83, "还有 7 天到期"), (89, "还有 1 天到期")])
def test_a_password_that_ends_within_the_week_says_so_at_sign_in(client, li, days, words):
    User.objects.filter(pk=li.pk).update(password_changed_at=clock.now() - datetime.timedelta(days=days))
    sign_in(client)
    page = client.get(reverse("home")).text
    assert ("天到期" in page) is bool(words)
    assert words in page
