from django.urls import path

from projects.guarantees.whitelist import views

urlpatterns = [path("", views.whitelist_board, name="whitelist-board")]
