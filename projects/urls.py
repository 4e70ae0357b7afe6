"""Index of the slices' addresses: a slice's name is the first part of its address, except for what everybody asks for first
(home, the list of projects, a project's page), which dashboards serves from the root."""

from django.urls import include, path

urlpatterns = [
    path("registry/", include("projects.registry.urls")),
    path("bulletins/", include("projects.bulletins.urls")),
    path("guarantees/", include("projects.guarantees.urls")),
    path("imports/", include("projects.imports.urls")),
    path("rankings/", include("projects.rankings.urls")),
    path("inspections/", include("projects.inspections.urls")),
    path("meetings/", include("projects.meetings.urls")),
    path("milestones/", include("projects.milestones.urls")),
    path("periods/", include("projects.periods.urls")),
    path("permits/", include("projects.permits.urls")),
    path("problems/", include("projects.problems.urls")),
    path("reminders/", include("projects.reminders.urls")),
    path("requests/", include("projects.requests.urls")),
    path("progress/", include("projects.progress.urls")),
    path("", include("projects.dashboards.urls")),
]
