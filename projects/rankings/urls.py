from django.urls import path

from projects.rankings import views

urlpatterns = [
    path("rankings/", views.ranking_list, name="ranking-list"),
    path("rankings/scheme/", views.scheme_detail, name="scheme-detail"),
    path("rankings/rows/<int:pk>/", views.ranking_row, name="ranking-row"),
    path("rankings/sources/<slug:kind>/<int:pk>/", views.ranking_source, name="ranking-source"),
    path("rankings/runs/<int:run_pk>/projects/<int:project_pk>/", views.ranking_project, name="ranking-project"),
    path("rankings/runs/<int:pk>/publish/", views.ranking_publish, name="ranking-publish"),
    path("rankings/runs/<int:pk>/withdraw/", views.ranking_withdraw, name="ranking-withdraw"),
    path("rankings/runs/<int:pk>/release/", views.ranking_release, name="ranking-release"),
    path("rankings/points/<int:pk>/delete/", views.points_delete, name="points-delete"),
    path("rankings/<str:month>/", views.ranking_month, name="ranking-month"),
    path("rankings/<str:month>/trial/", views.ranking_trial, name="ranking-trial"),
    path("rankings/<str:month>/points/", views.points_list, name="points-list"),
]
