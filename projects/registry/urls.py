from django.urls import include, path

from projects.registry import views
from projects.registry.life.views import project_correct

urlpatterns = [
    path("projects/new/", views.project_create, name="project-create"),
    path("projects/leader/", views.project_assign_leader, name="project-assign-leader"),
    path("projects/<int:pk>/edit/", views.project_edit, name="project-edit"),
    path("projects/<int:pk>/correct/", project_correct, name="project-correct"),
    path("projects/<int:pk>/archive/", views.project_archive, name="project-archive"),
    path("projects/<int:pk>/restore/", views.project_restore, name="project-restore"),
    path("projects/<int:pk>/delete/", views.project_delete, name="project-delete"),
    path("sectors/", views.sector_list, name="sector-list"),
    path("sectors/<int:pk>/", views.sector_edit, name="sector-edit"),
    path("handovers/", include("projects.registry.handover.urls")),
    path("lists/", include("projects.registry.lists.urls")),
    path("", include("projects.registry.plans.urls")),
    path("", include("projects.registry.particulars.urls")),
]
