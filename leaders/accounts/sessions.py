"""How long a signed-in session lives. Real time, never the business clock: TRACKER_TODAY must not keep anybody signed
in."""

import ipaddress
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from leaders.accounts.rules import session_end

SIGNED_IN, LAST_SEEN = "signed_in_at", "last_seen_at"
# The session is written at most this often, so that reading pages costs no writes.
WRITE_EVERY_SECONDS = 60


@receiver(user_logged_in)
def begin(request: HttpRequest, **_: Any) -> None:
    request.session[SIGNED_IN] = request.session[LAST_SEEN] = int(time.time())


def why_over(request: HttpRequest) -> str | None:
    """As `session_end`. A session without stamps is over."""
    signed_in, last_seen = request.session.get(SIGNED_IN, 0), request.session.get(LAST_SEEN, 0)
    return session_end(time.time(), signed_in, last_seen, idle_seconds=settings.SESSION_IDLE_SECONDS)


def touch(request: HttpRequest) -> None:
    now = int(time.time())
    if now - request.session[LAST_SEEN] >= WRITE_EVERY_SECONDS:
        request.session[LAST_SEEN] = now


def client_address(request: HttpRequest) -> str | None:
    """The address that lock-outs count. Behind our own reverse proxy (a peer on this machine) it is the last one in
    X-Forwarded-For, which the proxy itself wrote; from anywhere else that header is not believed."""
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    if peer is not None and not peer.is_loopback:
        return str(peer)
    forwarded = _address(request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2])
    return str(forwarded or peer) if forwarded or peer else None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip())
    except ValueError:
        return None
