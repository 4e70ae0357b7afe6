import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from projects.milestones.rules import DatedMilestone
from projects.status.rules import (
    Colour,
    Light,
    LightChange,
    LightThresholds,
    entry_due_on,
    entry_light,
    light_streak,
    milestone_light,
    progress_light,
    project_light,
    start_light,
    streak_rule,
)

day = datetime.date
JUNE_END = day(2023, 6, 30)
PLAN = Decimal(10000)
HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("cumulative", "colour"),
    [
        ("6000", Colour.GREEN),
        ("4000", Colour.GREEN),
        ("3999.99", Colour.YELLOW),
        ("2000", Colour.YELLOW),
        ("1999.99", Colour.RED),
        (None, Colour.RED),
    ],
)
def test_progress_is_yellow_beyond_10_points_behind_and_red_beyond_30(cumulative, colour):
    assert progress_light(cumulative and Decimal(cumulative), PLAN, HALF).colour == colour


def test_the_progress_light_of_the_worked_example_is_green_and_says_seven_and_a_half_points():
    light = progress_light(Decimal(5100), Decimal(12000), HALF)
    assert light.colour == Colour.GREEN
    assert light.numbers == (
        "累计完成 5,100.00 万元，占年度计划 12,000.00 万元的 42.50%，序时 50.00%，落后 7.50 个百分点"
    )


def test_without_a_plan_there_is_no_progress_light():
    assert progress_light(Decimal(5), None, HALF).colour == Colour.NONE
    assert progress_light(Decimal(5), Decimal(0), HALF).colour == Colour.NONE


def test_the_thresholds_are_data_and_stand_in_the_rule():
    light = progress_light(Decimal(4000), PLAN, HALF, LightThresholds(progress_yellow_points=Decimal("7.50")))
    assert light.colour == Colour.YELLOW
    assert "7.5 个百分点" in light.rule


@pytest.mark.parametrize(
    ("today", "colour"),
    [
        (day(2023, 3, 31), Colour.GREEN),
        (day(2023, 4, 1), Colour.YELLOW),
        (day(2023, 6, 30), Colour.YELLOW),
        (day(2023, 7, 1), Colour.RED),
    ],
)
def test_a_start_planned_for_march_is_yellow_from_april_and_red_from_july(today, colour):
    assert start_light(day(2023, 3, 10), None, today).colour == colour


def test_a_late_start_is_green_and_says_that_it_was_late():
    light = start_light(day(2023, 3, 31), day(2023, 5, 4), JUNE_END)
    assert light.colour == Colour.GREEN
    assert "晚于计划" in light.numbers


def test_a_start_after_the_day_looked_at_has_not_happened():
    assert start_light(day(2023, 3, 31), day(2023, 7, 4), JUNE_END).colour == Colour.YELLOW


def test_without_a_planned_start_there_is_no_start_light():
    assert start_light(None, None, JUNE_END).colour == Colour.NONE


@pytest.mark.parametrize(
    ("today", "colour"),
    [
        (day(2023, 4, 10), Colour.GREEN),
        (day(2023, 4, 11), Colour.YELLOW),
        (day(2023, 5, 10), Colour.YELLOW),
        (day(2023, 5, 11), Colour.RED),
    ],
)
def test_entry_is_yellow_one_month_after_the_start_and_red_after_two(today, colour):
    assert entry_light(Decimal(500), day(2023, 3, 10), None, today).colour == colour


def test_entry_is_asked_of_started_projects_of_500_wan_only():
    assert entry_light(Decimal("499.99"), day(2023, 1, 1), None, JUNE_END).colour == Colour.NONE
    assert entry_light(Decimal(500), None, None, JUNE_END).colour == Colour.NONE
    assert entry_light(Decimal(500), day(2023, 7, 1), None, JUNE_END).colour == Colour.NONE
    assert entry_due_on(Decimal(500), day(2023, 1, 31)) == day(2023, 2, 28)
    assert entry_due_on(None, day(2023, 1, 31)) is None


def test_an_entered_project_is_green_from_the_day_of_entry():
    assert entry_light(Decimal(500), day(2023, 1, 1), JUNE_END, JUNE_END).colour == Colour.GREEN
    assert entry_light(Decimal(500), day(2023, 1, 1), day(2023, 7, 1), JUNE_END).colour == Colour.RED


