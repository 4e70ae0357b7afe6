from django.urls import path

from projects.registry.plans import views

urlpatterns = [
    path("plans/<int:pk>/revise/", views.plan_revise, name="plan-revise"),
    path("plans/requests/<int:pk>/", views.plan_request, name="plan-request"),
    path("plans/requests/<int:pk>/decide/", views.plan_decide, name="plan-decide"),
    path("plans/requests/<int:pk>/withdraw/", views.plan_withdraw, name="plan-withdraw"),
    path("funding/<int:pk>/arrivals/new/", views.arrival_add, name="arrival-add"),
    path("arrivals/<int:pk>/", views.arrival_edit, name="arrival-edit"),
    path("arrivals/<int:pk>/delete/", views.arrival_delete, name="arrival-delete"),
]
