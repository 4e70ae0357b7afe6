from django.urls import path

from projects.milestones import views
from projects.milestones.planning import views as planning
from projects.milestones.schedule import views as schedule

urlpatterns = [
    path("", views.milestone_list, name="milestone-list"),
    path("verify/", views.milestone_verify, name="milestone-verify"),
    path("unverify/", views.milestone_unverify, name="milestone-unverify"),
    path("calendar/", schedule.milestone_calendar, name="milestone-calendar"),
    path("timeline/", schedule.milestone_timeline, name="milestone-timeline"),
    path("templates/", planning.template_list, name="template-list"),
    path("templates/<int:pk>/", planning.template_edit, name="template-edit"),
    path("templates/<int:pk>/delete/", planning.template_delete, name="template-delete"),
    path("projects/<int:pk>/plan/", planning.milestone_plan, name="milestone-plan"),
    path("parameters/", views.milestone_parameters, name="milestone-parameters"),
    path("projects/<int:pk>/new/", views.milestone_create, name="milestone-create"),
    path("<int:pk>/", views.milestone_detail, name="milestone-detail"),
    path("<int:pk>/edit/", views.milestone_edit, name="milestone-edit"),
    path("<int:pk>/done/", views.milestone_done, name="milestone-done"),
    path("<int:pk>/undone/", views.milestone_undone, name="milestone-undone"),
    path("<int:pk>/correct/", views.milestone_correct, name="milestone-correct"),
    path("<int:pk>/archive/", views.milestone_archive, name="milestone-archive"),
    path("<int:pk>/restore/", views.milestone_restore, name="milestone-restore"),
]
