from django.urls import path

from projects.inspections.planning import views

urlpatterns = [
    path("route/", views.inspection_route, name="inspection-route"),
    path("targets/", views.inspection_targets, name="inspection-targets"),
]
