"""Deciding what a file is, by its content and never by its name, and refusing what must not be opened."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from projects.imports.reading.limits import MEGABYTE, Limits
from projects.imports.reading.problems import Refused

SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传。"
BROKEN = "请确认文件能用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES = (
    (b"%PDF", "PDF 文档"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
    (b"{\\rtf", "RTF 文档"),
    (b"SQLite format 3", "数据库文件"),
)
MACRO = "文件里带有宏。为了安全，系统不接收带宏的工作簿。"


def decide_kind(path: Path, limits: Limits) -> str:
    """`zip`, `ole` or `text`. Raises Refused for everything that can be told by its first bytes."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("文件是空的，没有任何内容。", "请确认选对了文件，重新上传。")
    if size > limits.file_bytes:
        raise Refused(
            f"文件有 {size / MEGABYTE:.1f} MB，超过上限 {limits.file_bytes // MEGABYTE} MB。",
            "请删去图片和不用导入的工作表，或分成几个文件上传。",
        )
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(OLE):
        return "ole"
    if head.startswith(b"PK"):
        return "zip"
    for signature, what in SIGNATURES:
        if head.startswith(signature):
            raise Refused(f"这不是表格，而是{what}。", "请上传 .xlsx、.xls、.ods 或 .csv 表格。")
    if head[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04") and b"\x00" in head[:16]:
        raise Refused("这是 Excel 4.0 以前的旧格式，系统不能读。", SAVE_AS)
    _refuse_markup(head)
    return "text"


def _refuse_markup(head: bytes) -> None:
    start = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "replace")
    start = start.replace("\ufeff", "").removeprefix("ï»¿").lstrip().lower()
    if start.startswith(("<html", "<!doctype html", "<table", "<head", "<meta", "<body", "<style", "<div")) or (
        start.startswith(("<?xml", "<!--")) and "<html" in start
    ):
        raise Refused("这是网页（HTML），只是把后缀改成了表格。", SAVE_AS)
    if start.startswith("<"):
        raise Refused("这是 XML 文件，不是系统能读的表格。", SAVE_AS)
    if start.startswith("mime-version") or "multipart/related" in start[:500]:
        raise Refused("这是单个文件网页（MHT），只是把后缀改成了表格。", SAVE_AS)


def open_archive(path: Path, limits: Limits) -> tuple[zipfile.ZipFile, Callable[[str], bytes], str]:
    """The archive, a reader of its parts that cannot be fooled by sizes, and `xlsx` or `ods`.

    Raises Refused for broken archives, bombs, macros, encryption and documents that are no workbooks.
    """
    try:
        archive = zipfile.ZipFile(path)
        entries = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, KeyError) as error:
        raise Refused("文件已损坏或没有传完整，打不开。", BROKEN) from error
    _refuse_bombs(entries, path.stat().st_size, limits)
    names = {entry.filename.lower() for entry in entries}
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("文件加了密码，系统读不了。", "请打开文件，去掉密码后另存，再重新上传。")
    if any(
        name.endswith(("vbaproject.bin", "vbadata.xml")) or name.startswith(("basic/", "scripts/", "xl/macrosheets/"))
        for name in names
    ):
        raise Refused(MACRO, "请另存为“Excel 工作簿（*.xlsx）”（不带宏）后重新上传。")
    read = _reader(archive, limits)
    return archive, read, _kind_of_archive(names, entries, read)


def _refuse_bombs(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > limits.entries:
        raise Refused(f"文件内部有 {len(entries)} 个部件，不是正常的表格。", BROKEN)
    if unpacked > limits.unpacked_bytes:
        raise Refused(
            f"文件展开后有 {unpacked / MEGABYTE:.0f} MB，超过上限 {limits.unpacked_bytes // MEGABYTE} MB。",
            "请删去多余的工作表、图片和空行格式，或分成几个文件上传。",
        )
    if packed > size or len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Refused("文件内部的部件重名或互相重叠，结构不正常，已拒绝读取。", BROKEN)
    if unpacked > 10 * MEGABYTE and unpacked > limits.pack_ratio * max(packed, 1):
        raise Refused("文件的压缩比异常，疑似压缩炸弹，已拒绝读取。", BROKEN)


def _reader(archive: zipfile.ZipFile, limits: Limits) -> Callable[[str], bytes]:
    room = [limits.unpacked_bytes]

    def read(name: str) -> bytes:
        try:
            with archive.open(name) as part:
                data = part.read(room[0] + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            ValueError,
            NotImplementedError,
            EOFError,
            KeyError,
            RuntimeError,
        ) as error:
            raise Refused("文件已损坏或没有传完整，有一部分读不出来。", BROKEN) from error
        room[0] -= len(data)
        if room[0] < 0:
            raise Refused("文件展开后超过上限，疑似压缩炸弹，已拒绝读取。", BROKEN)
        return data

    return read


def _kind_of_archive(names: set[str], entries: list[zipfile.ZipInfo], read: Callable[[str], bytes]) -> str:
    if "mimetype" in names:
        kind = read(next(entry.filename for entry in entries if entry.filename.lower() == "mimetype"))
        if kind.strip().startswith(b"application/vnd.oasis.opendocument.spreadsheet") and "content.xml" in names:
            return _plain_ods(names, entries, read)
        raise Refused("这不是表格，而是另一种文档。", "请上传 .xlsx、.xls、.ods 或 .csv 表格。")
    if "[content_types].xml" not in names:
        raise Refused("这是压缩包，不是表格。", "请解压后逐个上传其中的表格文件。")
    types = read(next(entry.filename for entry in entries if entry.filename.lower() == "[content_types].xml"))
    if b"macroEnabled" in types:
        raise Refused(MACRO, "请另存为“Excel 工作簿（*.xlsx）”（不带宏）后重新上传。")
    if any(name.endswith("workbook.bin") for name in names):
        raise Refused("这是二进制工作簿（.xlsb），系统不能读。", SAVE_AS)
    for part, what in (("word/document.xml", "Word 文档"), ("ppt/presentation.xml", "演示文稿")):
        if part in names:
            raise Refused(f"这不是表格，而是{what}。", "请把其中的表格复制到 Excel，存为 .xlsx 后上传。")
    return "xlsx"


def _plain_ods(names: set[str], entries: list[zipfile.ZipInfo], read: Callable[[str], bytes]) -> str:
    if "meta-inf/manifest.xml" in names:
        manifest = read(next(entry.filename for entry in entries if entry.filename.lower() == "meta-inf/manifest.xml"))
        if b"encryption-data" in manifest:
            raise Refused("文件加了密码，系统读不了。", "请打开文件，去掉密码后另存，再重新上传。")
    return "ods"
