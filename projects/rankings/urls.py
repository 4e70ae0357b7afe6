from django.urls import include, path

from projects.rankings import views

urlpatterns = [
    path("", views.ranking_list, name="ranking-list"),
    path("scheme/", include("projects.rankings.schemes.urls")),
    path("boards/", include("projects.rankings.keeping.urls")),
    path("rows/<int:pk>/", views.ranking_row, name="ranking-row"),
    path("sources/<slug:kind>/<int:pk>/", views.ranking_source, name="ranking-source"),
    path("runs/<int:run_pk>/projects/<int:project_pk>/", views.ranking_project, name="ranking-project"),
    path("runs/<int:pk>/publish/", views.ranking_publish, name="ranking-publish"),
    path("runs/<int:pk>/withdraw/", views.ranking_withdraw, name="ranking-withdraw"),
    path("runs/<int:pk>/release/", views.ranking_release, name="ranking-release"),
    path("", include("projects.rankings.objections.urls")),
    path("annual/", include("projects.rankings.annual.urls")),
    path("points/<int:pk>/delete/", views.points_delete, name="points-delete"),
    path("<str:month>/", views.ranking_month, name="ranking-month"),
    path("<str:month>/trial/", views.ranking_trial, name="ranking-trial"),
    path("<str:month>/points/", views.points_list, name="points-list"),
]
