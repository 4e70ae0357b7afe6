from django.urls import include, path

from projects.permits import views
from projects.permits.board import views as board
from projects.permits.catalogue import views as catalogue
from projects.permits.forms import AcceptForm, GrantForm
from projects.permits.reviews import views as reviews

urlpatterns = [
    path("", board.permit_list, name="permit-list"),
    path("departments/", board.permit_departments, name="permit-departments"),
    path("accept/", board.permit_bulk, {"asks": AcceptForm}, name="permit-accept"),
    path("grant/", board.permit_bulk, {"asks": GrantForm}, name="permit-grant"),
    path("template/", catalogue.permit_apply_many, name="permit-apply-many"),
    path("departments/<int:pk>/", board.permit_queue, name="permit-queue"),
    path("types/<int:pk>/", views.permit_type, name="permit-type"),
    path("projects/<int:pk>/", views.project_permits, name="project-permits"),
    path("<int:pk>/", views.permit_detail, name="permit-detail"),
    path("<int:pk>/steps/<slug:state>/", views.permit_step, name="permit-step"),
    path("<int:pk>/remove/", views.permit_remove, name="permit-remove"),
    path("<int:pk>/edit/", views.permit_edit, name="permit-edit"),
    path("", include("projects.permits.pauses.urls")),
    path("reviews/", reviews.review_list, name="review-list"),
    path("reviews/new/", reviews.review_create, name="review-create"),
    path("reviews/<int:pk>/", reviews.review_detail, name="review-detail"),
    path("reviews/<int:pk>/close/", reviews.review_close, name="review-close"),
    path("reviews/opinions/<int:pk>/", reviews.review_opinion, name="review-opinion"),
    path("catalogue/", catalogue.permit_catalogue, name="permit-catalogue"),
    path("catalogue/new/", catalogue.permit_type_create, name="permit-type-create"),
    path("catalogue/<int:pk>/", catalogue.permit_type_edit, name="permit-type-edit"),
    path("templates/<int:pk>/", catalogue.permit_template, name="permit-template"),
    path("templates/<int:pk>/delete/", catalogue.permit_template_delete, name="permit-template-delete"),
    path("deadlines/<int:year>/", catalogue.permit_deadlines, name="permit-deadlines"),
    path("projects/<int:pk>/template/", catalogue.permit_apply, name="permit-apply"),
]
