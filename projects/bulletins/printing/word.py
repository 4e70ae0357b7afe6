"""A bulletin as a Word file in 公文 form."""

import datetime
import io
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Twips

from projects.bulletins.paper import Column, Paper, PaperTable, Paragraph
from projects.bulletins.printing import layout
from projects.bulletins.printing.layout import element, paragraph, run, says
from projects.bulletins.printing.packing import pack
from yichuan_tracker.months import day_label

KEEP = "<w:keepNext/>"


def word_bytes(paper: Paper) -> bytes:
    """The .docx: letter, annexes on pages across, 版记 at the foot of the last page."""
    document = docx.Document()
    _set_up(document, paper)
    body = document.element.body
    for xml in [*_head(paper), *_text(paper), *_signature(paper)]:
        _append(body, element(xml))
    if paper.annexes:
        for number, annex in enumerate(paper.annexes, start=1):
            _add_section(document, across=True)
            mark = f"附件{number}" if len(paper.annexes) > 1 else "附件"
            for part in _annex(annex, mark):
                _append(body, part)
        _add_section(document, across=False)
    kept = paper.letterhead
    _append(body, layout.imprint(paper.check_line, kept.copies, kept.printer, day_label(paper.dated_on)))
    _append(body, element(paragraph(layout.TINY)))
    stream = io.BytesIO()
    document.save(stream)
    return pack(stream.getvalue(), f"{paper.dated_on:%Y-%m-%d}T00:00:00Z")


def _append(body: Any, part: Any) -> None:
    """Before the last section's properties, which end the body."""
    body.insert(len(body) - 1, part)


# ---- document ---------------------------------------------------------------------------------------------------


def _set_up(document: Document, paper: Paper) -> None:
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    styles = document.styles.element
    normal = document.styles["Normal"].element
    normal.remove_all("w:rPr")
    # The grid counts in characters of this style.
    normal.append(element(f'<w:rPr>{layout.fonts(layout.BODY_FONT)}<w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr>'))
    for style in layout.STYLES:
        styles.append(layout.style_element(style))
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    _turn(section, across=False)
    _number_pages(section)
    moment = datetime.datetime.combine(paper.dated_on, datetime.time.min)
    about = document.core_properties
    about.title, about.author, about.last_modified_by = paper.title, paper.letterhead.organisation, ""
    about.comments, about.created, about.modified = paper.check_line, moment, moment


def _number_pages(section: Any) -> None:
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        root = footer._element
        for child in list(root):
            root.remove(child)
        root.append(layout.page_number(align))


def _add_section(document: Document, *, across: bool) -> None:
    """A new page of a new section. The paragraph that ends the old one takes no room."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    last = document.element.body[-2]
    last.pPr.insert(0, element(f'<w:pStyle w:val="{layout.TINY.id}"/>'))
    _turn(section, across=across)


def _turn(section: Any, *, across: bool) -> None:
    sides = (layout.TOP, layout.RIGHT, layout.BOTTOM, layout.LEFT)
    top, right, bottom, left = (sides[3], sides[0], sides[1], sides[2]) if across else sides
    width, height = layout.PAGE_WIDTH, layout.PAGE_HEIGHT
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Twips(height), Twips(width)) if across else (Twips(width), Twips(height))
    section.top_margin, section.right_margin = Twips(top), Twips(right)
    section.bottom_margin, section.left_margin = Twips(bottom), Twips(left)
    section.header_distance, section.gutter = Twips(layout.twips(15)), Twips(0)
    section.footer_distance = Twips(layout.twips(16)) if across else Twips(layout.FOOTER)
    properties = section._sectPr
    for grid in properties.findall(qn("w:docGrid")):
        properties.remove(grid)
    properties.append(
        element(
            f'<w:docGrid w:type="linesAndChars" w:linePitch="{layout.LINE}" w:charSpace="{layout.CHARACTER_SPACE}"/>'
            if not across
            else '<w:docGrid w:linePitch="312"/>'
        )
    )


# ---- letter -----------------------------------------------------------------------------------------------------


def _head(paper: Paper) -> list[str]:
    """版头: the red name, the number (with the signer beside it, where there is one), the red rule."""
    mark = paper.letterhead.mark
    size = min(62, int(layout.TYPE_WIDTH / 20 / max(len(mark), 1)))
    rule = f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="11" w:color="{layout.RED}"/></w:pBdr>'
    before = f'<w:spacing w:before="{layout.twips(35)}" w:after="{layout.LINE * 2}"/>'
    if paper.signer:
        tabs = f'<w:tabs><w:tab w:val="right" w:pos="{layout.TYPE_WIDTH - layout.CHARACTER}"/></w:tabs>'
        number = paragraph(
            layout.NUMBER,
            run(f"{paper.number}\t签发人：", layout.BODY_FONT),
            run(paper.signer, layout.KAI_FONT),
            properties=f'{rule}{tabs}<w:ind w:left="{layout.CHARACTER}"/><w:jc w:val="left"/>',
        )
    else:
        number = says(layout.NUMBER, paper.number, properties=rule)
    return [
        paragraph(layout.MARK, run(mark, layout.TITLE_FONT, size_pt=size), properties=before),
        number,
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
    """附件说明, then who and when: the date four characters from the edge, the name centred above it, or, when it is the
    longer one, two characters from the edge with the date centred below."""
    parts = []
    if paper.annexes:
        parts.append(paragraph(layout.FLUSH, properties=KEEP))
        for number, line in enumerate(paper.annex_lines):
            text = line if number else f"附件：{line}"
            hang = 1 if number else 4
            parts.append(
                says(layout.BODY, text, properties=KEEP + layout.hanging_indent(5 + (len(paper.annexes) > 1), hang))
            )
    name, date = paper.letterhead.organisation, day_label(paper.dated_on)
    name_width, date_width = float(len(name)), _width(date)
    name_right = max(2.0, 4 + (date_width - name_width) / 2)
    date_right = name_right + (name_width - date_width) / 2
    parts += [paragraph(layout.FLUSH, properties=KEEP), paragraph(layout.FLUSH, properties=KEEP)]
    parts.append(says(layout.SIGNED, name, properties=KEEP + layout.right_indent(name_right)))
    parts.append(says(layout.SIGNED, date, properties=layout.right_indent(date_right)))
    return parts


def _width(text: str) -> float:
    """In characters of the body; a digit takes half."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


# ---- annexes ----------------------------------------------------------------------------------------------------


def _annex(annex: PaperTable, mark: str) -> list[Any]:
    widths = layout.column_widths([column.share for column in annex.columns], layout.WIDE_TYPE_WIDTH)
    styles = [_style(column) for column in annex.columns]
    table = layout.table(widths, [column.label for column in annex.columns], annex.printed_rows, styles)
    parts = [element(says(layout.ANNEX, mark)), element(says(layout.ANNEX_TITLE, annex.title)), table]
    return [*parts, element(says(layout.NOTE, f"注：{annex.note}"))] if annex.note else parts


def _style(column: Column) -> layout.Style:
    if column.is_text:
        return layout.CELL_TEXT
    return layout.CELL_MONEY if column.number_format.startswith("#") else layout.CELL
