import re
from collections.abc import Iterable
from typing import Any

from django import forms

from projects.progress.filling.actions import TypedRow
from projects.progress.filling.queries import SheetRow
from projects.progress.forms import ReportForm

LABELS = {
    "planned_wan": "当月计划",
    "done_wan": "当月完成",
    "progress": "形象进度",
    "issues": "存在问题",
    "note": "异常说明",
}


def posted_projects(data: Iterable[str]) -> set[int]:
    """The projects whose rows were on the page that was sent, from the names of its cells."""
    return {int(found[1]) for name in data if (found := _CELL.fullmatch(name))}


_CELL = re.compile(r"p([1-9][0-9]{0,8})-[a-z_]+")


class RowForm(ReportForm):
    """A report's form as one row of the sheet: each cell named for its project, texts one line high."""

    def __init__(self, data: Any, row: SheetRow) -> None:
        super().__init__(data, row.report, prefix=f"p{row.project.pk}")
        self.row = row
        for name, label in LABELS.items():
            widget = self.fields[name].widget
            widget.attrs |= {"data-field": name, "aria-label": f"{row.project.name} {label}"}
            if isinstance(widget, forms.Textarea):
                widget.attrs["rows"] = 2

    @property
    def is_posted(self) -> bool:
        """The page that was sent had this row to type into, whatever has become of it since."""
        return any(self.add_prefix(name) in self.data for name in self.fields)

    @property
    def is_typed(self) -> bool:
        """Other than what is stored. Cells left empty in a row that was empty when the page was opened say nothing."""
        if not self.is_valid() or not {*self.changed_data} - {"version"}:
            return False
        return self.cleaned_data["version"] is not None or any(v not in (None, "") for v in self.values().values())

    @property
    def typed(self) -> TypedRow:
        return TypedRow(self.row.project, self.values(), self.cleaned_data["version"])

    @property
    def is_to_send(self) -> bool:
        return self.is_ready and (self.row.is_editable or self.is_typed)

    @property
    def is_ready(self) -> bool:
        """Something was typed to be sent. An empty row waits for another day."""
        return self.is_valid() and (
            bool(self.cleaned_data["progress"].strip()) or self.cleaned_data["done_wan"] is not None
        )
