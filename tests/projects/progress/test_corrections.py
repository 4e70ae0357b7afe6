import datetime
import random
from collections import Counter, defaultdict
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.models import Correction, FilingException, MonthReport, Period
from projects.periods.actions import ask_exception, grant_exception, open_period
from projects.progress.actions import (
    accept_reports,
    return_report,
    save_report_draft,
    submit_report,
    take_over_report,
    withdraw_report,
)
from projects.progress.corrections.actions import (
    approve_correction,
    ask_corrections,
    refuse_correction,
    withdraw_correction,
)
from projects.progress.corrections.queries import presently
from projects.progress.queries import done_of_year, year_money
from projects.rankings.facts import facts_of_month
from projects.status.rules import LightThresholds
from tests.world import AT

JUNE, JULY = datetime.date(2023, 6, 1), datetime.date(2023, 7, 1)
TYPED = {"planned_wan": Decimal(1000), "done_wan": Decimal(900), "progress": "路基完成三公里"}


@pytest.fixture
def accepted(world) -> MonthReport:
    sent = submit_report(world.road, JULY, TYPED, by=world.li, at=AT)
    return accept_reports({sent.pk: sent.version}, by=world.zhao, at=AT)[0]


def ask(world, report, **values) -> Correction:
    present = presently([MonthReport.objects.get(pk=report.pk)])[0]
    values = {"done_wan": Decimal(800)} | values
    return ask_corrections(report, values, reason="多报了", version=present.version, by=world.li, at=AT)[0]


def test_a_correction_stands_beside_the_accepted_figure_and_counts_once_another_person_approved_it(world, accepted):
    asked = ask(world, accepted)
    assert done_of_year([world.road.pk], 2023) == {world.road.pk: Decimal(900)}
    approve_correction(asked, version=1, by=world.zhou, at=AT)
    stored = MonthReport.objects.get()
    assert (stored.done_wan, presently([stored])[0].done_wan) == (Decimal("900.00"), Decimal("800.00"))
    assert done_of_year([world.road.pk], 2023) == {world.road.pk: Decimal("800.00")}
    assert year_money([world.road.pk], JULY)[world.road.pk].done_wan == Decimal(800)
    told = HistoryEntry.objects.get(object_type="monthreport", action="correct")
    assert [(line["old"], line["new"]) for line in told.changes] == [("900.00", "800.00")]
    assert told.reason == "多报了"


def test_a_ranking_as_entered_until_a_moment_does_not_know_what_was_corrected_later(world, accepted):
    later = AT.replace(day=20)
    approve_correction(ask(world, accepted), version=1, by=world.zhou, at=later)

    def facts(until):
        months = facts_of_month(JULY, entered_until=until, thresholds=LightThresholds())
        return months.projects[world.road.pk]

    for until, done in ((AT.replace(day=19), 900), (later, 800)):
        assert (facts(until).cumulative_wan, facts(until).month_done_wan) == (Decimal(done), Decimal(done))
        assert done_of_year([world.road.pk], 2023, JULY, until) == {world.road.pk: Decimal(done)}


