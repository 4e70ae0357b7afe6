from django.urls import path

from projects.dashboards.home import views as home
from projects.dashboards.overview import views as overview
from projects.dashboards.sheet import views as sheet

urlpatterns = [
    path("", home.home, name="home"),
    path("help/", home.help_page, name="help"),
    path("projects/", overview.project_list, name="project-list"),
    path("projects/<int:pk>/", sheet.project_detail, name="project-detail"),
]
