"""The layout of official papers (公文) after GB/T 9704-2012, as WordprocessingML. Lengths in twips unless said otherwise.

A4; type area 156 × 225 mm; 22 lines of 28 characters; 仿宋 16 pt; exact lines of 28.95 pt. Fonts are named, never embedded.
"""

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from yichuan_tracker.web.downloads import plain

TITLE_FONT, BODY_FONT, BLACK_FONT, KAI_FONT, NUMBER_FONT = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "黑体",
    "楷体_GB2312",
    "宋体",
)
# Figures in tables: narrow, and alike on every machine.
TABLE_LATIN = "Times New Roman"
# 三号 is 16 pt: one character of the body and, nearly, of the grid.
SIZE_PT = 16
CHARACTER = SIZE_PT * 20
LINE = 579
CELL_LINE = 230
IMPRINT_LINE, IMPRINT_SIZE_PT = 460, 14
PER_LINE, LINES = 28, 22
RED = "FF0000"


def twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


PAGE_WIDTH, PAGE_HEIGHT = twips(210), twips(297)
TOP, BOTTOM, LEFT, RIGHT = twips(37), twips(35), twips(28), twips(26)
TYPE_WIDTH = PAGE_WIDTH - LEFT - RIGHT
# Across, the page is a turned one: its left is the foot, its top the inner edge.
WIDE_TYPE_WIDTH = PAGE_HEIGHT - TOP - BOTTOM
FOOTER = twips(25)
# The grid's pitch is the body's size plus this many 4096ths of a point: 156 mm ÷ 28.
CHARACTER_SPACE = round((TYPE_WIDTH / 20 / PER_LINE - SIZE_PT) * 4096)


@dataclass(frozen=True)
class Style:
    """A paragraph style of the bulletin. `first_line` in characters; `line` 0 for as high as the text."""

    id: str
    name: str
    font: str
    size_pt: float = SIZE_PT
    align: str = "both"
    first_line: int = 0
    line: int = LINE
    # Twentieths of a point between characters: what makes 28 of them fill a line of 156 mm.
    spacing: int = 0
    latin: str = ""
    colour: str = ""
    keep_next: bool = False


BODY = Style("GwBody", "公文正文", BODY_FONT, first_line=2, spacing=-5)
FLUSH = Style("GwFlush", "公文顶格", BODY_FONT, align="left", spacing=-5)
MARK = Style("GwMark", "发文机关标志", TITLE_FONT, 44, "center", line=0, colour=RED)
NUMBER = Style("GwNumber", "发文字号", BODY_FONT, align="center")
TITLE = Style("GwTitle", "公文标题", TITLE_FONT, 22, "center", line=680)
FIRST = Style("GwFirst", "公文一级标题", BLACK_FONT, first_line=2, spacing=-5, keep_next=True)
SIGNED = Style("GwSigned", "公文落款", BODY_FONT, align="right", spacing=-5)
ANNEX = Style("GwAnnex", "附件序号", BLACK_FONT, align="left", keep_next=True)
ANNEX_TITLE = Style("GwAnnexTitle", "附件标题", TITLE_FONT, 18, "center", keep_next=True)
CELL = Style("GwCell", "表格", BODY_FONT, 8.5, "center", line=CELL_LINE, latin=TABLE_LATIN)
CELL_TEXT = Style("GwCellText", "表格文字", BODY_FONT, 8.5, "left", line=CELL_LINE, latin=TABLE_LATIN)
CELL_MONEY = Style("GwCellMoney", "表格数字", BODY_FONT, 8.5, "right", line=CELL_LINE, latin=TABLE_LATIN)
CELL_HEAD = Style("GwCellHead", "表头", BLACK_FONT, 8.5, "center", line=CELL_LINE, latin=TABLE_LATIN)
NOTE = Style("GwNote", "附注", BODY_FONT, 9, "left", line=0)
IMPRINT = Style("GwImprint", "版记", BODY_FONT, IMPRINT_SIZE_PT, "left", line=IMPRINT_LINE)
PAGE_NUMBER = Style("GwPageNumber", "页码", NUMBER_FONT, 14, "left", line=0)
TINY = Style("GwTiny", "分节", BODY_FONT, 1, "left", line=20)
STYLES = (
    BODY, FLUSH, MARK, NUMBER, TITLE, FIRST, SIGNED, ANNEX, ANNEX_TITLE, CELL, CELL_TEXT, CELL_MONEY, CELL_HEAD, NOTE,
    IMPRINT, PAGE_NUMBER, TINY,
)  # fmt: skip


