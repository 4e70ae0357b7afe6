from projects.bulletins.paper import Paper, sheet_head
from yichuan_tracker.papers.packing import pack
from yichuan_tracker.papers.tables import PaperTable
from yichuan_tracker.web.downloads import Sheet, SheetColumn, xlsx_bytes

# What a sheet's column takes, in characters, per part of the page's width.
_WIDTH = 0.75


def workbook_bytes(paper: Paper) -> bytes:
    """The annexes, a sheet each, after one that says which bulletin they belong to. Values only, no formulas."""
    about = Sheet("说明", [SheetColumn("内容", width=24), SheetColumn("", width=80)], sheet_head(paper))
    content = xlsx_bytes([about, *(_sheet(table) for table in paper.annexes)])
    return pack(content, f"{paper.dated_on:%Y-%m-%d}T00:00:00Z")


def _sheet(table: PaperTable) -> Sheet:
    columns = [SheetColumn(column.label, column.number_format, column.share * _WIDTH) for column in table.columns]
    return Sheet(table.name, columns, table.rows)
