from django.urls import path

from projects.inspections.checklists import views

urlpatterns = [
    path("", views.checklist_list, name="checklist-list"),
    path("all/", views.checklist_edit, name="checklist-all"),
    path("<int:pk>/", views.checklist_edit, name="checklist-edit"),
]