@pytest.mark.parametrize(
    ("due_on", "actual_on", "colour"),
    [
        (day(2023, 7, 1), None, Colour.NONE),
        (day(2023, 6, 1), day(2023, 6, 1), Colour.GREEN),
        (day(2023, 5, 31), None, Colour.YELLOW),
        (day(2023, 5, 30), None, Colour.RED),
        (day(2023, 3, 31), day(2023, 6, 29), Colour.YELLOW),
    ],
)
def test_a_milestone_is_yellow_to_30_days_late_red_beyond_and_stays_yellow_when_done_late(due_on, actual_on, colour):
    assert milestone_light([DatedMilestone(due_on, actual_on)], JUNE_END).colour == colour


def test_the_worst_milestone_lights_the_lamp_and_is_named():
    light = milestone_light(
        [
            DatedMilestone(day(2023, 3, 31), day(2023, 3, 1), name="立项"),
            DatedMilestone(day(2023, 5, 1), None, name="取得施工许可"),
            DatedMilestone(day(2023, 6, 20), None, name="基础施工"),
        ],
        JUNE_END,
    )
    assert light.colour == Colour.RED
    assert "到期节点 3 个，其中逾期 2 个" in light.numbers
    assert "“取得施工许可”应于2023年5月1日完成，逾期 60 天未完成" in light.numbers


def test_a_projects_light_is_the_worst_of_its_parts_and_names_the_cause():
    parts = [
        progress_light(Decimal(5100), Decimal(12000), HALF),
        start_light(day(2023, 3, 31), day(2023, 4, 30), JUNE_END),
        milestone_light([DatedMilestone(day(2023, 5, 31), day(2023, 6, 20), name="基础施工")], JUNE_END),
    ]
    light = project_light(parts)
    assert light.colour == Colour.YELLOW
    assert light.numbers.startswith("节点黄灯")


def test_parts_without_light_do_not_hide_a_green_one():
    assert project_light([Light(Colour.NONE, ""), Light(Colour.GREEN, "")]).colour == Colour.GREEN
    assert project_light([Light(Colour.NONE, "")]).colour == Colour.NONE
    assert project_light([]).colour == Colour.NONE


def changed(colour, **values):
    told = {
        "reason": "数据口径不同",
        "evidence": "会议纪要",
        "until_on": day(2023, 8, 1),
        "asker": "赵",
        "decider": "周",
    }
    return LightChange(colour, **told | values)


def test_what_people_changed_stands_beside_what_was_computed_and_is_carried_up():
    red = Light(Colour.RED, "", "", "开工", changed(Colour.GREEN))
    yellow = Light(Colour.YELLOW, "", "", "节点")
    whole = project_light([red, yellow])
    assert (whole.colour, whole.shown) == (Colour.RED, Colour.YELLOW)
    assert "开工灯改为绿灯：数据口径不同" in whole.change.reason
    assert project_light([red, Light(Colour.RED, "", "", "节点")]).change is None  # it is as bad for another reason
    own = changed(Colour.GREEN, reason="市里核定")
    assert project_light([red, yellow], own).change == own


STEPS = LightThresholds(yellow_steps=((2, "按红灯督办"),), red_steps=((2, "约谈责任单位"), (3, "提请县政府挂牌督办")))


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("yy", "连续 2 个月黄灯及以上（5月、6月），按红灯督办"),
        ("yr", "连续 2 个月黄灯及以上（5月、6月），按红灯督办"),
        ("rry", "连续 2 个月红灯（5月、6月），约谈责任单位"),
        ("rrr", "连续 3 个月红灯（4月、5月、6月），提请县政府挂牌督办"),
        ("gyy", ""),
        ("ygy", ""),
        ("r", ""),
    ],
)
def test_months_in_a_row_lead_to_the_furthest_step_that_was_reached(shown, words):
    names = {"y": Colour.YELLOW, "r": Colour.RED, "g": Colour.GREEN}
    streak = light_streak([(day(2023, 6 - back, 1), names[one]) for back, one in enumerate(shown)], STEPS)
    assert (streak.words if streak else "") == words


def test_the_steps_are_data_and_the_printed_rule_is_made_of_them():
    thresholds = LightThresholds(yellow_steps=((3, "书面说明"),), red_steps=())
    assert streak_rule(thresholds) == "连续 3 个月黄灯及以上的，书面说明"
    two, three = ([(day(2023, 6 - back, 1), Colour.YELLOW) for back in range(count)] for count in (2, 3))
    assert light_streak(two, thresholds) is None
    assert light_streak(three, thresholds).measure == "书面说明"
