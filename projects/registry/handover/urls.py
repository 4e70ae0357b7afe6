from django.urls import path

from projects.registry.handover import views

urlpatterns = [
    path("leaders/<int:pk>/", views.handover_create, name="handover-create"),
    path("<int:pk>/undo/", views.handover_undo, name="handover-undo"),
]
