"""The one clock. Views and commands ask it; everything else is given `at` or `today`."""

import datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime.datetime:
    """The business moment: the real one, or the real time of day on TRACKER_TODAY."""
    real = timezone.localtime()
    if settings.TRACKER_TODAY is None:
        return real
    return datetime.datetime.combine(settings.TRACKER_TODAY, real.timetz())


def today() -> datetime.date:
    return now().date()
