from django.urls import path

from projects.guarantees.batches import views

urlpatterns = [path("", views.batch_board, name="batch-board")]
