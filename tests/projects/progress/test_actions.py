import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.models import MonthReport, Period, StatisticsEntry
from projects.periods.actions import ask_exception, grant_exception
from projects.progress.actions import (
    accept_reports,
    clear_statistics_entry,
    return_report,
    save_report_draft,
    set_statistics_entry,
    submit_report,
    take_over_report,
    withdraw_report,
)
from tests.world import AT, TODAY

MAY, JUNE, JULY, AUGUST = (datetime.date(2023, month, 1) for month in (5, 6, 7, 8))
LATE = AT.replace(day=28)
TYPED = {"planned_wan": Decimal("1000.00"), "done_wan": Decimal("900.00"), "progress": "路基完成三公里", "issues": ""}


def submit(world, **changed):
    return submit_report(world.road, JULY, TYPED | changed, by=world.li, at=AT)


def test_the_unit_saves_a_draft_and_sends_it_later(world):
    draft = save_report_draft(world.road, JULY, {"done_wan": Decimal(5)}, by=world.li, at=AT)
    assert (draft.state, draft.covers_from, draft.first_submitted_at) == ("draft", JULY, None)
    sent = submit_report(world.road, JULY, TYPED, version=draft.version, by=world.li, at=AT)
    assert (sent.pk, sent.state, sent.submitter, sent.first_submitted_at) == (draft.pk, "submitted", world.li, AT)
    actions = HistoryEntry.objects.filter(object_type="monthreport", subject_id=world.road.pk).order_by("pk")
    assert [entry.action for entry in actions] == ["create", "change", "submit"]


def test_only_the_units_own_reporters_and_the_office_file(world):
    for user in (world.wang, world.sun, world.qian, world.feng, world.he, world.lin):
        with pytest.raises(PermissionDenied):
            save_report_draft(world.road, JULY, TYPED, by=user, at=AT)
    assert submit_report(world.road, JULY, TYPED, by=world.zhao, at=AT).submitter == world.zhao


def test_an_archived_project_takes_no_report(world):
    world.road.archived_at = AT
    world.road.save()
    with pytest.raises(PermissionDenied):
        save_report_draft(world.road, JULY, TYPED, by=world.li, at=AT)


def test_a_closed_month_refuses_with_the_reason_and_who_can_open_it(world):
    with pytest.raises(ValidationError, match=r"自动关账.*重点办"):
        save_report_draft(world.road, JUNE, TYPED, by=world.li, at=AT)


def test_a_month_never_opened_refuses(world):
    with pytest.raises(ValidationError, match="还没有开放"):
        save_report_draft(world.road, MAY, TYPED, by=world.li, at=AT)


@pytest.mark.parametrize(("hour", "is_open"), [(15, True), (16, False)])
def test_the_closing_day_ends_at_midnight_in_china_whatever_zone_the_moment_is_written_in(world, hour, is_open):
    moment = datetime.datetime(2023, 7, 3, hour, 59, tzinfo=datetime.UTC)  # 23:59 on the 3rd, 00:59 on the 4th
    if is_open:
        assert save_report_draft(world.road, JUNE, TYPED, by=world.li, at=moment).month == JUNE
    else:
        with pytest.raises(ValidationError, match="自动关账"):
            save_report_draft(world.road, JUNE, TYPED, by=world.li, at=moment)


def test_an_exception_lets_a_unit_file_late_and_only_its_own(world):
    june = Period.objects.get(month=JUNE)
    asked = ask_exception(
        june, unit=world.traffic, project_id=None, reason="停电", expires_on=TODAY, by=world.li, at=AT
    )
    grant_exception(asked, version=1, by=world.zhou, at=AT)
    assert submit_report(world.road, JUNE, TYPED, by=world.li, at=AT).state == "submitted"
    with pytest.raises(ValidationError, match="自动关账"):
        submit_report(world.dam, JUNE, TYPED, by=world.wang, at=AT)


def test_january_and_february_are_one_report_where_they_are_one_period(world):
    january, february = datetime.date(2024, 1, 1), datetime.date(2024, 2, 1)
    Period.objects.create(
        month=february,
        covers_from=january,
        opens_on=january,
        due_on=february.replace(day=25),
        closing_on=datetime.date(2024, 3, 3),
    )
    at = AT.replace(year=2024, month=2, day=29)
    report = save_report_draft(world.road, january, TYPED, by=world.li, at=at)
    assert (report.covers_from, report.month) == (january, february)
    assert save_report_draft(world.road, february, {"note": "甲"}, version=1, by=world.li, at=at).pk == report.pk