def element(xml: str) -> Any:
    """`xml`, whose prefix w: is Word's own, as an element."""
    return parse_xml(re.sub(r"^<w:\w+", rf"\g<0> {nsdecls('w')}", xml, count=1))


def style_element(style: Style) -> Any:
    indent = (
        f'<w:ind w:firstLineChars="{style.first_line * 100}" w:firstLine="{style.first_line * CHARACTER}"/>'
        if style.first_line
        else ""
    )
    line = f'<w:spacing w:before="0" w:after="0" w:line="{style.line or 240}" w:lineRule="{"exact" if style.line else "auto"}"/>'
    keep = "<w:keepNext/>" if style.keep_next else ""
    spacing = f'<w:spacing w:val="{style.spacing}"/>' if style.spacing else ""
    # The grid is declared, and kept by exact lines and spacing: programs differ in how they pull characters onto it.
    return element(
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        f'<w:qFormat/><w:pPr>{keep}<w:widowControl w:val="0"/><w:snapToGrid w:val="0"/>{line}{indent}'
        f'<w:jc w:val="{style.align}"/></w:pPr><w:rPr>{fonts(style.font, latin=style.latin)}'
        f"{_colour(style.colour)}{spacing}{_size(style.size_pt)}</w:rPr></w:style>"
    )


def fonts(name: str, *, latin: str = "", hint: bool = False) -> str:
    """Named for every kind of character; the hint keeps “”— in the Chinese font."""
    hinted = ' w:hint="eastAsia"' if hint else ""
    other = latin or name
    return f'<w:rFonts w:ascii="{other}" w:hAnsi="{other}" w:eastAsia="{name}" w:cs="{other}"{hinted}/>'


def _colour(colour: str) -> str:
    return f'<w:color w:val="{colour}"/>' if colour else ""


def _size(points: float) -> str:
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def run(text: str, font: str, *, size_pt: float = 0) -> str:
    """Text in a run; what XML cannot hold is taken out."""
    size = _size(size_pt) if size_pt else ""
    parts = escape(str(plain(text) or "")).split("\t")
    inner = "<w:tab/>".join(f'<w:t xml:space="preserve">{part}</w:t>' if part else "" for part in parts)
    return f"<w:r><w:rPr>{fonts(font, hint=True)}{size}</w:rPr>{inner}</w:r>"


def paragraph(style: Style, *runs: str, properties: str = "") -> str:
    """A paragraph of the style; plain text is given as `run(text, style.font)`. `properties` are further pPr elements."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style.id}"/>{properties}</w:pPr>{"".join(runs)}</w:p>'


def says(style: Style, text: str, *, properties: str = "") -> str:
    return paragraph(style, run(text, style.font), properties=properties)


def hanging_indent(left: int, hang: int) -> str:
    """Lines begin `left` characters in, the first one `hang` characters before them."""
    return (
        f'<w:ind w:leftChars="{left * 100}" w:left="{left * CHARACTER}" '
        f'w:hangingChars="{hang * 100}" w:hanging="{hang * CHARACTER}"/>'
    )


def right_indent(characters: float) -> str:
    return f'<w:ind w:rightChars="{round(characters * 100)}" w:right="{round(characters * CHARACTER)}"/>'


def table(widths: Sequence[int], head: Sequence[str], rows: Iterable[Sequence[str]], styles: Sequence[Style]) -> Any:
    """A ruled table with its heading row repeated on each page. Built as one string and parsed once: `table.cell` of
    python-docx takes seconds for the county's 141 rows. `widths` in twips, `styles` per column."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    sides = "".join(f'<w:{side} w:w="40" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    margins = f"<w:tblCellMar>{sides}</w:tblCellMar>"
    properties = (
        f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/>{margins}</w:tblPr>'
    )
    parts = [_row(head, widths, [CELL_HEAD] * len(widths), "<w:cantSplit/><w:tblHeader/>")]
    parts += [_row(row, widths, styles, "<w:cantSplit/>") for row in rows]
    return element(f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(parts)}</w:tbl>")


def _row(texts: Sequence[str], widths: Sequence[int], styles: Sequence[Style], properties: str) -> str:
    # A cell takes its fonts from its style alone: runs of their own would double the size of the file.
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style.id}"/></w:pPr><w:r><w:t xml:space="preserve">{escape(str(plain(text) or ""))}</w:t></w:r></w:p></w:tc>'
        for text, width, style in zip(texts, widths, styles, strict=True)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


