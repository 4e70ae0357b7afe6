from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from leaders.models import HistoryEntry, User
from leaders.roles import SEPARATED_ROLES
from tests.world import make_user

pytestmark = pytest.mark.django_db


def run(**options) -> str:
    out = StringIO()
    call_command("create_administrators", stdout=out, **options)
    return out.getvalue()


def passwords(text: str) -> dict[str, str]:
    """User name → password, as printed."""
    lines = [line.split("用户名 ")[1] for line in text.splitlines() if "用户名 " in line]
    return {line.split("　")[0]: line.split("密码 ")[1].split("（")[0] for line in lines}


def test_a_fresh_install_has_no_account_until_three_people_get_one_each():
    assert not User.objects.exists()
    printed = passwords(run())
    assert len(printed) == 3
    for username, password in printed.items():
        user = authenticate(RequestFactory().get("/"), username=username, password=password)
        assert user is not None
        assert user.must_change_password
        assert len(user.roles & SEPARATED_ROLES) == len(user.roles) == 1
    assert set.union(*(set(user.roles) for user in User.objects.all())) == {role.value for role in SEPARATED_ROLES}
    assert HistoryEntry.objects.filter(action="grant").count() == 3


def test_a_second_run_makes_nothing():
    run()
    again = run()
    assert passwords(again) == {}
    assert again.count("已有账号") == 3
    assert User.objects.count() == 3


def test_a_user_name_in_use_stops_all_three():
    make_user("auditadmin", "某人", "viewer")
    with pytest.raises(CommandError, match="--audit-admin"):
        run()
    assert User.objects.count() == 1


def test_an_administrators_password_is_reset_on_the_server():
    first = passwords(run())
    [(username, password)] = passwords(run(reset="SecurityAdmin")).items()
    assert username == "securityadmin"
    assert password != first[username]
    assert User.objects.get(username=username).check_password(password)


def test_other_accounts_are_not_reset_here(world):
    with pytest.raises(CommandError, match="系统管理员"):
        run(reset="li")
