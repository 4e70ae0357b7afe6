import datetime
import io

import docx
import pytest
from django.urls import reverse

from projects.meetings.actions import add_item, create_meeting, hold_meeting, write_minutes
from projects.models import Problem
from projects.problems.actions import create_problem, delay_problem, hand_over_problem
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(world):
    values = {"name": "例会", "held_on": TODAY, "leader": world.leader_qian, "project_list": world.key_list}
    meeting = create_meeting(values, by=world.zhao, at=AT)
    added = add_item(meeting, "汛期安全", by=world.zhao, at=AT)
    hold_meeting(meeting, version=meeting.version, by=world.zhao, at=AT)
    return added


def test_an_item_about_no_project_asks_which_and_keeps_what_was_typed(world, client, item):
    client.force_login(world.zhao)
    url = reverse("agenda-decide", args=[item.pk])
    data = {"text": "备足沙袋", "due_on": "2023-07-12", "supporting": [world.land.pk]}
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert "备足沙袋" in refused.content.decode()
    assert client.post(url, data | {"project": world.dam.pk}).status_code == 302
    problem = Problem.objects.get(source="meeting")
    assert (problem.project, [part.unit for part in problem.parts.all()]) == (world.dam, [world.land])
    page = client.get(reverse("meeting-detail", args=[item.meeting_id])).content.decode()
    assert "备足沙袋" in page


def test_the_minutes_in_word_tell_what_was_said_and_decided_with_the_units_and_days_that_were_decided(
    world, client, item
):
    client.force_login(world.zhao)
    url = reverse("minutes-draft", args=[item.meeting_id])
    add_item(item.meeting, "进度\n偏慢", by=world.zhao, at=AT)
    write_minutes(item, "逐段查险。\n备料到位。", version=item.version, by=world.zhao, at=AT)
    decided = {"project": world.dam.pk, "text": "备足沙袋", "due_on": "2023-07-12", "supporting": [world.land.pk]}
    client.post(reverse("agenda-decide", args=[item.pk]), decided)
    problem = Problem.objects.get(source="meeting")
    first = client.get(url)
    later = datetime.date(2023, 7, 20)
    delay_problem(problem, later, before_on=problem.due_on, reason="汛期", by=world.zhao, at=AT)
    for unit in (world.traffic, world.water):
        hand_over_problem(problem, unit, reason="职责", by=world.zhao, at=AT)
    client.force_login(world.li)  # of another unit
    assert client.get(url).content == first.content
    lines = [one.text for one in docx.Document(io.BytesIO(first.content)).paragraphs if one.text.strip()]
    assert lines == [
        "重点项目建设会议纪要",
        "〔2023〕　号（讨论稿）",
        "例会纪要",
        f"2023年7月5日，钱一平主持召开例会，研究{world.key_list}有关工作，议定事项 1 件。",
        "一、会议研究的事项",
        "（一）汛期安全",
        "逐段查险。",
        "备料到位。",
        "会议议定：",
        "1.备足沙袋（项目责任单位牵头，县自然资源局配合，2023年7月12日前办结）。",
        "二、会议通报的情况",
        "1.进度 偏慢。",
        "参加：钱一平",
        str(world.zhao.unit),
        "2023年7月5日",
    ]


def test_the_pack_says_the_same_on_the_page_and_in_word(world, client):
    values = {"source": "meeting", "text": "备足沙袋", "raised_on": TODAY, "due_on": TODAY}
    create_problem(world.road, values, by=world.zhao, at=AT)
    create_problem(world.dam, values, by=world.zhao, at=AT)
    client.force_login(world.qian)
    page = client.get(reverse("meeting-pack", args=[world.leader_qian.pk])).content.decode()
    word = docx.Document(io.BytesIO(client.get(reverse("meeting-pack-word", args=[world.leader_qian.pk])).content))
    text = "\n".join(
        [one.text for one in word.paragraphs]
        + [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    )
    for part in ("分包重点项目 1 个", world.road.name, "12,000.00", "备足沙袋", "从未督查"):
        assert part in page, part
        assert part in text, part
    assert world.dam.name not in page + text
