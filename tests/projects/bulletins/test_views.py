import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.bulletins.actions import draft_inspection_bulletin, draft_month_bulletin, issue_bulletin
from projects.bulletins.models import Bulletin, Letterhead
from tests.projects.bulletins.test_actions import MONDAY, SUNDAY, issue
from tests.world import AT

# What pages ask the database, the second database answers in tests/test_query_counts.py; what they do, in the actions' own tests.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def draft(world, released):
    return draft_month_bulletin(released, by=world.zhao, at=AT)


def page(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(name, args=args))


def post(client, person, name, *args, **data):
    client.force_login(person)
    return client.post(reverse(name, args=args), data, follow=True)


def test_from_the_month_to_the_issued_letter_by_clicks(client, world, released):
    made = post(client, world.zhao, "bulletin-create", "month", run=released.pk)
    draft = Bulletin.objects.get()
    assert "已按数据拟好初稿" in made.text
    assert page(client, world.he, "bulletin-detail", draft.pk).status_code == 404
    typed = draft.texts | {"overview": "完成45%。", "version": draft.version}
    saved = post(client, world.zhao, "bulletin-edit", draft.pk, **typed)
    assert "“45%”是手打的" in saved.text
    assert "删去了：" in saved.text
    draft.refresh_from_db()
    post(client, world.zhao, "bulletin-send", draft.pk, version=draft.version)
    draft.refresh_from_db()
    post(client, world.zhou, "bulletin-issue", draft.pk, version=draft.version)
    text = page(client, world.he, "bulletin-detail", draft.pk).text
    assert "伊重点办〔2023〕1号" in text
    assert "完成45%。" in text
    assert page(client, world.he, "bulletin-check", draft.pk).text.count("与发出时逐字节相同") == 4


def test_a_refused_text_stays_in_its_box(client, world, draft):
    typed = draft.texts | {"good": "完成〔完工率〕。", "version": draft.version}
    refused = post(client, world.zhao, "bulletin-edit", draft.pk, **typed)
    assert refused.status_code == 422
    assert "完成〔完工率〕。" in refused.text
    assert "不是本期数据里的数" in refused.text


def test_an_issued_file_is_served_as_it_was_kept(client, world, draft):
    issued = issue(draft, world)
    for kept in issued.files.all():
        answer = page(client, world.he, "bulletin-file", issued.pk, kept.form)
        assert hashlib.sha256(answer.content).hexdigest() == kept.sha256
        assert answer["Content-Disposition"].startswith("attachment")
    assert page(client, world.he, "bulletin-file", issued.pk, "exe").status_code == 404


def test_a_draft_can_be_looked_at_as_a_file(client, world, draft):
    assert page(client, world.zhao, "bulletin-file", draft.pk, "docx").content.startswith(b"PK")
    assert page(client, world.he, "bulletin-file", draft.pk, "docx").status_code == 404


def test_a_corrected_bulletin_says_so_and_stays_readable(client, world, draft):
    issued = issue(draft, world)
    post(client, world.zhao, "bulletin-correct", issued.pk)
    correction = Bulletin.objects.get(edition=2)
    issue(correction, world)
    old = page(client, world.he, "bulletin-detail", issued.pk).text
    assert reverse("bulletin-detail", args=[correction.pk]) in old
    assert "伊重点办〔2023〕1号" in old


def test_the_letterhead_is_kept_on_a_page(client, world, released):
    kept = Letterhead.objects.get(kind="month")
    typed = {
        name: getattr(kept, name) for name in ("organisation", "mark", "recipients", "copies", "printer", "version")
    }
    post(client, world.zhao, "letterhead-edit", "month", **typed, code="伊项办", needs_second="on")
    kept.refresh_from_db()
    assert (kept.code, kept.needs_second) == ("伊项办", True)


def test_list_and_page_ask_a_constant_number_of_questions(client, world, draft):
    def counted(name, *args):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name, args=args)).status_code == 200
        return len(queries)

    issued = issue(draft, world)
    client.force_login(world.zhao)
    one = counted("bulletin-list")
    week = draft_inspection_bulletin(MONDAY, SUNDAY, by=world.sun, at=AT)
    issue_bulletin(week, by=world.sun, at=AT, version=week.version)
    assert counted("bulletin-list") == one <= 12
    assert counted("bulletin-detail", issued.pk) <= 25
