"""What has been said and asked while one file is read, and the answers that came with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from projects.imports.reading.grid import cell_name
from projects.imports.reading.problems import NOTE, QUESTION, WARNING, Problem, option, problem, question_id


class Asking:
    """Collects problems; looks up answers by the id of their question."""

    def __init__(
        self, answers: dict[str, Any] | None = None, remembered: dict[str, dict[str, str]] | None = None
    ) -> None:
        self.answers = {str(key): str(value) for key, value in (answers or {}).items()}
        self.remembered = remembered or {}
        self.problems: list[Problem] = []
        self.asked: dict[str, Problem] = {}

    def say(self, level: str, message: str, cure: str, **more: Any) -> Problem:
        """Add an entry; returns it, so that a row can carry it too."""
        entry = problem(level, message, cure, **more)
        self.problems.append(entry)
        return entry

    def note(self, message: str, **more: Any) -> Problem:
        """Something the person should know and need not act upon."""
        return self.say(NOTE, message, more.pop("cure", "不用处理。"), **more)

    def warn(self, message: str, cure: str, **more: Any) -> Problem:
        """Something that is probably wrong and does not stop the import."""
        return self.say(WARNING, message, cure, **more)

    def ask(
        self, key: Sequence[object], message: str, options: list[dict[str, str]], *, free: str = "", **more: Any
    ) -> tuple[str | None, Problem | None]:
        """The answer given to this question, or None and the open question, which is added once however often it comes up.

        `free` says in Chinese what may be typed instead of one of the options.
        """
        identity = question_id(*key)
        given = self.answers.get(identity)
        if given is not None and (free or any(given == choice["value"] for choice in options)):
            return given, None
        if identity in self.asked:
            return None, self.asked[identity]
        cure = "请选择一项" + (f"，或填写{free}" if free else "") + "。"
        self.asked[identity] = self.say(QUESTION, message, cure, id=identity, options=options, free=free, **more)
        return None, self.asked[identity]


def at(sheet: str, row: int, column: int, value: object) -> dict[str, Any]:
    """Place and value of a cell, to be passed on to a problem."""
    return {"sheet": sheet, "cell": cell_name(row, column), "value": value, "row": row}


__all__ = ["Asking", "at", "option"]
