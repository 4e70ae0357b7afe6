from django.urls import path

from projects.progress import views
from projects.progress.board import views as board
from projects.progress.exceptions import views as exceptions

urlpatterns = [
    path("", board.report_board, name="report-board"),
    path("accept/", board.report_accept, name="report-accept"),
    path("reports/<int:pk>/withdraw/", views.report_withdraw, name="report-withdraw"),
    path("reports/<int:pk>/return/", views.report_return, name="report-return"),
    path("exceptions/", exceptions.exception_list, name="exception-list"),
    path("exceptions/ask/", exceptions.exception_ask, name="exception-ask"),
    path("exceptions/<int:pk>/", exceptions.exception_detail, name="exception-detail"),
    path("exceptions/<int:pk>/decide/", exceptions.exception_decide, name="exception-decide"),
    path("exceptions/<int:pk>/revoke/", exceptions.exception_revoke, name="exception-revoke"),
    path("projects/<int:pk>/statistics/", views.statistics_edit, name="statistics-edit"),
    path("projects/<int:pk>/statistics/clear/", views.statistics_clear, name="statistics-clear"),
    path("projects/<int:pk>/<str:month>/", views.report_fill, name="report-fill"),
]
