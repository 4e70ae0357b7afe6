from django.urls import path

from projects.registry.particulars import views

urlpatterns = [
    path("projects/<int:pk>/duties/<slug:role>/", views.responsibility_set, name="responsibility-set"),
    path("duties/<int:pk>/", views.responsibility_edit, name="responsibility-edit"),
    path("projects/<int:pk>/codes/new/", views.code_add, name="code-add"),
    path("codes/<int:pk>/", views.code_edit, name="code-edit"),
    path("codes/<int:pk>/delete/", views.code_delete, name="code-delete"),
    path("projects/<int:pk>/plans/new/", views.year_plan_create, name="year-plan-create"),
    path("plans/<int:pk>/", views.year_plan_edit, name="year-plan-edit"),
    path("plans/<int:pk>/delete/", views.year_plan_delete, name="year-plan-delete"),
    path("projects/<int:pk>/funding/new/", views.funding_add, name="funding-add"),
    path("funding/<int:pk>/", views.funding_edit, name="funding-edit"),
    path("funding/<int:pk>/delete/", views.funding_delete, name="funding-delete"),
]
