"""Reading a workbook in a child process, so that no file can harm the process that serves pages."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from projects.imports.reading.kinds import PROJECTS
from projects.imports.reading.limits import Limits
from projects.imports.reading.problems import ERROR, problem

ROOT = Path(__file__).resolve().parents[3]
CURE = "请用 Excel 或 WPS 打开原文件，只留下要导入的工作表和行，另存为新的 .xlsx 后重新上传；仍不行请联系管理员。"
TICK_SECONDS = 0.5
Progress = Callable[[float], None]


def read_in_child(
    path: str | Path,
    *,
    limits: Limits | None = None,
    year: int | None = None,
    sheet: str | None = None,
    answers: dict[str, Any] | None = None,
    remembered: dict[str, dict[str, str]] | None = None,
    kind: str = PROJECTS,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """What `read_workbook` returns, read by a process with limits on memory, CPU and time.

    A child that dies, hangs or prints nonsense gives a refusal of the same shape. `progress` is called about twice a
    second with the seconds passed. Raises OSError when the file is not there.
    """
    path = Path(path)
    limits = limits or Limits()
    digest = _digest(path)
    options = {"limits": limits.as_dict(), "year": year, "sheet": sheet, "answers": answers, "remembered": remembered}
    options["kind"] = kind
    output, code = _run(path, options, limits, progress)
    if output is None:
        return refusal(path.name, digest, f"读这个文件超过了 {limits.child_wall_seconds} 秒，已停止。")
    if code != 0:
        return refusal(path.name, digest, _why(code, limits))
    try:
        result: dict[str, Any] = json.loads(output)
    except ValueError:
        return refusal(path.name, digest, "读取程序没有给出结果。")
    return result


def lines_in_child(path: Path, limits: Limits) -> dict[str, Any]:
    """What `read_lines` returns, read under the same limits."""
    output, code = _run(path, {"limits": limits.as_dict(), "plain": True}, limits, None)
    if output is None or code != 0:
        why = _why(code, limits) if output is not None else f"读这个文件超过了 {limits.child_wall_seconds} 秒，已停止。"
        return {"lines": [], "problems": [problem(ERROR, why, CURE)]}
    found: dict[str, Any] = json.loads(output)
    return found


def mark_in_child(path: Path, target: Path, problems: list[dict[str, Any]], limits: Limits) -> bool:
    """Have the marked copy of a workbook written to `target` (see marking.py); False when the child could not."""
    options = {"limits": limits.as_dict(), "mark": {"target": str(target.resolve()), "problems": problems}}
    output, code = _run(path, options, limits, None)
    return output is not None and code == 0


def _run(path: Path, options: dict[str, Any], limits: Limits, progress: Progress | None) -> tuple[bytes | None, int]:
    """What the child printed (None: it took too long and was killed), and how it ended."""
    environment = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT") if key in os.environ}
    environment |= {"PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}
    child = subprocess.Popen(
        [sys.executable, "-m", "projects.imports.reading", str(path.resolve()), "--options-json", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=environment,
        close_fds=True,
    )
    output = _wait(child, json.dumps(options).encode(), limits.child_wall_seconds, progress)
    return output, child.returncode


def _wait(child: subprocess.Popen[bytes], sent: bytes, wall: float, progress: Progress | None) -> bytes | None:
    """The child's output, or None when it had to be killed for taking too long."""
    passed = 0.0
    remaining: bytes | None = sent
    while True:
        try:
            return child.communicate(remaining, timeout=min(TICK_SECONDS, max(wall - passed, 0.01)))[0]
        except subprocess.TimeoutExpired:
            remaining = None
            passed += TICK_SECONDS
            if progress:
                progress(passed)
            if passed >= wall:
                child.kill()
                child.communicate()
                return None


def _why(code: int, limits: Limits) -> str:
    if code in (-24, -9, 137, 152):
        return f"读这个文件用掉的时间超过了上限（{limits.child_cpu_seconds} 秒），已停止。"
    if code < 0:
        return f"文件里的内容使读取程序中止（信号 {-code}），多半是结构异常或太大。"
    return f"读这个文件时出错，或内存超过了上限（{limits.child_memory_bytes // 1024 // 1024} MB）。"


def refusal(name: str, digest: str, message: str) -> dict[str, Any]:
    """The object for a file that could not be read at all."""
    return {"file": name, "sha256": digest, "sheets": [], "problems": [problem(ERROR, message, CURE)]}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
