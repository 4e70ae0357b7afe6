"""提醒函 and 督办函: their words, and the Word file in the form of official papers."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from projects.problems.escalation.queries import Chased
from yichuan_tracker.months import day_label
from yichuan_tracker.papers import layout
from yichuan_tracker.papers.document import KEEP, append, blank_document, packed, signature
from yichuan_tracker.papers.layout import element, paragraph, says

# Working days that a letter gives for an answer.
ANSWER_WORKDAYS = 3


@dataclass(frozen=True)
class LetterText:
    title: str
    paragraphs: tuple[str, ...]


def letter_text(unit: str, kind: str, problems: Sequence[Chased], dated_on: datetime.date) -> LetterText:
    """What the letter of `kind` (提醒函) says to the unit about these problems."""
    opening = (
        f"截至{day_label(dated_on)}，你单位牵头办理的以下 {len(problems)} 个问题已超过办理时限。请自收到本函之日起 "
        f"{ANSWER_WORKDAYS} 个工作日内办结并反馈；确有困难的，请写明原因，按程序申请延期或挂账。"
    )
    lines = (
        f"{number}.{row.problem.project.name}：{' '.join(row.problem.text.split())}"
        f"（办理时限{day_label(row.problem.due_on)}，已超期 {row.overdue} 个工作日）。"
        for number, row in enumerate(problems, start=1)
        if row.problem.due_on is not None
    )
    return LetterText(f"关于限期办理重点项目有关问题的{kind}", (f"{unit}：", opening, *lines))


def letter_bytes(text: LetterText, *, number: str, sender: str, dated_on: datetime.date) -> bytes:
    """The .docx; `sender` signs it. The same words give the same bytes."""
    document = blank_document(title=text.title, author=sender, comments="", dated_on=dated_on)
    addressee, *body = text.paragraphs
    parts = [
        says(layout.FLUSH, number, properties='<w:jc w:val="right"/>'),
        paragraph(layout.FLUSH),
        says(layout.TITLE, text.title),
        paragraph(layout.FLUSH),
        says(layout.FLUSH, addressee),
        *(says(layout.BODY, line, properties=KEEP if line is body[-1] else "") for line in body),
        *signature(sender, dated_on),
    ]
    for xml in parts:
        append(document, element(xml))
    return packed(document, dated_on)
