"""The container of old .xls files (OLE compound file): its directory and its streams."""

from __future__ import annotations

import struct

from projects.imports.reading.problems import Refused

FREE = 0xFFFFFFFA
CURE = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传。"
HEADER = 512
SMALL = 64


class CompoundFile:
    """Streams by name. Raises Refused when the container is broken."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            self._open()
        except (struct.error, IndexError, ValueError, OverflowError) as error:
            raise broken() from error

    def _open(self) -> None:
        data = self.data
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in {9, 12}:
            raise broken()
        self.size = 1 << shift
        fat_sectors, directory = struct.unpack_from("<II", data, 44)
        self.cutoff, mini_start, _, difat, difat_count = struct.unpack_from("<IIIII", data, 56)
        places = [sector for sector in struct.unpack_from("<109I", data, 76) if sector < FREE]
        seen: set[int] = set()
        while difat < FREE and difat_count and difat not in seen:
            seen.add(difat)
            entries = struct.unpack_from(f"<{self.size // 4}I", data, first_sector(self.size) + difat * self.size)
            places += [sector for sector in entries[:-1] if sector < FREE]
            difat = entries[-1]
        self.fat: list[int] = []
        for place in places[: min(fat_sectors, len(data) // self.size + 1)]:
            self.fat += struct.unpack_from(f"<{self.size // 4}I", data, first_sector(self.size) + place * self.size)
        self.entries: dict[str, tuple[int, int]] = {}
        root = (FREE, 0)
        listing = self._chain(directory)
        for position in range(0, len(listing) - 127, 128):
            length, kind = struct.unpack_from("<HB", listing, position + 64)
            name = listing[position : position + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", listing, position + 116)
            if kind == 5:
                root = (start, size)
            elif kind in {1, 2}:
                self.entries.setdefault(name, (start, size if kind == 2 else 0))
        self.small = self._chain(root[0])[: root[1]]
        table = self._chain(mini_start)
        self.small_fat = list(struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4]))

    def _chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        steps = 0
        while sector < FREE:
            steps += 1
            if steps > len(self.fat) + 1 or sector >= len(self.fat):
                raise broken()
            offset = first_sector(self.size) + sector * self.size
            parts.append(self.data[offset : offset + self.size])
            sector = self.fat[sector]
        return b"".join(parts)

    def stream(self, name: str) -> bytes:
        """The bytes of a stream. Raises Refused when its chain is broken."""
        start, size = self.entries[name]
        if size >= self.cutoff:
            return self._chain(start)[:size]
        parts: list[bytes] = []
        sector = start
        steps = 0
        while sector < FREE:
            steps += 1
            if steps > len(self.small_fat) + 1 or sector >= len(self.small_fat):
                raise broken()
            parts.append(self.small[sector * SMALL : (sector + 1) * SMALL])
            sector = self.small_fat[sector]
        return b"".join(parts)[:size]


def first_sector(size: int) -> int:
    """Where sector 0 begins."""
    return max(HEADER, size)


def broken() -> Refused:
    """The refusal for a damaged container."""
    return Refused("文件已损坏或没有传完整，打不开。", CURE)
