"""Index of the slices' addresses: a slice's name is the first part of its address, except for what everybody asks for first
(home, the list of projects, a project's page), which dashboards serves from the root."""

from django.urls import include, path

urlpatterns = [
    path("registry/", include("projects.registry.urls")),
    path("rankings/", include("projects.rankings.urls")),
    path("", include("projects.dashboards.urls")),
]
