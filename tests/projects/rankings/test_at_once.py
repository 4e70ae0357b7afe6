"""Two people at the same moment, each with a connection of their own."""

import threading
import time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from projects.rankings.actions import compute_trial, give_points, publish_run
from projects.rankings.models import RankingRun, RunState
from projects.rankings.queries import digest_of
from tests.projects.rankings.county import JUNE, lay_down_june
from tests.world import AT


@pytest.fixture
def county(world):
    return lay_down_june(world)


def _publish(county, run: RankingRun) -> None:
    publish_run(run, by=county.zhao, at=AT, version=run.version)


def _give(county, run: RankingRun) -> None:
    give_points(JUNE, points=Decimal(1), reason="通报表扬", project=county.road, by=county.zhou, at=AT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "late", "state"),
    [
        (_publish, lambda county, run: compute_trial(JUNE, by=county.zhao, at=AT), RunState.PUBLISHED),
        (_give, _publish, RunState.TRIAL),
        (_publish, _give, RunState.PUBLISHED),
    ],
    ids=["publish, trial", "points, publish", "publish, points"],
)
def test_who_comes_while_a_run_is_published_waits_and_is_refused(county, first, late, state):
    run = compute_trial(JUNE, by=county.zhao, at=AT)
    began, refusals = threading.Event(), []

    def come_late() -> None:
        began.set()
        try:
            late(county, run)
        except ValidationError as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    other = threading.Thread(target=come_late)
    with transaction.atomic():
        first(county, run)
        other.start()
        began.wait()
        time.sleep(0.3)  # The other stands at the lock by now.
    other.join()
    stands = RankingRun.objects.get()
    assert (stands.state, digest_of(stands), len(refusals)) == (state, run.sha256, 1)
