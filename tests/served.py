"""The product as people meet it: gunicorn as `dev.py run` starts it, on the database of this process, and people who press buttons.

For the drills only. What a safeguard is worth shows when it is missing: `Served(unsafe="atomic")` serves the product without it
(see tests/unsafe.py).
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from leaders.models import Unit, User
from leaders.roles import Role
from projects.models import Project
from tests.world import World, make_project, make_users, make_world

TOKEN = "d" * 32  # of cross-site request forgery: a browser sends back the one that it was given
SECONDS = 60
AS_SERVED = {"DJANGO_SETTINGS_MODULE": "yichuan_tracker.settings", "DEBUG": "0", "TRACKER_DEMO": "1"}


@dataclass
class Answer:
    status: int
    text: str
    location: str


@dataclass
class Person:
    """Somebody signed in. Every request is a connection of its own; OSError or HTTPException: no answer came."""

    port: int
    session: str

    def get(self, name: str, *words: object) -> Answer:
        return self._ask("GET", reverse(name, args=words), {})

    def post(self, name: str, *words: object, **typed: object) -> Answer:
        return self._ask("POST", reverse(name, args=words), typed)

    def _ask(self, method: str, path: str, typed: dict[str, object]) -> Answer:
        channel = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            channel.request(method, path, urlencode(typed) if typed else None, headers)
            response = channel.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            channel.close()
        return Answer(response.status, text, urlsplit(response.headers.get("Location", "")).path)


class Served:
    """A server on a free port; `log` is what it complained about."""

    def __init__(self, unsafe: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = Path(settings.DATA_DIR) / "gunicorn.log"
        application = f"tests.unsafe:{unsafe}" if unsafe else "yichuan_tracker.wsgi"
        self.command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{self.port}"]
        self.command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
        # Preloaded, which `dev.py run` does not: a killed worker is then back in a moment, and the rounds are not spent waiting.
        self.command += ["--log-level", "warning", "--preload"]
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, env=os.environ | AS_SERVED, cwd=settings.BASE_DIR, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0 and self.workers():
                    return
            time.sleep(0.05)
        raise RuntimeError(f"gunicorn did not start:\n{self.log.read_text()[-3000:]}")

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def kill(self, *, whole: bool) -> None:
        """SIGKILL, to all at once: the workers, or the master with them."""
        if whole:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return
        for pid in self.workers():
            os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=SECONDS)


@contextmanager
def serving(unsafe: str = "") -> Iterator[Served]:
    served = Served(unsafe)
    try:
        served.start()
        yield served
    finally:
        served.stop()


def person(served: Served, user: User) -> Person:
    client = Client()
    client.force_login(user)
    return Person(served.port, client.cookies[settings.SESSION_COOKIE_NAME].value)


def make_county(units: int, reporters: int = 1) -> tuple[World, list[tuple[Project, list[User]]]]:
    """Tables, static files, the county of tests/world.py, and `units` more units: the project of each, and who reports it."""
    call_command("migrate", verbosity=0)
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(collect, env=os.environ | AS_SERVED, cwd=settings.BASE_DIR, check=True)
    world = make_world()
    filed = []
    for number in range(units):
        body = Unit.objects.create(name=f"第{number}局")
        project = make_project(
            f"第{number}局办公楼", key_list=world.key_list, unit=body, leader=world.leader_wu, position=number + 3
        )
        given = [
            (f"reporter{number}-{one}", f"填报{one}", (Role.REPORTER,), {"unit": body}) for one in range(reporters)
        ]
        filed.append((project, list(make_users(*given).values())))
    return world, filed


def wait_until_quiet() -> None:
    """Until the database has noticed that its clients are dead: PostgreSQL rolls back what they left when it next hears of them."""
    if connection.vendor != "postgresql":
        return
    asked = "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state LIKE ANY (%s)"
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(asked, [["active", "idle in transaction%"]])
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("PostgreSQL still works for clients that were killed.")


def again_on_postgres(drill: str) -> int:
    """The drill as it was called, beside a throw-away PostgreSQL."""
    command = [sys.executable, "-m", "tests.postgres", sys.executable, "-m", f"tests.drills.{drill}", *sys.argv[1:]]
    return subprocess.call(command)
