"""Broken and hostile files: refused in Chinese with a way out, quickly, and never with an exception."""

import random
import time
from pathlib import Path

import openpyxl
import pytest

from projects.imports.reading.limits import Limits
from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.hostile import HEAD, REFUSED, old, packed, parts, plain
from tests.projects.imports.reading.odd import SURVIVED
from tests.projects.imports.reading.soundness import assert_sound


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_with_a_reason_and_a_way_out(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "清单.xlsx"
    path.write_bytes(REFUSED[kind]())
    began = time.monotonic()
    result = read_workbook(path)
    assert time.monotonic() - began < 10
    assert not [row for sheet in result["sheets"] for row in sheet["rows"]]
    errors = [entry for entry in result["problems"] if entry["level"] == "error"]
    assert errors
    for entry in errors:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in entry["message"])
        assert any("\u4e00" <= sign <= "\u9fff" for sign in entry["cure"])
    assert_sound(path, result)


@pytest.mark.parametrize("kind", SURVIVED)
def test_odd_but_readable_files_still_give_their_projects(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "清单.xlsx"
    path.write_bytes(SURVIVED[kind]())
    began = time.monotonic()
    result = read_workbook(path)
    assert time.monotonic() - began < 10
    assert "甲项目" in [row["values"]["name"] for sheet in result["sheets"] for row in sheet["rows"]], result[
        "problems"
    ]
    assert_sound(path, result)


@pytest.mark.parametrize(
    "text",
    [
        "（" * 3000,
        "1" * 3000,
        "张、" * 2000,
        "2023年" * 500,
        "一、" * 1000,
        "6月：x；" * 800,
        "-" * 4000,
        "1,1," * 900,
        " " * 3000 + "x",
        "甲\n" * 2000,
        "合计" * 900,
        "2023.1-" * 400,
        "0." * 900,
        "单位：" * 700,
        "√" * 900,
        "aaaa@" * 700,
    ],
)
def test_long_and_repetitive_texts_hang_nothing(tmp_path: Path, text: str) -> None:
    """Every cell of every kind of column holds the text; the patterns must stay quick."""
    book = openpyxl.Workbook()
    head = [
        *HEAD,
        "分包领导",
        "计划开工时间",
        "建设起止年限",
        "责任人",
        "联系电话",
        "项目代码",
        "节点目标",
        "是否开工",
        "环评",
        "2023年计划投资",
        "6月形象进度",
        "建设性质",
        "备注",
    ]
    book.active.append(head)
    book.active.append([text] * len(head))
    book.active.append([1, *([text] * (len(head) - 1))])
    book.active.append([2, "项目", *([text] * (len(head) - 2))])
    path = tmp_path / "清单.xlsx"
    book.save(path)
    began = time.monotonic()
    result = read_workbook(path, year=2023)
    assert time.monotonic() - began < 5
    assert_sound(path, result)


def test_long_headings_hang_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["序号", "项目名称", "投资" * 2000, "计划完成" * 500 + "投资", "（" * 2000, "开工竣工" * 500])
    book.active.append([1, "甲项目", 1, 2, 3, 4])
    path = tmp_path / "清单.xlsx"
    book.save(path)
    began = time.monotonic()
    read_workbook(path)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("seed", range(40))
def test_mutants_never_raise(tmp_path: Path, seed: int) -> None:
    """Bytes flipped, cut and repeated inside the parts: a result or a refusal, never an exception."""
    chance = random.Random(seed)
    files = parts(plain()) if seed % 4 else {"": old()}
    name = chance.choice(list(files))
    data = bytearray(files[name])
    for _ in range(chance.randint(1, 30)):
        place = chance.randrange(len(data))
        action = chance.randrange(3)
        if action == 0:
            data[place] = chance.randrange(256)
        elif action == 1:
            del data[place : place + chance.randint(1, 20)]
        else:
            data[place:place] = data[place : place + chance.randint(1, 20)]
        if not data:
            data = bytearray(b"x")
    files[name] = bytes(data)
    path = tmp_path / "清单.xlsx"
    path.write_bytes(files[""] if "" in files else packed(files))
    result = read_workbook(path)
    assert result["problems"] or result["sheets"]
    assert_sound(path, result)


def test_file_above_the_limit_is_refused_without_being_opened(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    path.write_bytes(plain())
    result = read_workbook(path, limits=Limits(file_bytes=1000))
    assert "超过上限" in result["problems"][0]["message"]


def test_limits_are_data(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    path.write_bytes(plain())
    assert "2 行" in read_workbook(path, limits=Limits(rows=2))["problems"][0]["message"]
    assert "3 列" in read_workbook(path, limits=Limits(columns=3))["problems"][0]["message"]
    assert not [
        entry
        for entry in read_workbook(path, limits=Limits(rows=3, columns=4))["problems"]
        if entry["level"] == "error"
    ]


def test_the_corpus_is_large_enough() -> None:
    assert len(REFUSED) + len(SURVIVED) >= 125
