from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from leaders.accounts.access import SignedIn
from projects.registry.life.actions import correct_project
from projects.registry.life.forms import CorrectForm
from projects.registry.models import Project
from projects.registry.views import find_editable_project, posted, project_url, record_page
from yichuan_tracker import clock


@require_http_methods(["GET", "HEAD", "POST"])
def project_correct(request: SignedIn, pk: int) -> HttpResponse:
    project = find_editable_project(request, pk)
    form = CorrectForm(posted(request), instance=project)

    def save() -> Project:
        data = form.cleaned_data
        details = {"version": data["version"], "reason": data["reason"]}
        return correct_project(project, form.values(), by=request.user, at=clock.now(), **details)

    page = {
        "title": "更正状态与日期",
        "project": project,
        "submit": "更正",
        "explanation": "只用于录入有误。实际发生的开工、竣工、停工等变化，和计划日期的调整，请在项目页“变更”里提申请。",
    }
    return record_page(request, form, save, back=project_url(project), done="已更正。", page=page)
