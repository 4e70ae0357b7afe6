"""每日摘要: made once a day, sent at most once by each channel, never while a page waits; off unless a channel is set up."""

import datetime
import io
import json
import urllib.request
from http.client import InvalidURL

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from projects.models import Delivery, Digest, Holiday, Milestone, Problem
from projects.reminders import views
from projects.reminders.actions import ask_trial
from projects.reminders.queries import digest_of
from projects.reminders.rules import WECOM_BYTES, Channel, DeliveryState, UnitDue, digest_text, fitting
from projects.reminders.sending.actions import deliver, make_digest
from tests.world import AT, TODAY
from yichuan_tracker.env import WEB_ADDRESS

DAY = datetime.timedelta(days=1)


def test_units_are_told_what_is_overdue_and_what_falls_due_and_nobody_else():
    road, water, idle = UnitDue("交通局"), UnitDue("水利局"), UnitDue("住建局")
    road.count("节点", TODAY - DAY, TODAY)
    road.count("问题", TODAY - DAY, TODAY)
    road.count("节点", TODAY - DAY, TODAY)
    water.count("手续", TODAY, TODAY)
    assert digest_text(TODAY, [road, water, idle], "已报 1/2").splitlines() == [
        "【每日提醒】2023年7月5日", "已报 1/2", "已超期：", "交通局：节点 2、问题 1", "7 天内到期：", "水利局：手续 1",
    ]  # fmt: skip
    assert "没有超期" in digest_text(TODAY, [idle], "")


def test_a_group_robot_gets_whole_lines_that_fit_its_bytes():
    text = "\n".join(f"第{number}个单位：节点 1" for number in range(200))
    cut = fitting(text, WECOM_BYTES)
    assert len(cut.encode()) <= WECOM_BYTES
    assert cut.splitlines()[-1].startswith("……")
    assert text.startswith(cut.rsplit("\n", 1)[0])
    assert fitting("短", WECOM_BYTES) == "短"


pytest_db = pytest.mark.django_db


@pytest.fixture
def robot(monkeypatch, settings):
    """A group robot that answers as it is told and keeps what it was sent."""
    settings.WECOM_WEBHOOK = "https://robot.invalid/send?key=secret"

    class Robot:
        answer, sent = b'{"errcode": 0}', []

        def __call__(self, request, timeout):
            assert timeout <= 10
            self.sent.append(json.loads(request.data)["text"]["content"])
            if isinstance(self.answer, Exception):
                raise self.answer
            return io.BytesIO(self.answer)

    made = Robot()
    made.sent = []
    monkeypatch.setattr(urllib.request, "urlopen", made)
    return made


def run():
    out = io.StringIO()
    call_command("send_digest", stdout=out)
    return out.getvalue()


@pytest_db
def test_the_text_counts_by_the_unit_that_has_to_do_it(world):
    Milestone.objects.create(project=world.road, name="路基", due_on=TODAY - DAY)
    Milestone.objects.create(project=world.dam, name="封顶", due_on=TODAY + 7 * DAY)
    Milestone.objects.create(project=world.dam, name="远", due_on=TODAY + 8 * DAY)
    for unit, state in ((world.water, "assigned"), (None, "assigned"), (world.water, "answered")):
        Problem.objects.create(
            project=world.road,
            source="chat",
            raised_on=TODAY - DAY,
            due_on=TODAY - DAY,
            text="x",
            unit=unit,
            state=state,
        )
    assert digest_of(TODAY).splitlines()[1:] == [
        "2023年7月月报 7月25日截止，已报 0/2 个项目。",
        "已超期：", "县交通运输局：节点 1、问题 1", "县水利局：问题 1", "7 天内到期：", "县水利局：节点 1",
    ]  # fmt: skip


@pytest_db
def test_without_a_channel_the_day_is_kept_and_nothing_is_sent(world, robot, settings):
    settings.WECOM_WEBHOOK = ""
    run()
    assert (Digest.objects.count(), Delivery.objects.count(), robot.sent, mail.outbox) == (1, 0, [], [])


@pytest_db
def test_each_channel_gets_the_day_once_however_often_the_command_runs(world, robot, settings):
    settings.DIGEST_TO = ["office@example.invalid"]
    run()
    Problem.objects.create(project=world.road, source="chat", raised_on=TODAY, due_on=TODAY, text="x")
    run()
    assert (len(robot.sent), len(mail.outbox), Digest.objects.count()) == (1, 1, 1)
    assert mail.outbox[0].body == robot.sent[0] == Digest.objects.get().text


@pytest_db
def test_what_failed_says_why_and_is_sent_by_the_next_run(world, robot):
    for answer, why in (
        (TimeoutError("timed out"), "没有答复"),
        (ConnectionRefusedError(111, "Connection refused"), "连接不上"),
        (b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "93000 invalid webhook url"),
        (b"<html>", "看不懂"),
        (b"[]", "看不懂"),
        (InvalidURL("URL can't contain control characters. '/send?key= secret'"), "写得不对"),
        (UnicodeEncodeError("ascii", "/send?key=密secret", 10, 11, "ordinal not in range"), "写得不对"),
    ):
        robot.answer = answer
        with pytest.raises(CommandError, match=why):
            run()
        assert "secret" not in Delivery.objects.get().error
    robot.answer = b'{"errcode": 0}'
    run()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == (DeliveryState.SENT, 8, "")


def test_an_address_that_the_sender_would_complain_of_is_refused_at_the_start():
    told = [
        "https://robot.invalid/send?key=a-1",
        "https://robot.invalid/send?key= a",
        "https://机器人/",
        "robot.invalid",
    ]
    assert [bool(WEB_ADDRESS.fullmatch(one)) for one in told] == [True, False, False, False]


@pytest_db
def test_what_may_have_been_sent_is_not_sent_again(world, robot):
    digest = make_digest(at=AT)
    Delivery.objects.create(digest=digest, channel=Channel.WECOM, at=AT)  # killed while sending
    assert deliver(digest, Channel.WECOM, at=AT) is None
    assert robot.sent == []


@pytest_db
def test_on_a_day_off_nothing_is_made(world):
    Holiday.objects.create(day=TODAY, name="假")
    assert "不是工作日" in run()
    assert not Digest.objects.exists()


@pytest_db
def test_a_trial_is_asked_for_on_the_page_and_sent_by_another_process(world, client, robot, monkeypatch):
    launched = []
    monkeypatch.setattr(views, "launch", lambda *command: launched.append(command))
    client.force_login(world.lin)
    page = client.get(reverse("reminder-board")).content.decode()
    assert "digest-text" not in page  # an administrator reads no projects' data
    client.post(reverse("reminder-trial", args=["mail"]))  # off
    client.post(reverse("reminder-trial", args=["wecom"]))
    delivery = Delivery.objects.get()
    assert (launched, robot.sent) == ([("send_digest", "--trial", str(delivery.pk))], [])
    call_command("send_digest", trial=delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, len(robot.sent)) == (DeliveryState.SENT, 1)
    assert "已送达" in client.get(reverse("reminder-board")).content.decode()


@pytest_db
def test_only_the_office_and_the_system_administrator_try_a_channel(world, robot):
    with pytest.raises(PermissionDenied):
        ask_trial(Channel.WECOM, by=world.sun, at=AT)
    with pytest.raises(ValidationError, match="还没有启用"):
        ask_trial(Channel.MAIL, by=world.zhao, at=AT)
