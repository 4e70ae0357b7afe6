from django.urls import path

from projects.periods import views

urlpatterns = [
    path("", views.period_list, name="period-list"),
    path("open/", views.period_open, name="period-open"),
    path("rules/<int:year>/", views.period_rule, name="period-rule"),
    path("<int:pk>/", views.period_edit, name="period-edit"),
    path("holidays/", views.holiday_list, name="holiday-list"),
    path("holidays/<int:pk>/remove/", views.holiday_remove, name="holiday-remove"),
]
