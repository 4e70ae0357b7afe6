from django.urls import path

from projects.meetings.packs import views

urlpatterns = [
    path("<int:pk>/", views.meeting_pack, name="meeting-pack"),
    path("<int:pk>/word/", views.meeting_pack_word, name="meeting-pack-word"),
]
