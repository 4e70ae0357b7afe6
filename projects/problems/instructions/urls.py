from django.urls import path

from projects.problems.instructions import views

urlpatterns = [path("projects/<int:pk>/", views.instruction_create, name="instruction-create")]
