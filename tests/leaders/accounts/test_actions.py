import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.accounts import actions
from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry, RoleGrant, User
from leaders.roles import Role
from tests.world import AT, make_user

pytestmark = pytest.mark.django_db


def last_entry() -> HistoryEntry:
    return HistoryEntry.objects.order_by("-pk").first()


def grant(world, person, *roles, by=None):
    return actions.set_roles(person, roles, by=by or world.ma, at=AT, version=person.version)


def test_a_new_account_has_a_random_password_that_must_be_changed_and_no_role(world):
    account = User(username="ＬiuYang", display_name="刘洋", unit=world.water)
    password = actions.create_account(account, by=world.lin, at=AT)
    account = User.objects.get(username="liuyang")
    assert account.check_password(password)
    assert account.must_change_password
    assert account.roles == frozenset()
    entry = last_entry()
    assert (entry.action, entry.actor, entry.object_name) == ("create", world.lin, "刘洋")
    assert password not in str(entry.changes)
    assert account.password not in str(entry.changes)


def test_two_spellings_of_one_user_name_are_one_account(world):
    with pytest.raises(ValidationError, match="已有人用"):
        actions.create_account(User(username=" ＬＩ ", display_name="另一个李"), by=world.lin, at=AT)


@pytest.mark.parametrize("person", ["zhao", "ma", "gu", "li", "he"])
def test_only_the_system_administrator_makes_accounts(world, person):
    with pytest.raises(PermissionDenied):
        actions.create_account(User(username="new", display_name="新"), by=world.people[person], at=AT)


def test_an_account_is_changed_with_history(world):
    actions.change_account(world.wang, {"unit": world.traffic}, by=world.lin, at=AT, version=1)
    world.wang.refresh_from_db()
    assert (world.wang.unit, world.wang.version) == (world.traffic, 2)
    [line] = last_entry().changes
    assert (line["label"], line["old"]["name"], line["new"]["name"]) == ("单位", "县水利局", "县交通运输局")


def test_a_reporter_does_not_lose_the_unit(world):
    with pytest.raises(ValidationError, match="须属于一个单位"):
        actions.change_account(world.li, {"unit": None}, by=world.lin, at=AT, version=1)
    world.li.refresh_from_db()
    assert world.li.unit == world.traffic


def test_an_account_changed_meanwhile_is_a_conflict(world):
    actions.change_account(world.li, {"display_name": "李甲"}, by=world.lin, at=AT, version=1)
    with pytest.raises(Conflict) as conflict:
        actions.change_account(world.li, {"display_name": "李乙"}, by=world.lin, at=AT, version=1)
    assert conflict.value.typed == {"display_name": "李乙"}


def test_accounts_are_deactivated_and_restored_with_history(world):
    account = actions.deactivate_account(world.li, by=world.lin, at=AT, version=1)
    assert (account.is_active, last_entry().action) == (False, "deactivate")
    account = actions.restore_account(account, by=world.lin, at=AT, version=2)
    assert (account.is_active, last_entry().action) == (True, "restore")


def test_nobody_deactivates_themselves(world):
    make_user("lin2", "林二", Role.SYSTEM_ADMIN)
    with pytest.raises(PermissionDenied):
        actions.deactivate_account(world.lin, by=world.lin, at=AT, version=1)


@pytest.mark.parametrize(("person", "label"), [("ma", "安全管理员"), ("gu", "审计管理员")])
def test_the_last_administrator_of_a_kind_is_not_deactivated(world, person, label):
    with pytest.raises(ValidationError, match=f"唯一在用的{label}"):
        actions.deactivate_account(world.people[person], by=world.lin, at=AT, version=1)


def test_an_administrator_with_a_colleague_is_deactivated(world):
    make_user("gu2", "顾二", Role.AUDIT_ADMIN)
    assert not actions.deactivate_account(world.gu, by=world.lin, at=AT, version=1).is_active


def test_the_security_administrator_grants_and_revokes_with_history(world):
    person = grant(world, world.li, Role.REPORTER, Role.APPROVER)
    assert person.roles == {Role.REPORTER, Role.APPROVER}
    entry = last_entry()
    assert (entry.action, entry.changes[0]["new"]) == ("grant", "审批部门")
    person = grant(world, person, Role.APPROVER)
    entry = last_entry()
    assert person.roles == {Role.APPROVER}
    assert (entry.action, entry.changes[0]["old"], entry.actor) == ("revoke", "责任单位填报员", world.ma)


def test_unchanged_roles_leave_no_history(world):
    before = HistoryEntry.objects.count()
    grant(world, world.li, Role.REPORTER)
    assert HistoryEntry.objects.count() == before


@pytest.mark.parametrize("person", ["lin", "gu", "zhao", "li", "he"])
def test_nobody_but_the_security_administrator_grants_roles(world, person):
    with pytest.raises(PermissionDenied):
        grant(world, world.wang, Role.OFFICE, by=world.people[person])


def test_nobody_grants_roles_to_themselves(world):
    make_user("ma2", "马二", Role.SECURITY_ADMIN)
    with pytest.raises(PermissionDenied):
        grant(world, world.ma, Role.SECURITY_ADMIN, Role.OFFICE)


