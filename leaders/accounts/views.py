from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts import access, actions
from leaders.accounts.access import SignedIn
from leaders.accounts.filters import AccountFilter
from leaders.accounts.forms import AccountForm, ListingChoicesForm, PasswordForm, RolesForm, SignInForm
from leaders.accounts.models import User
from leaders.accounts.queries import account_history, accounts, role_labels
from leaders.accounts.rules import PASSWORD_DAYS, PASSWORD_DAYS_WARNED, SIGN_IN_REASONS, password_days_left
from leaders.accounts.sessions import client_address
from leaders.accounts.tables import AccountTable
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version
from yichuan_tracker.web.listing import listing_page


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    page = _safe_page(request, request.POST.get("next") or request.GET.get("next"))
    if request.user.is_authenticated:
        return redirect(page)
    form = SignInForm(_posted(request))
    refused = False
    if form.is_valid():
        was_locked = not AxesProxyHandler.is_allowed(request, form.cleaned_data)
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            _let_in(request, user)
            return redirect(page)
        refused = True
        if not was_locked:  # Tries during a lock-out are not counted; recorded, they would flood the history.
            _note_failure(request, form.cleaned_data["username"])
        form.add_error(
            None,
            "用户名或密码不对。忘记密码请联系系统管理员；"
            f"连续 {settings.AXES_FAILURE_LIMIT} 次失败将锁定 {_lock_minutes()} 分钟。",
        )
    reason = SIGN_IN_REASONS.get(request.GET.get("reason", ""), "")
    context = {"form": form, "reason": reason, "next": page}
    return render(request, "leaders/accounts/sign_in.html", context, status=403 if refused else 200)


@transaction.atomic
def _let_in(request: HttpRequest, user: User) -> None:
    last = user.last_login
    login(request, user)
    actions.note_sign_in(by=user, at=clock.now(), address=client_address(request))
    if last is None:
        messages.info(request, f"{user.display_name}，您好。这是您第一次登录。")
    else:
        moment = f"{timezone.localtime(last):%Y-%m-%d %H:%M}"
        messages.info(request, f"{user.display_name}，您好。上次登录：{moment}。如非本人操作，请立即修改密码。")
    left = password_days_left(user.password_changed_at, clock.now())
    if left is not None and 0 < left <= PASSWORD_DAYS_WARNED:
        messages.warning(request, f"您的密码还有 {left} 天到期（{PASSWORD_DAYS} 天一换），请在右上角“修改密码”换一个。")


def _note_failure(request: HttpRequest, username: str) -> None:
    locked = bool(getattr(request, "axes_locked_out", False))
    actions.note_failed_sign_in(username, at=clock.now(), address=client_address(request), locked=locked)


def locked_out(request: HttpRequest, _response: HttpResponse, _credentials: Any) -> HttpResponse:
    """The page of somebody who failed too often (settings.AXES_LOCKOUT_CALLABLE)."""
    reason = f"登录连续失败 {settings.AXES_FAILURE_LIMIT} 次，为防他人猜密码，这台电脑暂时不能登录该账号。"
    return render(request, "429.html", {"minutes": _lock_minutes(), "reason": reason}, status=429)


def _lock_minutes() -> int:
    return int(settings.AXES_COOLOFF_TIME * 60)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        actions.note_sign_out(by=request.user, at=clock.now())
        logout(request)
    return redirect(f"{reverse('sign-in')}?reason=out")


