"""The document around the layout: styles, page, page numbers, sections, signature."""

import datetime
import io
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Twips

from yichuan_tracker.months import day_label
from yichuan_tracker.papers import layout
from yichuan_tracker.papers.layout import element, paragraph, run, says
from yichuan_tracker.papers.packing import pack

KEEP = "<w:keepNext/>"


def blank_document(*, title: str, author: str, comments: str, dated_on: datetime.date) -> Document:
    """A document in the layout of official papers with nothing in it yet, which says who wrote it and when."""
    document = docx.Document()
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
    moment = datetime.datetime.combine(dated_on, datetime.time.min)
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title, author, ""
    about.comments, about.created, about.modified = comments, moment, moment
    return document


def _number_pages(section: Any, *, across: bool = False) -> None:
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        root = footer._element
        for child in list(root):
            root.remove(child)
        root.append(layout.side_page_number(align) if across else layout.page_number(align))


def add_section(document: Document, *, across: bool) -> None:
    """A new page of a new section. The paragraph that ends the old one takes no room."""
    was_across = document.sections[-1].orientation == WD_ORIENT.LANDSCAPE
    section = document.add_section(WD_SECTION.NEW_PAGE)
    last = document.element.body[-2]
    last.pPr.insert(0, element(f'<w:pStyle w:val="{layout.TINY.id}"/>'))
    _turn(section, across=across)
    if across != was_across:
        _number_pages(section, across=across)


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


def append(document: Document, part: Any) -> None:
    """Before the last section's properties, which end the body."""
    body = document.element.body
    body.insert(len(body) - 1, part)


def packed(document: Document, dated_on: datetime.date) -> bytes:
    """The .docx: the same document gives the same bytes."""
    stream = io.BytesIO()
    document.save(stream)
    return pack(stream.getvalue(), f"{dated_on:%Y-%m-%d}T00:00:00Z")


def numeral(number: int) -> str:
    """1 to 999 as official papers number their parts: 一, 十, 二十三, 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    digits = " 一二三四五六七八九"
    if hundreds:
        middle = f"{digits[tens]}十" if tens else "零" if ones else ""
        return f"{digits[hundreds]}百{middle}{digits[ones]}".strip()
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[ones]}".strip()


def red_head(mark: str, number: str, signer: str = "") -> list[str]:
    """版头: the red name, the number (with the signer beside it, where there is one), the red rule."""
    size = min(62, int(layout.TYPE_WIDTH / 20 / max(len(mark), 1)))
    rule = f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="11" w:color="{layout.RED}"/></w:pBdr>'
    before = f'<w:spacing w:before="{layout.twips(35)}" w:after="{layout.LINE * 2}"/>'
    if signer:
        tabs = f'<w:tabs><w:tab w:val="right" w:pos="{layout.TYPE_WIDTH - layout.CHARACTER}"/></w:tabs>'
        line = paragraph(
            layout.NUMBER,
            run(f"{number}\t签发人：", layout.BODY_FONT),
            run(signer, layout.KAI_FONT),
            properties=f'{rule}{tabs}<w:ind w:left="{layout.CHARACTER}"/><w:jc w:val="left"/>',
        )
    else:
        line = says(layout.NUMBER, number, properties=rule)
    return [paragraph(layout.MARK, run(mark, layout.TITLE_FONT, size_pt=size), properties=before), line]


def signature(organisation: str, dated_on: datetime.date) -> list[str]:
    """Who and when: the date four characters from the edge, the name centred above it, or, when it is the longer one, two
    characters from the edge with the date centred below."""
    name, date = organisation, day_label(dated_on)
    name_width, date_width = float(len(name)), _width(date)
    name_right = max(2.0, 4 + (date_width - name_width) / 2)
    date_right = name_right + (name_width - date_width) / 2
    return [
        paragraph(layout.FLUSH, properties=KEEP),
        paragraph(layout.FLUSH, properties=KEEP),
        says(layout.SIGNED, name, properties=KEEP + layout.right_indent(name_right)),
        says(layout.SIGNED, date, properties=layout.right_indent(date_right)),
    ]


def _width(text: str) -> float:
    """In characters of the body; a digit takes half."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)
