from django.urls import path

from projects.bulletins import views

urlpatterns = [
    path("", views.bulletin_list, name="bulletin-list"),
    path("new/<slug:kind>/", views.bulletin_create, name="bulletin-create"),
    path("letterheads/<slug:kind>/", views.letterhead_edit, name="letterhead-edit"),
    path("<int:pk>/", views.bulletin_detail, name="bulletin-detail"),
    path("<int:pk>/edit/", views.bulletin_edit, name="bulletin-edit"),
    path("<int:pk>/send/", views.bulletin_send, name="bulletin-send"),
    path("<int:pk>/return/", views.bulletin_return, name="bulletin-return"),
    path("<int:pk>/issue/", views.bulletin_issue, name="bulletin-issue"),
    path("<int:pk>/discard/", views.bulletin_discard, name="bulletin-discard"),
    path("<int:pk>/correct/", views.bulletin_correct, name="bulletin-correct"),
    path("<int:pk>/check/", views.bulletin_check, name="bulletin-check"),
    path("<int:pk>/files/<slug:form>/", views.bulletin_file, name="bulletin-file"),
]
