from django.urls import include, path

from projects.guarantees import views

urlpatterns = [
    path("", views.guarantee_board, name="guarantee-board"),
    path("bank-meetings/", include("projects.guarantees.banks.urls")),
    path("batches/", include("projects.guarantees.batches.urls")),
    path("needs/", include("projects.guarantees.needs.urls")),
    path("whitelist/", include("projects.guarantees.whitelist.urls")),
    path("targets/new/", views.target_create, name="guarantee-target-create"),
    path("targets/<int:pk>/", views.target_detail, name="guarantee-target"),
    path("targets/<int:pk>/edit/", views.target_edit, name="guarantee-target-edit"),
    path("targets/<int:pk>/entries/", views.entry_create, name="guarantee-entry-create"),
    path("entries/<int:pk>/", views.entry_edit, name="guarantee-entry-edit"),
    path("entries/<int:pk>/file/", views.entry_file, name="guarantee-entry-file"),
    path("<slug:kind>/<int:pk>/withdraw/", views.record_withdraw, name="guarantee-withdraw"),
    path("<slug:kind>/<int:pk>/restore/", views.record_restore, name="guarantee-restore"),
]
