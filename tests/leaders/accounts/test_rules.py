import pytest

from leaders.accounts.rules import (
    character_classes,
    contained_word,
    looks_like_phone,
    random_password,
    role_problems,
    session_end,
)
from leaders.roles import Role

HOUR = 3600


def problems(*roles, has_unit=True, has_leader=True):
    return role_problems(roles, has_unit=has_unit, has_leader=has_leader)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICE_HEAD}))
def test_every_role_alone_is_allowed_to_one_who_has_what_it_needs(role):
    assert problems(role) == []


def test_no_one_is_two_of_the_three_administrators():
    [message] = problems(Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN)
    assert "系统管理员、审计管理员不能由同一个人担任（三员分立）" in message


@pytest.mark.parametrize("business", [Role.REPORTER, Role.OFFICE, Role.VIEWER, Role.LEADER])
def test_an_administrator_does_no_business_work(business):
    [message] = problems(Role.SECURITY_ADMIN, business)
    assert "安全管理员不能兼任业务角色" in message
    assert business.label in message


def test_business_roles_go_together():
    assert problems(Role.OFFICE, Role.APPROVER, Role.INSPECTOR) == []


def test_the_head_of_the_office_is_of_the_office():
    [message] = problems(Role.OFFICE_HEAD)
    assert "同时授予“重点办”" in message
    assert problems(Role.OFFICE, Role.OFFICE_HEAD) == []


@pytest.mark.parametrize("role", [Role.REPORTER, Role.APPROVER, Role.INSPECTOR])
def test_roles_of_a_unit_need_a_unit(role):
    [message] = problems(role, has_unit=False)
    assert "须属于一个单位" in message


def test_a_leader_account_needs_its_leader():
    [message] = problems(Role.LEADER, has_leader=False)
    assert "须对应一位领导" in message


@pytest.mark.parametrize(
    ("now", "seen", "end"),
    [
        (100, 0, None),
        (1799, 0, None),
        (1800, 0, "idle"),
        (12 * HOUR - 1, 12 * HOUR - 2, None),
        (12 * HOUR, 12 * HOUR, "expired"),
    ],
)
def test_a_session_ends_after_half_an_hour_idle_and_after_twelve_hours_in_any_case(now, seen, end):
    assert session_end(now, 0, seen, idle_seconds=1800) == end


def test_four_kinds_of_characters_are_told_apart():
    assert character_classes("aB3-") == ["大写字母", "小写字母", "数字", "符号"]
    assert character_classes("a b") == ["小写字母"]


@pytest.mark.parametrize("password", ["a13837912345", "0379-6831234x", "１３８３７９１２３４５", "19800101abcD"])
def test_what_looks_like_a_phone_number_or_a_birthday_is_seen(password):
    assert looks_like_phone(password)


def test_six_digits_are_no_phone_number():
    assert not looks_like_phone("a123456b")


@pytest.mark.parametrize("password", ["LiMing2023!", "li-ming_2023", "ｌｉｍｉｎｇ2023"])
def test_a_name_is_found_in_a_password_behind_case_width_and_separators(password):
    assert contained_word(password, ["liming"]) == "liming"


def test_two_letters_are_in_too_many_passwords_to_count():
    assert contained_word("Police-77", ["li"]) is None
    assert contained_word("交通县77", ["县"]) is None


def test_random_passwords_have_four_kinds_of_characters_and_differ():
    made = {random_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(character_classes(password)) == 4 and not looks_like_phone(password) for password in made)
