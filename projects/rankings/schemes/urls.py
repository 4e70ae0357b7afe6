from django.urls import path

from projects.rankings.schemes import views

urlpatterns = [
    path("", views.scheme_detail, name="scheme-detail"),
    path("new/", views.scheme_create, name="scheme-create"),
    path("<int:pk>/", views.scheme_version, name="scheme-version"),
    path("<int:pk>/edit/", views.scheme_edit, name="scheme-edit"),
    path("<int:pk>/approve/", views.scheme_approve, name="scheme-approve"),
    path("<int:pk>/withdraw/", views.scheme_withdraw, name="scheme-withdraw"),
    path("<int:pk>/delete/", views.scheme_delete, name="scheme-delete"),
]
