from django.urls import path

from projects.permits import views

urlpatterns = [
    path("", views.permit_list, name="permit-list"),
    path("types/<int:pk>/", views.permit_type, name="permit-type"),
    path("projects/<int:pk>/", views.project_permits, name="project-permits"),
    path("<int:pk>/edit/", views.permit_edit, name="permit-edit"),
]
