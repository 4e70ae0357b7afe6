from django.urls import path

from projects.permits.pauses import views

urlpatterns = [
    path("<int:pk>/pause/", views.pause_create, name="pause-create"),
    path("pauses/<int:pk>/", views.pause_edit, name="pause-edit"),
    path("pauses/<int:pk>/remove/", views.pause_remove, name="pause-remove"),
]
