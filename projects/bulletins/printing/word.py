"""A bulletin as a Word file in 公文 form."""

from typing import Any

from projects.bulletins.paper import Paper, Paragraph
from yichuan_tracker.months import day_label
from yichuan_tracker.papers import layout
from yichuan_tracker.papers.document import KEEP, add_section, append, blank_document, packed, red_head, signature
from yichuan_tracker.papers.layout import element, paragraph, run, says
from yichuan_tracker.papers.tables import PaperTable, word_table


def word_bytes(paper: Paper) -> bytes:
    """The .docx: letter, annexes on pages across, 版记 at the foot of the last page."""
    document = blank_document(
        title=paper.title, author=paper.letterhead.organisation, comments=paper.check_line, dated_on=paper.dated_on
    )
    for xml in [*_head(paper), *_text(paper), *_signature(paper)]:
        append(document, element(xml))
    if paper.annexes:
        for number, annex in enumerate(paper.annexes, start=1):
            add_section(document, across=True)
            mark = f"附件{number}" if len(paper.annexes) > 1 else "附件"
            for part in _annex(annex, mark):
                append(document, part)
        add_section(document, across=False)
    kept = paper.letterhead
    append(document, layout.imprint(paper.check_line, kept.copies, kept.printer, day_label(paper.dated_on)))
    append(document, element(paragraph(layout.TINY)))
    return packed(document, paper.dated_on)


# ---- letter -----------------------------------------------------------------------------------------------------


def _head(paper: Paper) -> list[str]:
    return [
        *red_head(paper.letterhead.mark, paper.number, paper.signer),
        paragraph(layout.FLUSH),
        paragraph(layout.FLUSH),
        says(layout.TITLE, paper.title),
        *([says(layout.NUMBER, paper.edition_mark)] if paper.edition_mark else []),
        paragraph(layout.FLUSH),
    ]


def _text(paper: Paper) -> list[str]:
    parts = [says(layout.FLUSH, f"{paper.letterhead.recipients}：")] if paper.letterhead.recipients else []
    last = len(paper.paragraphs) - 1
    return [*parts, *(_paragraph(one, is_last=number == last) for number, one in enumerate(paper.paragraphs))]


def _paragraph(one: Paragraph, *, is_last: bool) -> str:
    if one.level == 1:
        return says(layout.FIRST, one.text)
    lead = [run(one.lead, layout.KAI_FONT)] if one.lead else []
    # The signature never stands on a page of its own: the last lines of the text go with it.
    return paragraph(layout.BODY, *lead, run(one.text, layout.BODY_FONT), properties=KEEP if is_last else "")


def _signature(paper: Paper) -> list[str]:
    """附件说明, then who and when."""
    parts = []
    if paper.annexes:
        parts.append(paragraph(layout.FLUSH, properties=KEEP))
        for number, line in enumerate(paper.annex_lines):
            text = line if number else f"附件：{line}"
            hang = 1 if number else 4
            parts.append(
                says(layout.BODY, text, properties=KEEP + layout.hanging_indent(5 + (len(paper.annexes) > 1), hang))
            )
    parts += signature(paper.letterhead.organisation, paper.dated_on)
    return parts


# ---- annexes ----------------------------------------------------------------------------------------------------


def _annex(annex: PaperTable, mark: str) -> list[Any]:
    parts = [element(says(layout.ANNEX, mark)), element(says(layout.ANNEX_TITLE, annex.title)), word_table(annex)]
    return [*parts, element(says(layout.NOTE, f"注：{annex.note}"))] if annex.note else parts
