from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from leaders.accounts.access import SignedIn
from projects.milestones.access import may_log_milestones, may_steer_milestones
from projects.milestones.models import MilestoneTemplate
from projects.milestones.planning.actions import change_template, create_template, delete_template, plan_milestones
from projects.milestones.planning.forms import (
    ChooseTemplateForm,
    NewTemplateForm,
    PlanForm,
    StepForm,
    StepFormSet,
    TemplateForm,
    steps_of,
)
from projects.registry.access import visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version


@require_http_methods(["GET", "HEAD", "POST"])
def template_list(request: SignedIn) -> HttpResponse:
    _allow(request)
    form = NewTemplateForm(request.POST or None)
    if form.is_valid():
        made = attempt(form, create_template, form.cleaned_data["name"], by=request.user, at=clock.now())
        if made:
            return redirect("template-edit", made.pk)
    context = {"templates": MilestoneTemplate.objects.prefetch_related("steps"), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "projects/milestones/template_list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request: SignedIn, pk: int) -> HttpResponse:
    _allow(request)
    template = get_object_or_404(MilestoneTemplate, pk=pk)
    form = TemplateForm(request.POST or None, initial={"name": template.name, "version": template.version})
    steps = StepFormSet(request.POST or None, initial=list(template.steps.values(*StepForm.base_fields)))
    if form.is_valid() and steps.is_valid():
        typed = form.cleaned_data
        details = {"version": typed["version"], "by": request.user, "at": clock.now()}
        if attempt(form, change_template, template, typed["name"], steps_of(steps), **details):
            messages.success(request, f"已保存“{typed['name']}”模板；以前按它生成的节点不变。")
            return redirect("template-list")
    context = {"form": form, "steps": steps, "template": template}
    status = 422 if form.is_bound else 200
    return render(request, "projects/milestones/template_edit.html", context, status=status)


@require_POST
def template_delete(request: SignedIn, pk: int) -> HttpResponse:
    _allow(request)
    template = get_object_or_404(MilestoneTemplate, pk=pk)
    delete_template(template, version=posted_version(request), by=request.user, at=clock.now())
    messages.success(request, f"已删除“{template}”模板；按它生成的节点不变。")
    return redirect("template-list")


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_plan(request: SignedIn, pk: int) -> HttpResponse:
    """倒排: choose a template, look at the days that follow, then create."""
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    if not may_log_milestones(request.user, project, today=clock.today()):
        raise PermissionDenied
    choose = ChooseTemplateForm(request.GET or None)
    is_known = choose.is_valid()
    steps = list(choose.cleaned_data["template"].steps.select_related("template")) if is_known else []
    # A template that somebody deleted meanwhile has no steps left; what was typed for them is told all the same.
    form = PlanForm(request.POST or None, project, steps) if is_known or request.method == "POST" else None
    if form is not None and form.is_valid():
        made = attempt(form, plan_milestones, project, form.rows(), by=request.user, at=clock.now())
        if made:
            messages.success(request, f"已添加 {len(made)} 个节点。")
            return redirect(f"{reverse('project-detail', args=[pk])}?tab=milestones")
    context = {"project": project, "choose": choose, "form": form}
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "projects/milestones/milestone_plan.html", context, status=status)


def _allow(request: SignedIn) -> None:
    if not may_steer_milestones(request.user):
        raise PermissionDenied
