"""What the benchmarks lean on still stands. Nothing is timed here; `dev.py bench --quick` runs all of it small."""

from importlib import import_module

import pytest

from projects.imports.reading.understand import read_workbook
from projects.models import Membership, Project, Responsibility
from tests.benchmarks.growing import multiply_county
from tests.benchmarks.one_import import STAGES, StageClock
from tests.benchmarks.workbooks import write_workbook

STAGED = [place for places in STAGES.values() for place in places]


@pytest.mark.parametrize(("module", "name"), STAGED, ids=lambda value: value.rpartition(".")[2])
def test_every_stage_of_the_importer_names_a_function_that_exists(module, name):
    assert callable(getattr(import_module(module), name))


def test_a_stage_inside_another_is_not_counted_twice():
    clock = StageClock()
    with clock.stage("outer"), clock.stage("inner"):
        sum(number * number for number in range(3_000_000))
    assert clock.spent["inner"] > clock.spent["outer"]


def test_the_generated_workbook_is_read_without_a_question(tmp_path):
    found = read_workbook(write_workbook(tmp_path / "清单.xlsx", 150), year=2023)
    rows = found["sheets"][0]["rows"]
    assert len(rows) == 150
    assert len({row["values"]["name"] for row in rows}) == 150
    assert not [said for said in found["problems"] if said["level"] in {"question", "error"}]


@pytest.mark.one_database
def test_the_county_grows_with_all_that_hangs_on_its_projects(world):
    assert multiply_county(3) == 6
    assert Project.objects.count() == Membership.objects.count() == 6
    assert Responsibility.objects.filter(project__name="吕店镇县道改建工程3号").count() == 3
