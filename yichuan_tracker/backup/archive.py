"""The file of a backup: a .tar.gz of `manifest.json`, the database as one file, and `files/…` as they were uploaded.

Knows nothing of Django: what an archive says of itself is judged before anything of it is used.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "database", "files"
UNREADABLE = (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error, ValueError, KeyError, TypeError)
CURE = "没有恢复任何东西。请换一份备份，或从存放备份的另一处重新拷贝这份文件（先比较两处的文件大小）。"


class Refused(Exception):
    """Chinese: what is the matter and what to do. Unless it says otherwise, nothing was changed."""


class _Hashed:
    """A stream that knows the digest of what was read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.digest, self.size = stream, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.digest.update(data)
        self.size += len(data)
        return data


def write_archive(target: Path, database: Path, files: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """Pack the copy of the database and the uploaded files; returns the manifest.

    Written aside, readable to its owner alone, and renamed when it is whole and on the disk. The manifest comes last and tells
    what was packed, also of a file that was still being uploaded. Raises Refused when `target` is there.
    """
    if target.exists():
        raise Refused(f"{target} 已存在，没有覆盖。请换一个文件名，或先把它移走。")
    members = {DATABASE: database} | {
        f"{FILES}/{path.relative_to(files).as_posix()}": path for path in sorted(files.rglob("*")) if path.is_file()
    }
    manifest: dict[str, Any] = {"format": FORMAT, **about, "files": {}}
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)  # of a backup that was broken off
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as archive:
                for name, path in members.items():
                    with path.open("rb") as content:
                        hashed = _Hashed(content)
                        archive.addfile(archive.gettarinfo(str(path), name), cast(BinaryIO, hashed))
                    manifest["files"][name] = {"bytes": hashed.size, "sha256": hashed.digest.hexdigest()}
                told = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
                last = tarfile.TarInfo(MANIFEST)
                last.size, last.mode = len(told), 0o600
                archive.addfile(last, io.BytesIO(told))
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return manifest


def _unpack_file(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """By hand: Debian 12's Python knows no `filter="data"`, and without it an archive could write anywhere."""
    path = PurePosixPath(member.name)
    if not member.isfile() or path.is_absolute() or ".." in path.parts:
        raise tarfile.TarError(member.name)
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    stream = archive.extractfile(member)
    if stream is None:
        raise tarfile.TarError(member.name)
    with stream, target.open("xb") as copy:
        shutil.copyfileobj(stream, copy)


def unpack_archive(source: Path, folder: Path) -> dict[str, Any]:
    """Everything of the archive in the empty `folder`, each file compared with the manifest, which is returned.

    Raises Refused when it is no backup, or is cut off, damaged or of a later format.
    """
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                _unpack_file(archive, member, folder)
        if not (folder / MANIFEST).exists():  # where an archive is damaged, reading may end without a word
            raise ValueError(f"没有 {MANIFEST}")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        listed, format_ = manifest["files"], manifest["format"]
    except UNREADABLE as error:
        raise Refused(f"{source} 读不完整：不是备份，或者没有拷完、已经损坏（{error}）。{CURE}") from error
    except OSError as error:
        raise Refused(f"{source} 没有读成：{error}。请核对路径、权限和磁盘空间。没有恢复任何东西。") from error
    if format_ != FORMAT:
        raise Refused(f"这份备份是另一版程序做的（格式 {format_}，本程序认得 {FORMAT}）。请用做备份的那一版程序恢复。")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    if there != set(listed) or DATABASE not in listed:
        names = "、".join(sorted(there ^ set(listed))[:3])
        raise Refused(f"{source} 里的文件与清单不符（{names}）：没有拷完、已经损坏，或者有人改动过。{CURE}")
    for name, said in listed.items():
        with (folder / PurePosixPath(name)).open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != said["sha256"]:
            raise Refused(f"{source} 里的 {name} 与清单的校验值不一致，已经损坏。{CURE}")
    return manifest
