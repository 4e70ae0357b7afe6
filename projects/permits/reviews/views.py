from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from projects.permits.forms import take_versions
from projects.permits.reviews.access import may_close, may_convene, may_give_opinion
from projects.permits.reviews.actions import close_review, convene, give_opinion
from projects.permits.reviews.forms import CloseForm, ConveneForm, OpinionForm
from projects.permits.reviews.models import Opinion, Review
from projects.permits.reviews.queries import (
    chasing_text,
    departments_concerned,
    not_answered,
    procedures_of,
    reviewed_projects,
    reviews,
)
from projects.registry.access import may_see_projects, visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, seen_versions, ticked


@require_safe
def review_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    context = {"reviews": reviews(), "today": clock.today(), "may_convene": may_convene(request.user)}
    return render(request, "projects/permits/review_list.html", context)


def review_create(request: SignedIn) -> HttpResponse:
    """Of the projects ticked on the board: which departments are asked, and by when."""
    if not may_convene(request.user):
        raise PermissionDenied
    projects = list(visible_projects(request.user).active().filter(pk__in=ticked(request)).order_by("pk"))
    if not projects:
        messages.warning(request, "请先在下面勾选要联审的项目，再点“召开联审会”。")
        return redirect("permit-list")
    concerned = departments_concerned(projects, clock.today())
    form = ConveneForm(request.POST or None, concerned, clock.today())
    if form.is_valid():
        review = attempt(form, convene, form.values(), form.asked_pairs(), by=request.user, at=clock.now())
        if review:
            messages.success(request, f"已发起“{review}”，等各部门答复。")
            return redirect("review-detail", review.pk)
    status = 422 if form.is_bound else 200
    return render(request, "projects/permits/review_create.html", {"form": form}, status=status)


@require_safe
def review_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Who said what and who has not; on paper it is the sheet of opinions."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    review = get_object_or_404(Review.objects.select_related("closer"), pk=pk)
    projects = reviewed_projects(review, clock.today())
    own = [one for line in projects for one in line.opinions if may_give_opinion(request.user, one.opinion)]
    context = {
        "review": review,
        "projects": projects,
        "owing": not_answered(projects),
        "chasing_text": chasing_text(review, projects, clock.today()) if may_convene(request.user) else "",
        "own": {one.opinion.pk for one in own},
        "may_close": may_close(request.user, review),
        "entries": history_of("review", pk),
    }
    return render(request, "projects/permits/review_detail.html", context)


def review_opinion(request: SignedIn, pk: int) -> HttpResponse:
    opinion = get_object_or_404(Opinion.objects.select_related("review", "project", "department"), pk=pk)
    if not may_give_opinion(request.user, opinion):
        raise PermissionDenied
    initial = {"verdict": opinion.verdict, "text": opinion.text, "version": opinion.version}
    form = OpinionForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = attempt(form, give_opinion, opinion, **form.cleaned_data, by=request.user, at=clock.now())
        if given:
            messages.success(request, f"已记下{given}。")
            return redirect("review-detail", opinion.review_id)
    context = {"form": form, "opinion": opinion}
    return render(request, "projects/permits/review_opinion.html", context, status=422 if form.is_bound else 200)


def review_close(request: SignedIn, pk: int) -> HttpResponse:
    review = get_object_or_404(Review, pk=pk)
    if not may_close(request.user, review):
        raise PermissionDenied
    seen = seen_versions(request.POST.getlist("seen"))
    procedures = procedures_of(review, clock.today(), seen)
    permits = [one.permit for one in procedures]
    held = take_versions(permits, seen) if request.POST else {}
    form = CloseForm(request.POST or None, procedures, initial={"version": review.version})
    if form.is_valid():
        typed, outcomes = form.cleaned_data, form.outcomes(review.held_on)
        details = {"version": typed["version"], "by": request.user, "at": clock.now()}
        if attempt(form, close_review, review, typed["result"], outcomes, **details):
            messages.success(request, f"已办结“{review}”，改动了 {len(outcomes)} 项手续。")
            return redirect("review-detail", pk)
        take_versions(permits, held)  # What was changed has been told: sent again, it is seen.
    context = {"form": form, "review": review, "owing": not_answered(reviewed_projects(review, clock.today()))}
    return render(request, "projects/permits/review_close.html", context, status=422 if form.is_bound else 200)
