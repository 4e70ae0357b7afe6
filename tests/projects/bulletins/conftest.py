import copy

import pytest

from projects.rankings.models import RankingRun
from tests.projects.rankings.county import lay_down_june, release
from tests.world import World, make_world


@pytest.fixture(scope="module")
def laid_down(once) -> tuple[World, RankingRun]:
    world = lay_down_june(make_world())
    return world, release(world)


@pytest.fixture
def june(laid_down, db) -> tuple[World, RankingRun]:
    return copy.deepcopy(laid_down)


@pytest.fixture
def world(june) -> World:
    return june[0]


@pytest.fixture
def released(june) -> RankingRun:
    return june[1]
