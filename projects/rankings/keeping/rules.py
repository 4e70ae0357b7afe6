"""Who stands where, and when: pure."""

import datetime

DAY = datetime.timedelta(days=1)


def do_overlap(
    first: tuple[datetime.date, datetime.date | None], second: tuple[datetime.date, datetime.date | None]
) -> bool:
    """Whether two spans of days (first and last day; None is still) share a day."""
    (start, end), (other_start, other_end) = first, second
    return (end is None or other_start <= end) and (other_end is None or start <= other_end)
