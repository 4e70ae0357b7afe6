from django.urls import path

from projects.problems.statistics import views

urlpatterns = [path("", views.problem_statistics, name="problem-statistics")]