def test_a_report_without_figure_or_progress_is_not_sent_and_nothing_is_written(world):
    with pytest.raises(ValidationError) as refused:
        submit_report(world.road, JULY, {"progress": " "}, by=world.li, at=AT)
    assert set(refused.value.message_dict) == {"done_wan", "progress"}
    assert not MonthReport.objects.exists()


def test_a_jump_asks_for_a_reason_and_passes_with_one(world):
    with pytest.raises(ValidationError) as refused:
        submit(world, done_wan=Decimal(5000))
    assert "突增" in str(refused.value) or "占年度计划" in str(refused.value)
    assert set(refused.value.message_dict) == {"note"}
    assert submit(world, done_wan=Decimal(5000), note="设备款集中支付").state == "submitted"


def test_the_same_words_as_last_month_ask_for_a_reason(world):
    take_over_report(world.road, JUNE, done_wan=Decimal(800), progress="路基完成三公里。", by=None, at=AT)
    with pytest.raises(ValidationError, match="雷同"):
        submit(world)


def test_the_cumulative_counts_this_month_once_when_the_plan_is_checked(world):
    take_over_report(world.road, JUNE, covers_from=MAY, done_wan=Decimal(11200), progress="甲", by=None, at=AT)
    with pytest.raises(ValidationError, match=r"12,100\.00 万元超过年度计划"):
        submit(world)


def test_a_report_sent_after_the_due_day_keeps_the_day_of_its_first_sending(world):
    first = submit(world)
    returned = return_report(first, reason="缺少单位", version=first.version, by=world.zhao, at=AT)
    again = submit_report(world.road, JULY, TYPED, version=returned.version, by=world.li, at=LATE)
    assert (again.first_submitted_at, again.submitted_at, again.times_returned) == (AT, LATE, 1)
    assert again.return_reason == ""


def test_after_sending_the_unit_cannot_edit_but_may_take_it_back(world):
    sent = submit(world)
    with pytest.raises(ValidationError, match="不能再改"):
        save_report_draft(world.road, JULY, TYPED, version=sent.version, by=world.li, at=AT)
    with pytest.raises(PermissionDenied):
        withdraw_report(sent, version=sent.version, by=world.wang, at=AT)
    assert withdraw_report(sent, version=sent.version, by=world.li, at=AT).state == "draft"


def test_a_report_is_not_taken_back_when_its_month_is_closed(world):
    sent = submit(world)
    with pytest.raises(ValidationError, match="无法再报"):
        withdraw_report(sent, version=sent.version, by=world.li, at=AT.replace(month=8, day=4))


def test_an_accepted_report_is_never_overwritten(world):
    sent = submit(world)
    (accepted,) = accept_reports({sent.pk: sent.version}, by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match="不能再改"):
        save_report_draft(world.road, JULY, TYPED, version=accepted.version, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="只有已报"):
        return_report(accepted, reason="再看", version=accepted.version, by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match="导入不覆盖"):
        take_over_report(world.road, JULY, done_wan=Decimal(1), by=world.zhao, at=AT)
    accepted.refresh_from_db()
    assert accepted.done_wan == Decimal("900.00")


def test_accepting_is_the_offices_and_stamps_who_and_when(world):
    sent = submit(world)
    for user in (world.li, world.sun, world.qian, world.he, world.lin):
        with pytest.raises(PermissionDenied):
            accept_reports({sent.pk: sent.version}, by=user, at=AT)
    accept_reports({sent.pk: sent.version}, by=world.zhao, at=AT)
    sent.refresh_from_db()
    assert (sent.state, sent.accepter, sent.accepted_at) == ("accepted", world.zhao, AT)
    assert HistoryEntry.objects.filter(object_id=sent.pk, action="accept", actor=world.zhao).exists()


def test_a_report_that_changed_since_the_reviewer_looked_holds_back_the_whole_batch(world):
    road = submit(world)
    dam = submit_report(world.dam, JULY, TYPED, by=world.wang, at=AT)
    back = withdraw_report(dam, version=dam.version, by=world.wang, at=AT)
    submit_report(world.dam, JULY, TYPED | {"done_wan": Decimal(950)}, version=back.version, by=world.wang, at=AT)
    with pytest.raises(ValidationError, match="鸣皋镇"):
        accept_reports({road.pk: road.version, dam.pk: dam.version}, by=world.zhao, at=AT)
    assert not MonthReport.objects.filter(state="accepted").exists()


def test_a_return_needs_a_reason(world):
    sent = submit(world)
    with pytest.raises(ValidationError, match="退回原因"):
        return_report(sent, reason="  ", version=sent.version, by=world.zhao, at=AT)


def test_a_report_of_a_closed_month_is_not_returned(world):
    sent = submit(world)
    with pytest.raises(ValidationError, match="无法重报"):
        return_report(sent, reason="数字不对", version=sent.version, by=world.zhao, at=AT.replace(month=8, day=4))


