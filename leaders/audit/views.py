from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from leaders.audit.access import may_read_all_history, may_read_history
from leaders.audit.actions import record
from leaders.audit.filters import HistoryFilter
from leaders.audit.queries import entries_visible_to
from leaders.audit.tables import HistoryTable
from yichuan_tracker import clock
from yichuan_tracker.web.listing import listing_page

if TYPE_CHECKING:
    from leaders.accounts.access import SignedIn


@require_safe
def history_list(request: "SignedIn") -> HttpResponse:
    if not may_read_history(request.user):
        raise PermissionDenied
    if "export" in request.GET:
        record("export", request.user, by=request.user, at=clock.now(), reason="导出历史记录")
    return listing_page(
        request,
        key="history",
        table_class=HistoryTable,
        filterset_class=HistoryFilter,
        queryset=entries_visible_to(request.user),
        template="leaders/audit/history_list.html",
        context={"sees_all": may_read_all_history(request.user)},
        export_name="历史记录",
    )
