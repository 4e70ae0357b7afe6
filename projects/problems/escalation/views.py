from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.problems.access import may_edit_ladder, verifies_problems
from projects.problems.escalation.actions import change_rung
from projects.problems.escalation.forms import RungForm
from projects.problems.escalation.letters import letter_bytes
from projects.problems.escalation.queries import chased_units, group_text, ladder, latest_runs, silence
from projects.problems.models import EscalationRung
from projects.problems.rules import LETTERS, EscalationStep
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.web.downloads import attachment
from yichuan_tracker.web.forms import attempt

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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
        "silence": silence(runs, today),
        "letters": LETTERS,
        "may_write": verifies_problems(request.user),
        "may_edit": may_edit_ladder(request.user),
    }
    return render(request, "projects/problems/escalation_board.html", context)


@require_safe
def escalation_letter(request: SignedIn, unit: int, step: str) -> HttpResponse:
    """提醒函 or 督办函 to one unit, signed by the office of who downloads it."""
    if not verifies_problems(request.user):
        raise PermissionDenied
    chased = next((one for one in chased_units(clock.today()) if one.unit and one.unit.pk == unit), None)
    if chased is None or step not in LETTERS or not chased.of_step(step):
        raise Http404
    kind, sender = EscalationStep(step), request.user.unit.name if request.user.unit else ""
    content = letter_bytes(chased, kind, sender=sender, dated_on=clock.today())
    return attachment(f"{kind.label}（{chased.name}）{clock.today()}.docx", content, DOCX)


def rung_edit(request: SignedIn, pk: int) -> HttpResponse:
    rung = get_object_or_404(EscalationRung, pk=pk)
    if not may_edit_ladder(request.user):
        raise PermissionDenied
    form = RungForm(request.POST or None, initial={"workdays": rung.workdays, "version": rung.version})
    if form.is_valid():
        attempt(form, change_rung, rung, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已保存，下次运行起按新的天数。")
        return redirect("problem-escalation")
    context = {"form": form, "rung": rung}
    return render(request, "projects/problems/rung_edit.html", context, status=422 if form.is_bound else 200)
