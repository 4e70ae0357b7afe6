from django.urls import path

from projects.registry.lists import views

urlpatterns = [
    path("", views.list_list, name="list-list"),
    path("new/", views.list_create, name="list-create"),
    path("changes/", views.list_changes, name="list-changes"),
    path("join/", views.project_join_list, name="project-join-list"),
    path("<int:pk>/", views.list_detail, name="list-detail"),
    path("<int:pk>/edit/", views.list_edit, name="list-edit"),
    path("<int:pk>/archive/", views.list_archive, name="list-archive"),
    path("<int:pk>/restore/", views.list_restore, name="list-restore"),
    path("<int:pk>/delete/", views.list_delete, name="list-delete"),
    path("members/<int:pk>/", views.membership_edit, name="membership-edit"),
]
