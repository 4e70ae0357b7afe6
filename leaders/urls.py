"""Index of the app's pages: the slice is the first part of the address."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("leaders.accounts.urls")),
    path("audit/", include("leaders.audit.urls")),
    path("organisations/", include("leaders.organisations.urls")),
    path("roster/", include("leaders.roster.urls")),
    path("groups/", include("leaders.groups.urls")),
]