def test_nobody_approves_the_own_correction_and_the_table_itself_refuses_it(world, accepted):
    (own,) = ask_corrections(
        accepted, {"done_wan": Decimal(1)}, reason="x", version=accepted.version, by=world.zhou, at=AT
    )
    for user in (world.zhou, world.zhao, world.li, world.he):
        with pytest.raises(PermissionDenied):
            approve_correction(own, version=1, by=user, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.update(state="approved", approver=world.zhou, decided_at=AT)
    assert approve_correction(own, version=1, by=world.dong, at=AT).approver == world.dong


def test_only_the_units_reporters_and_the_office_ask_and_only_of_what_was_accepted(world, accepted):
    for user in (world.wang, world.sun, world.he, world.lin):
        with pytest.raises(PermissionDenied):
            ask_corrections(accepted, {"done_wan": 1}, reason="x", version=None, by=user, at=AT)
    draft = save_report_draft(world.dam, JULY, TYPED, by=world.wang, at=AT)
    with pytest.raises(ValidationError, match="还没有审核通过"):
        ask_corrections(draft, {"done_wan": 1}, reason="x", version=None, by=world.wang, at=AT)


@pytest.mark.parametrize(
    ("values", "reason", "words"),
    [
        ({"done_wan": Decimal(1)}, " ", "为什么更正"),
        ({"done_wan": Decimal(900)}, "x", "没有改动"),
        ({"done_wan": None}, "x", "填 0"),
    ],
)
def test_a_correction_says_what_and_why(world, accepted, values, reason, words):
    with pytest.raises(ValidationError, match=words):
        ask_corrections(accepted, values, reason=reason, version=None, by=world.li, at=AT)


def test_each_value_waits_for_one_decision_at_a_time_and_texts_are_corrected_alike(world, accepted):
    ask(world, accepted)
    with pytest.raises(ValidationError, match="待审批"):
        ask(world, accepted, done_wan=Decimal(700))
    words = ask(world, accepted, done_wan=Decimal(900), progress="路基完成两公里")
    approve_correction(words, version=1, by=world.zhou, at=AT)
    assert presently([accepted])[0].progress == "路基完成两公里"
    with pytest.raises(Conflict):  # who still looks at the report as it was before
        ask_corrections(accepted, {"issues": "x"}, reason="x", version=accepted.version, by=world.li, at=AT)


def test_a_correction_whose_old_value_is_gone_is_not_approved(world, accepted):
    stale = ask(world, accepted)
    Correction.objects.filter(pk=stale.pk).update(old_wan=Decimal(1))
    stale.refresh_from_db()
    with pytest.raises(ValidationError, match="原值对不上"):
        approve_correction(stale, version=1, by=world.zhou, at=AT)
    stale.refresh_from_db()
    assert stale.state == "asked"


def test_what_is_decided_is_decided_once(world, accepted):
    refused = refuse_correction(ask(world, accepted), note="没有依据", version=1, by=world.zhou, at=AT)
    with pytest.raises(ValidationError, match="未批准"):
        approve_correction(refused, version=refused.version, by=world.dong, at=AT)
    taken_back = withdraw_correction(ask(world, accepted), version=1, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="已撤回"):
        approve_correction(taken_back, version=taken_back.version, by=world.zhou, at=AT)


def test_no_workbook_changes_what_was_corrected(world):
    report = take_over_report(world.road, JULY, done_wan=Decimal(900), by=world.zhao, at=AT)
    approve_correction(ask(world, report), version=1, by=world.zhou, at=AT)
    with pytest.raises(ValidationError, match="已有更正"):
        take_over_report(world.road, JULY, done_wan=Decimal(850), by=world.zhao, at=AT)


def test_the_page_shows_the_accepted_value_the_correction_and_the_present_one(world, accepted, client):
    client.force_login(world.li)
    page = reverse("report-fill", args=[world.road.pk, "2023-07"])
    url = reverse("correction-ask", args=[accepted.pk])
    assert url in client.get(page).content.decode()
    # What is typed for one report is never offered on another's page.
    assert f'data-draft="correction-{accepted.pk}"' in client.get(url).content.decode()
    typed = {"planned_wan": "1000", "done_wan": "800", "progress": TYPED["progress"], "issues": "", "version": 2}
    typed["version"] = MonthReport.objects.get().version
    refused = client.post(url, typed | {"reason": ""})
    assert refused.status_code == 422
    assert client.post(url, typed | {"reason": "多报了一笔"}).status_code == 302
    correction = Correction.objects.get()
    client.force_login(world.zhou)
    assert reverse("correction-detail", args=[correction.pk]) in client.get(reverse("home")).content.decode()
    client.post(reverse("correction-decide", args=[correction.pk]), {"verdict": "approved", "note": "", "version": 1})
    shown = client.get(page).content.decode()
    assert "900.00 万元，更正为 <strong>800.00</strong>" in shown
    assert "多报了一笔" in shown
    for page in (f"{reverse('report-board')}?show=all", f"{reverse('request-list')}?tab=done"):
        assert "800.00" in client.get(page).content.decode()
    assert "更正" in client.get(reverse("project-detail", args=[world.road.pk]) + "?tab=reports").content.decode()


# ---- whatever happens, the history tells the figures

# Weighted so that a walk gets somewhere: what was never sent cannot be accepted, what is not accepted not corrected.
STEPS = {
    "submit": 6, "accept": 4, "correct": 4, "except": 3, "return": 2, "withdraw": 2, "refuse": 1, "file": 2, "wait": 1, "open": 1,
}  # fmt: skip


def test_any_sequence_of_open_file_close_except_and_correct_replays_to_the_same_figures(world):
    draw, taken = random.Random(2023), Counter()
    for _ in range(8):
        with transaction.atomic():
            at = AT
            for step in draw.choices(list(STEPS), STEPS.values(), k=30):
                at += datetime.timedelta(days=9) if step == "wait" else datetime.timedelta(minutes=1)
                project, amount = draw.choice([world.road, world.dam]), Decimal(draw.randint(-50, 3000))
                try:
                    with transaction.atomic():
                        _take(world, step, project, amount, at)
                        taken[step] += 1
                except (ValidationError, PermissionDenied, NothingThere):
                    pass  # what the rules refuse leaves nothing behind
            assert done_of_year([world.road.pk, world.dam.pk], 2023) == _replay()
            taken["late"] += _sent_by_exception()
            transaction.set_rollback(True)
    # The walks came by everything that they are about.
    assert min(taken[step] for step in (*STEPS, "late")) > 0, taken


class NothingThere(Exception):
    """No report with which the step could be taken."""


def _sent_by_exception() -> int:
    """How many reports were sent after their month had closed; each by an exception that was in force at that moment."""
    late = 0
    for entry in HistoryEntry.objects.filter(object_type="monthreport", action__in=["submit", "change", "create"]):
        report, day = MonthReport.objects.get(pk=entry.object_id), timezone.localdate(entry.at)
        period = Period.objects.get(month=report.month)
        assert period.opens_on <= day
        if day > period.closing_on:
            granted = FilingException.objects.filter(period=period, project=report.project_id, state="granted")
            assert granted.filter(decided_at__lte=entry.at, expires_on__gte=day).exists()
            late += 1
    return late


def _take(world, step, project, amount, at):
    month = JULY if amount % 3 else JUNE
    report = MonthReport.objects.filter(project=project, month=month).first()
    if report is None and step in ("accept", "return", "withdraw", "correct", "refuse"):
        raise NothingThere
    values = {"done_wan": amount, "progress": f"完成 {amount}", "note": "说明"}
    if step in ("file", "submit"):
        act = submit_report if step == "submit" else save_report_draft
        act(project, month, values, version=report.version if report else None, by=world.zhao, at=at)
    elif step == "accept":
        accept_reports({report.pk: report.version}, by=world.zhao, at=at)
    elif step == "return":
        return_report(report, reason="x", version=report.version, by=world.zhao, at=at)
    elif step == "withdraw":
        unit = world.li if project == world.road else world.wang
        withdraw_report(report, version=report.version, by=unit, at=at)
    elif step == "except":
        period = Period.objects.get(month=month)
        asked = ask_exception(
            period, unit=None, project_id=project.pk, reason="x", expires_on=at.date(), by=world.zhao, at=at
        )
        grant_exception(asked, version=None, by=world.zhou, at=at)
    elif step in ("correct", "refuse"):
        for one in ask_corrections(report, {"done_wan": amount}, reason="x", version=None, by=world.zhao, at=at):
            if step == "correct":
                approve_correction(one, version=None, by=world.zhou, at=at)
            else:
                refuse_correction(one, note="x", version=None, by=world.zhou, at=at)
    elif step == "open":
        open_period(datetime.date(2023, 8, 1), by=world.zhao, at=at)


def _replay() -> dict[int, Decimal]:
    """The figures that a reader of the history comes to, who knows nothing of the tables."""
    figures: dict[int, tuple[int, Decimal | None]] = {}
    filed: set[int] = set()
    for entry in HistoryEntry.objects.filter(object_type="monthreport").order_by("pk"):
        figures.setdefault(entry.object_id, (entry.subject_id, None))
        for line in entry.changes:
            if line["field"] == "done_wan":
                figures[entry.object_id] = (entry.subject_id, Decimal(line["new"]))
        if entry.action in ("submit", "accept"):
            filed.add(entry.object_id)
        elif entry.action in ("return", "withdraw"):
            filed.discard(entry.object_id)
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for pk in filed:
        project, done = figures[pk]
        sums[project] += done
    return dict(sums)


def test_the_replay_would_notice_a_figure_written_past_the_actions(world, accepted):
    assert _replay() == done_of_year([world.road.pk, world.dam.pk], 2023)
    MonthReport.objects.update(done_wan=Decimal(1))
    assert _replay() != done_of_year([world.road.pk, world.dam.pk], 2023)
