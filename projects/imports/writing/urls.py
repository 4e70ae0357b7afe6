from django.urls import path

from projects.imports.writing import views

urlpatterns = [
    path("<int:pk>/", views.list_export, name="list-export"),
    path("<int:pk>/<slug:layout>.xlsx", views.list_export_file, name="list-export-file"),
]
