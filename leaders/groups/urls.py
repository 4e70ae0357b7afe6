from django.urls import path

from leaders.groups import views

urlpatterns = [
    path("", views.group_list, name="group-list"),
    path("create/", views.group_create, name="group-create"),
    path("<int:pk>/", views.group_detail, name="group-detail"),
    path("<int:pk>/edit/", views.group_edit, name="group-edit"),
    path("<int:pk>/archive/", views.group_archive, name="group-archive"),
    path("<int:pk>/restore/", views.group_restore, name="group-restore"),
    path("<int:pk>/delete/", views.group_delete, name="group-delete"),
]
