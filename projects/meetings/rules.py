"""What an agenda (议程) is made of, and how making it again leaves people's work alone."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices

from yichuan_tracker.months import day_label


class AgendaKind(TextChoices):
    RED = "red", "红灯项目"
    OVERDUE = "overdue", "超期问题"
    UNSEEN = "unseen", "久未督查"
    TYPED = "typed", "其他议题"


@dataclass(frozen=True)
class Found:
    """Something that the facts of a day put on the agenda. One item tells of all projects unseen."""

    kind: AgendaKind
    text: str
    project_id: int | None = None
    problem_id: int | None = None

    @property
    def key(self) -> tuple[str, int | None, int | None]:
        return self.kind, self.project_id, self.problem_id


@dataclass(frozen=True)
class Standing:
    """An item that stands on the agenda. `is_touched`: somebody left it out with a reason or wrote minutes."""

    pk: int
    found: Found
    is_touched: bool


@dataclass(frozen=True)
class AgendaChanges:
    """What making the agenda again does: `reworded` is {item: its new words}."""

    added: list[Found]
    reworded: dict[int, str]
    gone: list[int]


def agenda_changes(standing: Iterable[Standing], found: Sequence[Found]) -> AgendaChanges:
    """Typed and touched items stay as they are; of the others those that no longer hold go, and words follow the
    facts."""
    standing = list(standing)
    known = {one.found.key for one in standing if one.found.kind != AgendaKind.TYPED}
    facts = {one.key: one for one in found}
    made = [one for one in standing if one.found.kind != AgendaKind.TYPED and not one.is_touched]
    return AgendaChanges(
        added=[one for one in found if one.key not in known],
        reworded={
            one.pk: facts[one.found.key].text
            for one in made
            if one.found.key in facts and facts[one.found.key].text != one.found.text
        },
        gone=[one.pk for one in made if one.found.key not in facts],
    )


def refuse_holding(held_on: datetime.date, today: datetime.date) -> str:
    """Why a meeting cannot be held yet (Chinese), or nothing: what is frozen are the facts of its day or earlier."""
    if held_on > today:
        return f"会议日期是{day_label(held_on)}，还没有到；日期变了请先修改会议。"
    return ""
