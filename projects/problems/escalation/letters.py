"""提醒函 and 督办函 as Word files in the form of official papers."""

import datetime

from projects.problems.escalation.queries import UnitChased
from projects.problems.rules import EscalationStep
from yichuan_tracker.months import day_label
from yichuan_tracker.papers import layout
from yichuan_tracker.papers.document import KEEP, append, blank_document, packed, signature
from yichuan_tracker.papers.layout import element, paragraph, says

# Working days that a letter gives for an answer.
ANSWER_WORKDAYS = 3


def letter_bytes(chased: UnitChased, step: EscalationStep, *, sender: str, dated_on: datetime.date) -> bytes:
    """The letter to one unit about all of its problems that stand at `step`; `sender` signs it."""
    title = f"关于限期办理重点项目有关问题的{step.label}"
    document = blank_document(title=title, author=sender, comments="", dated_on=dated_on)
    problems = chased.of_step(step)
    opening = (
        f"截至{day_label(dated_on)}，你单位牵头办理的以下 {len(problems)} 个问题已超过办理时限。请自收到本函之日起 "
        f"{ANSWER_WORKDAYS} 个工作日内办结并反馈；确有困难的，请写明原因，按程序申请延期或挂账。"
    )
    lines = [
        f"{number}.{row.problem.project.name}：{row.problem.text.strip()}（办理时限{day_label(row.problem.due_on)}，"
        f"已超期 {row.overdue} 个工作日）"
        for number, row in enumerate(problems, start=1)
        if row.problem.due_on is not None
    ]
    parts = [
        says(layout.TITLE, title),
        paragraph(layout.FLUSH),
        says(layout.FLUSH, f"{chased.name}："),
        says(layout.BODY, opening),
        *(says(layout.BODY, line, properties=KEEP if line is lines[-1] else "") for line in lines),
        *signature(sender, dated_on),
    ]
    for xml in parts:
        append(document, element(xml))
    return packed(document, dated_on)
