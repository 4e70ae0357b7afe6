from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leaders.accounts.access import SignedIn
from leaders.organisations.models import Unit
from projects.papers.queries import is_intact
from projects.papers.rules import CONTENT_TYPES
from projects.periods.queries import workdays_note
from projects.problems.access import may_edit_ladder, verifies_problems
from projects.problems.escalation.actions import change_rung, issue_letter
from projects.problems.escalation.filters import LetterFilter
from projects.problems.escalation.forms import RungForm
from projects.problems.escalation.letters import letter_text
from projects.problems.escalation.queries import (
    chased_unit,
    chased_units,
    group_text,
    issued_letters,
    ladder,
    latest_runs,
    silence,
)
from projects.problems.escalation.tables import LetterTable
from projects.problems.models import EscalationRung, Letter
from projects.problems.queries import parked_due
from projects.problems.rules import LETTERS, EscalationStep
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.web.downloads import attachment
from yichuan_tracker.web.forms import attempt
from yichuan_tracker.web.listing import listing_page

LETTERS_SHOWN = 5


@require_safe
def escalation_board(request: SignedIn) -> HttpResponse:
    """What is chased today, the text for the group, the ladder, and whether the timer runs."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    units, runs = chased_units(today), latest_runs()
    context = {
        "units": units,
        "text": group_text(units, today),
        "ladder": ladder(),
        "runs": runs,
        "calendar_note": workdays_note(today.replace(month=1, day=1), today),
        "silence": silence(runs, today),
        "letters": issued_letters()[:LETTERS_SHOWN],
        "parked": parked_due(today),
        "may_write": verifies_problems(request.user),
        "may_edit": may_edit_ladder(request.user),
    }
    return render(request, "projects/problems/escalation_board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def letter_issue(request: SignedIn, unit: int, step: str) -> HttpResponse:
    """The letter as it would go out, signed by the unit of who looks at it; issued with a click."""
    if not verifies_problems(request.user):
        raise PermissionDenied
    receiver = get_object_or_404(Unit, pk=unit)
    if step not in LETTERS:
        raise Http404
    kind = EscalationStep(step)
    if request.method == "POST":
        shown = [int(text) for text in request.POST.getlist("problem") if text.isdecimal()]
        try:
            letter = issue_letter(receiver, kind, by=request.user, at=clock.now(), shown=shown)
        except ValidationError as refusal:
            messages.error(request, "".join(refusal.messages))
            chased = chased_unit(unit, clock.today())
            again = chased is not None and chased.to_write(step)
            return redirect("letter-issue", unit, step) if again else redirect("problem-escalation")
        messages.success(request, f"已印发{letter}，文件已留存，不再改动。")
        return redirect("letter-detail", letter.pk)
    chased = chased_unit(unit, clock.today())
    problems = chased.to_write(step) if chased else []
    if not problems:
        raise Http404
    text = letter_text(receiver.name, kind.label, problems, clock.today())
    context = {
        "text": text,
        "kind": kind,
        "unit": receiver,
        "sender": request.user.unit,
        "today": clock.today(),
        "problems": problems,
    }
    return render(request, "projects/problems/letter_issue.html", context)


@require_safe
def letter_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    return listing_page(
        request,
        key="letters",
        table_class=LetterTable,
        filterset_class=LetterFilter,
        queryset=issued_letters(),
        template="projects/problems/letter_list.html",
        export_name="催办函",
    )


@require_safe
def letter_detail(request: SignedIn, pk: int) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    letter = get_object_or_404(Letter.objects.select_related("unit", "issuer"), pk=pk)
    kept = letter.files.get()
    problems = [one.problem for one in letter.escalations.select_related("problem__project")]
    context = {"letter": letter, "file": kept, "is_intact": is_intact(kept), "problems": problems}
    return render(request, "projects/problems/letter_detail.html", context)


@require_safe
def letter_file(request: SignedIn, pk: int) -> HttpResponse:
    """The bytes as they were issued."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    letter = get_object_or_404(Letter.objects.select_related("unit"), pk=pk)
    kept = letter.files.get()
    return attachment(
        f"{letter.number_text} {letter.title}（{letter.unit}）.docx", bytes(kept.content), CONTENT_TYPES[kept.form]
    )


def rung_edit(request: SignedIn, pk: int) -> HttpResponse:
    rung = get_object_or_404(EscalationRung, pk=pk)
    if not may_edit_ladder(request.user):
        raise PermissionDenied
    form = RungForm(request.POST or None, rung=rung)
    if form.is_valid():
        attempt(form, change_rung, rung, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已保存，下次运行起按新的天数。")
        return redirect("problem-escalation")
    context = {"form": form, "rung": rung}
    return render(request, "projects/problems/rung_edit.html", context, status=422 if form.is_bound else 200)
