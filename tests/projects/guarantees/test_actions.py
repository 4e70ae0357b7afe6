import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse

from leaders.audit.rules import Conflict
from projects.guarantees.actions import (
    add_entry,
    change_entry,
    change_target,
    restore_record,
    set_target,
    withdraw_record,
)
from projects.guarantees.banks.actions import add_deal, change_deal, create_bank_meeting
from projects.guarantees.banks.queries import arrived_by_meeting, bank_meeting_page
from projects.guarantees.queries import target_lines
from projects.models import Deal, FundingSource
from projects.registry.actions import add_funding
from projects.registry.plans.actions import add_arrival
from tests.world import AT, TODAY

DAY = datetime.timedelta(days=1)


@pytest.fixture
def land(world):
    values = {
        "year": 2023, "guarantee": "land", "name": "盘活闲置土地", "measure": "亩", "amount": 5000, "unit": world.land,
    }  # fmt: skip
    return set_target(values, by=world.zhao, at=AT)


def entered(world, target, **changes):
    values = {"done_on": TODAY, "amount": Decimal("120.5"), "project": world.road, "evidence": "伊自然资〔2023〕1号"}
    return add_entry(target, values | changes, by=world.feng, at=AT)


def done(target):
    line = target_lines([target], 2023, TODAY)[0]
    return line.progress.done, line.entries


def test_done_is_the_sum_of_what_was_entered_and_not_withdrawn(world, land):
    entry = entered(world, land)
    entered(world, land, amount=30)
    assert done(land) == (Decimal("150.50"), 2)
    with pytest.raises(ValidationError, match="理由"):
        withdraw_record(entry, reason="", version=1, by=world.feng, at=AT)
    gone = withdraw_record(entry, reason="重复登记", version=1, by=world.feng, at=AT)
    assert done(land) == (Decimal(30), 1)
    restore_record(gone, version=gone.version, by=world.feng, at=AT)
    assert done(land) == (Decimal("150.50"), 2)


def test_an_entry_is_shown_by_words_or_by_a_file(world, land):
    with pytest.raises(ValidationError, match="依据"):
        entered(world, land, evidence="")
    values = {"done_on": TODAY, "amount": 1, "evidence": ""}
    entry = add_entry(land, values, file=ContentFile(b"x", name="批复.pdf"), by=world.feng, at=AT)
    assert entry.file_name == "批复.pdf"
    changed = change_entry(entry, values, file=ContentFile(b"y", name="批复.pdf"), version=1, by=world.feng, at=AT)
    assert (changed.file.read(), changed.version) == (b"y", 2)


def test_the_targets_unit_and_the_office_enter_and_nobody_overwrites_unseen(world, land):
    values = {"done_on": TODAY, "amount": 1, "evidence": "x"}
    with pytest.raises(PermissionDenied):
        add_entry(land, values, by=world.li, at=AT)
    entry = add_entry(land, values, by=world.zhao, at=AT)
    change_entry(entry, values | {"amount": 2}, version=1, by=world.feng, at=AT)
    with pytest.raises(Conflict):
        change_entry(entry, values | {"amount": 3}, version=1, by=world.zhao, at=AT)


def test_a_target_with_entries_keeps_its_year(world, land):
    entered(world, land)
    with pytest.raises(ValidationError, match="已有登记"):
        change_target(land, {"year": 2024}, version=None, by=world.zhao, at=AT)
    assert change_target(land, {"amount": 6000}, version=None, by=world.zhao, at=AT).amount == 6000


@pytest.fixture
def meeting(world):
    return create_bank_meeting({"held_on": TODAY - 30 * DAY, "name": "第三次对接会"}, by=world.zhao, at=AT)


def test_a_meeting_counts_towards_its_target_by_itself(world, meeting):
    values = {"year": 2023, "guarantee": "finance", "name": "银企对接会", "measure": "场", "amount": 15}
    target = set_target(values | {"counting": "bank_meetings"}, by=world.zhao, at=AT)
    create_bank_meeting({"held_on": TODAY + DAY, "name": "下一次"}, by=world.zhao, at=AT)
    assert done(target) == (1, 1)
    with pytest.raises(ValidationError, match="自动计数"):
        add_entry(target, {"done_on": TODAY, "amount": 1, "evidence": "x"}, by=world.zhao, at=AT)
    withdraw_record(meeting, reason="未开成", version=1, by=world.zhao, at=AT)
    assert done(target) == (0, 0)


