from django.urls import path

from projects.milestones import views

urlpatterns = [
    path("", views.milestone_list, name="milestone-list"),
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
