"""What is said about a file: errors, questions, warnings and notes, each with its place and its cure."""

from __future__ import annotations

import hashlib
from typing import Any

Problem = dict[str, Any]

ERROR = "error"
QUESTION = "question"
WARNING = "warning"
NOTE = "note"


class Refused(Exception):
    """The file cannot be read at all; carries the sentence for the person and the way out."""

    def __init__(self, message: str, cure: str, *, sheet: str = "", cell: str = "", value: str = "") -> None:
        super().__init__(message)
        self.problem = problem(ERROR, message, cure, sheet=sheet, cell=cell, value=value)


def problem(
    level: str, message: str, cure: str, *, sheet: str = "", cell: str = "", value: object = "", **more: Any
) -> Problem:
    """One entry of the list of problems; `more` adds keys such as `row`, `id`, `options`."""
    return {
        "level": level,
        "sheet": sheet,
        "cell": cell,
        "value": shown(value),
        "message": message,
        "cure": cure,
    } | more


def question_id(*parts: object) -> str:
    """A short name for a question that stays the same when the same file is read again."""
    text = "\x1f".join(str(part) for part in parts)
    return "q-" + hashlib.sha256(text.encode()).hexdigest()[:12]


def option(value: str, label: str) -> dict[str, str]:
    """One answer that a question offers."""
    return {"value": value, "label": label}


def shown(value: object, most: int = 120) -> str:
    """A cell's value as a person would see it, cut to a bearable length."""
    if value is None:
        return ""
    text = str(value)
    return text if len(text) <= most else text[: most - 1] + "…"
