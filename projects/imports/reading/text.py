"""Cleaning of texts: what a person does not see on the sheet must not reach the register."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u3000]+")
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
BETWEEN_HAN = re.compile(rf"(?<=[{HAN}，。、；：（）“”])\s+(?=[{HAN}，。、；：（）“”])|(?<=[{HAN}])\n|\n(?=[{HAN}])")
DASHES = re.compile("[‐-―−﹣－─—～~]+")
SHORT_YEAR = re.compile(r"(?<![\d.第])(1[5-9]|2\d|3[0-5])年(?![期限以])")
BLANK_WORDS = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "／", "-—", "－", "―", "N/A", "n/a", "NA", "空", "\\\\", "//"}
)


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """The text without invisible characters, runs of blanks as one, newlines kept, ends stripped."""
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", ""))
    text = SPACES.sub(" ", text)
    return re.sub(r" *\n[ \n]*", "\n", text).strip()


@lru_cache(maxsize=65536)
def one_line(text: str) -> str:
    """Clean text in one line: breaks and blanks between Chinese characters vanish, elsewhere they become one blank."""
    text = BETWEEN_HAN.sub("", clean(text))
    return re.sub(r"\s+", " ", text)


@lru_cache(maxsize=65536)
def tight(text: str) -> str:
    """For comparing: NFKC, no white space at all, one kind of bracket, comma, colon and dash."""
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    text = re.sub(r"\s+", "", text)
    text = (
        text.replace("【", "(")
        .replace("】", ")")
        .replace("[", "(")
        .replace("]", ")")
        .replace("〔", "(")
        .replace("〕", ")")
    )
    text = (
        text.replace("｛", "(")
        .replace("｝", ")")
        .replace("{", "(")
        .replace("}", ")")
        .replace("《", "")
        .replace("》", "")
    )
    return DASHES.sub("-", text)


def whole_years(text: str) -> str:
    """`截至22年底` → `截至2022年底`: years that a heading or title writes with two digits."""
    return SHORT_YEAR.sub(r"20\1年", text)


def is_blank_word(text: str) -> bool:
    """True for the marks that people type into a cell to say that nothing is there."""
    return text.strip() in BLANK_WORDS
