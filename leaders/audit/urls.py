from django.urls import path

from leaders.audit import views

urlpatterns = [path("history/", views.history_list, name="history-list")]
