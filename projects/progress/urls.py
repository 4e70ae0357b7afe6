from django.urls import path

from projects.progress import views
from projects.progress.board import views as board
from projects.progress.corrections import views as corrections
from projects.progress.exceptions import views as exceptions
from projects.progress.filling import views as filling
from projects.progress.statistics import views as statistics

urlpatterns = [
    path("", board.report_board, name="report-board"),
    path("accept/", board.report_accept, name="report-accept"),
    path("reports/<int:pk>/withdraw/", views.report_withdraw, name="report-withdraw"),
    path("reports/<int:pk>/return/", views.report_return, name="report-return"),
    path("sheets/<int:pk>/<str:month>/", filling.report_sheet, name="report-sheet"),
    path("rows/<int:pk>/<str:month>/", filling.report_row, name="report-row"),
    path("reports/<int:pk>/correct/", corrections.correction_ask, name="correction-ask"),
    path("corrections/<int:pk>/", corrections.correction_detail, name="correction-detail"),
    path("corrections/<int:pk>/decide/", corrections.correction_decide, name="correction-decide"),
    path("corrections/<int:pk>/withdraw/", corrections.correction_withdraw, name="correction-withdraw"),
    path("statistics/<str:month>/", statistics.statistics_month, name="statistics-month"),
    path("exceptions/ask/", exceptions.exception_ask, name="exception-ask"),
    path("exceptions/<int:pk>/", exceptions.exception_detail, name="exception-detail"),
    path("exceptions/<int:pk>/decide/", exceptions.exception_decide, name="exception-decide"),
    path("exceptions/<int:pk>/revoke/", exceptions.exception_revoke, name="exception-revoke"),
    path("projects/<int:pk>/statistics/", views.statistics_edit, name="statistics-edit"),
    path("projects/<int:pk>/statistics/clear/", views.statistics_clear, name="statistics-clear"),
    path("projects/<int:pk>/<str:month>/", views.report_fill, name="report-fill"),
]
