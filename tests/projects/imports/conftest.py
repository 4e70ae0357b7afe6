import datetime
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command

from projects.imports import actions
from projects.imports.reading.understand import read_workbook
from tests.world import AT

SAMPLES = Path(settings.BASE_DIR) / "fixtures" / "samples"
KEY = SAMPLES / "县重点项目清单-三级表头.xlsx"
FLAT = SAMPLES / "重点项目-平表.xlsx"
JUNE = SAMPLES / "重点项目6月份进展情况表.xlsx"
GROUPS = SAMPLES / "四部四专班台账-一部一表.xlsx"
RESERVE = SAMPLES / "三个一批储备项目-手续列.xlsx"
SCHOOLS = SAMPLES / "教育集中开工项目-平表.xlsx"

HEADINGS = ["序号", "项目名称", "项目代码", "总投资（万元）", "2023年计划投资（万元）", "包联领导", "责任单位"]
MONTHS = [*HEADINGS, "6月份完成投资（万元）", "1-6月累计完成投资（万元）", "形象进度"]
ROAD = [1, "吕店镇县道改建工程", None, 60000, 12000, "钱一平", "县交通运输局"]
DAM = [2, "鸣皋镇城乡供水一体化建设项目", None, 60000, 12000, "吴二安", "县水利局"]


@pytest.fixture(autouse=True)
def read_here(request, monkeypatch):
    """Workbooks are read in the process of the test: starting another for each was more than half of these tests' time.
    Who asks for `reader_process` gets the real one, which reading/test_child.py tests by itself."""
    if "reader_process" not in request.fixturenames:
        monkeypatch.setattr(actions, "read_in_child", _read_here)


@pytest.fixture
def reader_process():
    """Workbooks are read by another process, as in service."""


def _read_here(path: Path, *, progress: Any = None, **options: Any) -> dict[str, Any]:
    return json.loads(json.dumps(read_workbook(path, **options)))


@pytest.fixture
def data_dir(tmp_path, settings):
    """Files of this test alone; they are gone afterwards."""
    storages = {name: dict(value) for name, value in settings.STORAGES.items()}
    storages["default"]["OPTIONS"] = {"location": tmp_path / "files", "base_url": None}
    settings.STORAGES = storages
    return tmp_path / "files"


@pytest.fixture
def county(db, data_dir):
    """An empty county with the reference data (units, townships, groups, permits)."""
    call_command("load_reference", verbosity=0)


@pytest.fixture
def office(world, data_dir):
    """The world of tests/world.py with files of its own."""
    return world


@pytest.fixture
def workbook(tmp_path) -> Callable[..., Path]:
    """`workbook(row, row, …)` → a list file; `headings` and `title` may differ."""

    def write(*rows: list[Any], headings: list[str] = HEADINGS, name: str = "清单.xlsx", title: str = "清单") -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = title
        sheet.append(headings)
        for row in rows:
            sheet.append(row)
        path = tmp_path / name
        book.save(path)
        return path

    return write


def take(
    path: Path, project_list: Any = "2023-key", *, by=None, at: datetime.datetime = AT, **more: Any
) -> dict[str, Any]:
    return actions.import_file(path, project_list=project_list, year=2023, by=by, at=at, **more)


def lines_of(document: dict, number: int = 0) -> dict:
    return {line["label"]: (line["old"], line["new"]) for line in rows_in(document)[number].get("changes", [])}


def rows_in(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for sheet in document["sheets"] for row in sheet["rows"]]


def questions_in(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [problem for problem in document["problems"] if problem["level"] == "question"]


def changed_copy(source: Path, target: Path, changes: dict[str, Any], sheet: str | None = None) -> Path:
    """The workbook with some cells typed over."""
    shutil.copy(source, target)
    book = openpyxl.load_workbook(target)
    page = book[sheet] if sheet else book.worksheets[0]
    for cell, value in changes.items():
        page[cell] = value
    book.save(target)
    return target
