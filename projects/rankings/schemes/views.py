from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from projects.rankings.models import Scheme
from projects.rankings.queries import scheme_in_force, scheme_rules
from projects.rankings.rules import scheme_tables
from projects.rankings.schemes.access import may_approve_scheme, may_keep_schemes
from projects.rankings.schemes.actions import (
    approve_scheme,
    delete_scheme,
    draft_scheme,
    save_scheme,
    withdraw_scheme,
)
from projects.rankings.schemes.forms import DraftForm, SchemeForm, TryForm
from projects.rankings.schemes.queries import (
    locking_run,
    runs_to_try_on,
    schemes_visible_to,
    tried_on,
    version_before,
)
from projects.rankings.schemes.rules import differences
from projects.registry.access import may_see_projects
from projects.status.queries import figures_month
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version


@require_safe
def scheme_detail(request: SignedIn) -> HttpResponse:
    """考评办法 in force, in words and tables made from its data, and every version there is."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    scheme = scheme_in_force(figures_month(clock.today()))
    context: dict[str, Any] = {"scheme": scheme, "tables": scheme_tables(scheme_rules(scheme)) if scheme else None}
    context |= {"versions": schemes_visible_to(request.user), "may_keep": may_keep_schemes(request.user)}
    return render(request, "projects/rankings/scheme_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def scheme_create(request: SignedIn) -> HttpResponse:
    _require_office(request)
    form = DraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = attempt(form, draft_scheme, form.cleaned_data["first_month"], by=request.user, at=clock.now())
        if draft is not None:
            messages.success(request, f"已起草第{draft.edition}版，内容与上一版相同，请逐项修改。")
            return redirect("scheme-edit", draft.pk)
    return render(request, "projects/rankings/scheme_create.html", {"form": form})


@require_safe
def scheme_version(request: SignedIn, pk: int) -> HttpResponse:
    """One version: what it says, what it changes, who drafted and approved it, and a month as it would rank it."""
    scheme = get_object_or_404(schemes_visible_to(request.user), pk=pk)
    rules, before = scheme_rules(scheme), version_before(scheme)
    context: dict[str, Any] = {"scheme": scheme, "tables": scheme_tables(rules), "before": before}
    context["differences"] = differences(scheme_rules(before), rules) if before else []
    if may_keep_schemes(request.user):
        trying = TryForm(runs_to_try_on(), request.GET if "month" in request.GET else None)
        run = trying.run() if trying.is_bound else None
        context |= {"trying": trying, "run": run, "boards": tried_on(run, rules) if run else []}
        context |= {"locked_by": locking_run(scheme), "entries": history_of("scheme", scheme.pk)}
        context |= {"may_keep": True, "may_approve": may_approve_scheme(request.user, scheme)}
    return render(request, "projects/rankings/scheme_version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def scheme_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Every number of a draft. “看效果” shows a month under what was typed, without saving."""
    scheme = _of_office(request, pk)
    rules, posted = scheme_rules(scheme), request.POST if request.method == "POST" else None
    form, trying = SchemeForm(scheme, rules, posted), TryForm(runs_to_try_on(), posted)
    context: dict[str, Any] = {"scheme": scheme, "form": form, "trying": trying}
    if posted is not None and form.is_valid():
        if posted.get("step") == "try":
            run = trying.run()
            context |= {"run": run, "boards": tried_on(run, form.rules()) if run else []}
        else:
            values = {name: form.cleaned_data[name] for name in ("name", "first_month", "version")}
            if attempt(form, save_scheme, scheme, form.rules(), by=request.user, at=clock.now(), **values):
                messages.success(request, "已保存。批准之前不起作用。")
                return redirect("scheme-version", pk)
    return render(request, "projects/rankings/scheme_edit.html", context)


@require_POST
def scheme_approve(request: SignedIn, pk: int) -> HttpResponse:
    scheme = _of_office(request, pk)
    return _step(request, scheme, approve_scheme, "已批准，从起用月份的考评起按这一版计算。", "scheme-version", pk)


@require_POST
def scheme_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    scheme = _of_office(request, pk)
    return _step(request, scheme, withdraw_scheme, "已退回草稿，改好后由另一个账号批准。", "scheme-version", pk)


@require_POST
def scheme_delete(request: SignedIn, pk: int) -> HttpResponse:
    scheme = _of_office(request, pk)
    return _step(request, scheme, delete_scheme, f"已删除第{scheme.edition}版草稿，历史中仍可查到。", "scheme-detail")


def _step(request: SignedIn, scheme: Scheme, action: Callable[..., Any], done: str, *where: Any) -> HttpResponse:
    try:
        action(scheme, by=request.user, at=clock.now(), version=posted_version(request))
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
        return redirect("scheme-version", scheme.pk)
    messages.success(request, done)
    return redirect(*where)


def _require_office(request: SignedIn) -> None:
    if not may_keep_schemes(request.user):
        raise PermissionDenied


def _of_office(request: SignedIn, pk: int) -> Scheme:
    _require_office(request)
    return get_object_or_404(schemes_visible_to(request.user), pk=pk)
