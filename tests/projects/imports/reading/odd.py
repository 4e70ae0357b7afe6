"""Odd files that still hold a list: the project 甲项目 must come out of each."""

from collections.abc import Callable

from tests.projects.imports.reading.hostile import (
    CELL,
    HEAD,
    SHEET,
    changed,
    ods,
    old,
    packed,
    parts,
    plain,
    record,
    with_part,
)


def with_row(cells: bytes) -> bytes:
    """The plain workbook with one more row."""
    return changed(SHEET, b"</sheetData>", b'<row r="9">' + cells + b"</row></sheetData>")


def named(name: str) -> bytes:
    """The plain workbook with its sheet called `name` (escaped for XML)."""
    return changed("xl/workbook.xml", b'name="Sheet"', b'name="%s"' % name.encode())


def text(value: str) -> bytes:
    """A further project called `value` (escaped for XML)."""
    return with_row(b"<c r='A9'><v>3</v></c><c r='B9' t='str'><v>%s</v></c><c r='C9'><v>700</v></c>" % value.encode())


def separated(body: str, encoding: str = "utf-8") -> bytes:
    return (",".join(HEAD) + "\n1,甲项目,500,县水利局\n" + body).encode(encoding)


ODS_ROWS = "".join(
    "<table:table-row>"
    + "".join(f"<table:table-cell><text:p>{value}</text:p></table:table-cell>" for value in row)
    + "</table:table-row>"
    for row in [HEAD, ["1", "甲项目", "500", "县水利局"]]
).encode()


