"""The product's settings in an environment of their own: no `.env` and no DATABASE_URL of a person reaches a test."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="tracker-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

os.environ.update(
    SECRET_KEY="tests-only",
    DEBUG="1",
    DATA_DIR=str(_folder),
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL", f"sqlite:///{_folder / 'unused.sqlite3'}"),
    ALLOWED_HOSTS="127.0.0.1,localhost,testserver",
    TRACKER_HTTPS="0",
    TRACKER_DEMO="0",
    TRACKER_TODAY="2023-07-05",  # the day on which tests/world.py lives
)

from yichuan_tracker.settings import *  # noqa: E402, F403 (the environment must stand first)
from yichuan_tracker.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: in memory, all threads of the live server would share one connection.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "tests.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON"
    )
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0

# Argon2 is slow on purpose; no test is about its slowness.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
