"""How much one file may ask of the machine. The figures are data: the caller may pass its own."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Ceilings for one upload; sizes in bytes, times in seconds."""

    file_bytes: int = 20 * MEGABYTE
    unpacked_bytes: int = 200 * MEGABYTE
    entries: int = 2_000
    pack_ratio: int = 1_000
    rows: int = 20_000
    columns: int = 200
    sheets: int = 50
    files: int = 50
    cells: int = 2_000_000
    child_memory_bytes: int = 768 * MEGABYTE
    child_cpu_seconds: int = 20
    child_wall_seconds: int = 30

    def as_dict(self) -> dict[str, int]:
        """The ceilings as plain numbers, to be handed to the child process."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any] | None) -> Limits:
        """Limits from a mapping; unknown keys are left out, missing ones take the default."""
        known = {key: int(value) for key, value in (values or {}).items() if key in cls.__dataclass_fields__}
        return cls(**known)
