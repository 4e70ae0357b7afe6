from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from leaders.audit.rules import Conflict
from yichuan_tracker.web import errors
from yichuan_tracker.web.conflicts import conflict_page

Handler = Callable[[HttpRequest], HttpResponse]

# What a browser could do and this system never asks for. Photos come through the file box, which needs none of it.
NEVER_USED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NEVER_USED),
}


class SecurityHeaders:
    """Headers that Django and django-csp leave out. No page made here may be kept on a shared computer: a view that
    wants otherwise sets Cache-Control itself."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.DEBUG and response.status_code == 404 and not errors.is_ours(response):
            # The demo runs with DEBUG, and people who try it are not to meet Django's page for programmers.
            response = errors.not_found(request, None)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ConflictPage:
    """A lost race is answered with both versions, field by field."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return conflict_page(request, exception) if isinstance(exception, Conflict) else None
