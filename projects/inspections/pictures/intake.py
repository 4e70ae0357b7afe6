"""Photos on their way in: handed to the child process, never decoded in a web worker."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from projects.inspections.pictures import reencode

MAX_BYTES = 20 * 1024 * 1024
MAX_PHOTOS = 9
WALL_SECONDS = 20
# All photos of one form: the web server in front gives up after a minute.
ALL_SECONDS = 40

_WHY = {
    reencode.WRONG_KIND: "不是可以读取的照片。请选择 JPG、PNG 或 WebP 格式；"
    "苹果手机请在“设置—相机—格式”中改为“兼容性最佳”。",
    reencode.TOO_MANY_PIXELS: "像素太多，处理不了（最多 1.2 亿），请缩小后再传。",
}
_UNREADABLE = "照片已损坏或内容异常，无法读取，请重新拍摄或另选一张。"


class PhotoRefusedError(Exception):
    """Why a photo cannot be taken, in Chinese."""


@dataclass(frozen=True)
class CleanPhoto:
    """A JPEG that we encoded ourselves."""

    data: bytes
    sha256: str


def take_in_all(
    files: Iterable[tuple[bytes, str]], now: Callable[[], float] = time.monotonic
) -> tuple[list[CleanPhoto], list[str]]:
    """(photos, why the others were refused) of all files (data, name) of one form, within ALL_SECONDS; what is left then is
    refused by name, unread."""
    until, photos, refusals, unread = now() + ALL_SECONDS, [], [], []
    for data, name in files:
        if (left := until - now()) < 1:
            unread.append(f"“{name}”")
            continue
        try:
            photos.append(take_in(data, name, seconds=min(WALL_SECONDS, left)))
        except PhotoRefusedError as refusal:
            refusals.append(str(refusal))
    if unread:
        refusals.append(f"照片太大或服务器正忙，{'、'.join(unread)}来不及处理，请先去掉，保存以后再补传。")
    return photos, refusals


def take_in(data: bytes, name: str, *, seconds: float = WALL_SECONDS) -> CleanPhoto:
    """The photo upright, without position or other metadata, at most 2000 pixels long. Raises PhotoRefusedError."""
    if len(data) > MAX_BYTES:
        raise PhotoRefusedError(
            f"“{name}”有 {len(data) / 1024 / 1024:.1f} MB，超过 {MAX_BYTES // 1024 // 1024} MB，请缩小后再传。"
        )
    program = Path(reencode.__file__)
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(program)],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise PhotoRefusedError(f"“{name}”太大或内容异常，{seconds:.0f} 秒内还没有处理完，请缩小后再传。") from None
    if child.returncode != 0 or not child.stdout:
        raise PhotoRefusedError(f"“{name}”：{_WHY.get(child.returncode, _UNREADABLE)}")
    return CleanPhoto(child.stdout, hashlib.sha256(child.stdout).hexdigest())
