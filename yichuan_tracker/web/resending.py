"""Typed text that a refusal must not lose: shown again, and carried in a form that can be sent once more."""

from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

# Never sent back to the browser, not even to the person who typed them.
SECRET_WORDS = ("password", "passwd", "secret", "token")


@dataclass(frozen=True)
class Resend:
    """`fields` are (name, value) of everything posted; `texts` what people type at length and want to read again."""

    url: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    lost_files: list[str] = field(default_factory=list)
    is_safe: bool = False


def resend_of(request: HttpRequest, leave_out: Collection[str] = ()) -> Resend:
    """What this POST carried. Not safe to send again when a password was in it."""
    if request.method != "POST":
        return Resend()
    pairs = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    is_secret = any(word in name.lower() for name, _ in pairs for word in SECRET_WORDS)
    kept = [] if is_secret else [(name, value) for name, value in pairs if name not in leave_out]
    return Resend(
        url=request.get_full_path(),
        fields=kept,
        texts=[value for _, value in kept if len(value) >= 8 and not value.isascii()],
        lost_files=[upload.name or "" for uploads in request.FILES.lists() for upload in uploads[1]],
        is_safe=bool(kept),
    )


def came_from(request: HttpRequest) -> str:
    """The page of ours on which the form stood; the address posted to when the browser does not say."""
    referer = request.headers.get("Referer", "")
    if referer and url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return urlsplit(referer)._replace(scheme="", netloc="", fragment="").geturl()
    return request.get_full_path()
