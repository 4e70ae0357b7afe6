import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.bulletins.access import kinds_written_by, may_see, may_write
from projects.bulletins.actions import (
    change_letterhead,
    discard_bulletin,
    draft_correction,
    draft_inspection_bulletin,
    draft_month_bulletin,
    edit_bulletin,
    issue_bulletin,
    return_bulletin,
    send_bulletin,
)
from projects.bulletins.figures import values_of
from projects.bulletins.forms import BulletinForm, InspectionDraftForm, LetterheadForm, MonthDraftForm
from projects.bulletins.models import Bulletin, Letterhead
from projects.bulletins.queries import (
    bulletin_history,
    bulletins_visible_to,
    chat_text,
    compare_files,
    file_list,
    issued_file,
    latest_correction,
    made_files,
    notes_of,
    page_html,
)
from projects.bulletins.rules import BulletinKind, BulletinState
from projects.papers.rules import CONTENT_TYPES, FileForm
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.months import week_of
from yichuan_tracker.web.downloads import attachment
from yichuan_tracker.web.forms import attempt, posted_version


@require_safe
def bulletin_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    context = {"bulletins": bulletins_visible_to(request.user), "kinds": kinds_written_by(request.user)}
    return render(request, "projects/bulletins/bulletin_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def bulletin_create(request: SignedIn, kind: str) -> HttpResponse:
    """拟稿: figures are frozen and texts proposed; the next page shows the draft."""
    if kind not in BulletinKind:
        raise Http404
    if not may_write(request.user, kind):
        raise PermissionDenied
    form, action = _drafting(kind, request.POST or None)
    if form.is_valid():
        draft = attempt(form, action, *form.cleaned_data.values(), by=request.user, at=clock.now())
        if draft:
            messages.success(request, "已按数据拟好初稿，请核对修改后送签。")
            return redirect("bulletin-detail", draft.pk)
    context = {"form": form, "kind": BulletinKind(kind)}
    return render(request, "projects/bulletins/bulletin_create.html", context, status=422 if form.is_bound else 200)


@require_safe
def bulletin_detail(request: SignedIn, pk: int) -> HttpResponse:
    bulletin = _find(request, pk)
    context = {
        "bulletin": bulletin,
        "page": page_html(bulletin, today=clock.today()),
        "chat": chat_text(bulletin),
        "files": file_list(bulletin),
        "forms": FileForm,
        "newer": latest_correction(bulletin),
        "may_write": may_write(request.user, bulletin.kind),
        "needs_second": Letterhead.objects.get(kind=bulletin.kind).needs_second,
    }
    if bulletin.state != BulletinState.ISSUED:
        context["notes"] = notes_of(bulletin)
    if context["may_write"]:
        context["entries"] = bulletin_history(bulletin)
    return render(request, "projects/bulletins/bulletin_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def bulletin_edit(request: SignedIn, pk: int) -> HttpResponse:
    bulletin = _to_write(request, pk)
    if bulletin.state != BulletinState.DRAFT:
        messages.error(request, "只有拟稿中的通报可以修改；待签发的请先退回，已印发的请另出更正版。")
        return redirect("bulletin-detail", pk)
    form = BulletinForm(request.POST or None, bulletin=bulletin)
    if form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("number", "signer", "version")}
        if attempt(form, edit_bulletin, bulletin, form.texts(), **typed, by=request.user, at=clock.now()):
            messages.success(request, "已保存。")
            return redirect("bulletin-detail", pk)
    context = {"form": form, "bulletin": bulletin, "values": values_of(bulletin.figures), "notes": notes_of(bulletin)}
    context["draft"] = f"bulletin-{pk}"
    return render(request, "projects/bulletins/bulletin_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
def bulletin_send(request: SignedIn, pk: int) -> HttpResponse:
    return _step(request, _to_write(request, pk), send_bulletin, "已送签，请另一个账号核对后签发。")


@require_POST
def bulletin_return(request: SignedIn, pk: int) -> HttpResponse:
    return _step(request, _to_write(request, pk), return_bulletin, "已退回拟稿，可以修改。")


@require_POST
def bulletin_issue(request: SignedIn, pk: int) -> HttpResponse:
    return _step(request, _to_write(request, pk), issue_bulletin, "已印发，文件已留存，不再改动。")


@require_POST
def bulletin_discard(request: SignedIn, pk: int) -> HttpResponse:
    bulletin = _to_write(request, pk)
    try:
        discard_bulletin(bulletin, by=request.user, at=clock.now(), version=posted_version(request))
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
        return redirect("bulletin-detail", pk)
    messages.success(request, f"已删去“{bulletin}”的拟稿，可以重新拟稿。")
    return redirect("bulletin-list")


@require_POST
def bulletin_correct(request: SignedIn, pk: int) -> HttpResponse:
    bulletin = _to_write(request, pk)
    try:
        draft = draft_correction(bulletin, by=request.user, at=clock.now())
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
        return redirect("bulletin-detail", pk)
    messages.success(request, "已拟好更正版，原通报仍可查看。")
    return redirect("bulletin-detail", draft.pk)


@require_safe
def bulletin_check(request: SignedIn, pk: int) -> HttpResponse:
    """The files made anew from the frozen data and compared with those issued."""
    bulletin = _find(request, pk)
    if bulletin.state != BulletinState.ISSUED:
        raise Http404
    context = {"bulletin": bulletin, "comparisons": compare_files(bulletin)}
    return render(request, "projects/bulletins/bulletin_check.html", context)


@require_safe
def bulletin_file(request: SignedIn, pk: int, form: str) -> HttpResponse:
    """A file as it was issued; of a draft, as it would be."""
    bulletin = _find(request, pk)
    if form not in FileForm:
        raise Http404
    file_form = FileForm(form)
    if bulletin.state == BulletinState.ISSUED:
        kept = issued_file(bulletin, form)
        if kept is None:
            raise Http404
        content, name = bytes(kept.content), f"{bulletin.number_text} {bulletin}"
    else:
        content, name = made_files(bulletin, today=clock.today())[file_form], f"（送审稿）{bulletin}"
    return attachment(f"{name}.{form}", content, CONTENT_TYPES[file_form])


@require_http_methods(["GET", "HEAD", "POST"])
def letterhead_edit(request: SignedIn, kind: str) -> HttpResponse:
    if kind not in BulletinKind:
        raise Http404
    if not may_write(request.user, kind):
        raise PermissionDenied
    letterhead = get_object_or_404(Letterhead, kind=kind)
    form = LetterheadForm(request.POST or None, instance=letterhead)
    if form.is_valid():
        version = form.cleaned_data["version"]
        action: dict[str, Any] = {"by": request.user, "at": clock.now(), "version": version}
        if attempt(form, change_letterhead, letterhead, form.values(), **action):
            messages.success(request, "已保存，以后印发的通报按新版头；已印发的不变。")
            return redirect("bulletin-list")
    context = {"form": form, "kind": BulletinKind(kind)}
    return render(request, "projects/bulletins/letterhead_edit.html", context, status=422 if form.is_bound else 200)


def _drafting(kind: str, posted: Any) -> tuple[forms.Form, Callable[..., Bulletin]]:
    if kind == BulletinKind.MONTH:
        return MonthDraftForm(posted), draft_month_bulletin
    monday, sunday = week_of(clock.today() - datetime.timedelta(days=7))
    return InspectionDraftForm(posted, initial={"first_on": monday, "last_on": sunday}), draft_inspection_bulletin


def _find(request: SignedIn, pk: int) -> Bulletin:
    bulletin = get_object_or_404(
        Bulletin.objects.select_related("author", "sender", "issuer", "corrects", "run"), pk=pk
    )
    if not may_see(request.user, bulletin):
        raise Http404
    return bulletin


def _to_write(request: SignedIn, pk: int) -> Bulletin:
    bulletin = _find(request, pk)
    if not may_write(request.user, bulletin.kind):
        raise PermissionDenied
    return bulletin


def _step(request: SignedIn, bulletin: Bulletin, action: Callable[..., Bulletin], done: str) -> HttpResponse:
    try:
        action(bulletin, by=request.user, at=clock.now(), version=posted_version(request))
        messages.success(request, done)
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("bulletin-detail", bulletin.pk)
