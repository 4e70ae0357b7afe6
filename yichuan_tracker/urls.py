from django.urls import include, path

urlpatterns = [
    path("", include("projects.urls")),
    path("", include("leaders.urls")),
]

handler400 = "yichuan_tracker.web.errors.bad_request"
handler403 = "yichuan_tracker.web.errors.permission_denied"
handler404 = "yichuan_tracker.web.errors.not_found"
handler500 = "yichuan_tracker.web.errors.server_error"
