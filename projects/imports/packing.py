"""Many uploaded files as one, so that they are kept, read and taken back as one import."""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.core.files import File


def one_file(files: Sequence[Any]) -> Any:
    """The only file as it is, or a ZIP of all of them; two of the same name are told apart. Nothing in them is looked at."""
    if len(files) == 1:
        return files[0]
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the File that carries it
    seen: Counter[str] = Counter()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            name = PurePath(file.name)
            seen[name.name] += 1
            again = f"({seen[name.name]})" if seen[name.name] > 1 else ""
            with archive.open(f"{name.stem}{again}{name.suffix}", "w") as part:
                for chunk in file.chunks():
                    part.write(chunk)
    return File(packed, f"月报工作簿{len(files)}份.zip")
