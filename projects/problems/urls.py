from django.urls import include, path

from projects.problems import views

urlpatterns = [
    path("", views.problem_list, name="problem-list"),
    path("paste/", include("projects.problems.chat.urls")),
    path("instructions/", include("projects.problems.instructions.urls")),
    path("statistics/", include("projects.problems.statistics.urls")),
    path("escalation/", include("projects.problems.escalation.urls")),
    path("projects/<int:pk>/new/", views.problem_create, name="problem-create"),
    path("<int:pk>/", views.problem_detail, name="problem-detail"),
    path("<int:pk>/edit/", views.problem_edit, name="problem-edit"),
    path("<int:pk>/sign/", views.problem_sign, name="problem-sign"),
    path("<int:pk>/note/", views.problem_note, name="problem-note"),
    path("<int:pk>/reopen/", views.problem_reopen, name="problem-reopen"),
    path("<int:pk>/parts/", views.part_add, name="problem-part-add"),
    path("parts/<int:pk>/answer/", views.part_answer, name="problem-part-answer"),
    path("parts/<int:pk>/remove/", views.part_remove, name="problem-part-remove"),
    path("<int:pk>/answer/", views.problem_answer, name="problem-answer"),
    path("<int:pk>/verify/", views.problem_verify, name="problem-verify"),
]
