from projects.meetings.packs.queries import Pack, pack_tables
from yichuan_tracker.months import day_label
from yichuan_tracker.papers import layout
from yichuan_tracker.papers.document import add_section, append, blank_document, packed
from yichuan_tracker.papers.layout import element, paragraph, says
from yichuan_tracker.papers.tables import word_table


def pack_bytes(pack: Pack, *, author: str) -> bytes:
    """The .docx: the summary, then the tables on pages across."""
    document = blank_document(title=pack.title, author=author, comments="", dated_on=pack.day)
    for xml in (
        says(layout.TITLE, pack.title),
        says(layout.NUMBER, f"（{day_label(pack.day)}）"),
        paragraph(layout.FLUSH),
        says(layout.BODY, pack.opening),
    ):
        append(document, element(xml))
    tables = pack_tables(pack)
    if tables:
        add_section(document, across=True)
    for number, one in enumerate(tables, start=1):
        append(document, element(says(layout.ANNEX, f"{number}. {one.table.title}")))
        append(document, word_table(one.table))
        append(document, element(paragraph(layout.NOTE)))
    return packed(document, pack.day)
