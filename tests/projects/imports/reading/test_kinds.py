"""A file is what its content says, whatever its name: .xlsx, .xls, .ods, .csv in the encodings of the county."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlwt

from projects.imports.reading.kinds import FORMS, LISTS
from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.workbooks import first, problems, save, values

HEAD = ["序号", "项目名称", "总投资（亿元）", "责任单位", "分包领导", "计划开工时间"]
BODY = [[1, "甲项目", 1.25, "县水利局", "张　三", "2023.10"], [2, "乙项目", 0.3, "县财政局", "李四、王五", "2024年底"]]
CSV = "\r\n".join(",".join(str(cell) for cell in row) for row in [HEAD, *BODY]) + "\r\n"


def expect(result: dict) -> None:
    assert not problems(result, "error"), problems(result, "error")
    assert [one["name"] for one in values(result)] == ["甲项目", "乙项目"]
    assert [one["total_wan"] for one in values(result)] == ["12500.00", "3000.00"]
    assert first(result)["leaders"] == ["张三"]
    assert [one["starts"] for one in values(result)] == ["2023-10", "2024-12"]


@pytest.mark.parametrize("name", ["清单.xlsx", "清单.xls", "清单.csv", "清单.et", "清单"])
def test_xlsx_under_any_name(tmp_path: Path, name: str) -> None:
    path = save(tmp_path, {"清单": [HEAD, *BODY]})
    expect(read_workbook(path.rename(tmp_path / name)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "清单.csv"
    path.write_bytes(CSV.encode(encoding))
    expect(read_workbook(path))


def test_tab_separated_text_saved_as_xls(tmp_path: Path) -> None:
    path = tmp_path / "清单.xls"
    path.write_bytes(CSV.replace(",", "\t").encode("gbk"))
    expect(read_workbook(path))


def test_csv_with_quotes_and_line_breaks_in_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "清单.csv"
    path.write_text('序号,项目名称,总投资（万元）,分包领导\n1,"甲\n项目","1,200","张三\n李四"\n', encoding="utf-8")
    assert first(read_workbook(path)) == {
        "serial": "1",
        "name": "甲项目",
        "total_wan": "1200.00",
        "leaders": ["张三", "李四"],
    }


def old_workbook(path: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("清单")
    sheet.write_merge(0, 0, 0, 5, "某县清单")
    for column, text in enumerate(HEAD):
        sheet.write(1, column, text)
    for number, row in enumerate(BODY, start=2):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    sheet.row(3).hidden = True
    book.add_sheet("旧").write(0, 0, "x")
    book.get_sheet(1).visibility = 1
    book.save(str(path))
    return path


@pytest.mark.parametrize("name", ["清单.xls", "清单.xlsx", "清单.et"])
def test_old_xls_under_any_name(tmp_path: Path, name: str) -> None:
    result = read_workbook(old_workbook(tmp_path / name))
    expect(result)
    assert result["sheets"][1]["why"] == "隐藏的工作表"
    assert any("第 4 行" in entry["message"] for entry in problems(result, "note"))


def test_dates_merges_and_formulas_of_old_xls(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("清单")
    for column, text in enumerate(["序号", "项目名称", "总投资（万元）", "责任单位", "计划开工时间"]):
        sheet.write(0, column, text)
    month = xlwt.easyxf(num_format_str="yyyy-mm")
    for number in (1, 2):
        sheet.write(number, 0, number)
        sheet.write(number, 1, f"项目{number}")
        sheet.write(number, 4, date(2023, 5, 1), month)
    sheet.write(1, 2, 500)
    sheet.write(2, 2, xlwt.Formula("C2*2"))
    sheet.write_merge(1, 2, 3, 3, "县水利局")
    path = tmp_path / "清单.xls"
    book.save(str(path))
    result = read_workbook(path)
    assert [one["starts"] for one in values(result)] == ["2023-05", "2023-05"]
    assert [one["unit"] for one in values(result)] == ["县水利局", "县水利局"]
    assert [entry["cell"] for entry in problems(result, "question")] == ["C3"]


def ods(path: Path, rows: list[list[object]], extra: str = "") -> Path:
    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, (int, float)):
            return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join("<table:table-row>" + "".join(cell(value) for value in row) + "</table:table-row>" for row in rows)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="清单">{body}{extra}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def test_ods_with_a_million_empty_rows(tmp_path: Path) -> None:
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    expect(read_workbook(ods(tmp_path / "清单.ods", [HEAD, *BODY], empty)))


def test_ods_values_repeated_beyond_the_limit_are_refused(tmp_path: Path) -> None:
    bomb = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    error = problems(read_workbook(ods(tmp_path / "清单.ods", [HEAD, *BODY], bomb)), "error")[0]
    assert "20000 行" in error["message"]


def test_numbers_keep_their_digits_and_not_the_noise_of_floats(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        {"清单": [["序号", "项目名称", "总投资（万元）"], [1, "甲", 0.1 + 0.2], [2, "乙", 28.299999999999997]]},
    )
    assert [one["total_wan"] for one in values(read_workbook(path))] == ["0.30", "28.30"]


def test_strict_open_xml_and_prefixed_names_are_read(tmp_path: Path) -> None:
    path = save(tmp_path, {"清单": [HEAD, *BODY]})
    strict = tmp_path / "strict.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(strict, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            text = text.replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
            text = text.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            target.writestr(name, text)
    expect(read_workbook(strict))


def test_wrong_dimension_loses_no_row(tmp_path: Path) -> None:
    path = save(tmp_path, {"清单": [HEAD, *BODY]})
    changed = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'ref="A1:F3"', b'ref="A1:B2"'))
    expect(read_workbook(changed))


def test_hundred_thousand_formatted_empty_rows_are_no_rows(tmp_path: Path) -> None:
    path = save(tmp_path, {"清单": [HEAD, *BODY]})
    changed = tmp_path / "x.xlsx"
    empty = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(10, 100_010))
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"</sheetData>", empty + b"</sheetData>"))
    expect(read_workbook(changed))


RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>'
    '<Relationship Id="rId3" Type="http://x/styles" Target="styles.xml"/></Relationships>'
)


def by_hand(path: Path, cells: str, strings: str = "", styles: str = "", workbook: str = "") -> Path:
    """An .xlsx written part by part, as Excel and WPS write them and openpyxl does not."""
    office = "http://schemas.openxmlformats.org"
    main = f'xmlns="{office}/spreadsheetml/2006/main" xmlns:r="{office}/officeDocument/2006/relationships"'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {main}>{workbook}<sheets><sheet name="清单" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/sharedStrings.xml", f"<sst {main}>{strings}</sst>")
        archive.writestr("xl/styles.xml", f"<styleSheet {main}>{styles}</styleSheet>")
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>")
    return path


def heading(*texts: str) -> str:
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts) + "</row>"


def test_shared_strings_with_rich_text_and_phonetic_guides(tmp_path: Path) -> None:
    strings = "<si><r><t>甲</t></r><r><rPr><b/></rPr><t>项目</t></r><rPh sb='0' eb='1'><t>jia</t></rPh></si><si><t>县水利局</t></si>"
    path = by_hand(
        tmp_path / "清单.xlsx",
        heading("序号", "项目名称", "总投资（万元）", "责任单位")
        + '<row><c><v>1</v></c><c t="s"><v>0</v></c><c><v>5E2</v></c><c t="s"><v>1</v></c></row>',
        strings,
    )
    assert first(read_workbook(path)) == {"serial": "1", "name": "甲项目", "total_wan": "500.00", "unit": "县水利局"}


@pytest.mark.parametrize(
    ("formats", "number", "month"),
    [
        ('<cellXfs><xf numFmtId="0"/><xf numFmtId="57"/></cellXfs>', 45017, "2023-04"),
        ('<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>', 45017, "2023-04"),
        (
            (
                '<numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;;@"/></numFmts>'
                '<cellXfs><xf numFmtId="0"/><xf numFmtId="176"/></cellXfs>'
            ),
            45017,
            "2023-04",
        ),
        (
            '<numFmts><numFmt numFmtId="176" formatCode="[$-804]yyyy.m"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/></cellXfs>',
            45017,
            "2023-04",
        ),
    ],
)
def test_numbers_shown_as_dates_are_dates(tmp_path: Path, formats: str, number: int, month: str) -> None:
    cells = (
        heading("序号", "项目名称", "总投资（万元）", "计划开工时间")
        + f'<row><c><v>1</v></c><c t="str"><v>甲</v></c><c><v>5</v></c><c s="1"><v>{number}</v></c></row>'
    )
    assert first(read_workbook(by_hand(tmp_path / "清单.xlsx", cells, styles=formats)))["starts"] == month


def test_dates_counted_from_1904(tmp_path: Path) -> None:
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    cells = (
        heading("序号", "项目名称", "总投资（万元）", "计划开工时间")
        + '<row><c><v>1</v></c><c t="str"><v>甲</v></c><c><v>5</v></c><c s="1"><v>43555</v></c></row>'
    )
    path = by_hand(tmp_path / "清单.xlsx", cells, styles=styles, workbook='<workbookPr date1904="1"/>')
    assert first(read_workbook(path))["starts"] == "2023-04"


def test_unit_printed_by_the_number_format_counts(tmp_path: Path) -> None:
    styles = '<numFmts><numFmt numFmtId="177" formatCode="0.00&quot;亿元&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="177"/></cellXfs>'
    cells = (
        heading("序号", "项目名称", "总投资（万元）", "责任单位")
        + '<row><c><v>1</v></c><c t="str"><v>甲</v></c><c s="1"><v>1.5</v></c><c t="str"><v>县水利局</v></c></row>'
    )
    assert first(read_workbook(by_hand(tmp_path / "清单.xlsx", cells, styles=styles)))["total_wan"] == "15000.00"


@pytest.mark.parametrize("kind", [*LISTS, *FORMS])
def test_of_every_kind_a_file_without_its_table_is_told_what_is_missing(tmp_path: Path, kind: str) -> None:
    (said,) = problems(read_workbook(save(tmp_path, {"说明": [["本表已作废"]]}), kind=kind), "error")
    assert "没有从文件里读到任何" in said["message"]
    assert said["cure"]
