import datetime
import gc
import shutil
import time

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.world import World, make_world
from yichuan_tracker import clock

# How long a draw takes says something of the machine, nothing of the code.
hypothesis_settings.register_profile("tracker", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("tracker")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="only what may differ on a second database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--only-database"):
        return
    kept, left = [], []
    for item in items:
        reads = item.get_closest_marker("django_db") or "db" in item.fixturenames
        (kept if reads and not item.get_closest_marker("one_database") else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def pytest_collection_finish() -> None:
    """Walking the thousands of modules again and again for rubbish was a seventh of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(500_000, 10, 10)


def pytest_unconfigure() -> None:
    """The processes of xdist leave without running what tests/settings.py left to the end of the process."""
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def afternoon():
    """Pages are asked in the afternoon of their day, whenever the suite runs: after what tests.world.AT did that morning."""
    began, as_it_is = time.monotonic(), clock.now

    def now() -> datetime.datetime:
        noon = as_it_is().replace(hour=13, minute=0, second=0, microsecond=0)
        return noon + datetime.timedelta(seconds=time.monotonic() - began)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", now)
        yield


@pytest.fixture
def world(db) -> World:
    return make_world()


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    """What a fixture of a module lays down after this is laid down once; each test undoes what it did to it (its transaction
    is a savepoint inside this one). Tests get copies of the objects, so that none sees what another typed into them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
