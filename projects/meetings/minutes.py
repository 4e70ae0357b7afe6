"""会议纪要: what was put before a meeting, said and decided, as a Word file in the form of official papers.

Deadlines are those that were decided: what was put off later stands in the ledger, not in the minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from projects.meetings.queries import AgendaLine, DecisionLine, MeetingPage
from yichuan_tracker.months import day_label
from yichuan_tracker.papers import layout
from yichuan_tracker.papers.document import KEEP, append, blank_document, numeral, packed, red_head, signature
from yichuan_tracker.papers.layout import element, paragraph, run, says


@dataclass(frozen=True)
class Matter:
    """One item that was spoken about: its words, the lines of the minutes, and what was decided."""

    text: str
    minutes: tuple[str, ...]
    decisions: tuple[str, ...]


@dataclass(frozen=True)
class Minutes:
    mark: str
    title: str
    opening: tuple[str, ...]
    matters: tuple[Matter, ...]
    told: tuple[str, ...]
    people: str


def minutes_of(page: MeetingPage) -> Minutes:
    """Items with minutes or decisions one by one; the others were only told of."""
    meeting = page.meeting
    spoken = [line for line in page.lines if line.item.minutes or line.decisions]
    told = [line for line in page.lines if not (line.item.minutes or line.decisions)]
    place = f"在{meeting.place}" if meeting.place else ""
    count = len(page.decisions)
    opening = (
        f"{day_label(meeting.held_on)}，{meeting.leader}{place}主持召开{meeting.name}，研究{meeting.scope}有关工作"
        f"{f'，议定事项 {count} 件' if count else ''}。"
    )
    return Minutes(
        mark=f"{meeting.group.name if meeting.group else '重点项目建设'}会议纪要",
        title=f"{meeting.name}纪要",
        opening=(opening, *_lines(meeting.summary)),
        matters=tuple(_matter(line) for line in spoken),
        told=tuple(" ".join(line.item.text.split()) for line in told),
        people="、".join(dict.fromkeys([str(meeting.leader), *_lines(meeting.people)])),
    )


def _matter(line: AgendaLine) -> Matter:
    decisions = tuple(f"{number}.{_decided(one)}" for number, one in enumerate(line.decisions, start=1))
    return Matter(" ".join(line.item.text.split()), _lines(line.item.minutes), decisions)


def _decided(one: DecisionLine) -> str:
    problem = one.problem
    due_on = problem.original_due_on or problem.due_on
    return f"{' '.join(problem.text.split())}（{one.units}{f'，{day_label(due_on)}前办结' if due_on else ''}）。"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def minutes_bytes(page: MeetingPage, *, sender: str) -> bytes:
    """The .docx, signed by `sender`. The same words give the same bytes."""
    text, held_on = minutes_of(page), page.meeting.held_on
    document = blank_document(title=text.title, author=sender, comments="", dated_on=held_on)
    parts = [
        *red_head(text.mark, day_label(held_on)),
        paragraph(layout.FLUSH),
        says(layout.TITLE, text.title),
        paragraph(layout.FLUSH),
        *(says(layout.BODY, one) for one in text.opening),
        *_section(1, "会议研究的事项", [part for one in _numbered(text.matters) for part in one]),
        *_section(
            1 + bool(text.matters), "会议通报的情况",
            [says(layout.BODY, f"{number}.{one.rstrip('。')}。") for number, one in enumerate(text.told, start=1)],
        ),
        paragraph(layout.FLUSH, properties=KEEP),
        paragraph(layout.BODY, run("参加：", layout.BLACK_FONT), run(text.people, layout.BODY_FONT), properties=KEEP),
        *signature(sender, held_on),
    ]  # fmt: skip
    for xml in parts:
        append(document, element(xml))
    return packed(document, held_on)


def _section(number: int, heading: str, parts: Sequence[str]) -> list[str]:
    return [says(layout.FIRST, f"{numeral(number)}、{heading}"), *parts] if parts else []


def _numbered(matters: Sequence[Matter]) -> list[list[str]]:
    return [
        [
            paragraph(layout.BODY, run(f"（{numeral(number)}）{one.text}", layout.KAI_FONT), properties=KEEP),
            *(says(layout.BODY, line) for line in one.minutes),
            *([says(layout.BODY, "会议议定：", properties=KEEP)] if one.decisions else []),
            *(says(layout.BODY, line) for line in one.decisions),
        ]
        for number, one in enumerate(matters, start=1)
    ]
