from django.urls import path

from projects.progress import views
from projects.progress.board import views as board

urlpatterns = [
    path("", board.report_board, name="report-board"),
    path("accept/", board.report_accept, name="report-accept"),
    path("reports/<int:pk>/withdraw/", views.report_withdraw, name="report-withdraw"),
    path("reports/<int:pk>/return/", views.report_return, name="report-return"),
    path("projects/<int:pk>/statistics/", views.statistics_edit, name="statistics-edit"),
    path("projects/<int:pk>/statistics/clear/", views.statistics_clear, name="statistics-clear"),
    path("projects/<int:pk>/<str:month>/", views.report_fill, name="report-fill"),
]
