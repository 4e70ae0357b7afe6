import datetime

import pytest
from django.urls import reverse

from projects.models import CategoryWords, Problem
from projects.problems.chat.rules import (
    category_meant,
    due_meant,
    is_sure,
    projects_meant,
    unit_meant,
    without_stamps,
)
from tests.world import TODAY

NAMES = {1: "吕店镇县道改建工程", 2: "鸣皋镇城乡供水一体化建设项目", 3: "白沙镇城乡供水一体化建设项目"}
TEXT = "王工 2023/7/5 10:21\n吕店镇县道改建那里电力线路还没迁，请交通局3个工作日内解决"


def test_who_wrote_and_when_is_taken_off_and_the_words_stay():
    assert without_stamps(TEXT) == "吕店镇县道改建那里电力线路还没迁，请交通局3个工作日内解决"
    assert without_stamps("上午8:30开会时说的") == "上午8:30开会时说的"


def test_the_project_named_most_fully_is_meant_and_a_draw_is_nobodys():
    assert projects_meant(TEXT, NAMES) == [1]
    both = projects_meant("城乡供水一体化那个项目停了", NAMES)
    assert both == [2, 3]
    assert not is_sure("城乡供水一体化那个项目停了", NAMES, both)
    assert is_sure("鸣皋镇城乡供水一体化停了", NAMES, projects_meant("鸣皋镇城乡供水一体化停了", NAMES))
    assert projects_meant("建设项目推进慢", {1: "道路工程"}) == []


def test_the_longest_name_of_a_unit_wins():
    names = [("交通局", 1), ("县交通运输局", 1), ("局", 9), ("水利局", 2)]
    assert unit_meant("请交通局抓紧", names) == 1
    assert unit_meant("请抓紧", names) is None


def test_who_leads_goes_before_who_supports_however_long_their_names_are():
    names = [("交通局", 1), ("县自然资源局", 2), ("自然资源局", 2)]
    assert unit_meant("请交通局牵头、县自然资源局配合", names) == 1
    assert unit_meant("县自然资源局配合，请交通局抓紧", names) == 1
    assert unit_meant("请县自然资源局协助", names) == 2


@pytest.mark.parametrize(
    "text",
    [
        "自然资源局负责人反映管线没迁，请县交通局3日内解决",
        "自然资源局主办的协调会要求交通局办理",
        "交通局反映自然资源局没有动，请自然资源局配合、交通局牵头",
    ],
)
def test_who_speaks_of_it_is_not_who_is_charged(text):
    assert unit_meant(text, [("交通局", 1), ("自然资源局", 2)]) == 1


def test_the_category_with_most_words_is_meant():
    words = {"land": "用地、土地", "utilities": "线路、电力、供水"}
    assert category_meant("电力线路占了用地", words) == "utilities"
    assert category_meant("天气不好", words) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3个工作日内解决", (2023, 7, 10)),
        ("５天内办结", (2023, 7, 10)),
        ("7月20日前完成", (2023, 7, 20)),
        ("2023年8月1日之前", (2023, 8, 1)),
        ("明天必须解决", (2023, 7, 6)),
        ("6月20日前完成", None),
        ("7月40日前完成", None),
        ("尽快", None),
    ],
)
def test_a_deadline_in_words_is_a_day_to_come(text, expected):
    assert due_meant(text, TODAY, {}) == (datetime.date(*expected) if expected else None)


@pytest.mark.django_db
def test_a_pasted_text_becomes_a_draft_and_is_written_only_when_sent(world, client):
    CategoryWords.objects.update_or_create(category="utilities", defaults={"words": "电力、线路"})
    client.force_login(world.sun)
    url = reverse("problem-paste")
    assert client.post(url, {"text": " "}).status_code == 422
    form = client.post(url, {"text": TEXT}).context["form"]
    assert Problem.objects.count() == 0
    said = {name: form.initial[name] for name in ("project", "unit", "category", "due_on", "source")}
    assert said == {
        "project": world.road.pk,
        "unit": world.traffic.pk,
        "category": "utilities",
        "due_on": datetime.date(2023, 7, 10),
        "source": "chat",
    }
    typed = form.initial | {"step": "assign", "due_on": "2023-07-10", "raised_on": "2023-07-05"}
    typed.pop("candidates")
    refused = client.post(url, typed | {"project": ""})
    assert refused.status_code == 422
    assert "电力线路还没迁" in refused.content.decode()
    client.post(url, typed)
    problem = Problem.objects.get()
    assert (problem.project, problem.original) == (world.road, TEXT)
