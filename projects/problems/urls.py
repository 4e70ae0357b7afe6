from django.urls import path

from projects.problems import views

urlpatterns = [
    path("", views.problem_list, name="problem-list"),
    path("projects/<int:pk>/new/", views.problem_create, name="problem-create"),
    path("<int:pk>/", views.problem_detail, name="problem-detail"),
    path("<int:pk>/edit/", views.problem_edit, name="problem-edit"),
    path("<int:pk>/answer/", views.problem_answer, name="problem-answer"),
    path("<int:pk>/verify/", views.problem_verify, name="problem-verify"),
]