def column_widths(shares: Sequence[int], total: int) -> list[int]:
    """`total` divided by shares, in whole twips that sum up exactly."""
    whole = sum(shares)
    edges = [round(total * sum(shares[:count]) / whole) for count in range(len(shares) + 1)]
    return [end - start for start, end in itertools.pairwise(edges)]


def imprint(note: str, copies: str, printer: str, printed_on: str) -> Any:
    """A whole page: `note` on top, and at its foot 版记: copies to, printed by and when, between rules as wide as the type
    area. The row above has the height that is left, which every program keeps; not all keep a floating table's place."""
    rows = [f"抄送：{copies}。"] if copies else []
    rows.append(f"{printer}\t{printed_on}印发")
    character = IMPRINT_SIZE_PT * 20
    heights = [IMPRINT_LINE * _lines_of(row, TYPE_WIDTH - 2 * character, character) for row in rows]
    # A line is left over for the paragraph that ends the page.
    above = PAGE_HEIGHT - TOP - BOTTOM - sum(heights) - 60 * len(rows) - 120
    indent = f'<w:tabs><w:tab w:val="right" w:pos="{TYPE_WIDTH - character}"/></w:tabs><w:ind w:left="{character}" w:right="{character}"/>'
    parts = [_imprint_row(says(NOTE, note), above, "exact", "")]
    for number, (row, height) in enumerate(zip(rows, heights, strict=True)):
        edges = [("top", 8 if number == 0 else 6), *([("bottom", 8)] if number == len(rows) - 1 else [])]
        rules = "".join(
            f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>' for side, size in edges
        )
        parts.append(_imprint_row(says(IMPRINT, row, properties=indent), height + 60, "atLeast", rules))
    return element(
        f'<w:tbl><w:tblPr><w:tblW w:w="{TYPE_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{TYPE_WIDTH}"/></w:tblGrid>{"".join(parts)}</w:tbl>'
    )


def _imprint_row(content: str, height: int, rule: str, borders: str) -> str:
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="{rule}"/></w:trPr><w:tc><w:tcPr>'
        f'<w:tcW w:w="{TYPE_WIDTH}" w:type="dxa"/><w:tcBorders>{borders}</w:tcBorders></w:tcPr>{content}</w:tc></w:tr>'
    )


def _lines_of(text: str, width: int, character: int) -> int:
    taken = sum(character / 2 if one.isascii() else character for one in text)
    return max(1, math.ceil(taken / width))


def page_number(align: str) -> Any:
    """“— 1 —”, a character from the outer edge."""
    indent = '<w:ind w:left="280" w:right="280"/>'
    return element(paragraph(PAGE_NUMBER, _page_field(), properties=f'{indent}<w:jc w:val="{align}"/>'))


# Where the number stands on a page across, in millimetres from its left and top: 7 mm beside the type area, which is the
# foot of the page once it is bound, and as far from its corner as on any other page.
_SIDE_WIDTH, _SIDE_LENGTH = 7.5, 40
_SIDE_X = 35 - 7 - _SIDE_WIDTH / 2 - 2.5
_SIDE_Y: Mapping[str, float] = {"right": 210 - 26 - 5 - _SIDE_LENGTH, "left": 28 + 5}


def side_page_number(align: str) -> Any:
    """The number of a page across, where it stands on the pages upright (GB/T 9704 on tables across): a turned box at the
    page's left. `align` is as on a page upright: "right" on odd pages, at the bottom here."""
    text = paragraph(PAGE_NUMBER, _page_field(), properties=f'<w:jc w:val="{align}"/>')
    across, along = (round(length * 36000) for length in (_SIDE_WIDTH, _SIDE_LENGTH))
    x, y = round(_SIDE_X * 36000), round(_SIDE_Y[align] * 36000)
    box = (
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0" '
        'layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{across}" cy="{along}"/><wp:wrapNone/><wp:docPr id="1" name="页码"/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{across}" cy="{along}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>'
        f"<a:ln><a:noFill/></a:ln></wps:spPr><wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx>"
        '<wps:bodyPr vert="vert" lIns="0" tIns="0" rIns="0" bIns="0"/></wps:wsp></a:graphicData></a:graphic></wp:anchor>'
    )
    names = f'{nsdecls("w", "wp", "a")} xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    return parse_xml(
        f'<w:p {names}><w:pPr><w:pStyle w:val="{TINY.id}"/></w:pPr><w:r><w:drawing>{box}</w:drawing></w:r></w:p>'
    )


def _page_field() -> str:
    return "".join(
        f"<w:r><w:rPr>{fonts(NUMBER_FONT)}</w:rPr>{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
