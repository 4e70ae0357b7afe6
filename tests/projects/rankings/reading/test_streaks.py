"""Months in a row are counted over frozen months alone, along what each was compared with."""

import datetime

import pytest

from projects.rankings.models import FrozenScore
from projects.rankings.queries import streaks_of
from projects.registry.models import YearPlan
from tests.projects.rankings.county import JUNE, load_scheme, release

pytestmark = pytest.mark.django_db
APRIL, MAY = datetime.date(2023, 4, 1), datetime.date(2023, 5, 1)


def test_two_red_months_in_a_row_as_they_were_released(world, django_assert_num_queries):
    load_scheme()
    release(world, MAY)
    june = release(world, JUNE)
    with django_assert_num_queries(2):
        streak = streaks_of(june)[world.road.pk]
    assert streak.words == "连续 2 个月红灯（5月、6月），约谈责任单位"
    # What is corrected later changes May's next edition, not what June was released with.
    YearPlan.objects.update(plan_wan=None)
    release(world, MAY)
    assert streaks_of(june)[world.road.pk] == streak
    assert world.road.pk not in streaks_of(release(world, JUNE))


def test_a_month_that_is_missing_ends_the_row(world):
    load_scheme()
    release(world, APRIL)
    assert world.road.pk not in streaks_of(release(world, JUNE))


def test_a_month_of_a_scheme_that_said_nothing_of_steps_gets_none(world):
    load_scheme()
    release(world, MAY)
    june = release(world, JUNE)
    for name in ("yellow_steps", "red_steps"):
        del june.frozen["scheme"]["lights"][name]
    assert streaks_of(june) == {}


def test_a_changed_light_counts_only_if_the_scheme_of_the_run_says_so(world):
    load_scheme()
    may, june = release(world, MAY), release(world, JUNE)
    score = FrozenScore.objects.get(run=may, project=world.road)
    change = {"colour": "green", "reason": "", "evidence": "", "until_on": "2023-05-31", "asker": "", "decider": ""}
    score.detail["progress_light"]["change"] = change
    score.save()
    assert world.road.pk in streaks_of(june)
    june.frozen["scheme"]["lights"]["changes_count"] = True
    assert world.road.pk not in streaks_of(june)
