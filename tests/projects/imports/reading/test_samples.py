"""The six sample workbooks say what a person reads off them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.soundness import assert_sound

SAMPLES = sorted((Path(__file__).resolve().parents[4] / "fixtures" / "samples").glob("*.xlsx"))
OTHER_NAMES = {"start": "starts", "finish": "ends", "before_wan": "done_before_wan"}


def found(key: str, values: dict[str, Any]) -> Any:
    if key == "month_done_wan":
        return values["months"]["2023-06"]["done_wan"]
    if key == "milestones":
        return [[node["due"], node["text"]] for node in values["milestones"]]
    if key == "permits":
        return {
            name: " ".join([one["state"], *([one["on"]] if "on" in one else [])])
            for name, one in values["permits"].items()
        }
    return values.get(OTHER_NAMES.get(key, key))


def agree(result: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    """Every expected value was read, and nothing had to be asked or refused."""
    rows = [row["values"] for sheet in result["sheets"] for row in sheet["rows"]]
    assert len(rows) == len(expected)
    for wanted, values in zip(expected, rows, strict=True):
        for key, value in wanted.items():
            got = found(key, values)
            if value in ("", None):
                assert got is None
            elif key.endswith("_wan"):
                assert Decimal(got) == Decimal(value), (wanted["name"], key)
            else:
                assert got == value, (wanted["name"], key)
    assert not [entry for entry in result["problems"] if entry["level"] in ("error", "question")]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample_gives_every_expected_value(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    result = read_workbook(path)
    agree(result, expected)
    assert_sound(path, result)


def test_there_are_six_samples() -> None:
    assert len(SAMPLES) == 6


def test_annual_list_states_what_was_read() -> None:
    path = next(path for path in SAMPLES if "三级表头" in path.name)
    sheet = read_workbook(path)["sheets"][0]
    assert sheet["stated"]["count"] == sheet["read"]["count"] == 141
    assert sheet["stated"]["total_wan"] == sheet["read"]["total_wan"] == "7585100.00"
    assert sheet["rows"][0]["values"]["label"] == "续建"
    assert sheet["rows"][0]["values"]["sector"] == "交通"
    assert sheet["rows"][0]["cells"]["total_wan"] == "H9"


def test_ledger_of_groups_reads_eight_sheets_and_names_the_instructions() -> None:
    path = next(path for path in SAMPLES if "四部四专班" in path.name)
    result = read_workbook(path)
    assert [sheet["status"] for sheet in result["sheets"]] == ["skipped"] + ["read"] * 8
    assert result["sheets"][0]["why"]
    assert {sheet["money_unit"] for sheet in result["sheets"][1:]} == {"亿元"}
    assert not [entry for entry in result["problems"] if entry["level"] == "warning"]
