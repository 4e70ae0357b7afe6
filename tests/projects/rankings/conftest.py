import copy

import pytest

from tests.projects.rankings.county import lay_down_june
from tests.world import World, make_world


@pytest.fixture(scope="module")
def laid_down(once) -> World:
    return lay_down_june(make_world())


@pytest.fixture
def county(laid_down, db) -> World:
    return copy.deepcopy(laid_down)
