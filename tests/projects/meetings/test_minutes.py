import datetime
import io

import docx
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from projects.meetings.actions import add_item, cancel_meeting, create_meeting, hold_meeting, write_minutes
from projects.meetings.minutes.actions import issue_minutes
from projects.models import Minutes
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def held(world):
    """`held(name, **scope)` → a meeting that was held about one item with a record."""

    def make(name, **scope):
        values = {"name": name, "held_on": TODAY, "leader": world.leader_qian, **scope}
        meeting = create_meeting(values, by=world.zhao, at=AT)
        item = add_item(meeting, "汛期安全", by=world.zhao, at=AT)
        write_minutes(item, "逐段查险。", version=item.version, by=world.zhao, at=AT)
        return hold_meeting(meeting, version=meeting.version, by=world.zhao, at=AT)

    return make


def record_otherwise(meeting, world, words="逐段查险，每日报告。"):
    item = meeting.items.get()
    write_minutes(item, words, version=item.version, by=world.zhao, at=AT + DAY)


def test_minutes_are_numbered_by_body_and_year(world, held):
    group = {"group": world.group}
    assert [
        issue_minutes(meeting, by=world.zhao, at=at).number_text
        for meeting, at in (
            (held("一", **group), AT),
            (held("二", **group), AT),
            (held("三", project_list=world.key_list), AT),
            (held("四", **group), AT + 200 * DAY),
        )
    ] == ["〔2023〕1号", "〔2023〕2号", "〔2023〕1号", "〔2024〕1号"]


def test_what_was_issued_is_the_same_for_ever_and_is_corrected_by_another(world, held, client):
    meeting = held("例会", group=world.group)
    client.force_login(world.zhao)
    page = reverse("minutes-issue", args=[meeting.pk])
    shown = client.get(page).context["text"].digest
    first = client.post(page, {"shown": shown}, follow=True).context["minutes"]
    assert client.post(page, {"shown": shown}, follow=True).context["minutes"] == first, "pressed twice"
    assert issue_minutes(meeting, shown=shown, by=world.zhao, at=AT) == first, "at once"
    file = client.get(reverse("minutes-file", args=[first.pk])).content
    assert "〔2023〕1号" in [one.text for one in docx.Document(io.BytesIO(file)).paragraphs]
    with pytest.raises(ValidationError, match="没有要更正的"):
        issue_minutes(meeting, reason="看错了", by=world.zhao, at=AT)

    record_otherwise(meeting, world)
    assert client.get(reverse("minutes-file", args=[first.pk])).content == file
    detail = client.get(reverse("minutes-detail", args=[first.pk])).content.decode()
    assert "印发以后会议记录或台账里的议定事项有改动" in detail
    assert "每日报告" not in detail
    # Who read the words of before is shown those of now, and nothing is issued.
    stale = client.post(page, {"shown": shown, "reason": "漏记一句"})
    assert stale.status_code == 422
    assert "请重新看一遍再印发" in stale.content.decode()
    unexplained = client.post(page, {"shown": shown})
    assert unexplained.status_code == 422, "a correction says why"
    sent = {"shown": unexplained.context["form"]["shown"].value(), "reason": "漏记一句"}
    minutes = client.post(page, sent, follow=True).context["minutes"]
    assert client.post(page, sent, follow=True).context["minutes"] == minutes
    assert (minutes.number, minutes.corrects) == (2, first)
    assert minutes.text.startswith(f"本纪要更正{first}，以本纪要为准。更正的原因：漏记一句。")
    assert "每日报告" in minutes.text
    assert (
        f'以<a href="{reverse("minutes-detail", args=[minutes.pk])}">'
        in client.get(reverse("minutes-detail", args=[first.pk])).content.decode()
    )
    assert client.get(reverse("minutes-file", args=[first.pk])).content == file


def test_a_meeting_whose_minutes_went_out_is_not_cancelled(world, held):
    meeting = held("例会", group=world.group)
    issue_minutes(meeting, by=world.qian, at=AT)  # the account of the leader in the chair
    with pytest.raises(ValidationError, match="已经印发，会议不能取消"):
        cancel_meeting(meeting, reason="重复", version=meeting.version, by=world.zhao, at=AT)
    assert Minutes.objects.get().sender == str(world.group)


def test_the_page_of_a_meeting_whose_minutes_went_out_tells_when_its_record_moves_on(world, held, client):
    meeting = held("例会", group=world.group)
    client.force_login(world.zhao)
    page = reverse("meeting-detail", args=[meeting.pk])
    cancelling = reverse("meeting-cancel", args=[meeting.pk])
    assert cancelling in client.get(page).content.decode()
    issue_minutes(meeting, by=world.zhao, at=AT)
    text = client.get(page).content.decode()
    assert "印发的纪要" not in text
    assert cancelling not in text
    record_otherwise(meeting, world)
    assert "印发的纪要</a>没有变" in client.get(page).content.decode()


def test_a_meeting_that_was_cancelled_meanwhile_gets_no_minutes(world, held):
    meeting = held("例会", group=world.group)
    cancel_meeting(meeting, reason="重复", version=meeting.version, by=world.zhao, at=AT)
    with pytest.raises(PermissionDenied):
        issue_minutes(meeting, by=world.zhao, at=AT)  # as it was read before
