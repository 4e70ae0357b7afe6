from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leaders.accounts.access import SignedIn
from leaders.roles import Role
from projects.registry.access import may_see_projects
from projects.requests.access import decides_requests
from projects.requests.inbox.actions import decide_matters
from projects.requests.inbox.forms import ApproveForm, WantedForm
from projects.requests.inbox.queries import Matter, found, matters, to_decide
from projects.requests.inbox.rules import Source, Tab
from projects.requests.inbox.tables import matters_sheet
from projects.requests.rules import Verdict
from yichuan_tracker import clock
from yichuan_tracker.web.downloads import xlsx_response
from yichuan_tracker.web.forms import attempt

ROWS = 50


@require_safe
def request_list(request: SignedIn) -> HttpResponse:
    """What waits, what the person asked for, what was decided: requests of all kinds."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    tab = _tab(request)
    form = WantedForm({**request.GET.dict(), "tab": tab}, is_decided=tab != Tab.WAITING)
    lines = found(request.user, tab, form.wanted())
    if request.GET.get("export") == "xlsx":
        name = f"申请（{tab.label}）"
        return xlsx_response(
            f"{name}-{clock.today():%Y%m%d}.xlsx", [matters_sheet(name, matters(lines, clock.today()))]
        )
    page = Paginator(lines, ROWS).get_page(request.GET.get("page"))
    is_approver = decides_requests(request.user)
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": Tab.choices,
        "form": form,
        "page": page,
        "rows": [(one, one.objection(request.user)) for one in matters(page, clock.today())],
        "to_decide": to_decide(request.user).count() if is_approver else 0,
        "is_approver": is_approver,
    }
    return render(request, "projects/requests/request_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def request_approve(request: SignedIn) -> HttpResponse:
    """The ticked requests once more, to decide together; those that the person may not decide say why."""
    if not decides_requests(request.user):
        raise PermissionDenied
    ticked = matters(_ticked(request), clock.today())
    form = ApproveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        seen = [(one, _version(request, one)) for one in ticked]
        verdict = Verdict.REJECTED if request.POST.get("step") == "reject" else Verdict.APPROVED
        attempt(form, decide_matters, seen, verdict, **form.cleaned_data, by=request.user, at=clock.now())
        if form.is_valid():
            messages.success(request, f"{verdict.label} {len(seen)} 份申请。")
            return redirect("request-list")
    judged = [(one, one.objection(request.user)) for one in ticked]
    context = {
        "form": form,
        "allowed": [one for one, why in judged if not why],
        "refused": [(one, why) for one, why in judged if why],
    }
    return render(request, "projects/requests/request_approve.html", context, status=422 if form.is_bound else 200)


def _tab(request: SignedIn) -> Tab:
    """The one asked for; else what waits, for a unit its own requests."""
    wanted = request.GET.get("tab", "")
    if wanted in Tab.values:
        return Tab(wanted)
    return Tab.MINE if request.user.has_role(Role.REPORTER) else Tab.WAITING


def _ticked(request: SignedIn) -> list[tuple[str, int]]:
    """(source, pk) of the boxes ticked; a name that means nothing is left out."""
    given = request.POST.getlist("pk") if request.method == "POST" else request.GET.getlist("pk")
    pairs = (name.partition("-")[::2] for name in given[:200])
    return [
        (source, int(pk))
        for source, pk in pairs
        if source in Source.values and pk.isascii() and pk.isdigit() and len(pk) < 10
    ]


def _version(request: SignedIn, matter: Matter) -> int:
    """The version seen; 0, which no request has, where the page did not say."""
    text = request.POST.get(f"version-{matter.key}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
