"""The Word file: GB/T 9704-2012 in numbers, nothing that makes Word offer a repair, the same bytes at any time."""

import io
import posixpath
import zipfile
from collections import Counter

import docx
import openpyxl
import pytest
import time_machine
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from projects.bulletins.printing.files import file_bytes
from projects.bulletins.printing.word import word_bytes
from tests.projects.bulletins.papers import figures, paper
from yichuan_tracker.papers.packing import difference

NEAR = Mm(0.05)


@pytest.fixture(scope="module")
def content():
    return word_bytes(paper(figures(rows=141)))


@pytest.fixture(scope="module")
def document(content):
    return docx.Document(io.BytesIO(content))


def test_pages_are_a4_with_the_margins_of_the_standard_and_wide_ones_are_turned(document):
    upright, *wide, last = document.sections
    for section in (upright, last):
        sides = (section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin,
                 section.right_margin)  # fmt: skip
        assert all(
            abs(side - Mm(wanted)) < NEAR for side, wanted in zip(sides, (210, 297, 37, 35, 28, 26), strict=True)
        )
    assert len(wide) == 2
    for section in wide:
        assert section.page_width > section.page_height
        sides = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
        assert all(abs(side - Mm(wanted)) < NEAR for side, wanted in zip(sides, (28, 37, 26, 35), strict=True))