def test_two_people_writing_one_report_meet_a_conflict_with_the_typed_values(world):
    save_report_draft(world.road, JULY, {"progress": "甲"}, by=world.li, at=AT)
    with pytest.raises(Conflict) as lost:
        save_report_draft(world.road, JULY, {"progress": "乙"}, by=world.zhao, at=AT)
    assert lost.value.typed == {"progress": "乙"}
    assert lost.value.current.progress == "甲"


# ---- taken over from workbooks


def test_a_workbooks_month_is_accepted_whatever_the_period_says(world):
    report = take_over_report(
        world.road, JUNE, covers_from=MAY, done_wan=Decimal(5100), progress="三通一平", by=world.zhao, at=AT, batch_id=7,
        origin={"done_wan": {"sheet": "进展", "cell": "H5"}},
    )  # fmt: skip
    assert (report.state, report.covers_from, report.first_submitted_at) == ("accepted", MAY, None)
    entry = HistoryEntry.objects.get(object_type="monthreport")
    assert (entry.batch_id, entry.origin["done_wan"]["cell"]) == (7, "H5")


def test_the_same_sheet_again_changes_nothing(world):
    first = take_over_report(world.road, JUNE, done_wan=Decimal(5100), by=world.zhao, at=AT)
    again = take_over_report(world.road, JUNE, done_wan=Decimal("5100.00"), by=world.zhao, at=LATE)
    assert (again.pk, again.version, again.accepted_at) == (first.pk, 1, AT)
    assert HistoryEntry.objects.filter(object_type="monthreport").count() == 1


def test_a_corrected_sheet_changes_what_an_earlier_sheet_brought(world):
    take_over_report(world.road, JULY, done_wan=Decimal(5100), by=world.zhao, at=AT)
    report = take_over_report(world.road, JULY, done_wan=Decimal(5200), by=world.zhao, at=AT)
    assert report.done_wan == Decimal(5200)
    entry = HistoryEntry.objects.filter(object_type="monthreport").first()
    assert (entry.action, entry.changes[0]["old"], entry.changes[0]["new"]) == ("import", "5100.00", "5200.00")


def test_after_closing_no_sheet_changes_an_accepted_figure(world):
    take_over_report(world.road, JUNE, done_wan=Decimal(5100), by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match=r"已关账.*更正"):
        take_over_report(world.road, JUNE, done_wan=Decimal(5200), by=world.zhao, at=AT)


def test_a_sheet_does_not_overwrite_what_a_unit_is_writing(world):
    save_report_draft(world.road, JULY, {"progress": "甲"}, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="草稿"):
        take_over_report(world.road, JULY, done_wan=Decimal(1), by=world.zhao, at=AT)


def test_no_month_is_counted_twice(world):
    take_over_report(world.road, JULY, covers_from=MAY, done_wan=Decimal(1), by=None, at=AT)
    with pytest.raises(ValidationError, match=r"2023年5—7月.*算两次"):
        take_over_report(world.road, JUNE, done_wan=Decimal(1), by=None, at=AT)
    Period.objects.filter(month=JUNE).update(closing_on=TODAY)
    with pytest.raises(ValidationError, match="算两次"):
        save_report_draft(world.road, JUNE, TYPED, by=world.li, at=AT)


def test_only_the_office_takes_over_workbooks(world):
    with pytest.raises(PermissionDenied):
        take_over_report(world.road, JUNE, done_wan=Decimal(1), by=world.li, at=AT)


# ---- 入库


def test_the_office_records_changes_and_takes_out_the_entry(world):
    entry = set_statistics_entry(world.road, entered_on=TODAY, by=world.zhao, at=AT)
    earlier = datetime.date(2023, 5, 31)
    changed = set_statistics_entry(
        world.road, entered_on=earlier, is_day_known=False, version=entry.version, by=world.zhao, at=AT
    )
    assert (changed.pk, changed.entered_on, changed.is_day_known) == (entry.pk, earlier, False)
    with pytest.raises(ValidationError, match="为什么"):
        clear_statistics_entry(changed, reason="", by=world.zhao, at=AT)
    clear_statistics_entry(changed, reason="记错项目", by=world.zhao, at=AT)
    assert not StatisticsEntry.objects.exists()
    assert HistoryEntry.objects.filter(object_type="statisticsentry", action="delete", reason="记错项目").exists()


def test_an_entry_is_the_offices_and_never_in_the_future(world):
    with pytest.raises(PermissionDenied):
        set_statistics_entry(world.road, entered_on=TODAY, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        set_statistics_entry(world.road, entered_on=datetime.date(2023, 7, 6), by=world.zhao, at=AT)
