"""Broken and hostile files, each made from a plain workbook."""

import io
import random
import struct
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlwt

HEAD = ["序号", "项目名称", "总投资（万元）", "责任单位"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def plain() -> bytes:
    book = openpyxl.Workbook()
    for row in [HEAD, [1, "甲项目", 500, "县水利局"], [2, "乙项目", 600, "县财政局"]]:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def changed(name: str, old: bytes, new: bytes) -> bytes:
    files = parts(plain())
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    return packed(files)


SHEET = "xl/worksheets/sheet1.xml"


def with_part(name: str, data: bytes) -> bytes:
    return packed(parts(plain()) | {name: data})


def without(name: str) -> bytes:
    files = parts(plain())
    del files[name]
    return packed(files)


def sheet_of(body: bytes) -> bytes:
    return with_part(SHEET, b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN.encode(), body))


def old() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("清单")
    for number, row in enumerate([HEAD, [1, "甲项目", 500, "县水利局"]]):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def old_far() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("清单")
    for column, value in enumerate(HEAD):
        sheet.write(0, column, value)
    sheet.write(65535, 255, "x")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def renamed_stream(data: bytes, before: str, after: str) -> bytes:
    size = len(before)
    assert len(after) <= size
    return data.replace(before.encode("utf-16-le"), after.ljust(size, "\0").encode("utf-16-le"), 1)


def encrypted() -> bytes:
    """A container whose only stream is called EncryptedPackage, as password-protected .xlsx files are."""
    data = bytearray(old())
    place = data.index("Workbook".encode("utf-16-le"))
    data[place : place + 64] = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", data, place + 64, 34)
    return bytes(data)


def filepass() -> bytes:
    data = bytearray(old())
    place = data.index(b"\x09\x08")
    length = struct.unpack_from("<H", data, place + 2)[0]
    after = place + 4 + length
    struct.pack_into("<H", data, after, 0x2F)
    return bytes(data)


def quines(count: int) -> bytes:
    return packed({f"xl/x{n}.xml": b"" for n in range(count)} | parts(plain()))


def with_strings(strings: bytes) -> bytes:
    """The plain workbook with a part of shared strings."""
    relation = b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>'
    files = parts(changed("xl/_rels/workbook.xml.rels", b"</Relationships>", relation + b"</Relationships>"))
    return packed(files | {"xl/sharedStrings.xml": strings})


def _flipped() -> bytes:
    data = bytearray(plain())
    place = data.index(SHEET.encode()) + len(SHEET) + 60
    for offset in range(40):
        data[place + offset] ^= 0xFF
    return bytes(data)


def lying_size() -> bytes:
    """The directory says 10 bytes, the sheet unpacks to 50 MB."""
    data = bytearray(packed(parts(plain()) | {SHEET: b" " * 50_000_000}))
    signature = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    struct.pack_into("<I", data, signature + 24, 10)
    return bytes(data)


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE w SYSTEM "file:///etc/passwd">'
CELL = b'<c r="%s%d" t="inlineStr"><is><t>x</t></is></c>'


def _twice() -> bytes:
    stream = io.BytesIO(plain())
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<x/>")
    return stream.getvalue()


def _circle() -> bytes:
    data = bytearray(old())
    fat = struct.unpack_from("<I", data, 76)[0]
    for entry in range(128):
        struct.pack_into("<I", data, 512 + fat * 512 + entry * 4, entry)
    return bytes(data)


def _word() -> bytes:
    data = bytearray(old())
    place = data.index("Workbook".encode("utf-16-le"))
    data[place : place + 64] = "WordDocument".encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", data, place + 64, 26)
    return bytes(data)


def _old_macro() -> bytes:
    data = bytearray(old())
    place = data.index("Workbook".encode("utf-16-le"))
    data[place : place + 64] = "_VBA_PROJECT_CUR".encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", data, place + 64, 34)
    return bytes(data)


def _sheets(count: int) -> bytes:
    book = openpyxl.Workbook()
    for number in range(count - 1):
        book.create_sheet(f"表{number}")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods(rows: bytes, more: dict[str, bytes] | None = None) -> bytes:
    """An OpenDocument workbook of one sheet."""
    spaces = b" ".join(
        b'xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (name, name)
        for name in (b"office", b"table", b"text")
    )
    content = (
        b"<office:document-content %s><office:body><office:spreadsheet><table:table table:name='x'>%s</table:table>"
        b"</office:spreadsheet></office:body></office:document-content>" % (spaces, rows)
    )
    return packed(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content} | (more or {})
    )


def _directory(offset: int, new: bytes) -> bytes:
    """The plain workbook with some bytes of the sheet's entry in the archive's directory replaced."""
    data = bytearray(plain())
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    data[entry + offset : entry + offset + len(new)] = new
    return bytes(data)


def record(kind: bytes, offset: int, new: bytes) -> bytes:
    """The old workbook with some bytes of its first record of a kind replaced."""
    data = bytearray(old())
    place = data.index(kind, 512)
    data[place + offset : place + offset + len(new)] = new
    return bytes(data)