def test_what_was_agreed_is_a_funding_source_whose_payments_are_the_arrived_sum(world, meeting):
    deal = add_deal(meeting, world.road, {"bank": "农商行", "agreed_wan": Decimal(5000)}, by=world.zhao, at=AT)
    source = FundingSource.objects.get(deal=deal)
    assert (source.project, source.kind, source.planned_wan) == (world.road, "bank_loan", 5000)
    for day, amount in ((TODAY, "1200.10"), (meeting.held_on, "0.20"), (meeting.held_on - DAY, "900")):
        add_arrival(source, {"arrived_on": day, "amount_wan": Decimal(amount)}, by=world.li, at=AT)
    line = bank_meeting_page(meeting).lines[0]
    assert line.arrived_wan == Decimal("1200.30")  # what came before the meeting is not its doing
    assert arrived_by_meeting([meeting]) == {meeting.pk: Decimal("1200.30")}


def test_the_loan_that_a_deal_brought_follows_it_and_goes_with_it(world, meeting):
    agreed = {"bank": "农商行", "agreed_wan": Decimal(500), "source": None}
    deal = add_deal(meeting, world.road, agreed, by=world.zhao, at=AT)
    changes = agreed | {"agreed_wan": Decimal(5000), "source": deal.source}
    deal = change_deal(deal, changes, version=None, by=world.zhao, at=AT)
    assert FundingSource.objects.get().planned_wan == 5000
    gone = withdraw_record(deal, reason="银行写错", version=None, by=world.zhao, at=AT)
    assert not FundingSource.objects.exists()
    back = restore_record(gone, version=None, by=world.zhao, at=AT)
    add_arrival(back.source, {"arrived_on": TODAY, "amount_wan": Decimal(1)}, by=world.li, at=AT)
    withdraw_record(back, reason="银行写错", version=None, by=world.zhao, at=AT)
    paid = FundingSource.objects.get()  # money has arrived: it stays, free for another deal
    again = add_deal(meeting, world.road, agreed | {"bank": "另一家", "source": paid}, by=world.zhao, at=AT)
    assert FundingSource.objects.get().deal == again
    withdraw_record(meeting, reason="未开成", version=1, by=world.zhao, at=AT)
    meeting.refresh_from_db()
    with pytest.raises(ValidationError, match="已经撤销"):
        add_deal(meeting, world.dam, agreed, by=world.zhao, at=AT)


def test_a_loan_that_is_registered_already_is_not_registered_again(world, meeting):
    values = {"kind": "bank_loan", "planned_wan": 800}
    known = add_funding(world.road, values, by=world.zhao, at=AT)
    other = add_funding(world.dam, values, by=world.zhao, at=AT)
    deal = add_deal(meeting, world.road, {"bank": ""}, by=world.zhao, at=AT)
    assert not FundingSource.objects.filter(deal=deal).exists()
    agreed = {"bank": "农行", "agreed_wan": 800}
    with pytest.raises(ValidationError, match="不是这个项目的"):
        change_deal(deal, agreed | {"source": other}, version=1, by=world.zhao, at=AT)
    change_deal(deal, agreed | {"source": known}, version=1, by=world.zhao, at=AT)
    assert FundingSource.objects.count() == 2
    assert Deal.objects.get().source == known


def test_forms_take_a_project_by_initials_and_a_file_that_shows_it(world, client, land):
    client.force_login(world.feng)
    url = reverse("guarantee-entry-create", args=[land.pk])
    data = {"done_on": "2023-07-01", "amount": "12", "project": "不存在的项目"}
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"project"}
    data |= {"project": "ldzxdgjgc"}
    assert "依据" in str(client.post(url, data).context["form"].errors)
    data |= {"file": ContentFile(b"x", name="批复.exe")}
    assert "file" in client.post(url, data).context["form"].errors
    assert client.post(url, data | {"file": ContentFile(b"x", name="批复.pdf")}).status_code == 302
    entry = land.entries.get()
    assert (entry.project, entry.file_name) == (world.road, "批复.pdf")
    answer = client.get(reverse("guarantee-entry-file", args=[entry.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
