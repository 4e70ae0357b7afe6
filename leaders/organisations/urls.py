from django.urls import path

from leaders.organisations import views

urlpatterns = [
    path("units/", views.unit_list, name="unit-list"),
    path("units/create/", views.unit_create, name="unit-create"),
    path("units/<int:pk>/", views.unit_detail, name="unit-detail"),
    path("units/<int:pk>/edit/", views.unit_edit, name="unit-edit"),
    path("units/<int:pk>/archive/", views.unit_archive, name="unit-archive"),
    path("units/<int:pk>/restore/", views.unit_restore, name="unit-restore"),
    path("units/<int:pk>/delete/", views.unit_delete, name="unit-delete"),
    path("townships/", views.township_list, name="township-list"),
    path("townships/<int:pk>/edit/", views.township_edit, name="township-edit"),
]
