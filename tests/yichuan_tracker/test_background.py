import pytest

from yichuan_tracker.background import beside

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("server", ["postgres://tracker:x@127.0.0.1:5432", "postgres://tracker@//run/postgresql"])
def test_a_process_of_its_own_finds_the_database_of_the_same_server(server):
    assert beside(f"{server}/tracker", "other") == f"{server}/other"
