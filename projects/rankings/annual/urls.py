from django.urls import path

from projects.rankings.annual import views

urlpatterns = [
    path("rows/<int:pk>/", views.annual_row, name="annual-row"),
    path("marks/<int:pk>/delete/", views.annual_unmark, name="annual-unmark"),
    path("runs/<int:pk>/publish/", views.annual_publish, name="annual-publish"),
    path("runs/<int:pk>/withdraw/", views.annual_withdraw, name="annual-withdraw"),
    path("runs/<int:pk>/release/", views.annual_release, name="annual-release"),
    path("<int:year>/", views.annual_year, name="annual-year"),
    path("<int:year>/marks/", views.annual_marks, name="annual-marks"),
    path("<int:year>/compute/", views.annual_compute, name="annual-compute"),
]
