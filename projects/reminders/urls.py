from django.urls import path

from projects.reminders import views

urlpatterns = [
    path("", views.reminder_board, name="reminder-board"),
    path("trial/<slug:channel>/", views.reminder_trial, name="reminder-trial"),
]
