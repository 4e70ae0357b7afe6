"""三个一批: 签约 → 开工 → 投产, each step by its day."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import TextChoices

from yichuan_tracker.money import format_yi


class Step(TextChoices):
    SIGNED = "signed", "签约"
    STARTED = "started", "开工"
    PRODUCING = "producing", "投产"


def reached(days: Mapping[Step, datetime.date | None], on: datetime.date) -> Step | None:
    """The furthest step taken by the day; a project that starts without a contract (government's own) has none to sign."""
    taken = [step for step in Step if (day := days[step]) is not None and day <= on]
    return taken[-1] if taken else None


def size_warning(
    total_wan: Decimal | None, least_wan: Decimal | None, invited_wan: Decimal | None, *, is_invited: bool
) -> str:
    """What a person should look at (Chinese), or nothing; never a refusal. Of what was brought in (招商) a county may
    ask for less."""
    least = invited_wan if is_invited and invited_wan is not None else least_wan
    if least is None or total_wan is None or total_wan >= least:
        return ""
    return f"总投资 {format_yi(total_wan)} 亿元，低于入库规模 {format_yi(least)} 亿元"
