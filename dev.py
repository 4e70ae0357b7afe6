#!/usr/bin/env python3
"""Set up, start, test, check and pack the tracker: `python3 dev.py` lists the commands.

Standard library only, so that a bare machine with Python 3.11 can start it. Each step leaves a stamp, the digest of
what it read, and is skipped while that stays the same.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Command = list[str | Path]

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = ROOT / "var"
BUNDLE = VAR / "bundle"
STATIC = ROOT / "static"
REQUIREMENTS = ROOT / "requirements"
PINNED = ["-q", "--disable-pip-version-check", "--require-hashes", "--no-deps", "--only-binary", ":all:"]

NO_VENV = """本机的 Python 不能建立虚拟环境。Debian、Ubuntu 上请先安装（需要管理员权限）：
    apt-get install python3-venv
然后重新执行刚才的命令。"""
NO_NETWORK = """下载失败：连不上软件仓库（PyPI 或 npm）。请检查网络或代理后重试，已完成的步骤不会重做。
没有外网的机器，请在有网络的机器上执行 python3 dev.py bundle，把做好的安装包拷过去（见 README“离线安装”）。"""
OFFLINE_SIGNS = re.compile(
    r"name resolution|NewConnectionError|Connection (?:refused|reset|to \S+ timed out)|ENOTFOUND|EAI_AGAIN|"
    r"ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Network is unreachable|ProxyError|No matching distribution found",
    re.IGNORECASE,
)
# A lock file that says where to download ties the project to one mirror; no file here may.
ADDRESS = re.compile(
    r'"resolved"\s*:\s*"\w+:|\bhttps?://\S+\.(?:whl|tgz|tar\.gz|zip|deb)\b|(?:index-url|find-links|registry)[=\s]+\w+://'
)


def stop(message: str) -> SystemExit:
    """For `raise stop(…)`: ends the command with a message for the person and exit code 1."""
    print(f"\n{message}", file=sys.stderr, flush=True)
    return SystemExit(1)


def say(message: str) -> None:
    print(message, flush=True)


# --- steps that are done once -----------------------------------------------------------------------------------------


def files_below(*paths: Path) -> list[Path]:
    """Every file among and below `paths`, sorted; what does not exist is left out."""
    found = [path for path in paths if path.is_file()]
    for folder in paths:
        if folder.is_dir():
            found += [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return sorted(found)


def digest(inputs: Iterable[Path], *words: str) -> str:
    """Changes when a file of `inputs` is edited, added, renamed or removed, when a word or the Python changes."""
    total = hashlib.sha256(repr((sys.version, words)).encode())
    for path in files_below(*inputs):
        total.update(f"\0{os.path.relpath(path, ROOT)}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def step(title: str, stamp: Path, wanted: str, work: Callable[[], None]) -> None:
    """Does `work` unless `stamp` already holds `wanted`; an interrupted or failed step is done again next time."""
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say(f"· {title} …")
    began = time.monotonic()
    stamp.unlink(missing_ok=True)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    say(f"  完成，用时 {time.monotonic() - began:.1f} 秒")


def environment(**more: str) -> dict[str, str]:
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    ours = {
        "PATH": path,
        "NODE_USE_SYSTEM_CA": "1",  # npm trusts what the system trusts (office networks have certificates of their own)
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "",  # where it is set, each of the many processes would compile all modules anew
    }
    return os.environ | ours | more


def call(*command: str | Path, **env: str) -> int:
    """The exit code of a command whose output the person sees."""
    return subprocess.run(command, cwd=ROOT, env=environment(**env), check=False).returncode


def fetch(command: Command, cwd: Path = ROOT) -> None:
    """Runs a step that needs the network; its output is shown only when it fails."""
    done = subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        output = (done.stdout + done.stderr).strip()
        say("\n".join(output.splitlines()[-15:]))
        raise stop(NO_NETWORK if OFFLINE_SIGNS.search(output) else f"这一步没有成功：{command[0]}，原因见上。")


def manage(*words: str, **env: str) -> None:
    if call(PYTHON, "manage.py", *words, **env) != 0:
        raise stop(f"这一步没有成功：manage.py {' '.join(words)}，原因见上。")


def create_venv() -> None:
    if PYTHON.exists():
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise stop(NO_VENV)
    say("· 建立 .venv …")
    if subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False).returncode != 0:
        raise stop(NO_VENV)


def install(*names: str) -> None:
    """Installs requirements/NAME.txt into .venv: pinned, by hash, wheels only: nothing is compiled here."""
    create_venv()
    for name in names:
        pins = REQUIREMENTS / f"{name}.txt"
        title = {"run": "安装运行所需的软件包", "build": "安装 Node", "dev": "安装测试和检查工具"}[name]
        command: Command = [PYTHON, "-m", "pip", "install", *PINNED, "-r", pins]
        step(title, VENV / f"{name}.stamp", digest([pins]), partial(fetch, command))


def build_static() -> None:
    """Brings var/bundle up to date: our styles and script, for the oldest browser in the offices."""
    node, npm = VENV / "bin" / "node", VENV / "bin" / "npm"
    locks = [STATIC / "package.json", STATIC / "package-lock.json", STATIC / ".npmrc"]
    install_modules = partial(fetch, [npm, "ci", "--ignore-scripts"], cwd=STATIC)
    step("安装前端软件包", STATIC / "node_modules" / ".stamp", digest(locks), install_modules)
    sources = [*locks, STATIC / "build.mjs", STATIC / "src", STATIC / "public"]
    stamp = VAR / "stamps" / "bundle"
    if not BUNDLE.is_dir():
        stamp.unlink(missing_ok=True)
    step("生成样式和脚本", stamp, digest(sources), partial(fetch, [node, "build.mjs", BUNDLE], cwd=STATIC))


# --- commands ---------------------------------------------------------------------------------------------------------


def command_setup(_arguments: argparse.Namespace) -> int:
    install("dev")
    build_static()
    say("环境已就绪：.venv 和 var/bundle。")
    return 0


def demo_settings(*, debug: bool) -> dict[str, str]:
    """The demo's environment. It never takes the database of an `.env`, which may be the real one."""
    VAR.mkdir(exist_ok=True)
    key = VAR / "secret_key"
    if not key.exists():
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    defaults = {
        "SECRET_KEY": key.read_text(),
        "DEBUG": "1" if debug else "0",
        "DATA_DIR": str(VAR),
        "DATABASE_URL": f"sqlite:///{VAR / 'tracker.sqlite3'}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "TRACKER_DEMO": "1",
        "TRACKER_TODAY": "2023-07-05",
        "TRACKER_HTTPS": "0",
    }
    return {name: os.environ.get(name, value) for name, value in defaults.items()}


