"""Many workbooks in one ZIP: names in GBK, what systems leave beside, bombs; one that is bad keeps no other out."""

import io
import zipfile

import openpyxl
import pytest

from projects.imports.reading.kinds import REPORTS
from projects.imports.reading.limits import Limits
from projects.imports.reading.pile import is_pile, open_pile
from projects.imports.reading.problems import Refused
from projects.imports.reading.understand import read_workbook


def workbook(text="甲"):
    book = openpyxl.Workbook()
    book.active["A1"] = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def pile(tmp_path):
    def write(files):
        path = tmp_path / "返回.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path

    return write


def found(path, **limits):
    return dict(open_pile(path, Limits(**limits)))


def test_names_that_windows_wrote_in_gbk_are_read(pile):
    path = pile({"AAAA.xlsx": workbook()})
    path.write_bytes(path.read_bytes().replace(b"AAAA.xlsx", "水利".encode("gbk") + b".xlsx"))
    assert list(found(path)) == ["水利.xlsx"]


def test_folders_and_what_systems_leave_beside_are_passed_over(pile):
    files = {
        "七月/交通局.xlsx": workbook(),
        "七月/~$交通局.xlsx": b"x",
        "__MACOSX/七月/._交通局.xlsx": b"x",
        "Thumbs.db": b"x",
    }
    assert list(found(pile(files))) == ["交通局.xlsx"]


def test_a_bad_file_a_bomb_and_a_zip_inside_keep_no_other_out(pile):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.xlsx", workbook())
    files = {
        "坏.xlsx": b"PK\x03\x04",
        "炸弹.csv": b"0" * 3_000_000,
        "套.zip": inner.getvalue(),
        "好.xlsx": workbook("乙"),
    }
    read = found(pile(files), file_bytes=1_000_000)
    assert [name for name, sheets in read.items() if isinstance(sheets, Refused)] == ["坏.xlsx", "炸弹.csv", "套.zip"]
    assert "压缩炸弹" in str(read["炸弹.csv"])
    assert read["好.xlsx"][0].rows == {1: {1: "乙"}}


@pytest.mark.parametrize(("count", "words"), [(0, "没有表格文件"), (4, "一次最多 3 个")])
def test_an_empty_pile_and_too_high_a_one_are_refused_whole(pile, count, words):
    with pytest.raises(Refused, match=words):
        found(pile({f"{number}.xlsx": b"x" for number in range(count)}), files=3)


def test_what_all_files_unpack_to_is_bounded_together(pile):
    text = "甲,乙\n".encode() * 1000
    read = found(pile({"一.csv": text, "二.csv": text}), unpacked_bytes=len(text) + 1000)
    assert [isinstance(sheets, Refused) for sheets in read.values()] == [False, True]


def test_a_workbook_is_no_pile(pile, tmp_path):
    path = tmp_path / "一.xlsx"
    path.write_bytes(workbook())
    assert not is_pile(path)
    assert is_pile(pile({"一.xlsx": workbook()}))


def test_a_file_of_a_pile_that_is_no_workbook_is_told_by_its_name(pile):
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    files = {"说明.txt": "各单位：\n请查收".encode(), "情况.docx": document.getvalue(), "甲.xlsx": workbook()}
    said = read_workbook(pile(files), year=2023, kind=REPORTS)["problems"]
    told = [sum(problem["message"].startswith(f"“{name}”没有读") for problem in said) for name in files]
    assert told == [1, 1, 1]
