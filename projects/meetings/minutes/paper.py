"""What the minutes say, and the Word file in the form of official papers.

Deadlines and units are those that were decided: what was put off or handed over later stands in the ledger, not in the minutes.
"""

import datetime
import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from projects.meetings.minutes.models import Minutes
from projects.meetings.queries import AgendaLine, DecisionLine, MeetingPage
from yichuan_tracker.months import day_label
from yichuan_tracker.papers import layout
from yichuan_tracker.papers.document import KEEP, append, blank_document, numeral, packed, red_head, signature
from yichuan_tracker.papers.layout import Style, element, paragraph, run, says

DRAFT = "（讨论稿）"


class Line(NamedTuple):
    """A paragraph; `keep` holds it on the page of the next, `lead` is how many of its letters are set in black."""

    text: str
    style: Style = layout.BODY
    font: str = ""
    keep: bool = False
    lead: int = 0


@dataclass(frozen=True)
class MinutesText:
    body: str
    title: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The paragraphs, one a line."""
        return "\n".join(line.text for line in self.lines)

    @property
    def digest(self) -> str:
        """Tells whether the same is printed as was read."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def minutes_text(page: MeetingPage, *, corrects: Minutes | None = None, reason: str = "") -> MinutesText:
    """Items with minutes or decisions one by one; the others were only told of. `corrects` is named first, with the reason."""
    meeting = page.meeting
    spoken = [line for line in page.lines if line.item.minutes or line.decisions]
    told = [_one_line(line.item.text) for line in page.lines if not (line.item.minutes or line.decisions)]
    place = f"在{meeting.place}" if meeting.place else ""
    count = len(page.decisions)
    opening = (
        f"{day_label(meeting.held_on)}，{meeting.leader}{place}主持召开{meeting.name}，研究{meeting.scope}有关工作"
        f"{f'，议定事项 {count} 件' if count else ''}。"
    )
    lines = (
        [Line(f"本纪要更正{corrects}，以本纪要为准。更正的原因：{reason or '（印发时填入）'}。")] if corrects else []
    )
    lines += [Line(opening), *map(Line, _lines(meeting.summary))]
    if spoken:
        lines.append(Line("一、会议研究的事项", layout.FIRST))
        for number, one in enumerate(spoken, start=1):
            lines += _matter(number, one)
    if told:
        lines.append(Line(f"{numeral(1 + bool(spoken))}、会议通报的情况", layout.FIRST))
        lines += [Line(f"{number}.{one.rstrip('。')}。") for number, one in enumerate(told, start=1)]
    people = "、".join(dict.fromkeys([str(meeting.leader), *_lines(meeting.people)]))
    lines.append(Line(f"参加：{people}", keep=True, lead=3))
    body = f"{meeting.group.name if meeting.group else '重点项目建设'}会议纪要"
    return MinutesText(body, f"{meeting.name}纪要", tuple(lines))


def _matter(number: int, line: AgendaLine) -> list[Line]:
    return [
        Line(f"（{numeral(number)}）{_one_line(line.item.text)}", font=layout.KAI_FONT, keep=True),
        *map(Line, _lines(line.item.minutes)),
        *([Line("会议议定：", keep=True)] if line.decisions else []),
        *(Line(f"{place}.{_decided(one)}") for place, one in enumerate(line.decisions, start=1)),
    ]


def _decided(one: DecisionLine) -> str:
    problem = one.problem
    due_on = problem.original_due_on or problem.due_on
    return f"{_one_line(problem.text)}（{one.decided}{f'，{day_label(due_on)}前办结' if due_on else ''}）。"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def minutes_bytes(text: MinutesText, *, number: str, sender: str, dated_on: datetime.date) -> bytes:
    """The .docx, signed by `sender`. The same words give the same bytes."""
    document = blank_document(title=text.title, author=sender, comments="", dated_on=dated_on)
    parts = [
        *red_head(text.body, number),
        paragraph(layout.FLUSH),
        says(layout.TITLE, text.title),
        paragraph(layout.FLUSH),
        *map(_printed, text.lines[:-1]),
        paragraph(layout.FLUSH, properties=KEEP),
        _printed(text.lines[-1]),
        *signature(sender, dated_on),
    ]
    for xml in parts:
        append(document, element(xml))
    return packed(document, dated_on)


def _printed(line: Line) -> str:
    lead, rest = line.text[: line.lead], line.text[line.lead :]
    runs = [run(lead, layout.BLACK_FONT)] if lead else []
    font = line.font or line.style.font
    return paragraph(line.style, *runs, run(rest, font), properties=KEEP if line.keep else "")
