"""The long run over mutants works, and sees a promise that is broken."""

from pathlib import Path
from typing import Any

import pytest

from tests.drills import workbooks


def test_a_short_run_reads_and_refuses() -> None:
    outcome = workbooks.drill(40, 7)
    assert outcome["read"] + outcome["refused"] == 40
    assert outcome["read"]
    assert outcome["refused"]


@pytest.mark.parametrize("broken", ["exception", "lost row", "no cure"])
def test_a_broken_promise_is_seen(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    honest = workbooks.read_workbook

    def careless(path: Path, **options: Any) -> dict[str, Any]:
        result = honest(path, **options)
        for sheet in result["sheets"]:
            if broken == "lost row" and sheet["rows"]:
                sheet["rows"].pop()
        for entry in result["problems"]:
            if broken == "no cure":
                entry["cure"] = ""
        if broken == "exception":
            raise KeyError(path)
        return result

    monkeypatch.setattr(workbooks, "read_workbook", careless)
    with pytest.raises((KeyError, AssertionError)):
        workbooks.drill(40, 7)
