import datetime

import pytest

from projects.bulletins.rules import chat_fault, fill, notes_on, period_label, title_of
from projects.papers.rules import document_number

VALUES = {"完成率": "42.50%", "项目数": "141个", "累计完成投资": "126.21亿元"}
PROPOSED = "项目〔项目数〕，完成〔完成率〕。"


def texts_of(text, proposed=PROPOSED):
    return [note.text for note in notes_on(text, proposed, VALUES)]


def test_figures_are_put_in_by_name_and_the_year_of_a_number_stays():
    assert fill("按伊政〔2023〕6号，完成〔完成率〕。", VALUES) == "按伊政〔2023〕6号，完成42.50%。"


def test_the_proposed_text_has_nothing_to_note():
    assert texts_of(PROPOSED) == []


def test_a_figure_that_the_data_do_not_have_is_refused():
    notes = notes_on(PROPOSED + "〔完工率〕", PROPOSED, VALUES)
    assert [note.is_refused for note in notes] == [True]
    assert "〔完工率〕" in notes[0].text


def test_a_figure_that_was_taken_out_is_shown_with_its_value():
    assert texts_of("项目〔项目数〕。") == ["与系统拟稿相比删去了：完成率（42.50%）"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("45%", "与本期数据对不上；本段里同单位的数是：完成率 42.50%"),
        ("42.5％", "建议改用〔完成率〕"),
        ("126.21亿元", "建议改用〔累计完成投资〕"),
        ("130亿元", "与本期数据对不上"),
    ],
)
def test_a_figure_typed_by_hand_is_compared_with_the_data(typed, told):
    (note,) = texts_of(f"{PROPOSED}另有{typed}。")
    assert typed in note
    assert told in note


@pytest.mark.parametrize("harmless", ["第3名", "前3名", "6月底", "30分钟", "2023年"])
def test_what_is_no_figure_of_the_month_is_left_alone(harmless):
    assert texts_of(f"{PROPOSED}{harmless}。") == []


def test_the_chat_text_has_at_most_300_characters():
    assert chat_fault("字" * 300) == ""
    assert "删去 1 字" in chat_fault("字" * 301)


def test_numbers_titles_and_periods_are_written_as_on_paper():
    june, last, july = datetime.date(2023, 6, 1), datetime.date(2023, 6, 30), datetime.date(2023, 7, 2)
    assert document_number("伊重点办", 2023, 6) == "伊重点办〔2023〕6号"
    assert title_of("month", june, last) == "关于2023年6月重点项目建设情况的通报"
    assert period_label(datetime.date(2023, 6, 26), july) == "2023年6月26日至7月2日"
