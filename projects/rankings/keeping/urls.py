from django.urls import path

from projects.rankings.keeping import views

urlpatterns = [
    path("", views.board_list, name="board-list"),
    path("create/", views.board_create, name="board-create"),
    path("<int:pk>/", views.board_detail, name="board-detail"),
    path("<int:pk>/edit/", views.board_edit, name="board-edit"),
    path("<int:pk>/members/", views.board_add, name="board-add"),
    path("members/<int:pk>/", views.board_member, name="board-member"),
    path("members/<int:pk>/delete/", views.board_remove, name="board-remove"),
]