def prepare_data(env: dict[str, str]) -> None:
    """Tables and reference data up to date, and the demo county loaded into a new database."""
    url = env["DATABASE_URL"]
    schema, demo = VAR / "stamps" / "schema", VAR / "stamps" / "demo"
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        schema.unlink(missing_ok=True)
        demo.unlink(missing_ok=True)
    migrations = [ROOT / "leaders" / "migrations", ROOT / "projects" / "migrations", REQUIREMENTS / "run.txt"]

    def migrate() -> None:
        if call(PYTHON, "manage.py", "migrate", "--verbosity", "0", **env) != 0:
            raise stop(f"数据表没有更新成功，原因见上。演示库可以重新来过：删除 {VAR} 后再启动。")
        manage("load_reference", **env)

    step("建立数据表和基础数据", schema, digest([*migrations, ROOT / "fixtures" / "reference"], url), migrate)
    step("载入演示县", demo, hashlib.sha256(url.encode()).hexdigest(), partial(manage, "load_demo", **env))


def command_run(arguments: argparse.Namespace) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", arguments.port))
        except OSError:
            raise stop(f"端口 {arguments.port} 已被占用。换一个：python3 dev.py run --port 8001") from None
    install("build", "run")
    build_static()
    env = demo_settings(debug=arguments.debug)
    prepare_data(env)
    address = f"127.0.0.1:{arguments.port}"
    if arguments.debug:
        server = ["manage.py", "runserver", address]
    else:
        pages = digest([BUNDLE, REQUIREMENTS / "run.txt"], env["DATA_DIR"])
        collect = partial(manage, "collectstatic", "--no-input", "-v0", **env)
        step("发布静态文件", VAR / "stamps" / "static", pages, collect)
        server = ["-m", "gunicorn", "yichuan_tracker.wsgi", "--bind", address, "--worker-class", "gthread"]
        server += ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
    accounts = Path(env["DATA_DIR"]) / "demo_accounts.txt"
    say(f"""
伊川县重点项目管理平台（演示数据）
  地址      http://{address}/
  演示账号  {accounts}（每种角色一个，密码随机）
  数据      {env["DATABASE_URL"].removeprefix("sqlite:///")}
  业务日期  {env["TRACKER_TODAY"] or "今天"}
  停止：Ctrl+C；重新来过：删除 {VAR} 后再启动
""")
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), *server], environment(**env))


