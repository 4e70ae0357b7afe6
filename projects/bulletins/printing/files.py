from django.template.loader import render_to_string

from projects.bulletins.paper import Paper
from projects.bulletins.printing.word import word_bytes
from projects.bulletins.printing.workbook import workbook_bytes
from projects.papers.rules import FileForm


def file_bytes(form: str, paper: Paper, chat: str) -> bytes:
    """One of the bulletin's files. `chat` is its 群发短文, filled in."""
    if form == FileForm.WORD:
        return word_bytes(paper)
    if form == FileForm.EXCEL:
        return workbook_bytes(paper)
    if form == FileForm.PAGE:
        return render_to_string("projects/bulletins/_paper.html", {"paper": paper}).encode()
    return chat.encode()
