"""What a column was found to mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Setting:
    """What is known of the sheet as a whole when its headings are read."""

    year: int | None = None
    month: int | None = None

    @property
    def month_text(self) -> str:
        return f"{self.year:04d}-{self.month:02d}" if self.year and self.month else ""


@dataclass(frozen=True)
class Meaning:
    """`field` is a key of fields.TITLES, `ignore`, or empty when it has to be asked (`options` are then the candidates)."""

    field: str
    rank: int = 1
    month: str = ""
    permit: str = ""
    part: str = "state"
    due: date | None = None
    index: int = 0
    flag: str = ""
    why: str = ""
    options: tuple[str, ...] = ()

    @property
    def slot(self) -> tuple[str, str, str, str]:
        """Columns with the same slot compete for one place in the row."""
        return self.field, self.month, self.permit + self.flag + (self.due.isoformat() if self.due else ""), self.part


@dataclass
class Column:
    """One column of a table: its heading as printed, by tiers, and what it means."""

    number: int
    tiers: tuple[str, ...]
    heading: str
    unit: str = ""
    meaning: Meaning = field(default_factory=lambda: Meaning(""))
    money_unit: str = ""
