from django.urls import include, path

from projects.imports import views
from projects.imports.calendar import views as calendar
from projects.imports.source import views as source

urlpatterns = [
    path("", views.import_list, name="import-list"),
    path("writing/", include("projects.imports.writing.urls")),
    path("returned/", views.import_returned, name="import-returned"),
    path("holidays/", calendar.holiday_import, name="holiday-import"),
    path("upload/", views.import_upload, name="import-upload"),
    path("<int:pk>/", views.import_detail, name="import-detail"),
    path("<int:pk>/review/", views.import_review, name="import-review"),
    path("<int:pk>/progress/", views.import_progress, name="import-progress"),
    path("<int:pk>/read/", views.import_read, name="import-read"),
    path("<int:pk>/answers/", views.import_answer, name="import-answer"),
    path("<int:pk>/decide/", views.import_decide, name="import-decide"),
    path("<int:pk>/columns/<int:table>/", views.import_columns, name="import-columns"),
    path("<int:pk>/rows/<int:row>/", views.import_row, name="import-row"),
    path("<int:pk>/rows/<int:row>/import/", views.import_row_apply, name="import-row-apply"),
    path("<int:pk>/confirm/", views.import_confirm, name="import-confirm"),
    path("<int:pk>/discard/", views.import_discard, name="import-discard"),
    path("<int:pk>/undo/", views.import_undo, name="import-undo"),
    path("<int:pk>/source/<int:project>/", source.import_source, name="import-source"),
    path("<int:pk>/file/", views.import_file, name="import-file"),
    path("<int:pk>/marked/", views.import_marked, name="import-marked"),
]
