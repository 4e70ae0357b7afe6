from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from leaders.accounts import sessions
from leaders.accounts.actions import note_sign_out
from leaders.accounts.models import User
from leaders.accounts.rules import password_days_left
from yichuan_tracker import clock


class AccountState:
    """Ends sessions that are idle, too long or whose account was closed, and lets nobody past a password they must
    change."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._instead(request) or self.get_response(request)

    def _instead(self, request: HttpRequest) -> HttpResponse | None:
        was_signed_in = SESSION_KEY in request.session
        user = request.user
        if not user.is_authenticated:
            return self._stranger(request, was_signed_in=was_signed_in)
        reason = sessions.why_over(request)
        if reason is not None:
            note_sign_out(by=user, at=clock.now(), reason=reason)
            logout(request)
            return _to_sign_in(request, reason)
        sessions.touch(request)
        if _must_change_password(request, user) and request.path not in (
            reverse("password-change"),
            reverse("sign-out"),
        ):
            return _go(request, reverse("password-change"))
        return None

    def _stranger(self, request: HttpRequest, *, was_signed_in: bool) -> HttpResponse | None:
        if was_signed_in:
            request.session.flush()
            return _to_sign_in(request, "closed")
        if request.method == "POST" and request.path not in (reverse("sign-in"), reverse("sign-out")):
            # Back to the page with the form afterwards, not to an address that may answer POST only.
            return _to_sign_in(request, "ended")
        return None


def _must_change_password(request: HttpRequest, user: User) -> bool:
    """A first password at once; one that has grown too old with the next page, so that what was being typed still goes in."""
    if user.must_change_password:
        return True
    left = password_days_left(user.password_changed_at, clock.now())
    return request.method == "GET" and left is not None and left <= 0


def _to_sign_in(request: HttpRequest, reason: str) -> HttpResponse:
    """The sign-in page, which says why and leads back to the page on which the person was."""
    page = request.get_full_path()
    if request.method != "GET" or "HX-Request" in request.headers:
        referer = request.headers.get("Referer", "")
        known = url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure())
        page = urlsplit(referer)._replace(scheme="", netloc="", fragment="").geturl() if referer and known else ""
    query = {"reason": reason} | ({"next": page} if page and page != reverse("sign-in") else {})
    return _go(request, f"{reverse('sign-in')}?{urlencode(query)}")


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if "HX-Request" in request.headers:  # A redirect would put the whole page into the fragment's place.
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
