import re

import pytest
from django.urls import reverse

from leaders.models import User
from leaders.roles import Role
from tests.world import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_lin(world, client):
    client.force_login(world.lin)
    return client


@pytest.fixture
def as_ma(world, client):
    client.force_login(world.ma)
    return client


def shown_password(page: str) -> str:
    return re.search(r"[A-Za-z0-9]{5}-[A-Za-z0-9]{5}-[A-Za-z0-9]{5}", page)[0]


def test_a_new_account_shows_its_password_once(as_lin, world):
    response = as_lin.post(
        reverse("user-create"), {"username": "ZhengSan", "display_name": "郑三", "unit": world.land.pk, "leader": ""}
    )
    password = shown_password(response.content.decode())
    account = User.objects.get(username="zhengsan")
    assert account.check_password(password)
    assert "no-store" in response.headers["Cache-Control"]
    assert password not in as_lin.get(reverse("user-detail", args=[account.pk])).content.decode()


def test_a_refused_account_keeps_what_was_typed(as_lin, world):
    response = as_lin.post(reverse("user-create"), {"username": "LI", "display_name": "另一位李", "unit": ""})
    page = response.content.decode()
    assert "这个用户名已有人用" in page
    assert "另一位李" in page
    assert not User.objects.filter(display_name="另一位李").exists()


def test_an_account_is_edited_and_a_late_second_edit_gets_409(as_lin, world):
    url = reverse("user-edit", args=[world.li.pk])
    page = as_lin.get(url).content.decode()
    assert 'name="version" value="1"' in page
    typed = {"username": "li", "display_name": "李甲", "unit": world.traffic.pk, "leader": "", "version": 1}
    assert as_lin.post(url, typed).url == reverse("user-detail", args=[world.li.pk])
    response = as_lin.post(url, typed | {"display_name": "李乙"})
    assert response.status_code == 409
    assert "李乙" in response.content.decode()
    assert User.objects.get(pk=world.li.pk).display_name == "李甲"


def test_the_reset_password_is_shown_once_and_works(as_lin, world):
    response = as_lin.post(reverse("user-reset-password", args=[world.li.pk]))
    assert User.objects.get(pk=world.li.pk).check_password(shown_password(response.content.decode()))


def test_accounts_are_deactivated_and_restored_by_buttons(as_lin, world):
    as_lin.post(reverse("user-deactivate", args=[world.li.pk]), {"version": 1})
    assert not User.objects.get(pk=world.li.pk).is_active
    as_lin.post(reverse("user-restore", args=[world.li.pk]), {"version": 2})
    assert User.objects.get(pk=world.li.pk).is_active


def test_the_last_security_administrator_stays_and_the_page_says_why(as_lin, world):
    response = as_lin.post(reverse("user-deactivate", args=[world.ma.pk]), {"version": 1}, follow=True)
    assert "唯一在用的安全管理员" in response.content.decode()
    assert User.objects.get(pk=world.ma.pk).is_active


def test_a_button_without_version_is_a_bad_request(as_lin, world):
    assert as_lin.post(reverse("user-deactivate", args=[world.li.pk])).status_code == 400


def test_the_security_administrator_grants_roles_on_a_page(as_ma, world):
    url = reverse("user-roles", args=[world.li.pk])
    assert "checked" in as_ma.get(url).content.decode()
    response = as_ma.post(url, {"roles": ["reporter", "approver"], "version": 1})
    assert response.url == reverse("user-detail", args=[world.li.pk])
    assert User.objects.get(pk=world.li.pk).roles == {Role.REPORTER, Role.APPROVER}


def test_refused_roles_say_why_and_stay_ticked(as_ma, world):
    url = reverse("user-roles", args=[world.he.pk])
    page = as_ma.post(url, {"roles": ["reporter"], "version": 1}).content.decode()
    assert "须属于一个单位" in page
    assert re.search(r'<input[^>]*value="reporter"[^>]*checked', page)


def test_roles_set_meanwhile_get_409(as_ma, world):
    url = reverse("user-roles", args=[world.li.pk])
    as_ma.post(url, {"roles": ["reporter", "approver"], "version": 1})
    response = as_ma.post(url, {"roles": ["reporter"], "version": 1})
    assert response.status_code == 409
    assert "责任单位填报员、审批部门" in response.content.decode()


@pytest.mark.parametrize("person", ["li", "wang", "zhao", "sun", "qian", "feng", "he"])
def test_accounts_are_no_business_of_the_business(client, world, person):
    client.force_login(world.people[person])
    assert client.get(reverse("user-list")).status_code == 403
    assert client.get(reverse("user-detail", args=[world.li.pk])).status_code == 403


def test_each_administrator_is_offered_only_their_own_part(client, world):
    def offered(person: User) -> set[str]:
        client.force_login(person)
        page = client.get(reverse("user-detail", args=[world.li.pk])).content.decode()
        names = ["user-edit", "user-deactivate", "user-reset-password", "user-roles"]
        return {name for name in names if reverse(name, args=[world.li.pk]) in page}

    assert offered(world.lin) == {"user-edit", "user-deactivate", "user-reset-password"}
    assert offered(world.ma) == {"user-roles"}
    assert offered(world.gu) == set()


def test_the_list_finds_by_name_role_and_state(as_lin, world):
    def names(**query) -> set[str]:
        listing = as_lin.get(reverse("user-list"), query).context["listing"]
        return {account.username for account in listing.records}

    assert names(text="水利局") == {"wang"}
    assert names(role="office") == {"zhao", "zhou"}
    User.objects.filter(pk=world.he.pk).update(is_active=False)
    assert names(state="inactive") == {"he"}


def test_the_list_takes_the_same_queries_however_many_accounts_there_are(
    as_lin, world, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(12) as few:
        as_lin.get(reverse("user-list"))
    for number in range(10):
        make_user(f"more{number}", f"某{number}", Role.REPORTER, unit=world.land)
    with django_assert_num_queries(len(few)):
        as_lin.get(reverse("user-list"))


def test_a_choice_of_columns_is_kept_and_leads_back(client, world):
    client.force_login(world.li)
    url = reverse("listing-choices")
    response = client.post(
        url, {"key": "units", "columns": ["name", "kind", "x y"], "per_page": 20, "next": "/groups/"}
    )
    assert response.url == "/groups/"
    world.li.refresh_from_db()
    assert world.li.listing_choices == {"units": {"columns": ["name", "kind"], "per_page": 20}}
    assert client.post(url, {"key": "units", "next": "https://evil.example"}).url == reverse("home")
    assert client.post(url, {"key": "../x"}).status_code == 400
    assert client.post(url, {"key": "units", "per_page": "abc"}).status_code == 400


def test_two_different_new_passwords_are_refused(client, world):
    client.force_login(world.li)
    page = client.post(
        reverse("password-change"),
        {"old_password": "a", "new_password": "Wheat-field7", "new_password_again": "Wheat-field8"},
    )
    assert "两遍输入的新密码不一样" in page.content.decode()
    assert "Wheat-field7" not in page.content.decode()


def test_accounts_without_a_unit_come_last_in_both_directions(client, world):
    client.force_login(world.lin)
    for sort in ("unit", "-unit"):
        body = client.get(reverse("user-list"), {"sort": sort}).text.split("<tbody>")[1]
        shown = [body.index(f">{name}</a>") for name in ("li", "he")]
        assert shown == sorted(shown), sort
