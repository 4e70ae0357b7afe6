from django.urls import path

from leaders.roster import views

urlpatterns = [
    path("", views.leader_list, name="leader-list"),
    path("create/", views.leader_create, name="leader-create"),
    path("<int:pk>/", views.leader_detail, name="leader-detail"),
    path("<int:pk>/edit/", views.leader_edit, name="leader-edit"),
    path("<int:pk>/archive/", views.leader_archive, name="leader-archive"),
    path("<int:pk>/restore/", views.leader_restore, name="leader-restore"),
    path("<int:pk>/delete/", views.leader_delete, name="leader-delete"),
]
