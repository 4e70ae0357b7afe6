from django.urls import path

from projects.problems.escalation import views

urlpatterns = [
    path("", views.escalation_board, name="problem-escalation"),
    path("letters/<int:unit>/<slug:step>.docx", views.escalation_letter, name="problem-letter"),
    path("ladder/<int:pk>/", views.rung_edit, name="problem-rung"),
]