REFUSED: dict[str, Callable[[], bytes]] = {
    "empty file": lambda: b"",
    "one byte": lambda: b"\x00",
    "binary noise": lambda: random.Random(1).randbytes(5000),
    "zip header only": lambda: b"PK\x03\x04",
    "zip cut in half": lambda: plain()[: len(plain()) // 2],
    "zip without its directory": lambda: plain()[:-60],
    "zip with a byte flipped in the sheet": _flipped,
    "plain archive of a text": lambda: packed({"a.txt": b"hello"}),
    "archive of workbooks": lambda: packed({"a.xlsx": plain(), "b.xlsx": plain()}),
    "docx": lambda: packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    "pptx": lambda: packed({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
    "odt": lambda: packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
    "xlsb": lambda: packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}),
    "xlsm with a project": lambda: with_part("xl/vbaProject.bin", b"x"),
    "macro by content type": lambda: changed(
        "[Content_Types].xml", b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml"
    ),
    "macro in an odd folder": lambda: with_part("xl/sub/VBAPROJECT.BIN", b"x"),
    "workbook part missing": lambda: without("xl/workbook.xml"),
    "relations missing": lambda: without("xl/_rels/workbook.xml.rels"),
    "sheet part missing": lambda: without(SHEET),
    "sheet not XML": lambda: with_part(SHEET, b"hello"),
    "sheet empty": lambda: with_part(SHEET, b""),
    "sheet cut": lambda: with_part(SHEET, parts(plain())[SHEET][:-30]),
    "workbook cut": lambda: with_part("xl/workbook.xml", parts(plain())["xl/workbook.xml"][:80]),
    "styles cut": lambda: with_part("xl/styles.xml", parts(plain())["xl/styles.xml"][:80]),
    "strings cut": lambda: with_strings(b"<sst><si><t>x"),
    "content types cut to a bomb of DTD": lambda: with_part(SHEET, DOCTYPE + b"<w>&b;</w>"),
    "external entity in the sheet": lambda: with_part(SHEET, EXTERNAL + b"<w/>"),
    "entities in the strings": lambda: with_strings(DOCTYPE + b"<sst><si><t>&b;</t></si></sst>"),
    "entities in the workbook": lambda: with_part("xl/workbook.xml", DOCTYPE + b"<w/>"),
    "entities in the styles": lambda: with_part("xl/styles.xml", DOCTYPE + b"<w/>"),
    "utf-16 sheet with a DTD": lambda: with_part(SHEET, (DOCTYPE + b"<w/>").decode().encode("utf-16")),
    "bomb of 300 MB": lambda: packed(parts(plain()) | {"xl/media/a.bin": b"\0" * 300_000_000}),
    "ratio of a bomb": lambda: packed(parts(plain()) | {"xl/media/a.bin": b"\0" * 150_000_000}),
    "size that lies": lying_size,
    "three thousand parts": lambda: quines(3000),
    "too many columns": lambda: sheet_of(
        b'<row r="1">' + b"".join(b"<c><v>%d</v></c>" % n for n in range(300)) + b"</row>"
    ),
    "too many rows": lambda: sheet_of(b"".join(b"<row><c><v>%d</v></c></row>" % n for n in range(20_050))),
    "no sheet": lambda: changed("xl/workbook.xml", b"<sheet ", b"<shoot "),
    "sheet of no cells": lambda: sheet_of(b""),
    "numbers only": lambda: sheet_of(b"<row><c><v>1</v></c><c><v>2</v></c></row>"),
    "two entries of one name": _twice,
    "deep nesting": lambda: with_part(SHEET, b"<a>" * 200_000 + b"</a>" * 200_000),
    "old cut in half": lambda: old()[: len(old()) // 2],
    "old with its sectors in a circle": _circle,
    "old container of nothing": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
    "old header of noise": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(2).randbytes(4000),
    "old with a far cell": old_far,
    "old without workbook": lambda: renamed_stream(old(), "Workbook", "Notebook"),
    "word document": _word,
    "old with macros": _old_macro,
    "encrypted package": encrypted,
    "encrypted old": filepass,
    "old with noise inside": lambda: old()[:1024] + random.Random(3).randbytes(len(old()) - 1024),
    "excel 2 file": lambda: b"\x09\x00\x04\x00\x02\x00\x10\x00" + b"\0" * 50,
    "html table": "<html><table><tr><td>序号</td><td>项目名称</td></tr></table></html>".encode,
    "html with bom and blanks": "\ufeff \n<HTML><body>x".encode,
    "html in utf-16": lambda: "<html><table>".encode("utf-16"),
    "html behind an xml line": lambda: b'<?xml version="1.0"?><html xmlns="x"><table/></html>',
    "xml of 2003": lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
    "mht": lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related\n",
    "pdf": lambda: b"%PDF-1.7\n",
    "png": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    "jpeg": lambda: b"\xff\xd8\xff\xe0" + b"\0" * 50,
    "gif": lambda: b"GIF89a" + b"\0" * 50,
    "rar": lambda: b"Rar!\x1a\x07\x00",
    "7z": lambda: b"7z\xbc\xaf\x27\x1c",
    "gzip": lambda: b"\x1f\x8b\x08" + b"\0" * 20,
    "program": lambda: b"MZ" + b"\0" * 100,
    "rtf": lambda: b"{\\rtf1 hello}",
    "database": lambda: b"SQLite format 3\0" + b"\0" * 100,
    "plain prose": "今天开会研究了项目建设。".encode,
    "json": lambda: b'{"a": 1}',
    "csv with binary": "序号,项目名称\n1,\x01\x02".encode,
    "csv of one huge cell": lambda: b'"' + b"a" * 100_000,
    "csv of too many columns": ("序号,项目名称," + ",".join(f"列{n}" for n in range(300))).encode,
    "csv of too many rows": lambda: b"a,b\n" * 20_100,
    "bytes of no encoding": lambda: b"\xff\xff\xff\xff,\x80\x80\x80" * 20,
    "ods cut": lambda: packed(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<office:x"}
    ),
    "ods with a DTD": lambda: packed(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": DOCTYPE + b"<w/>"}
    ),
    "ods without content": lambda: packed(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "styles.xml": b"<x/>"}
    ),
    "ods encrypted": lambda: packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": b"noise",
            "META-INF/manifest.xml": b"<manifest:encryption-data/>",
        }
    ),
    "sixty sheets": lambda: _sheets(60),
    "password on the archive": lambda: _directory(8, b"\x01\x00"),
    "compression of no known kind": lambda: _directory(10, b"\x63\x00"),
    "directory that points into another part": lambda: _directory(42, b"\x00\x00\x00\x00"),
    "macro sheet": lambda: with_part("xl/macrosheets/sheet1.xml", b"<x/>"),
    "ods with a script": lambda: ods(b"", {"Basic/Standard/script-lb.xml": b"<x/>"}),
    "ods of a million filled rows": lambda: ods(
        b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>'
    ),
    "ods of ten thousand filled columns": lambda: ods(
        b'<table:table-row><table:table-cell table:number-columns-repeated="10000"><text:p>x</text:p></table:table-cell></table:table-row>'
    ),
    "encoding that nobody knows": lambda: with_part(SHEET, b'<?xml version="1.0" encoding="x-none"?><worksheet/>'),
    "NUL in the sheet": lambda: sheet_of(b"<row><c><v>1\0</v></c></row>"),
    "character that XML forbids": lambda: sheet_of(b"<row><c t='str'><v>&#xD800;</v></c></row>"),
    "CDATA without end": lambda: with_part(SHEET, b"<worksheet><![CDATA[x"),
    "two roots": lambda: with_part(SHEET, b"<worksheet/><worksheet/>"),
    "attribute given twice": lambda: with_part(SHEET, b'<worksheet a="1" a="2"/>'),
    "entity that was never declared": lambda: sheet_of(b"<row><c><v>&secret;</v></c></row>"),
    "sheet outside of the archive": lambda: changed(
        "xl/_rels/workbook.xml.rels", b"/xl/worksheets/sheet1.xml", b"/../../../etc/passwd"
    ),
    "sheet on another machine": lambda: changed(
        "xl/_rels/workbook.xml.rels", b"/xl/worksheets/sheet1.xml", b"http://example.invalid/sheet1.xml"
    ),
    "relations cut": lambda: with_part("xl/_rels/workbook.xml.rels", b"<Relationships><Relat"),
    "epub": lambda: packed({"mimetype": b"application/epub+zip", "content.opf": b"<x/>"}),
    "jar": lambda: packed({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0"}),
    "spreadsheet of another maker": lambda: packed({"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"}),
    "bmp": lambda: b"BM" + b"\0" * 60,
    "tiff": lambda: b"II*\0" + b"\0" * 60,
    "webp": lambda: b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 60,
    "video": lambda: b"\0\0\0\x20ftypisom" + b"\0" * 60,
    "program of Linux": lambda: b"\x7fELF" + b"\0" * 60,
    "xz": lambda: b"\xfd7zXZ\0" + b"\0" * 60,
    "tar": lambda: b"a.txt" + b"\0" * 507 + b"hello" + b"\0" * 507,
    "letter": lambda: b"From: a@example.invalid\nSubject: list\n\nhello\n",
    "script": lambda: b"#!/bin/sh\nrm -rf /\n",
    "html that begins with a comment": lambda: b"<!-- saved --><html><table/></html>",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "csv in utf-32": lambda: "序号,项目名称\n1,甲项目\n".encode("utf-32"),
    "csv cut in a character": lambda: "序号,项目名称\n1,甲项目".encode()[:-1] + b"\xff,\xfe\xfa\x80\n" * 9,
    "csv of quotes": lambda: b'"' * 40_001,
    "old whose record is longer than the file": lambda: record(b"\x09\x08", 2, b"\xff\xff"),
    "old with a macro sheet": lambda: record(b"\x85\x00", 9, b"\x01"),
}
