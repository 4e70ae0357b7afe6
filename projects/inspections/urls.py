from django.urls import include, path

from projects.inspections import views

urlpatterns = [
    path("", views.inspection_board, name="inspection-board"),
    path("", include("projects.inspections.planning.urls")),
    path("checklists/", include("projects.inspections.checklists.urls")),
    path("list/", views.inspection_list, name="inspection-list"),
    path("new/", views.inspection_create, name="inspection-create"),
    path("new/worker.js", views.inspection_worker, name="inspection-worker"),
    path("<int:pk>/", views.inspection_detail, name="inspection-detail"),
    path("<int:pk>/edit/", views.inspection_edit, name="inspection-edit"),
    path("<int:pk>/archive/", views.inspection_archive, name="inspection-archive"),
    path("<int:pk>/restore/", views.inspection_restore, name="inspection-restore"),
    path("<int:pk>/photos/", views.inspection_photos, name="inspection-photos"),
    path("findings/<int:pk>/assign/", views.finding_assign, name="finding-assign"),
    path("photos/<int:pk>/", views.inspection_photo, name="inspection-photo"),
]
