import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.registry.rules import (
    NEXT_STATES,
    ListKind,
    ProjectState,
    YearLabel,
    check_digit,
    code_warnings,
    is_code,
    is_old_style_code,
    may_move,
    name_key,
    normalise_code,
    pinyin_initials,
)

TODAY = datetime.date(2023, 7, 5)
REAL_CODES = ["2111-522323-04-01-342068", "2603-141124-89-05-346948", "2411-130202-89-01-637015"]
OWN_CODE = "2303-410329-04-01-10001" + check_digit("2303410329040110001")


@pytest.mark.parametrize("code", REAL_CODES)
def test_the_check_digit_of_three_real_codes_is_right(code):
    digits = code.replace("-", "")
    assert check_digit(digits[:19]) == digits[19]


@pytest.mark.parametrize("code", REAL_CODES)
def test_a_real_code_of_elsewhere_warns_of_its_region_only(code):
    (warning,) = code_warnings(code, datetime.date(2026, 11, 24))
    assert "行政区划" in warning
    assert code[5:11] in warning


def test_a_right_code_of_the_county_gives_no_warning():
    assert code_warnings(OWN_CODE, TODAY) == []


@pytest.mark.parametrize("region", ["410329", "410300", "410000"])
def test_county_city_and_province_may_have_given_the_code(region):
    start = f"2303-{region}-04-01-10001"
    assert code_warnings(start + check_digit(start.replace("-", "")), TODAY) == []


@given(st.integers(min_value=0, max_value=18), st.integers(min_value=1, max_value=9))
def test_one_mistyped_digit_is_always_seen(position, added):
    digits = OWN_CODE.replace("-", "")
    mistyped = digits[:position] + str((int(digits[position]) + added) % 10) + digits[position + 1 :]
    assert check_digit(mistyped[:19]) != mistyped[19]


def test_a_wrong_check_digit_names_the_expected_one():
    wrong = OWN_CODE[:-1] + str((int(OWN_CODE[-1]) + 1) % 10)
    (warning,) = code_warnings(wrong, TODAY)
    assert f"校验码应为 {OWN_CODE[-1]}，现为 {wrong[-1]}" in warning


def test_a_code_of_a_future_month_is_warned_of_and_one_of_this_month_is_not():
    future = "2308-410329-04-01-10001"
    present = "2307-410329-04-01-10001"
    assert [
        "2023年8月，晚于本月" in w for w in code_warnings(future + check_digit(future.replace("-", "")), TODAY)
    ] == [True]
    assert code_warnings(present + check_digit(present.replace("-", "")), TODAY) == []


def test_a_month_that_does_not_exist_is_warned_of():
    start = "2300-410329-04-01-10001"
    assert ["不是有效的年月" in w for w in code_warnings(start + check_digit(start.replace("-", "")), TODAY)] == [True]


def test_an_old_code_has_no_check_digit_to_be_wrong():
    assert is_old_style_code("2020-330327-48-01-167360")
    assert code_warnings("2020-410329-48-01-167360", TODAY) == []
    assert ["行政区划" in w for w in code_warnings("2020-330327-48-01-167360", TODAY)] == [True]


def test_2012_is_december_2020_and_not_a_year():
    assert not is_old_style_code("2012-410329-04-01-100010")


def test_no_code_is_no_mistake_and_a_serial_is_no_code():
    assert code_warnings("", TODAY) == code_warnings("　", TODAY) == []
    assert not is_code("2023-001")
    assert ["20 位数字" in w for w in code_warnings("2023-001", TODAY)] == [True]


@pytest.mark.parametrize(
    "written",
    [
        "２１１１－５２２３２３－０４－０１－３４２０６８",
        " 2111—522323—04—01—342068\n",
        "2111‑522323‑04‑01‑342068",
        "21115223230401342068",
        "2111-522323-04-01- 342068\u200b",
        "2111一522323一04一01一342068",
    ],
)
def test_digits_and_dashes_of_every_width_give_one_code(written):
    assert normalise_code(written) == "2111-522323-04-01-342068"


def test_names_that_differ_in_width_blanks_and_brackets_have_one_key():
    assert name_key("伊川县 5G（一期）\n产业园") == name_key("伊川县５g(一期)产业园") == "伊川县5g一期产业园"
    assert name_key("张　三") == "张三"
    assert name_key("一期") != name_key("二期")


@given(st.text())
def test_a_key_is_its_own_key(name):
    assert name_key(name_key(name)) == name_key(name)


def test_a_project_runs_from_idea_to_full_effect():
    life = [
        ProjectState.CONCEIVED,
        ProjectState.RESERVED,
        ProjectState.PREPARING,
        ProjectState.BUILDING,
        ProjectState.COMPLETED,
        ProjectState.PRODUCING,
        ProjectState.EFFECTIVE,
    ]
    assert [state.label for state in life] == ["谋划", "储备", "前期", "在建", "竣工", "投产", "达效"]
    assert all(may_move(now, then) for now, then in itertools.pairwise(life))
    assert not may_move(ProjectState.CONCEIVED, ProjectState.BUILDING)


def test_a_stopped_project_resumes_or_ends_and_a_terminated_one_stays_so():
    assert NEXT_STATES[ProjectState.STOPPED] == {ProjectState.BUILDING, ProjectState.TERMINATED}
    assert NEXT_STATES[ProjectState.TERMINATED] == frozenset()
    assert not may_move(ProjectState.PREPARING, ProjectState.STOPPED)


def test_every_state_says_what_may_follow():
    assert set(NEXT_STATES) == set(ProjectState)


def test_the_county_words_are_the_labels():
    assert YearLabel.labels == ["续建", "新开工", "竣工投产", "前期"]
    assert ListKind.labels == ["县重点项目", "四部四专班", "三个一批储备", "集中开工", "四保白名单", "其他"]


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("吕店镇县道改建工程", "ldzxdgjgc"),
        ("重点项目", "zdxm"),
        ("重庆路长江桥（二期）", "cqlcjqeq"),
        ("Ａ10 号银行", "a10hyh"),
    ],
)
def test_initials_follow_the_word_in_which_a_letter_stands(name, initials):
    assert pinyin_initials(name) == initials