SURVIVED: dict[str, Callable[[], bytes]] = {
    "far cell": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="1048576">' + CELL % (b"XFD", 1048576) + b"</row></sheetData>"
    ),
    "dimension of the whole sheet": lambda: changed(SHEET, b'ref="A1:D3"', b'ref="A1:XFD1048576"'),
    "dimension too small": lambda: changed(SHEET, b'ref="A1:D3"', b'ref="A1"'),
    "merge of the whole sheet": lambda: changed(
        SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    ),
    "nonsense merges": lambda: changed(
        SHEET,
        b"</sheetData>",
        b"</sheetData><mergeCells>"
        + b"".join(b'<mergeCell ref="A%d:B%d"/><mergeCell ref="??"/>' % (n, n + 3) for n in range(1, 3000))
        + b"</mergeCells>",
    ),
    "all columns hidden": lambda: changed(
        SHEET, b"<sheetData>", b'<cols><col min="1" max="16384" hidden="1"/></cols><sheetData>'
    ),
    "columns hidden beyond reason": lambda: changed(
        SHEET, b"<sheetData>", b'<cols><col min="1" max="999999999" hidden="1"/></cols><sheetData>'
    ),
    "string index out of range": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="9"><c r="A9" t="s"><v>99999</v></c></row></sheetData>'
    ),
    "style out of range": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="9"><c r="A9" s="99999"><v>5</v></c></row></sheetData>'
    ),
    "number of a thousand digits": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="9"><c r="C9"><v>' + b"9" * 1000 + b"</v></c></row></sheetData>"
    ),
    "number beyond reason": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="9"><c r="B9" t="str"><v>x</v></c><c r="C9"><v>1e308</v></c></row></sheetData>'
    ),
    "not a number": lambda: changed(SHEET, b"</sheetData>", b'<row r="9"><c r="C9"><v>NaN</v></c></row></sheetData>'),
    "cells without references": lambda: changed(
        SHEET, b"</sheetData>", b"<row><c><v>3</v></c><c t='str'><v>x</v></c></row></sheetData>"
    ),
    "rows out of order": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="1"><c r="F1"><v>3</v></c></row></sheetData>'
    ),
    "row number beyond reason": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="99999999999"><c><v>3</v></c></row></sheetData>'
    ),
    "control characters as escapes": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="9"><c r="B9" t="str"><v>_x0000_&#x9;</v></c></row></sheetData>'
    ),
    "name of 30,000 characters": lambda: changed(
        SHEET,
        b"</sheetData>",
        b'<row r="9"><c r="A9"><v>3</v></c><c r="B9" t="str"><v>'
        + "长".encode() * 30_000
        + b"</v></c></row></sheetData>",
    ),
    "brackets without end": lambda: changed(
        SHEET,
        b"</sheetData>",
        b'<row r="9"><c r="A9"><v>3</v></c><c r="B9" t="str"><v>'
        + "（".encode() * 5000
        + b"</v></c></row></sheetData>",
    ),
    "formula of a command": lambda: changed(
        SHEET, b"</sheetData>", b'<row r="9"><c r="B9" t="str"><f>cmd|"/c calc"!A1</f><v>x</v></c></row></sheetData>'
    ),
    "old workbook": old,
    "paths that climb out of the archive": lambda: with_part("../../evil.txt", b"x"),
    "part with a name of 60,000 characters": lambda: packed(parts(plain()) | {"xl/" + "长" * 20_000: b"x"}),
    "external link": lambda: with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
    "object embedded": lambda: with_part("xl/embeddings/oleObject1.bin", b"MZ"),
    "picture embedded": lambda: with_part("xl/media/image1.png", b"\x89PNG"),
    "connection to a database": lambda: with_part("xl/connections.xml", b"<connections/>"),
    "sheet that protects itself": lambda: changed(SHEET, b"</sheetData>", b"</sheetData><sheetProtection sheet='1'/>"),
    "thousand processing instructions": lambda: changed(SHEET, b"<sheetData>", b"<?x y?>" * 1000 + b"<sheetData>"),
    "element of a thousand attributes": lambda: changed(
        SHEET, b"<sheetData>", b"<sheetData %s>" % b" ".join(b'a%d="x"' % n for n in range(1000))
    ),
    "unknown elements between the cells": lambda: with_row(b"<x:y xmlns:x='z'><deep><er/></deep></x:y>"),
    "cell of an unknown type": lambda: with_row(b"<c r='C9' t='maybe'><v>1</v></c>"),
    "boolean that is neither": lambda: with_row(b"<c r='C9' t='b'><v>maybe</v></c>"),
    "day that does not exist": lambda: with_row(b"<c r='C9' t='d'><v>2023-02-31</v></c>"),
    "string index below zero": lambda: with_row(b"<c r='C9' t='s'><v>-1</v></c>"),
    "string index that is no number": lambda: with_row(b"<c r='C9' t='s'><v>x</v></c>"),
    "number of a thousand decimals": lambda: with_row(b"<c r='C9'><v>0." + b"1" * 1000 + b"</v></c>"),
    "exponent beyond reason": lambda: with_row(b"<c r='C9'><v>1e999999999</v></c>"),
    "exponent beyond reason the other way": lambda: with_row(b"<c r='C9'><v>1e-999999999</v></c>"),
    "infinity": lambda: with_row(b"<c r='C9'><v>INF</v></c>"),
    "negative serial of a day": lambda: with_row(b"<c r='C9' s='1'><v>-5</v></c>"),
    "cell reference that is none": lambda: with_row(b"<c r='??'><v>1</v></c>"),
    "cell reference in another row": lambda: with_row(b"<c r='B77'><v>1</v></c>"),
    "column beyond the last": lambda: with_row(b"<c r='ZZZZZ9'><v>1</v></c>"),
    "row number zero": lambda: changed(SHEET, b"</sheetData>", b'<row r="0"><c><v>1</v></c></row></sheetData>'),
    "row number below zero": lambda: changed(SHEET, b"</sheetData>", b'<row r="-4"><c><v>1</v></c></row></sheetData>'),
    "merge of one cell": lambda: changed(
        SHEET, b"</sheetData>", b"</sheetData><mergeCells><mergeCell ref='A1'/></mergeCells>"
    ),
    "merges over each other": lambda: changed(
        SHEET, b"</sheetData>", b"</sheetData><mergeCells><mergeCell ref='B2:C3'/><mergeCell ref='A1:B2'/></mergeCells>"
    ),
    "right-to-left override in a name": lambda: text("\u202e甲项目乙"),
    "name of nothing but invisible characters": lambda: text("\u200b\u200d\ufeff"),
    "name of emoji": lambda: text("🏗️🏗️🏗️"),
    "name beyond the first plane": lambda: text("𠮷野项目"),
    "name of combining marks": lambda: text("a" + "\u0301" * 500),
    "name that is a formula": lambda: text("=HYPERLINK(&quot;http://example.invalid&quot;)"),
    "name that is a script": lambda: text("&lt;script&gt;alert(1)&lt;/script&gt;"),
    "name that is a query": lambda: text("'; DROP TABLE project; --"),
    "name of a template": lambda: text("{{ 7 * 7 }}{% debug %}"),
    "name of line separators": lambda: text("甲\u2028乙\u2029丙\u0085丁"),
    "sheet name of 300 characters": lambda: named("长" * 300),
    "sheet name that Excel forbids": lambda: named("a/b*[c]?:"),
    "sheet name empty": lambda: named(""),
    "sheet name that is a path": lambda: named("../../etc/passwd"),
    "sheet name of control characters": lambda: named("&#9;&#10;x"),
    "csv with line separators in a cell": lambda: separated("2,乙\u2028丙\x0b丁,600,县水利局\n"),
    "csv with lines of every length": lambda: separated("2\n,,,,,,,,,\n3,乙\n"),
    "csv with old Mac lines": lambda: separated("").replace(b"\n", b"\r"),
    "csv with a mark and utf-16": lambda: separated("", "utf-16"),
    "csv of another alphabet below": lambda: separated("2,проект,600,ж\n"),
    "csv that never closes a quote": lambda: separated('2,"乙项目,600,县水利局\n'),
    "ods": lambda: ods(ODS_ROWS),
    "ods with a million blank rows": lambda: ods(
        ODS_ROWS + b'<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    ),
    "ods that repeats below zero": lambda: ods(
        ODS_ROWS
        + b'<table:table-row table:number-rows-repeated="-5"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>'
    ),
    "ods with a number that is none": lambda: ods(
        ODS_ROWS
        + b'<table:table-row><table:table-cell office:value-type="float" office:value="NaN"><text:p>x</text:p></table:table-cell></table:table-row>'
    ),
    "old whose strings lie about their number": lambda: record(b"\xfc\x00", 8, b"\xff\xff\xff\x7f"),
}
