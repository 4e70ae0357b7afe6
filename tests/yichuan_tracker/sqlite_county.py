"""A county on SQLite in a process of its own: what test_backup.py moves to PostgreSQL."""

from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def make() -> None:
    """Tables, one record of everything, a backup of them, and all that stands there as text, in DATA_DIR."""
    django.setup()
    from tests.access_places import make_places
    from tests.world import make_world
    from tests.yichuan_tracker.test_backup import as_text

    call_command("migrate", verbosity=0)
    make_places(make_world())
    folder = Path(settings.DATA_DIR)
    call_command("backup", folder / "backup.tar.gz", verbosity=0)
    (folder / "everything.json").write_text(as_text())
