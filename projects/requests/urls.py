from django.urls import path

from projects.requests import views
from projects.requests.inbox import views as inbox

urlpatterns = [
    path("", inbox.request_list, name="request-list"),
    path("approve/", inbox.request_approve, name="request-approve"),
    path("<int:pk>/", views.request_detail, name="request-detail"),
    path("<int:pk>/decide/", views.request_decide, name="request-decide"),
    path("<int:pk>/withdraw/", views.request_withdraw, name="request-withdraw"),
    path("<int:pk>/file/", views.request_file, name="request-file"),
    path("projects/<int:pk>/<slug:kind>/", views.request_create, name="request-create"),
    path("milestones/<int:pk>/", views.request_move, name="request-move"),
    path("problems/<int:pk>/<slug:kind>/", views.request_problem, name="request-problem"),
    path("members/", views.request_leave_many, name="request-leave-many"),
    path("members/<int:pk>/", views.request_leave, name="request-leave"),
]
