from django.urls import path

from projects.guarantees.banks import views

urlpatterns = [
    path("", views.bank_list, name="bank-list"),
    path("new/", views.bank_create, name="bank-create"),
    path("<int:pk>/", views.bank_detail, name="bank-detail"),
    path("<int:pk>/edit/", views.bank_edit, name="bank-edit"),
    path("<int:pk>/deals/", views.deal_create, name="bank-deal-create"),
    path("deals/<int:pk>/edit/", views.deal_edit, name="bank-deal-edit"),
]