def command_test(arguments: argparse.Namespace) -> int:
    """Every part of the suite (tests/__main__.py), or pytest with ARGS."""
    install("dev")
    build_static()
    return call(PYTHON, "-m", "pytest", *arguments.rest) if arguments.rest else call(PYTHON, "-m", "tests")


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not listed:
        raise stop("这里不是 git 工作目录，无法知道哪些文件属于本项目。")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def download_addresses(files: Iterable[Path]) -> list[str]:
    """`file:line` of every download address in `files`; binary files hold none."""
    found = []
    for path in files:
        data = path.read_bytes()
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode(errors="replace").splitlines(), start=1):
            if ADDRESS.search(line):
                found.append(f"{os.path.relpath(path, ROOT)}:{number}")
    return found


def command_check(_arguments: argparse.Namespace) -> int:
    """Runs every check, shows the output of those that fail."""
    install("dev")
    build_static()
    env = environment(DJANGO_SETTINGS_MODULE="tests.settings")  # which needs no SECRET_KEY and touches no one's data
    templates = [str(path) for path in files_below(ROOT / "templates") if path.suffix == ".html"]
    tools = VENV / "bin"
    checks: list[Command] = [
        [tools / "ruff", "check", "--output-format", "concise"],
        [tools / "ruff", "format", "--check", "--output-format", "concise"],
        [tools / "mypy"],
        [tools / "lint-imports"],
        [tools / "djlint", "--lint", "--quiet", "--allow-empty-input", "templates"],
        [tools / "djade", "--check", "--target-version", "5.2", *templates],
        [tools / "vulture"],
        [PYTHON, "manage.py", "check", "--fail-level", "WARNING"],
        [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    ]
    failed = 0
    for command in checks:
        title = " ".join([Path(command[0]).name, *(str(word) for word in command[1:] if word not in templates)])
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        say(f"{'✓' if done.returncode == 0 else '✗'} {title}")
        if done.returncode != 0:
            failed += 1
            say((done.stdout + done.stderr).strip())
    addresses = download_addresses(tracked_files())
    say(f"{'✗' if addresses else '✓'} 文件中没有下载地址 {' '.join(addresses)}")
    failed += bool(addresses)
    say(f"\n{failed} 项检查没有通过。" if failed else "\n检查全部通过。")
    return 1 if failed else 0


def command_lock(_arguments: argparse.Namespace) -> int:
    """Refreshes every pin: dev.txt is the whole, run.txt and build.txt are parts of it with the same versions."""
    install("dev")
    compile_: Command = [VENV / "bin" / "uv", "pip", "compile", "-q", "--universal", "--python-version", "3.11"]
    compile_ += ["--upgrade", "--generate-hashes", "--no-header", "--no-annotate", "--system-certs"]
    whole = REQUIREMENTS / "dev.txt"
    fetch([*compile_, "pyproject.toml", "--group", "dev", "-o", whole])
    fetch([*compile_, "pyproject.toml", "-c", whole, "-o", REQUIREMENTS / "run.txt"])
    fetch([*compile_, "--group", "build", "-c", whole, "-o", REQUIREMENTS / "build.txt"])
    fetch([VENV / "bin" / "npm", "update", "--package-lock-only", "--ignore-scripts"], cwd=STATIC)
    say("锁定文件已刷新：请看 git diff，执行 dev.py test，再提交。")
    return 0


def command_bundle(arguments: argparse.Namespace) -> int:
    """Sources, wheels and built static files in var/release; deploy/install.sh in it needs no network and no Node."""
    install("build", "run")
    build_static()
    release = VAR / "release"
    wheels = release / "wheelhouse"
    shutil.rmtree(wheels, ignore_errors=True)
    tags = ["manylinux_2_28", "manylinux_2_17", "manylinux2014"]
    platforms = [word for tag in tags for word in ("--platform", f"{tag}_{arguments.machine}")]
    say(f"· 下载 {arguments.machine} 的安装文件 …")
    command: Command = [PYTHON, "-m", "pip", "download", "--python-version", "3.11", *PINNED, *platforms]
    fetch([*command, "-r", REQUIREMENTS / "run.txt", "-d", wheels])
    target = release / f"yichuan-tracker-{arguments.machine}.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        for path in [*tracked_files(), *files_below(BUNDLE)]:
            archive.add(path, f"yichuan-tracker/{path.relative_to(ROOT)}")
        archive.add(wheels, "yichuan-tracker/wheelhouse")
    say(f"安装包：{target}（{target.stat().st_size / 1e6:.0f} MB）")
    say("在目标机器上解开，执行 sh deploy/install.sh；不需要网络，也不需要 Node。")
    return 0


def command_bench(arguments: argparse.Namespace) -> int:
    install("dev")
    build_static()
    return call(PYTHON, "-m", "tests.benchmarks", *arguments.rest)


def command_drill(arguments: argparse.Namespace) -> int:
    install("dev")
    build_static()
    return call(PYTHON, "-m", f"tests.drills.{arguments.name}", *arguments.rest)


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (older ones do reach this line, and deserve a sentence)
        raise stop(f"需要 Python 3.11 或更新的版本，现在是 {sys.version.split()[0]}（{sys.executable}）。")
    if os.name != "posix":
        raise stop("dev.py 只在 Linux（或 WSL）上运行。")
    parser = argparse.ArgumentParser(prog="dev.py", description="伊川县重点项目管理平台的安装、启动、测试、检查和打包")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    run = commands.add_parser("run", help="准备好一切，载入演示数据，启动服务")
    run.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
    run.add_argument("--debug", action="store_true", help="开发用：改了代码自动重启，出错时显示细节")
    commands.add_parser("test", help="两种数据库和浏览器的全部测试；带参数则原样交给 pytest（只用 SQLite）")
    commands.add_parser("check", help="代码、模板、迁移的全部检查")
    commands.add_parser("setup", help="只准备环境")
    commands.add_parser("lock", help="刷新依赖的版本锁定")
    bundle = commands.add_parser("bundle", help="制作离线安装包")
    bundle.add_argument("--machine", choices=["x86_64", "aarch64"], default="x86_64", help="目标机器")
    commands.add_parser("bench", help="性能测量")
    drill = commands.add_parser("drill", help="长时间的演练，平时的测试不含；名字是 tests/drills/ 里的文件")
    drill.add_argument("name", choices=sorted(path.stem for path in (ROOT / "tests/drills").glob("[a-z]*.py")))
    arguments, rest = parser.parse_known_args()
    if rest and arguments.command not in {"test", "bench", "drill"}:
        parser.error(f"不认识的参数：{' '.join(rest)}")
    arguments.rest = rest
    command: Callable[[argparse.Namespace], int] = globals()[f"command_{arguments.command}"]
    return command(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
