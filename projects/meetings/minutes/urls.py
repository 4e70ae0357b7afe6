from django.urls import path

from projects.meetings.minutes import views

urlpatterns = [
    path("<int:pk>/minutes/issue/", views.minutes_issue, name="minutes-issue"),
    path("<int:pk>/minutes/draft/", views.minutes_draft, name="minutes-draft"),
    path("minutes/<int:pk>/", views.minutes_detail, name="minutes-detail"),
    path("minutes/<int:pk>/file/", views.minutes_file, name="minutes-file"),
]
