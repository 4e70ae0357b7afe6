from django.urls import include, path

from tests.benchmarks import changelist, plain_pages

urlpatterns = [
    path("peers/admin/", changelist.site.urls),
    path("peers/plain-table/", plain_pages.plain_table, name="plain-table"),
    path("peers/joined-rows/", plain_pages.joined_rows, name="joined-rows"),
    path("peers/fixed-bytes/", plain_pages.fixed_bytes, name="fixed-bytes"),
    path("", include("yichuan_tracker.urls")),
]
