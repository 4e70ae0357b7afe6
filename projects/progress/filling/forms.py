from typing import Any

from django import forms

from projects.progress.filling.queries import SheetRow
from projects.progress.forms import ReportForm

LABELS = {
    "planned_wan": "当月计划",
    "done_wan": "当月完成",
    "progress": "形象进度",
    "issues": "存在问题",
    "note": "异常说明",
}


class RowForm(ReportForm):
    """A report's form as one row of the sheet: each cell named for its project, texts one line high."""

    def __init__(self, data: Any, row: SheetRow) -> None:
        super().__init__(data, row.report, prefix=f"p{row.project.pk}")
        for name, label in LABELS.items():
            widget = self.fields[name].widget
            widget.attrs |= {"data-field": name, "aria-label": f"{row.project.name} {label}"}
            if isinstance(widget, forms.Textarea):
                widget.attrs["rows"] = 2

    @property
    def is_ready(self) -> bool:
        """Something was typed to be sent. An empty row waits for another day."""
        return self.is_valid() and (
            bool(self.cleaned_data["progress"].strip()) or self.cleaned_data["done_wan"] is not None
        )
