"""The texts, sentence by sentence, as they are printed."""

import dataclasses
import datetime
from decimal import Decimal

import pytest

from projects.bulletins.figures import InspectionFigures, YearFigures, YearTable, differences, values_of
from projects.bulletins.paper import month_tables
from projects.bulletins.rules import CHAT_LIMIT, SLOTS, fill, notes_on
from projects.bulletins.sentences import correction_text, numbered_sentence, proposed_texts
from projects.rankings.annual.rules import YearLine
from tests.projects.bulletins.papers import county_tally, figures, line
from yichuan_tracker.months import whole_weeks


def printed(data):
    return {slot: fill(text, values_of(data)) for slot, text in proposed_texts(data).items()}


def test_the_overview_gives_the_county_in_yi_and_its_distance_from_the_schedule():
    assert printed(figures())["overview"].startswith(
        "截至6月底，全县纳入考评的重点项目4个，总投资24.00亿元，年度计划投资4.80亿元；6月完成投资0.36亿元，"
        "今年以来累计完成投资2.04亿元，占年度计划的42.50%，落后序时进度7.50个百分点。"
    )


def test_what_was_not_due_is_not_told():
    text = printed(figures())["overview"]
    assert "应开工" not in text
    assert "应开工3个，已开工2个" in printed(figures(county_tally(starts_due=3, started=2)))["overview"]


def test_the_first_and_the_last_of_a_board_are_named_with_their_scores_and_nobody_twice():
    text = printed(figures())
    assert text["good"] == "（一）牵头单位榜。得分居前的是交通局（88.03分）。交通局较上月上升较多。"
    assert "得分靠后的是水利局（60.50分）" in text["bad"]
    five = tuple(line(place, f"局{place}", f"{90 - place}") for place in range(1, 6))
    text = printed(figures(lines=five))
    assert "局3" not in text["good"] + text["bad"]


def test_who_is_not_ranked_is_not_named():
    lines = (line(1, "甲局", "90"), line(2, "乙局", "80"), line(None, "丙局", "70"))
    text = printed(figures(lines=lines))
    assert "丙局" not in text["good"] + text["bad"]


def test_the_same_name_on_two_boards_has_two_figures():
    data = figures(rows=2)
    other = data.boards[0].__class__("other", "另一榜", "单位", False, (line(1, "交通局", "70"), line(2, "甲", "60")))
    both = data.__class__(**{**vars(data), "boards": (data.boards[0], other)})
    values = values_of(both)
    assert (values["交通局·得分"], values["交通局（另一榜）·得分"]) == ("88.03分", "70分")
    assert "另一榜。得分居前的是交通局（70分）" in printed(both)["good"]


def test_projects_with_a_red_light_are_named_up_to_eight():
    assert "亮红灯的项目：大坝，请" in printed(figures())["bad"]
    data = figures(county_tally(red=9), red=tuple(f"第{number}项目" for number in "一二三四五六七八九"))
    assert "第八项目等9个项目" in printed(data)["bad"]
    assert "第九项目" not in printed(data)["bad"]


def test_problems_and_demands_follow_from_what_is_behind():
    data = figures(county_tally(permits_due=8, permits_done=6), gaps=(("本月尚未提交", 2),))
    text = printed(data)
    assert "二是前期手续办理滞后，2项手续到期未办结；三是基础数据不全，“本月尚未提交”的项目2个。" in text["problems"]
    assert "到期手续逐项销账" in text["next"]
    ahead = printed(figures(county_tally(ahead=3)))
    assert ahead["problems"] == "本期各项工作按计划推进，未发现突出问题。"
    assert "到期手续" not in ahead["next"]


def test_the_chat_text_names_boards_as_long_as_they_fit():
    names = [f"{'长' * 40}{number}" for number in range(6)]
    lines = tuple(line(place, name, f"{90 - place}") for place, name in enumerate(names, start=1))
    text = printed(figures(lines=lines))["chat"]
    assert len(text) <= CHAT_LIMIT
    assert "居前" not in text
    assert "牵头单位榜居前：交通局；靠后：水利局。" in printed(figures())["chat"]


def test_no_proposed_text_has_a_digit_that_the_data_do_not_stand_for():
    data = figures(county_tally(permits_due=8, permits_done=6, entries_due=2, starts_due=3), gaps=(("缺", 2),))
    texts = proposed_texts(data)
    assert [notes_on(texts[slot], "", values_of(data)) for slot in SLOTS if slot in texts] == [[]] * len(texts)


def test_a_correction_names_what_it_corrects_and_how():
    old, new = figures(), figures(county_tally(done_wan=24_000))
    changes = differences(old, new)
    assert changes == [("累计完成投资", "2.04亿元", "2.40亿元")]
    text = correction_text(changes, "伊重点办〔2023〕6号", "2023年7月4日")
    assert "累计完成投资由2.04亿元更正为2.40亿元" in text
    assert text.startswith("2023年7月4日印发的伊重点办〔2023〕6号通报")
    assert "更正的是文字" in correction_text([], "6号", "7月4日")


def test_a_list_of_one_is_still_numbered():
    assert numbered_sentence("是", ["进度慢"]) == "一是进度慢。"
    assert numbered_sentence("是", []) == ""


def inspected(first, last, **values):
    weeks = whole_weeks(first, last)
    usual = {"visits": (), "problems": (), "units": (), "raised": 0, "unseen": (), "unseen_days": 30}
    met = {"leaders": 29, "leaders_met": 20, "weeks": max(1, len(weeks))} if weeks else {}
    return InspectionFigures(first, last, **(usual | met | values))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ((6, 26), (7, 2), "本周到现场天数达到要求的20名"),
        ((6, 1), (6, 30), "期内三个整周每周到现场天数达到要求的20名"),
        ((6, 24), (7, 4), "期内一个整周到现场天数达到要求的20名"),
        ((7, 3), (7, 5), ""),
    ],
)
def test_being_on_site_is_told_in_words_of_the_period(first, last, words):
    data = inspected(datetime.date(2023, *first), datetime.date(2023, *last))
    text = fill(proposed_texts(data)["overview"], values_of(data))
    assert (words in text) if words else ("到现场" not in text)


def test_december_tells_who_leads_the_year():
    lines = tuple(
        YearLine(place, False, name, 12, (), Decimal(0), Decimal(score))
        for place, name, score in ((1, "交通局", "91.20"), (2, "水利局", "85"))
    )
    year = YearFigures(
        2023, 1, "a" * 64, "办法", ("2023年12月",), (YearTable("lead", "牵头单位榜", "单位", False, lines),)
    )
    data = dataclasses.replace(figures(), year=year)
    assert "2023年底总账：牵头单位榜居前的是交通局（91.20分）。" in fill(proposed_texts(data)["good"], values_of(data))
    table = month_tables(data)[-1]
    assert table.title == "2023年度牵头单位排名表"
    assert ("a" * 64) in table.note
