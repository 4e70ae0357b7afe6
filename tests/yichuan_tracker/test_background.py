import time

import pytest

from yichuan_tracker.background import beside, start

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("server", ["postgres://tracker:x@127.0.0.1:5432", "postgres://tracker@//run/postgresql"])
def test_a_process_of_its_own_finds_the_database_of_the_same_server(server):
    assert beside(f"{server}/tracker", "other") == f"{server}/other"


def test_what_goes_wrong_in_a_process_of_its_own_is_told(capfd):
    start("no_such_command")
    told, until = "", time.monotonic() + 30
    while "no_such_command" not in told and time.monotonic() < until:
        time.sleep(0.05)
        told += capfd.readouterr().err
    assert "no_such_command" in told
