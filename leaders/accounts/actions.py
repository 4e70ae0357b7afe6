import datetime
from collections.abc import Collection, Mapping
from typing import Any

from axes.utils import reset as unlock
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.access import may_change_active, may_grant_roles, may_manage_accounts, may_reset_password
from leaders.accounts.models import FormerPassword, RoleGrant, User, canonical_username
from leaders.accounts.rules import PASSWORDS_REMEMBERED, random_password, role_problems
from leaders.audit.actions import change, create, record
from leaders.audit.rules import Beside, Conflict, text_line
from leaders.roles import SEPARATED_ROLES, Role

Moment = datetime.datetime


@transaction.atomic
def create_account(account: User, *, by: User | None, at: Moment) -> str:
    """Save a new account without roles and return its random first password, which is kept nowhere.

    Raises PermissionDenied, or ValidationError for a user name in use. `by` is None only for the system itself.
    """
    _require(by is None or may_manage_accounts(by))
    password = random_password()
    account.set_password(password)
    account.must_change_password = True
    create(account, by=by, at=at)
    return password


@transaction.atomic
def change_account(account: User, values: Mapping[str, Any], *, by: User, at: Moment, version: int | None) -> User:
    """Raises PermissionDenied, Conflict, or ValidationError when a role would lose the unit or leader it needs."""
    _require(may_manage_accounts(by))
    changed = change(account, values, by=by, at=at, version=version)
    _check_roles(changed, changed.roles)
    return changed


@transaction.atomic
def deactivate_account(account: User, *, by: User, at: Moment, version: int | None) -> User:
    """The person is signed out at the next request. Raises ValidationError for the last administrator of a kind."""
    _require(may_change_active(by, account))
    _keep_one_administrator(account, account.roles)
    return change(account, {"is_active": False}, by=by, at=at, version=version, action="deactivate")


@transaction.atomic
def restore_account(account: User, *, by: User, at: Moment, version: int | None) -> User:
    _require(may_change_active(by, account))
    return change(account, {"is_active": True}, by=by, at=at, version=version, action="restore")


@transaction.atomic
def reset_password(account: User, *, by: User | None, at: Moment) -> str:
    """A new random password, to be changed at the next sign-in; also ends a lock-out and every open session of the
    account."""
    _require(by is None or may_reset_password(by, account))
    current = User.objects.select_for_update().get(pk=account.pk)
    _remember_password(current)
    password = random_password()
    current.set_password(password)
    current.must_change_password = True
    current.save(update_fields=["password", "must_change_password"])
    record("reset", current, by=by, at=at)
    unlock(username=current.username)
    return password


@transaction.atomic
def change_password(old: str, new: str, *, by: User, at: Moment) -> User:
    """One's own. Raises ValidationError (by field `old_password`, `new_password`) for a wrong old password or a new one that the profile refuses."""
    current = User.objects.select_for_update().get(pk=by.pk)
    if not current.check_password(old):
        raise ValidationError({"old_password": "原密码不对。忘记了的话，请联系系统管理员重置。"})
    if old == new:
        raise ValidationError({"new_password": "新密码与原密码相同，请换一个。"})
    try:
        validate_password(new, current)
    except ValidationError as error:
        raise ValidationError({"new_password": error.messages}) from error
    _remember_password(current)
    current.set_password(new)
    current.must_change_password = False
    current.password_changed_at = at
    current.save(update_fields=["password", "must_change_password", "password_changed_at"])
    record("password", current, by=current, at=at)
    return current


@transaction.atomic
def set_roles(account: User, roles: Collection[str], *, by: User | None, at: Moment, version: int | None) -> User:
    """Give the account exactly `roles`. Raises PermissionDenied (only the security administrator, never to themselves),
    Conflict, or ValidationError for roles that one person must not hold together (三员分立)."""
    _require(by is None or may_grant_roles(by, account))
    current = User.objects.select_for_update().get(pk=account.pk)
    if version is not None and current.version != version:
        beside = Beside("roles", "角色", "、".join(_labels(current.roles)), "、".join(_labels(roles)))
        raise Conflict(current, {}, [beside])
    granted, revoked = frozenset(roles) - current.roles, current.roles - frozenset(roles)
    _check_roles(current, roles)
    _keep_one_administrator(current, revoked)
    if by is not None and granted & SEPARATED_ROLES and current.must_change_password:
        # Until then the system administrator, who made the account, knows its password.
        raise ValidationError({"roles": "该账号还在用初始密码。请本人先登录并改密码，再授予管理员角色。"})
    RoleGrant.objects.bulk_create(RoleGrant(user=current, role=role) for role in sorted(granted))
    current.grants.filter(role__in=revoked).delete()
    for action, names in [("grant", _labels(granted)), ("revoke", _labels(revoked))]:
        if names:
            old, new = (None, "、".join(names)) if action == "grant" else ("、".join(names), None)
            change(current, {}, by=by, at=at, version=None, action=action, also=[text_line("roles", "角色", old, new)])
    return User.objects.get(pk=current.pk)


def note_sign_in(*, by: User, at: Moment, address: str | None) -> None:
    record("sign_in", by, by=by, at=at, reason=_from(address))


def note_failed_sign_in(username: str, *, by: None = None, at: Moment, address: str | None, locked: bool) -> None:
    """A line about the account; for a user name that nobody has, what was typed is not kept: it may be a password."""
    account = User.objects.filter(username=canonical_username(username)).first()
    stranger = User(display_name="（不存在的账号）")
    record("lock_out" if locked else "sign_in_failed", account or stranger, by=by, at=at, reason=_from(address))


def note_sign_out(*, by: User, at: Moment, reason: str = "") -> None:
    words = {"idle": "空闲超时", "expired": "登录满 12 小时"}
    record("sign_out", by, by=by, at=at, reason=words.get(reason, ""))


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _check_roles(account: User, roles: Collection[str]) -> None:
    problems = role_problems(roles, has_unit=account.unit_id is not None, has_leader=account.leader_id is not None)
    if problems:
        raise ValidationError(problems)


def _keep_one_administrator(account: User, lost: Collection[str]) -> None:
    """Without one of the three administrators nobody could do that part again."""
    for role in Role:
        if role in lost and role in SEPARATED_ROLES:
            others = RoleGrant.objects.filter(role=role, user__is_active=True).exclude(user=account)
            if not others.exists():
                raise ValidationError(f"“{account}”是唯一在用的{role.label}，请先有另一位{role.label}，再停用或收回。")


def _remember_password(account: User) -> None:
    """Before it is replaced; a random first one nobody will choose again."""
    if not account.must_change_password and account.has_usable_password():
        FormerPassword.objects.create(user=account, password=account.password)
        kept = list(account.former_passwords.values_list("pk", flat=True)[: PASSWORDS_REMEMBERED - 1])
        account.former_passwords.exclude(pk__in=kept).delete()


def _labels(roles: Collection[str]) -> list[str]:
    return [role.label for role in Role if role in roles]


def _from(address: str | None) -> str:
    return f"来自 {address}" if address else ""
