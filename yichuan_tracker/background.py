"""A management command as a process of its own: it goes on when the browser is closed or the server reloads."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction


def launch(command: str, *arguments: str) -> None:
    """Start `manage.py command` as soon as what it works on is committed."""
    transaction.on_commit(lambda: _launch(command, *arguments))


def _launch(*command: str) -> None:
    subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *command, "--skip-checks"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "yichuan_tracker.settings"} | _database(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _database() -> dict[str, str]:
    """The database that this process really uses, which is another than the configured one while tests run."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{name}"}
    configured = os.environ.get("DATABASE_URL", "")
    if not configured:
        return {}
    return {"DATABASE_URL": urlsplit(configured)._replace(path=f"/{name}").geturl()}
