from django.urls import path

from projects.imports.writing import views

urlpatterns = [
    path("months/<str:month>.zip", views.month_workbooks, name="month-workbooks"),
    path("months/<str:month>/<int:pk>.xlsx", views.month_workbook, name="month-workbook"),
    path("problems.xlsx", views.problem_ledger_file, name="problem-ledger"),
    path("permits.xlsx", views.unlisted_permits, name="unlisted-permits"),
    path("inspections/<slug:month>.xlsx", views.inspection_month, name="inspection-month"),
    path("<int:pk>/", views.list_export, name="list-export"),
    path("<int:pk>/<slug:layout>.xlsx", views.list_export_file, name="list-export-file"),
]
