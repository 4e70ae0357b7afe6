import os
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from projects.imports.reading.child import lines_in_child
from projects.imports.reading.limits import MEGABYTE, Limits

LIMITS = Limits(file_bytes=2 * MEGABYTE, rows=1000, child_wall_seconds=10, child_cpu_seconds=8)


class HolidayTableForm(forms.Form):
    """A year's arrangement as text, or as a file of which `file` becomes the lines that name a day."""

    text = forms.CharField(
        label="放假安排，一行一天或一段",
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 8, "placeholder": "2024-01-01 元旦 休\n2024-02-10 至 2024-02-17 春节 休\n2024-02-18 春节 班"}
        ),
        help_text="日期、名称、“休”或“班”（调休上班）；从 Excel、WPS 里选中三列复制过来也行",
    )
    file = forms.FileField(
        label="或者上传表格",
        required=False,
        help_text="Excel、WPS 表格，一行一天或一段，列同上；先读到上面的框里，看过再录入。不超过 2 MB",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.et,.csv"}),
        error_messages={"empty": "文件是空的，请重新选择。"},
    )

    def clean_file(self) -> str:
        """The lines with a figure; headings and titles have none. A child process reads the file, never this one."""
        upload = self.cleaned_data["file"]
        if upload is None:
            return ""
        if upload.size > LIMITS.file_bytes:
            raise ValidationError("文件超过 2 MB，放假安排不会这么大；请核对是不是选错了文件。")
        found = _read(upload)
        if found["problems"]:
            raise ValidationError([f"{one['message']}{one['cure']}" for one in found["problems"]])
        lines = [line for line in found["lines"] if any(map(str.isdigit, line))]
        if not lines:
            raise ValidationError("表里没有读到日期；请写成“日期、名称、休或班”三列，一行一天或一段。")
        return "\n".join(lines)


def _read(upload: Any) -> dict[str, Any]:
    handle, name = tempfile.mkstemp(suffix=Path(upload.name).suffix[:8], dir=settings.DATA_DIR)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(upload.chunks())
        return lines_in_child(Path(name), LIMITS)
    finally:
        Path(name).unlink()
