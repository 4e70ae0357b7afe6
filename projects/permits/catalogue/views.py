from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from projects.permits.access import may_keep_permits
from projects.permits.actions import add_permits
from projects.permits.catalogue.actions import (
    apply_template,
    change_permit_type,
    change_template,
    create_permit_type,
    create_template,
    delete_template,
    set_deadlines,
)
from projects.permits.catalogue.forms import (
    ApplyForm,
    ChooseTemplateForm,
    DeadlinesForm,
    NewTemplateForm,
    PermitTypeForm,
    TemplateForm,
)
from projects.permits.catalogue.queries import apply_lines, catalogue, deadlines_of, missing_kinds, templates
from projects.permits.models import PermitTemplate, PermitType
from projects.registry.access import may_see_projects, visible_projects
from yichuan_tracker import clock
from yichuan_tracker.months import FIRST_YEAR, LAST_YEAR
from yichuan_tracker.web.forms import attempt, posted_version, ticked

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def permit_catalogue(request: SignedIn) -> HttpResponse:
    """The catalogue, the templates and the years' days; the office makes a new template here."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    may_keep = may_keep_permits(request.user)
    if request.method == "POST" and not may_keep:
        raise PermissionDenied
    form = NewTemplateForm(request.POST or None)
    if form.is_valid():
        made = attempt(form, create_template, form.cleaned_data["name"], by=request.user, at=clock.now())
        if made:
            return redirect("permit-template", made.pk)
    year = clock.today().year
    context = {
        "kinds": catalogue(),
        "templates": templates(),
        "deadlines": [deadlines_of(year), deadlines_of(year + 1)],
        "form": form,
        "may_keep": may_keep,
    }
    status = 422 if form.is_bound else 200
    return render(request, "projects/permits/permit_catalogue.html", context, status=status)


@form_page
def permit_type_create(request: SignedIn) -> HttpResponse:
    _allow(request)
    form = PermitTypeForm(request.POST or None)
    if form.is_valid():
        needed = form.cleaned_data["prerequisites"]
        made = attempt(form, create_permit_type, form.values(), needed, by=request.user, at=clock.now())
        if made:
            messages.success(request, f"已添加“{made}”。")
            return redirect("permit-catalogue")
    return _type_page(request, form)


@form_page
def permit_type_edit(request: SignedIn, pk: int) -> HttpResponse:
    _allow(request)
    kind = get_object_or_404(PermitType, pk=pk)
    form = PermitTypeForm(request.POST or None, instance=kind)
    if form.is_valid():
        typed = form.cleaned_data
        details = {"version": typed["version"], "by": request.user, "at": clock.now()}
        if attempt(form, change_permit_type, kind, form.values(), typed["prerequisites"], **details):
            messages.success(request, f"已保存“{typed['name']}”。")
            return redirect("permit-catalogue")
    return _type_page(request, form, kind)


def _type_page(request: SignedIn, form: PermitTypeForm, kind: PermitType | None = None) -> HttpResponse:
    entries = history_of("permittype", kind.pk) if kind else []
    context = {"form": form, "kind": kind, "entries": entries}
    return render(request, "projects/permits/permit_type_edit.html", context, status=422 if form.is_bound else 200)


@form_page
def permit_template(request: SignedIn, pk: int) -> HttpResponse:
    _allow(request)
    template = get_object_or_404(PermitTemplate, pk=pk)
    held = list(template.permit_types.values_list("pk", flat=True))
    initial = {"name": template.name, "permit_types": held, "version": template.version}
    form = TemplateForm(request.POST or None, initial=initial)
    if form.is_valid():
        typed = form.cleaned_data
        details = {"version": typed["version"], "by": request.user, "at": clock.now()}
        if attempt(form, change_template, template, typed["name"], typed["permit_types"], **details):
            messages.success(request, f"已保存“{typed['name']}”模板；以前按它列出的手续不变。")
            return redirect("permit-catalogue")
    context = {"form": form, "template": template, "entries": history_of("permittemplate", pk)}
    return render(request, "projects/permits/permit_template.html", context, status=422 if form.is_bound else 200)


@require_POST
def permit_template_delete(request: SignedIn, pk: int) -> HttpResponse:
    _allow(request)
    template = get_object_or_404(PermitTemplate, pk=pk)
    delete_template(template, version=posted_version(request), by=request.user, at=clock.now())
    messages.success(request, f"已删除“{template}”模板；按它列出的手续不变。")
    return redirect("permit-catalogue")


@form_page
def permit_deadlines(request: SignedIn, year: int) -> HttpResponse:
    _allow(request)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404(f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。")
    rule = deadlines_of(year)
    form = DeadlinesForm(request.POST or None, instance=rule)
    if form.is_valid():
        seen = form.cleaned_data["version"]
        if attempt(form, set_deadlines, year, form.values(), version=seen, by=request.user, at=clock.now()):
            messages.success(request, f"已保存{year}年手续办结期限；没有另定时限的手续随着移动。")
            return redirect("permit-catalogue")
    context = {"form": form, "rule": rule, "entries": history_of("permitdeadlines", rule.pk) if rule.pk else []}
    return render(request, "projects/permits/permit_deadlines.html", context, status=422 if form.is_bound else 200)


@form_page
def permit_apply(request: SignedIn, pk: int) -> HttpResponse:
    """Choose a template, look at what it would add to the project, then add it in one step."""
    project = get_object_or_404(visible_projects(request.user).active(), pk=pk)
    _allow(request)
    choose, form = ChooseTemplateForm(request.GET or None), None
    if choose.is_valid():
        template = choose.cleaned_data["template"]
        lines = apply_lines(project, template, clock.today())
        form = ApplyForm(request.POST if request.method == "POST" else None, lines, clock.today())
        if form.is_valid():
            details = {"template": template, "by": request.user, "at": clock.now()}
            added = attempt(form, add_permits, project, form.cleaned_data["permit_types"], **details)
            if added:
                messages.success(request, f"已按“{template}”添加 {len(added)} 项手续。")
                return redirect("project-permits", pk)
    context = {"project": project, "choose": choose, "form": form}
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "projects/permits/permit_apply.html", context, status=status)


@form_page
def permit_apply_many(request: SignedIn) -> HttpResponse:
    """Bulk: the projects ticked on the board, a template, a look at what each would get, then all in one step."""
    _allow(request)
    projects = list(visible_projects(request.user).active().filter(pk__in=ticked(request)).order_by("pk"))
    if not projects:
        messages.warning(
            request, "没有勾选项目：请先在下面勾选；还没有列手续的项目，在“有手续处于”里选“还没有列手续”。"
        )
        return redirect("permit-list")
    choose, form, lines = ChooseTemplateForm(request.GET if "template" in request.GET else None), forms.Form(), {}
    if choose.is_valid():
        template = choose.cleaned_data["template"]
        lines = missing_kinds(projects, template, clock.today())
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            count = attempt(form, apply_template, projects, template, by=request.user, at=clock.now())
            if count:
                messages.success(request, f"已按“{template}”给 {len(projects)} 个项目添加 {count} 项手续。")
                return redirect("permit-list")
    context = {"projects": projects, "choose": choose, "form": form, "lines": lines.items()}
    return render(request, "projects/permits/permit_apply_many.html", context, status=422 if form.is_bound else 200)


def _allow(request: SignedIn) -> None:
    if not may_keep_permits(request.user):
        raise PermissionDenied
