from django.urls import path

from projects.guarantees.needs import views

urlpatterns = [path("projects/<int:pk>/", views.need_create, name="need-create")]
