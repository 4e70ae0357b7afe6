"""A marked copy of the workbook that came, for whoever sent it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.core.exceptions import ValidationError

from projects.imports.models import ImportBatch
from projects.imports.reading.child import mark_in_child
from projects.imports.staging import LIMITS


def marked_copy(batch: ImportBatch) -> tuple[str, bytes]:
    """Name and content of the copy, .xlsx. Made in a process of its own, as reading is.

    Raises ValidationError when that process could not make it in its time and memory.
    """
    problems = [said for said in batch.reading.get("problems", ()) if not said.get("changed")]
    told = [{key: said[key] for key in ("level", "sheet", "cell", "value", "message", "cure")} for said in problems]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "marked.xlsx"
        if not mark_in_child(Path(batch.file.path), target, told, LIMITS):
            raise ValidationError("这份文件太大或结构特殊，做不出标注好的副本。请按页面上的问题清单对照原表修改。")
        return f"{Path(batch.file_name).stem}（已标注）.xlsx", target.read_bytes()
