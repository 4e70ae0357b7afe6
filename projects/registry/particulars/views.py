"""What hangs on a project's registry entry: who answers for it, its codes, plans of the years and money."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from leaders.accounts.access import SignedIn
from projects.registry.access import may_edit_project, visible_projects
from projects.registry.actions import (
    add_code,
    add_funding,
    change_code,
    change_funding,
    change_responsibility,
    change_year_plan,
    create_year_plan,
    delete_particular,
    set_responsibility,
)
from projects.registry.forms import ReasonForm
from projects.registry.models import FundingSource, ProjectCode, Responsibility, YearPlan
from projects.registry.particulars.forms import CodeForm, FundingForm, HandOverForm, ResponsibilityForm, YearPlanForm
from projects.registry.queries import holders_of
from projects.registry.rules import ResponsibilityRole, code_warnings
from projects.registry.views import find_editable_project, posted, project_url, record_page
from yichuan_tracker import clock

# The tab of the project's page on which each kind of particular stands.
DUTIES, MONEY, OVERVIEW = "duties", "funding", ""


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_set(request: SignedIn, pk: int, role: str) -> HttpResponse:
    project = find_editable_project(request, pk)
    if role not in ResponsibilityRole.values:
        raise Http404
    today = clock.today()
    now = holders_of(project, role, today)
    form = HandOverForm(posted(request), role=role, now=[row.id for row in now], initial=_initial(now, today))

    def save() -> Any:
        data = form.cleaned_data
        return set_responsibility(
            project,
            role,
            form.holders(),
            starts_on=data["starts_on"],
            by=request.user,
            at=clock.now(),
            reason=data["reason"],
        )

    page = {"title": f"设定{ResponsibilityRole(role).label}", "project": project}
    return record_page(request, form, save, back=project_url(project, DUTIES), done="责任分工已更新。", page=page)


def _initial(now: list[Any], today: Any) -> dict[str, Any]:
    contact = now[0] if now else None
    return {
        "starts_on": today,
        "contact": contact.name if contact else "",
        "phone": contact.phone if contact else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_edit(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, Responsibility, pk)
    form = ResponsibilityForm(posted(request), instance=row)

    def save() -> Any:
        data = form.cleaned_data
        return change_responsibility(
            row, form.values(), by=request.user, at=clock.now(), version=data["version"], reason=data["reason"]
        )

    page = {
        "title": f"更正责任起止：{row}",
        "project": row.project,
        "explanation": "这里只更正日期（和责任人电话）；换人请用“设定”，原来的人会留在历史里。",
    }
    return record_page(request, form, save, back=project_url(row.project, DUTIES), done="已更正。", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def code_add(request: SignedIn, pk: int) -> HttpResponse:
    project = find_editable_project(request, pk)
    form = CodeForm(posted(request))

    def save() -> ProjectCode:
        data = form.cleaned_data
        return _warned(request, add_code(project, data["code"], note=data["note"], by=request.user, at=clock.now()))

    page = {"title": "添加项目代码", "project": project}
    return record_page(request, form, save, back=project_url(project), done="已添加项目代码。", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def code_edit(request: SignedIn, pk: int) -> HttpResponse:
    record = _find(request, ProjectCode, pk)
    form = CodeForm(posted(request), instance=record)

    def save() -> ProjectCode:
        data = form.cleaned_data
        changed = change_code(
            record, data["code"], note=data["note"], by=request.user, at=clock.now(), version=data["version"]
        )
        return _warned(request, changed)

    page = {"title": "修改项目代码", "project": record.project, "remove_url": reverse("code-delete", args=[pk])}
    return record_page(request, form, save, back=project_url(record.project), done="已保存项目代码。", page=page)


def _warned(request: SignedIn, record: ProjectCode) -> ProjectCode:
    for warning in code_warnings(record.code, clock.today()):
        messages.warning(request, warning)
    return record


@require_http_methods(["GET", "HEAD", "POST"])
def code_delete(request: SignedIn, pk: int) -> HttpResponse:
    return _delete(request, _find(request, ProjectCode, pk), "删除项目代码", OVERVIEW)


@require_http_methods(["GET", "HEAD", "POST"])
def year_plan_create(request: SignedIn, pk: int) -> HttpResponse:
    project = find_editable_project(request, pk)
    form = YearPlanForm(posted(request), initial={"year": clock.today().year})

    def save() -> YearPlan:
        return create_year_plan(project, form.values(), by=request.user, at=clock.now())

    page = {"title": "添加年度计划", "project": project}
    return record_page(request, form, save, back=project_url(project, MONEY), done="已添加年度计划。", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def year_plan_edit(request: SignedIn, pk: int) -> HttpResponse:
    plan = _find(request, YearPlan, pk)
    form = YearPlanForm(posted(request), instance=plan)

    def save() -> YearPlan:
        data = form.cleaned_data
        return change_year_plan(plan, form.values(), by=request.user, at=clock.now(), version=data["version"])

    page = {
        "title": f"修改{plan.year}年计划",
        "project": plan.project,
        "remove_url": reverse("year-plan-delete", args=[pk]),
    }
    return record_page(request, form, save, back=project_url(plan.project, MONEY), done="已保存年度计划。", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def year_plan_delete(request: SignedIn, pk: int) -> HttpResponse:
    return _delete(request, _find(request, YearPlan, pk), "删除年度计划", MONEY)


@require_http_methods(["GET", "HEAD", "POST"])
def funding_add(request: SignedIn, pk: int) -> HttpResponse:
    project = find_editable_project(request, pk)
    form = FundingForm(posted(request))

    def save() -> FundingSource:
        return add_funding(project, form.values(), by=request.user, at=clock.now())

    page = {"title": "添加资金来源", "project": project}
    return record_page(request, form, save, back=project_url(project, MONEY), done="已添加资金来源。", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def funding_edit(request: SignedIn, pk: int) -> HttpResponse:
    source = _find(request, FundingSource, pk)
    form = FundingForm(posted(request), instance=source)

    def save() -> FundingSource:
        version = form.cleaned_data["version"]
        return change_funding(source, form.values(), by=request.user, at=clock.now(), version=version)

    page = {
        "title": "修改资金来源",
        "project": source.project,
        "remove_url": reverse("funding-delete", args=[pk]),
    }
    return record_page(request, form, save, back=project_url(source.project, MONEY), done="已保存资金来源。", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def funding_delete(request: SignedIn, pk: int) -> HttpResponse:
    return _delete(request, _find(request, FundingSource, pk), "删除资金来源", MONEY)


def _find(request: SignedIn, model: Any, pk: int) -> Any:
    """The record of a project that the person sees (404) and may edit (403)."""
    record = get_object_or_404(
        model.objects.select_related("project").filter(project__in=visible_projects(request.user)), pk=pk
    )
    if not may_edit_project(request.user, record.project):
        raise PermissionDenied
    return record


def _delete(request: SignedIn, record: Any, title: str, tab: str) -> HttpResponse:
    form = ReasonForm(posted(request), initial={"version": record.version})

    def save() -> None:
        delete_particular(record, **form.cleaned_data, by=request.user, at=clock.now())

    page = {
        "title": f"{title}：{record}",
        "project": record.project,
        "submit": "删除",
        "explanation": "录错时才删除；删除前的内容留在项目历史里。",
    }
    return record_page(request, form, save, back=project_url(record.project, tab), done="已删除。", page=page)
