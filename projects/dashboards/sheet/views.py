from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.dashboards.sheet.access import allowed_on
from projects.dashboards.sheet.queries import sheet_of, tab_content
from projects.dashboards.sheet.rules import Tab, tab_named
from projects.registry.access import visible_projects
from yichuan_tracker import clock


@require_safe
def project_detail(request: SignedIn, pk: int) -> HttpResponse:
    found = visible_projects(request.user).select_related("sector", "township", "parent")
    project = get_object_or_404(found, pk=pk)
    today = clock.today()
    tab = tab_named(request.GET.get("tab", ""))
    context = {
        "project": project,
        "sheet": sheet_of(project, today),
        "tab": tab,
        "tabs": [(each.value, each.label, each == tab) for each in Tab],
        "tab_template": f"projects/dashboards/_tab_{tab.name.lower()}.html",
        "allowed": allowed_on(request.user, project, today=today),
        "today": today,
        "now": clock.now(),
        **tab_content(tab, project, today),
    }
    return render(request, "projects/dashboards/project_detail.html", context)