def test_roles_that_exclude_one_another_are_refused_and_nothing_is_written(world):
    with pytest.raises(ValidationError, match="三员分立"):
        grant(world, world.gu, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN)
    with pytest.raises(ValidationError, match="不能兼任业务角色"):
        grant(world, world.zhao, Role.OFFICE, Role.AUDIT_ADMIN)
    assert User.objects.get(pk=world.zhao.pk).roles == {Role.OFFICE}


def test_the_last_administrator_of_a_kind_keeps_the_role(world):
    with pytest.raises(ValidationError, match="唯一在用的审计管理员"):
        grant(world, world.gu)
    assert RoleGrant.objects.filter(user=world.gu, role=Role.AUDIT_ADMIN).exists()


def test_an_administrator_role_waits_until_the_person_has_a_password_of_their_own(world):
    User.objects.filter(pk=world.he.pk).update(must_change_password=True)
    with pytest.raises(ValidationError, match="初始密码"):
        grant(world, world.he, Role.AUDIT_ADMIN)


def test_two_who_set_roles_at_once_do_not_overwrite_one_another(world):
    grant(world, world.li, Role.REPORTER, Role.APPROVER)
    with pytest.raises(Conflict):
        actions.set_roles(world.li, [Role.REPORTER], by=world.ma, at=AT, version=1)


def test_a_reset_password_is_random_and_must_be_changed(world):
    password = actions.reset_password(world.li, by=world.lin, at=AT)
    li = User.objects.get(pk=world.li.pk)
    assert li.check_password(password)
    assert li.must_change_password
    assert (last_entry().action, last_entry().object_id) == ("reset", li.pk)
    assert actions.reset_password(li, by=world.lin, at=AT) != password


@pytest.mark.parametrize("person", ["ma", "gu", "lin"])
def test_passwords_of_the_other_administrators_and_ones_own_are_not_reset_on_a_page(world, person):
    with pytest.raises(PermissionDenied):
        actions.reset_password(world.people[person], by=world.lin, at=AT)


def test_one_changes_the_own_password_with_the_old_one(world):
    world.li.set_password("Old-wheat7")
    world.li.must_change_password = True
    world.li.save()
    li = actions.change_password("Old-wheat7", "New-wheat8", by=world.li, at=AT)
    assert li.check_password("New-wheat8")
    assert (li.must_change_password, li.password_changed_at) == (False, AT)
    assert (last_entry().action, last_entry().changes) == ("password", [])


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("wrong", "New-wheat8", "old_password", "原密码不对"),
        ("Old-wheat7", "Old-wheat7", "new_password", "相同"),
        ("Old-wheat7", "wheatwheat", "new_password", "三类"),
    ],
)
def test_a_refused_password_says_on_which_field_and_why(world, old, new, field, words):
    world.li.set_password("Old-wheat7")
    world.li.save()
    with pytest.raises(ValidationError) as refusal:
        actions.change_password(old, new, by=world.li, at=AT)
    assert words in "".join(refusal.value.message_dict[field])


def test_the_last_five_passwords_are_not_taken_again(world):
    world.li.set_password("Wheat-no.0")
    world.li.save()
    for number in range(5):
        actions.change_password(f"Wheat-no.{number}", f"Wheat-no.{number + 1}", by=world.li, at=AT)
    for number in (1, 2, 3, 4):
        with pytest.raises(ValidationError, match="最近 5 次"):
            actions.change_password("Wheat-no.5", f"Wheat-no.{number}", by=world.li, at=AT)
    actions.change_password("Wheat-no.5", "Wheat-no.0", by=world.li, at=AT)
    assert world.li.former_passwords.count() == 4


def test_the_password_before_a_reset_is_remembered_and_the_random_one_is_not(world):
    world.li.set_password("Wheat-no.0")
    world.li.save()
    given = actions.reset_password(world.li, by=world.lin, at=AT)
    with pytest.raises(ValidationError, match="最近 5 次"):
        actions.change_password(given, "Wheat-no.0", by=world.li, at=AT)
    actions.change_password(given, "Wheat-no.1", by=world.li, at=AT)
    assert world.li.former_passwords.count() == 1


def test_a_failed_sign_in_is_kept_without_what_a_stranger_typed(world):
    actions.note_failed_sign_in("ＬＩ", at=AT, address="10.0.0.7", locked=False)
    assert (last_entry().action, last_entry().object_id, last_entry().reason) == (
        "sign_in_failed",
        world.li.pk,
        "来自 10.0.0.7",
    )
    actions.note_failed_sign_in("Secret-word9", at=AT, address=None, locked=True)
    entry = last_entry()
    assert (entry.action, entry.object_id, entry.object_name) == ("lock_out", None, "（不存在的账号）")


def test_choices_of_one_list_leave_those_of_another_alone(world):
    world.li.remember_listing("units", {"columns": ["name"], "per_page": 20})
    world.li.remember_listing("projects", {"columns": [], "per_page": 50})
    world.li.refresh_from_db()
    assert world.li.listing_choices == {
        "units": {"columns": ["name"], "per_page": 20},
        "projects": {"columns": [], "per_page": 50},
    }
    assert world.li.version == 1
