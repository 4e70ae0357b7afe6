from typing import Any

from django import forms

from projects.progress.statistics.queries import FigureRow
from yichuan_tracker.web.forms import VersionField, WanField


class FigureForm(forms.Form):
    """One project's figure in the sheet of the month."""

    accepted_wan = WanField(required=False)
    version = VersionField(required=False)

    def __init__(self, data: Any, row: FigureRow) -> None:
        figure = row.figure
        seen = {"accepted_wan": figure.accepted_wan, "version": figure.version} if figure else {}
        super().__init__(data, initial=seen, prefix=f"p{row.project.pk}")
        attrs = {"aria-label": f"{row.project.name} 入库统计投资", "data-field": "accepted_wan"}
        self.fields["accepted_wan"].widget.attrs |= attrs