@never_cache
@sensitive_post_parameters("old_password", "new_password", "new_password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: SignedIn) -> HttpResponse:
    form = PasswordForm(_posted(request))
    if form.is_valid():
        old, new = form.cleaned_data["old_password"], form.cleaned_data["new_password"]
        user = attempt(form, actions.change_password, old, new, by=request.user, at=clock.now())
        if user is not None:
            update_session_auth_hash(request, user)
            messages.success(request, "密码已修改，其他设备上的登录已失效。")
            return redirect("home")
    left = password_days_left(request.user.password_changed_at, clock.now())
    context = {"form": form, "is_old": left is not None and left <= 0, "password_days": PASSWORD_DAYS}
    return render(request, "leaders/accounts/password_change.html", context)


@require_POST
def listing_choices(request: SignedIn) -> HttpResponse:
    form = ListingChoicesForm(request.POST)
    if not form.is_valid():
        raise BadRequest("列表设置不完整，请返回列表重新选择。")
    request.user.remember_listing(form.cleaned_data["key"], form.cleaned_data["choices"])
    return redirect(_safe_page(request, request.POST.get("next")))


@require_safe
def user_list(request: SignedIn) -> HttpResponse:
    _require(access.may_see_accounts(request.user))
    return listing_page(
        request,
        key="users",
        table_class=AccountTable,
        filterset_class=AccountFilter,
        queryset=accounts(),
        template="leaders/accounts/user_list.html",
        context={"may_manage": access.may_manage_accounts(request.user)},
        export_name="账号",
    )


@require_safe
def user_detail(request: SignedIn, pk: int) -> HttpResponse:
    account = get_object_or_404(accounts(), pk=pk)
    _require(access.may_see_accounts(request.user))
    context = {
        "account": account,
        "roles": role_labels(account),
        "may_manage": access.may_manage_accounts(request.user),
        "may_change_active": access.may_change_active(request.user, account),
        "may_reset_password": access.may_reset_password(request.user, account),
        "may_grant_roles": access.may_grant_roles(request.user, account),
        "entries": account_history(account),
    }
    return render(request, "leaders/accounts/user_detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def user_create(request: SignedIn) -> HttpResponse:
    _require(access.may_manage_accounts(request.user))
    form = AccountForm(_posted(request))
    if form.is_valid():
        password = attempt(form, actions.create_account, form.instance, by=request.user, at=clock.now())
        if password is not None:
            return _show_password(request, form.instance, password)
    return render(request, "leaders/accounts/user_create.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def user_edit(request: SignedIn, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    _require(access.may_manage_accounts(request.user))
    form = AccountForm(_posted(request), instance=account)
    if form.is_valid():
        version = form.cleaned_data["version"]
        saved = attempt(
            form, actions.change_account, account, form.values(), by=request.user, at=clock.now(), version=version
        )
        if saved is not None:
            messages.success(request, f"已保存账号“{saved}”。")
            return redirect("user-detail", pk)
    return render(request, "leaders/accounts/user_edit.html", {"form": form, "pk": pk})


@require_POST
def user_deactivate(request: SignedIn, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    _require(access.may_change_active(request.user, account))
    try:
        actions.deactivate_account(account, by=request.user, at=clock.now(), version=posted_version(request))
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    else:
        messages.success(request, f"已停用账号“{account}”，其当前登录随即失效。")
    return redirect("user-detail", pk)


@require_POST
def user_restore(request: SignedIn, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    _require(access.may_change_active(request.user, account))
    actions.restore_account(account, by=request.user, at=clock.now(), version=posted_version(request))
    messages.success(request, f"已启用账号“{account}”。")
    return redirect("user-detail", pk)


@never_cache
@require_POST
def user_reset_password(request: SignedIn, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    _require(access.may_reset_password(request.user, account))
    password = actions.reset_password(account, by=request.user, at=clock.now())
    return _show_password(request, account, password)


@require_http_methods(["GET", "HEAD", "POST"])
def user_roles(request: SignedIn, pk: int) -> HttpResponse:
    account = get_object_or_404(accounts(), pk=pk)
    _require(access.may_grant_roles(request.user, account))
    form = RolesForm(_posted(request), initial={"roles": list(account.roles), "version": account.version})
    if form.is_valid():
        roles, version = form.cleaned_data["roles"], form.cleaned_data["version"]
        saved = attempt(form, actions.set_roles, account, roles, by=request.user, at=clock.now(), version=version)
        if saved is not None:
            messages.success(request, f"“{saved}”的角色已保存，下一次操作时生效。")
            return redirect("user-detail", pk)
    return render(request, "leaders/accounts/user_roles.html", {"form": form, "account": account})


def _show_password(request: HttpRequest, account: User, password: str) -> HttpResponse:
    """Answered to the POST itself: the password goes through no session and no second request."""
    context = {"account": account, "password": password}
    return render(request, "leaders/accounts/user_password.html", context)


def _safe_page(request: HttpRequest, page: str | None) -> str:
    """`page` when it is one of ours, else the home page."""
    if page and url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return page
    return reverse("home")


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
