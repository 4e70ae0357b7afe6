"""The rows that a score names as its sources, and where they are shown."""

from collections.abc import Mapping

from django.db import models
from django.urls import reverse

from leaders.audit.models import HistoryEntry
from projects.milestones.models import Milestone
from projects.permits.models import Permit
from projects.problems.models import Problem
from projects.progress.models import MonthReport, StatisticsEntry
from projects.registry.models import YearPlan

# The tables that a score can name as its source → the tab of the project's page on which they are shown. Plus and minus
# points have a page of their own: they may be a unit's, which is no project's.
SOURCE_TABS: Mapping[str, str] = {
    "project": "overview",
    "yearplan": "funding",
    "statisticsentry": "overview",
    "report": "reports",
    "milestone": "milestones",
    "permit": "permits",
    "problem": "problems",
}
SOURCE_MODELS: Mapping[str, type[models.Model]] = {
    "yearplan": YearPlan,
    "statisticsentry": StatisticsEntry,
    "report": MonthReport,
    "milestone": Milestone,
    "permit": Permit,
    "problem": Problem,
}


def source_page(kind: str, pk: int) -> str | None:
    """The row on its project's page; None for what never was."""
    project_id = _project_of(kind, pk)
    if project_id is None:
        return None
    return f"{reverse('project-detail', args=[project_id])}?tab={SOURCE_TABS[kind]}#{kind}-{pk}"


def _project_of(kind: str, pk: int) -> int | None:
    """The project on whose page the row is shown, of a row that is gone the one to which it belonged; None for one that never
    was or a kind that is unknown."""
    if kind == "project":
        return pk
    model = SOURCE_MODELS.get(kind)
    if model is None:
        return None
    owner = model._default_manager.filter(pk=pk).values_list("project", flat=True).first()
    told = HistoryEntry.objects.filter(object_type=model._meta.model_name, object_id=pk, subject_type="project")
    return owner or told.values_list("subject_id", flat=True).first()
