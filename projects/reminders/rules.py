"""每日摘要: counts by unit of what is overdue or falls due within a week. No project, no person, no activity."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import TextChoices

from yichuan_tracker.months import day_label

SOON = datetime.timedelta(days=7)
# What a group robot takes of one message.
WECOM_BYTES = 2048
_REST = "……其余见平台“每日摘要”。"


class Channel(TextChoices):
    WECOM = "wecom", "企业微信群"
    MAIL = "mail", "邮件"


class DeliveryState(TextChoices):
    SENDING = "sending", "正在发送"
    SENT = "sent", "已送达"
    FAILED = "failed", "没有送达"


@dataclass
class UnitDue:
    """{kind of thing: how many} of one unit."""

    name: str
    overdue: Counter[str] = field(default_factory=Counter)
    soon: Counter[str] = field(default_factory=Counter)

    def count(self, kind: str, due_on: datetime.date, today: datetime.date) -> None:
        """The day of the deadline is not overdue."""
        (self.overdue if due_on < today else self.soon)[kind] += 1


def digest_text(today: datetime.date, units: Sequence[UnitDue], filing: str) -> str:
    """The text of the day, by unit in the order given; `filing` is how the month's reports stand, or nothing."""
    lines = [f"【每日提醒】{day_label(today)}", *([filing] if filing else [])]
    for title, of_unit in (
        ("已超期", [(one.name, one.overdue) for one in units]),
        ("7 天内到期", [(one.name, one.soon) for one in units]),
    ):
        told = [f"{name}：{_counted(counts)}" for name, counts in of_unit if counts]
        lines += [f"{title}：", *told] if told else []
    return "\n".join(lines) if len(lines) > 1 else f"{lines[0]}\n没有超期和 7 天内到期的事项。"


def _counted(counts: Counter[str]) -> str:
    return "、".join(f"{kind} {number}" for kind, number in sorted(counts.items()))


def fitting(text: str, limit: int) -> str:
    """The text, or as many of its whole lines as fit into `limit` bytes together with a word that there is more."""
    if len(text.encode()) <= limit:
        return text
    kept: list[str] = []
    for line in text.split("\n"):
        if len("\n".join([*kept, line, _REST]).encode()) > limit:
            break
        kept.append(line)
    return "\n".join([*kept, _REST])
