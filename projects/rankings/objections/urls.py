from django.urls import path

from projects.rankings.objections import views

urlpatterns = [
    path("runs/<int:run_pk>/objections/", views.objection_list, name="objection-list"),
    path("runs/<int:run_pk>/objections/window/", views.objection_window, name="objection-window"),
    path("runs/<int:run_pk>/objections/unit/", views.objection_create, name="objection-create"),
    path("runs/<int:run_pk>/objections/<int:project_pk>/", views.objection_create, name="objection-create"),
    path("objections/<int:pk>/", views.objection_detail, name="objection-detail"),
    path("objections/<int:pk>/withdraw/", views.objection_withdraw, name="objection-withdraw"),
]
