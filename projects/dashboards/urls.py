from django.urls import path

from projects.dashboards.actual import views as actual
from projects.dashboards.asof import views as asof
from projects.dashboards.charge import views as charge
from projects.dashboards.home import views as home
from projects.dashboards.inbox import views as inbox
from projects.dashboards.overview import views as overview
from projects.dashboards.sheet import views as sheet

urlpatterns = [
    path("", home.home, name="home"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("help/", home.help_page, name="help"),
    path("charge/", charge.charge_list, name="charge-list"),
    path("charge/<int:pk>/", charge.charge_detail, name="charge-detail"),
    path("projects/", overview.project_list, name="project-list"),
    path("projects/as-of/", asof.asof_list, name="asof-list"),
    path("projects/<int:pk>/as-of/", asof.asof_project, name="asof-project"),
    path("projects/actual/", actual.plan_actual, name="plan-actual"),
    path("projects/<int:pk>/", sheet.project_detail, name="project-detail"),
]
