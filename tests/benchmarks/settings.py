"""The product's settings as in production, with the peers beside it, in an environment of their own.

The starting process names the folder and the database: every process of a benchmark that it starts shares both.
"""

import os
from pathlib import Path

FOLDER = Path(os.environ["BENCHMARK_FOLDER"])

os.environ.update(
    SECRET_KEY="benchmarks-only",
    DEBUG="0",
    DATA_DIR=str(FOLDER),
    DATABASE_URL=os.environ["BENCHMARK_DATABASE_URL"],
    ALLOWED_HOSTS="testserver",
    TRACKER_HTTPS="0",
    TRACKER_DEMO="1",
    TRACKER_TODAY="2023-07-05",  # the day on which the demo county lives
)

from yichuan_tracker.settings import *  # noqa: E402, F403 (the environment must stand first)
from yichuan_tracker.settings import INSTALLED_APPS, STATICFILES_DIRS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin", "import_export", "tests.benchmarks"]
ROOT_URLCONF = "tests.benchmarks.urls"
if not STATICFILES_DIRS:
    # Nothing was bundled (a test run): pages still need an app.css and an app.js to name.
    stand_in = FOLDER / "bundle"
    stand_in.mkdir(parents=True, exist_ok=True)
    for name in ("app.css", "app.js", "favicon.svg"):
        (stand_in / name).touch()
    STATICFILES_DIRS = [stand_in]
# Who is allowed to do what is no part of what is timed; Argon2 is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
