from django.urls import path

from projects.problems.escalation import views

urlpatterns = [
    path("", views.escalation_board, name="problem-escalation"),
    path("letters/", views.letter_list, name="letter-list"),
    path("letters/new/<int:unit>/<slug:step>/", views.letter_issue, name="letter-issue"),
    path("letters/<int:pk>/", views.letter_detail, name="letter-detail"),
    path("letters/<int:pk>/file/", views.letter_file, name="letter-file"),
    path("ladder/<int:pk>/", views.rung_edit, name="problem-rung"),
]
