from django.urls import path

from projects.problems.chat import views

urlpatterns = [
    path("", views.problem_paste, name="problem-paste"),
    path("words/<int:pk>/", views.words_edit, name="problem-words"),
]
