from django.urls import include, path

from projects.meetings import views

urlpatterns = [
    path("", views.meeting_list, name="meeting-list"),
    path("packs/", include("projects.meetings.packs.urls")),
    path("", include("projects.meetings.minutes.urls")),
    path("new/", views.meeting_create, name="meeting-create"),
    path("<int:pk>/", views.meeting_detail, name="meeting-detail"),
    path("<int:pk>/edit/", views.meeting_edit, name="meeting-edit"),
    path("<int:pk>/cancel/", views.meeting_cancel, name="meeting-cancel"),
    path("<int:pk>/restore/", views.meeting_restore, name="meeting-restore"),
    path("<int:pk>/agenda/", views.meeting_agenda, name="meeting-agenda"),
    path("<int:pk>/hold/", views.meeting_hold, name="meeting-hold"),
    path("<int:pk>/items/", views.item_add, name="agenda-add"),
    path("items/<int:pk>/", views.item_detail, name="agenda-item"),
    path("items/<int:pk>/drop/", views.item_drop, name="agenda-drop"),
    path("items/<int:pk>/back/", views.item_back, name="agenda-back"),
    path("items/<int:pk>/move/", views.item_move, name="agenda-move"),
    path("items/<int:pk>/minutes/", views.item_minutes, name="agenda-minutes"),
    path("items/<int:pk>/decide/", views.item_decide, name="agenda-decide"),
]
