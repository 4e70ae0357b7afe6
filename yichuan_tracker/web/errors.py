"""The pages for what went wrong: what, why, and what to do next."""

import datetime
import logging
import secrets
import sys
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.middleware.csrf import (
    REASON_BAD_ORIGIN,
    REASON_BAD_REFERER,
    REASON_INSECURE_REFERER,
    REASON_MALFORMED_REFERER,
    REASON_NO_REFERER,
)
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import Resolver404

from yichuan_tracker.web.resending import Resend, resend_of

logger = logging.getLogger(__name__)
FROM_ELSEWHERE = tuple(
    reason.split("%")[0]
    for reason in (
        REASON_BAD_ORIGIN,
        REASON_NO_REFERER,
        REASON_BAD_REFERER,
        REASON_INSECURE_REFERER,
        REASON_MALFORMED_REFERER,
    )
)
_MARK = "_is_tracker_page"


def is_ours(response: HttpResponse) -> bool:
    return hasattr(response, _MARK)


def _page(request: HttpRequest, status: int, context: dict[str, object]) -> HttpResponse:
    response = render(request, f"{status}.html", context, status=status)
    setattr(response, _MARK, True)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400. The person reads a reason only where we wrote it ourselves."""
    reason = ""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        reason = "一次提交的内容太多，超过了系统的上限。请分几次提交；大文件请压缩后再传。"
    elif isinstance(exception, BadRequest):
        reason = str(exception)
    return _page(request, 400, {"reason": reason})


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 with the reason that the action gave, when it gave one."""
    return _page(request, 403, {"reason": str(exception) if exception and exception.args else ""})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 with the reason that the view gave in Chinese; Django's own English ones stay out of sight."""
    reason = str(exception) if exception and exception.args and not isinstance(exception, Resolver404) else ""
    return _page(request, 404, {"reason": "" if reason.isascii() or reason.startswith("No ") else reason})


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token no longer fits: mostly a page left open while somebody signed in again.

    What was typed is shown and can be sent again, but only when the browser says that it came from our own page: otherwise
    this page would hand a foreign site's form a valid token.
    """
    resend = Resend() if reason.startswith(FROM_ELSEWHERE) or not _is_from_here(request) else resend_of(request)
    return _page(request, 403, {"is_expired": True, "resend": resend})


def _is_from_here(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == request.get_host()


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with an incident number that stands in the log beside the error. Needs neither database nor session."""
    number = f"{datetime.datetime.now(datetime.UTC):%m%d%H%M}-{secrets.token_hex(3)}"
    user = request.__dict__.get("_cached_user")
    logger.error(
        "Incident %s: %s %s by user %s",
        number,
        request.method,
        request.path,
        getattr(user, "pk", None),
        exc_info=sys.exc_info(),
    )
    try:
        content = get_template("500.html").render({"incident": number})
    except (TemplateDoesNotExist, OSError):
        content = f"系统出错了，事件编号 {number}。请把编号告诉系统管理员。"
    response = HttpResponseServerError(content)
    setattr(response, _MARK, True)
    return response
