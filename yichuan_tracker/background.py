"""A management command as a process of its own: it goes on when the browser is closed or the server reloads."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction


def launch(command: str, *arguments: str) -> None:
    """Start `manage.py command` as soon as what it works on is committed."""
    transaction.on_commit(lambda: start(command, *arguments))


def start(*command: str) -> None:
    """What goes wrong there is told where this process tells its own. Raises OSError when the machine starts no further process."""
    subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *command, "--skip-checks"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "yichuan_tracker.settings"} | _database(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _database() -> dict[str, str]:
    """The database that this process really uses, which is another than the configured one while tests run."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{name}"}
    configured = os.environ.get("DATABASE_URL", "")
    return {"DATABASE_URL": beside(configured, name)} if configured else {}


def beside(database_url: str, name: str) -> str:
    """The database `name` of the same server; where that is reached by a socket, the socket's folder stands before the name."""
    url = urlsplit(database_url)
    return url._replace(path=f"{url.path.rpartition('/')[0]}/{name}").geturl()
