"""A bulletin with a table of 141 rows: the whole Word file, beside python-docx filling the bare table row by row."""

import io
from typing import Any

import docx

from projects.bulletins.paper import Paper
from projects.bulletins.printing.files import file_bytes
from projects.papers.rules import FileForm
from tests.benchmarks.timing import interleaved, ms, ratio, table
from tests.projects.bulletins.papers import figures, paper

ROWS = 141


def run(rounds: int) -> str:
    letter = paper(figures(rows=ROWS))
    works: dict[str, Any] = {form: lambda form=form: file_bytes(form, letter, "") for form in FileForm if form != "txt"}
    spent = interleaved(works | {"bare": lambda: bare(letter)}, max(3, rounds // 4))
    head = ["", "毫秒", "÷ python-docx 只填表"]
    rows = [[str(FileForm(form).label), ms(spent[form]), ratio(spent[form], spent["bare"])] for form in works]
    rows.append(["python-docx 逐行填同样的表", ms(spent["bare"]), ""])
    return f"月通报，附表 {ROWS} 行 × 17 列。目标：一份不超过 1 秒。\n\n{table(head, rows)}"


def bare(letter: Paper) -> bytes:
    """The annex alone, with the library's own means; `table.cell` would take a hundred times as long."""
    document = docx.Document()
    annex = letter.annexes[-1]
    made = document.add_table(rows=ROWS, cols=len(annex.columns))
    for row, texts in zip(made.rows, annex.printed_rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
