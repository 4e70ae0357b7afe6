"""Many workbooks in one ZIP, opened one after the other so that only one is in memory; one that is bad keeps none of the others out."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from projects.imports.reading.grid import Sheet
from projects.imports.reading.limits import MEGABYTE, Limits
from projects.imports.reading.problems import Refused
from projects.imports.reading.workbook import open_workbook

UTF8_NAME = 0x800
ENCRYPTED = 0x1
BROKEN = "请确认压缩包能打开，重新压缩后再上传；也可以不压缩，直接多选文件上传。"


def is_pile(path: Path) -> bool:
    """A ZIP that is itself no workbook."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return "[content_types].xml" not in names and "mimetype" not in names


def open_pile(path: Path, limits: Limits) -> Iterator[tuple[str, list[Sheet] | Refused]]:
    """(file name, its sheets or why it cannot be read). Raises Refused for a ZIP that is bad as a whole."""
    if path.stat().st_size > limits.file_bytes:
        size = f"{path.stat().st_size / MEGABYTE:.1f} MB，超过上限 {limits.file_bytes // MEGABYTE} MB"
        raise Refused(f"压缩包有 {size}。", "请分成几次上传。")
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        entries = [entry for entry in archive.infolist() if _is_workbook(entry)]
        if not entries:
            raise Refused("压缩包里没有表格文件。", "请把各单位返回的 .xlsx 放进压缩包，或直接多选上传。")
        if len(entries) > limits.files:
            words = f"压缩包里有 {len(entries)} 个文件，一次最多 {limits.files} 个。"
            raise Refused(words, "请分成几次上传。")
        room = limits.unpacked_bytes
        for number, entry in enumerate(entries):
            target = Path(folder) / f"{number}{PurePosixPath(name_of(entry)).suffix.lower()[:6]}"
            try:
                room -= _unpack(archive, entry, target, min(room, limits.file_bytes))
                yield name_of(entry), open_workbook(target, limits)
            except Refused as refusal:
                yield name_of(entry), refusal
            target.unlink(missing_ok=True)


def name_of(entry: zipfile.ZipInfo) -> str:
    """The file's own name; Chinese Windows writes names in GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & UTF8_NAME:
        try:
            name = name.encode("cp437").decode("gbk")
        except UnicodeError:
            name = entry.filename
    return PurePosixPath(name.replace("\\", "/")).name


def _is_workbook(entry: zipfile.ZipInfo) -> bool:
    """Neither a folder nor what systems leave beside files (__MACOSX, Thumbs.db, the lock of an open workbook)."""
    name = name_of(entry)
    hidden = (
        name.startswith((".", "~$")) or "__MACOSX" in entry.filename or name.lower() in ("thumbs.db", "desktop.ini")
    )
    return not entry.is_dir() and not hidden


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, most: int) -> int:
    """Bytes written, whatever sizes the archive states."""
    if entry.flag_bits & ENCRYPTED:
        raise Refused("压缩包加了密码，系统读不了。", "请去掉密码重新压缩。")
    try:
        with archive.open(entry) as part:
            content = part.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
        raise Refused("在压缩包里已损坏，解不开。", BROKEN) from error
    if len(content) > most:
        raise Refused("展开后超过上限，疑似压缩炸弹，已拒绝读取。", "请打开原表，删去图片和多余的格子后另存，再上传。")
    target.write_bytes(content)
    return len(content)