def test_22_lines_of_28_characters_fill_the_type_area(document):
    section = document.sections[0]
    grid = section._sectPr.find(qn("w:docGrid"))
    height = section.page_height - section.top_margin - section.bottom_margin
    width = section.page_width - section.left_margin - section.right_margin
    assert height // Pt(int(grid.get(qn("w:linePitch"))) / 20) == 22
    pitch = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert int(width / Pt(1) / pitch + 0.001) == 28
    body = document.styles["公文正文"]
    assert body.paragraph_format.line_spacing == Pt(28.95)
    spacing = int(body.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert int(width / Pt(1) / (16 + spacing)) == 28


@pytest.mark.parametrize(
    ("style", "font", "points"),
    [
        ("公文标题", "方正小标宋简体", 22),
        ("公文正文", "仿宋_GB2312", 16),
        ("公文一级标题", "黑体", 16),
        ("版记", "仿宋_GB2312", 14),
        ("页码", "宋体", 14),
    ],
)
def test_fonts_and_sizes_by_level(document, style, font, points):
    found = document.styles[style]
    assert found.font.size == Pt(points)
    assert found.element.rPr.rFonts.get(qn("w:eastAsia")) == font


def test_the_letter_has_its_parts_in_order(document):
    texts = [one.text for one in document.paragraphs if one.text]
    wanted = [
        "伊川县重点项目建设领导小组办公室文件",
        "伊重点办〔2023〕6号",
        "关于2023年6月重点项目建设情况的通报",
        "各乡镇：",
        "一、总体情况",
    ]
    assert texts[:5] == wanted
    assert "附件：1.2023年6月牵头单位排名表" in texts
    assert texts.index("2023年7月4日") == texts.index("伊川县重点项目建设领导小组办公室") + 1
    mark, number = document.paragraphs[:2]
    assert str(document.styles["发文机关标志"].font.color.rgb) == "FF0000"
    assert mark.paragraph_format.space_before > Mm(34.9)
    assert number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom")).get(qn("w:color")) == "FF0000"
    lead = next(one for one in document.paragraphs if one.text.startswith("（一）"))
    assert lead.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "楷体_GB2312"
    assert [cell.text for row in document.tables[-1].rows for cell in row.cells][1:] == [
        "抄送：县委。", "伊川县重点项目建设领导小组办公室\t2023年7月4日印发"
    ]  # fmt: skip


def test_a_signer_stands_beside_the_number():
    found = docx.Document(io.BytesIO(word_bytes(paper(signer="赵某"))))
    assert found.paragraphs[1].text == "伊重点办〔2023〕6号\t签发人：赵某"


def test_page_numbers_stand_outside_on_odd_and_even_pages(document):
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        (line,) = footer.paragraphs
        assert line._p.pPr.find(qn("w:jc")).get(qn("w:val")) == align
        assert line.text == "— 1 —"


def test_pages_across_carry_their_number_where_the_others_do(document):
    """GB/T 9704: at the foot of the page once it is bound, which is its left; odd pages at the bottom, even ones on top."""
    across = [section for section in document.sections if section.page_width > section.page_height]
    assert across
    for section in across:
        places = []
        for footer in (section.footer, section.even_page_footer):
            x, y = (int(one.text) // 36000 for one in footer._element.iter(qn("wp:posOffset")))
            turned = footer._element.find(".//{*}bodyPr").get("vert")
            places.append((x, y, turned, "PAGE" in "".join(footer._element.itertext())))
        assert places == [(21, 139, "vert", True), (21, 33, "vert", True)]
    assert document.sections[-1].footer.paragraphs[0].text == "— 1 —"


def test_nothing_makes_word_offer_a_repair(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names))
        types = etree.fromstring(archive.read("[Content_Types].xml"))
        typed = {one.get("PartName") for one in types} | {one.get("Extension") for one in types}
        for name in names:
            assert f"/{name}" in typed or name.rsplit(".", 1)[-1] in typed
            if name.endswith(".rels"):
                relations = etree.fromstring(archive.read(name))
                assert max(Counter(one.get("Id") for one in relations).values()) == 1
                folder = name.split("_rels/")[0]
                for one in relations:
                    target = one.get("Target")
                    assert posixpath.normpath(f"/{folder}{target}" if target[0] != "/" else target)[1:] in names
        root = etree.fromstring(archive.read("word/document.xml"))
        known = {one.get("Id") for one in etree.fromstring(archive.read("word/_rels/document.xml.rels"))}
    used = {value for one in root.iter() for key, value in one.attrib.items() if key.endswith("relationships}id")}
    assert used <= known
    tables = list(root.iter(qn("w:tbl")))
    assert len(tables) == 3
    for table in tables:
        grid = [int(one.get(qn("w:w"))) for one in table.find(qn("w:tblGrid"))]
        assert sum(grid) == int(table.find(qn("w:tblPr")).find(qn("w:tblW")).get(qn("w:w")))
        for row in table.iter(qn("w:tr")):
            cells = row.findall(qn("w:tc"))
            assert [int(one.find(qn("w:tcPr")).find(qn("w:tcW")).get(qn("w:w"))) for one in cells] == grid
            assert all(one[-1].tag == qn("w:p") for one in cells)
    wide = tables[:2]
    assert all(table.find(qn("w:tr")).find(qn("w:trPr")).find(qn("w:tblHeader")) is not None for table in wide)


@pytest.mark.parametrize("form", ["docx", "xlsx", "html"])
def test_the_same_data_give_the_same_bytes_on_another_day(form):
    with time_machine.travel("2023-07-04 08:00:00", tick=False):
        one = file_bytes(form, paper(), "")
    with time_machine.travel("2031-12-31 23:59:59", tick=False):
        other = file_bytes(form, paper(), "")
    assert one == other
    assert file_bytes(form, paper(number="伊重点办〔2023〕7号"), "") != one


def test_a_difference_names_the_part_that_differs():
    one, other = word_bytes(paper()), word_bytes(paper(number="伊重点办〔2023〕7号"))
    assert difference(one, one) == ""
    assert difference(one, other) == "部件不同：word/document.xml"
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(one)) as old, zipfile.ZipFile(stored, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "只是压缩方式不同" in difference(one, stored.getvalue())
    assert difference(b"abc", b"abd") == "从第 3 个字节起不同"


def test_what_xml_cannot_hold_is_taken_out():
    data = figures(lines=None, red=("坝\x0b<&>坝",))
    text = "\n".join(one.text for one in docx.Document(io.BytesIO(word_bytes(paper(data)))).paragraphs)
    assert "坝<&>坝" in text


def test_the_workbook_has_the_ranking_tables_without_formulas():
    book = openpyxl.load_workbook(io.BytesIO(file_bytes("xlsx", paper(figures(rows=3)), "")))
    assert book.sheetnames == ["说明", "牵头单位榜", "项目榜"]
    head, first, *_ = book["牵头单位榜"].iter_rows(values_only=True)
    assert head[:3] == ("名次", "牵头单位", "项目数")
    assert (head[-3:], first[-3:]) == (("得分", "上月名次", "升降"), (88.03, 4, 3))
    assert book["说明"]["B3"].value == "伊重点办〔2023〕6号"
    assert book["项目榜"].page_setup.orientation == "landscape"
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n", "inlineStr"}
