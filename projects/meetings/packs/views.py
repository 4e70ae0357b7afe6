from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from leaders.roster.models import Leader
from projects.meetings.access import may_see_pack
from projects.meetings.packs.queries import Pack, pack_of, pack_tables
from projects.meetings.packs.word import pack_bytes
from yichuan_tracker import clock
from yichuan_tracker.web.downloads import DOCX, attachment


@require_safe
def meeting_pack(request: SignedIn, pk: int) -> HttpResponse:
    """To be printed from the browser."""
    pack = _pack(request, pk)
    context = {"pack": pack, "tables": pack_tables(pack), "is_wide": True}
    return render(request, "projects/meetings/meeting_pack.html", context)


@require_safe
def meeting_pack_word(request: SignedIn, pk: int) -> HttpResponse:
    pack = _pack(request, pk)
    author = request.user.unit.name if request.user.unit else request.user.display_name
    return attachment(f"{pack.title}{pack.day}.docx", pack_bytes(pack, author=author), DOCX)


def _pack(request: SignedIn, pk: int) -> Pack:
    leader = get_object_or_404(Leader, pk=pk)
    if not may_see_pack(request.user, leader):
        raise PermissionDenied
    return pack_of(leader, clock.today())
