from typing import Any

from django.conf import settings
from django.http import HttpRequest

from yichuan_tracker.web.navigation import navigation_of


def site(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs on every page. The navigation is a function: error pages before sign-in never call it."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "IS_DEMO": settings.TRACKER_DEMO,
        "BUSINESS_DATE": settings.TRACKER_TODAY,
        "navigation": lambda: navigation_of(request),
    }
