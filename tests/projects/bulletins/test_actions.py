import datetime
import hashlib
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from leaders.audit.models import HistoryEntry
from leaders.audit.rules import Conflict
from projects.bulletins.actions import (
    change_letterhead,
    discard_bulletin,
    draft_correction,
    draft_inspection_bulletin,
    draft_month_bulletin,
    edit_bulletin,
    issue_bulletin,
    return_bulletin,
    send_bulletin,
)
from projects.bulletins.figures import MonthFigures, values_of
from projects.bulletins.models import Bulletin, Letterhead
from projects.bulletins.paper import month_tables
from projects.bulletins.queries import compare_files, paper_of, runs_to_report
from projects.inspections.actions import Assignment, NewFinding, log_inspection
from projects.models import Membership, ProjectList
from projects.papers.models import IssuedFile
from projects.rankings.actions import compute_trial, give_points, publish_run, release_run
from projects.rankings.rules import from_json
from projects.registry.lists.actions import leave_list
from tests.projects.rankings.county import JUNE
from tests.world import AT, YEAR_START

pytestmark = pytest.mark.django_db
MONDAY, SUNDAY = datetime.date(2023, 6, 26), datetime.date(2023, 7, 2)


@pytest.fixture
def draft(world, released):
    return draft_month_bulletin(released, by=world.zhao, at=AT)


def issue(draft, world):
    sent = send_bulletin(draft, by=world.zhao, at=AT, version=None)
    return issue_bulletin(sent, by=world.zhou, at=AT, version=sent.version)


@pytest.fixture
def issued(world, draft):
    return issue(draft, world)


def texts_with(draft, **changes):
    return draft.texts | changes


def test_what_changed_in_the_lists_that_month_is_a_table_and_a_figure(world, released):
    mid_june = datetime.date(2023, 6, 15)
    leave_list(world.dam.memberships.get(), left_on=mid_june, reason="并入水系工程", by=world.zhou, at=AT, version=None)
    for kind in ("whitelist", "three_batches"):  # nobody joins the county's projects by these
        other = ProjectList.objects.create(key=kind, name=kind, year=2023, kind=kind)
        Membership.objects.create(project_list=other, project=world.dam, joined_on=YEAR_START)
        Membership.objects.create(project_list=other, project=world.road, joined_on=mid_june)
    draft = draft_month_bulletin(released, by=world.zhao, at=AT)
    table = paper_of(draft, today=mid_june).annexes[-1]
    change = (1, "调出", world.dam.name, world.key_list.name, mid_june, world.dam.total_wan, "并入水系工程")
    assert (table.title, table.rows) == ("2023年6月重点项目清单变动表", (change,))
    assert values_of(draft.figures)["调出项目"] == "1个"
    (one,) = draft.figures.list_changes
    namesake = replace(one, project_id=one.project_id + 1)
    assert values_of(replace(draft.figures, list_changes=(one, one, namesake)))["调出项目"] == "2个"
    # What was frozen before bulletins told them says nothing of them.
    del draft.frozen["list_changes"]
    older = from_json(MonthFigures, draft.frozen)
    assert "调出项目" not in values_of(older)
    assert not [one for one in month_tables(older) if "变动" in one.title]


def test_one_account_sends_and_another_issues(world, draft):
    with pytest.raises(ValidationError, match="先送签"):
        issue_bulletin(draft, by=world.zhao, at=AT, version=draft.version)
    sent = send_bulletin(draft, by=world.zhao, at=AT, version=draft.version)
    with pytest.raises(ValidationError, match="送签人不能自己签发"):
        issue_bulletin(sent, by=world.zhao, at=AT, version=sent.version)
    issued = issue_bulletin(sent, by=world.zhou, at=AT, version=sent.version)
    assert (issued.state, issued.number_text, issued.dated_on) == ("issued", "伊重点办〔2023〕1号", AT.date())


def test_the_letterhead_may_leave_it_to_one_account(world, draft):
    letterhead = Letterhead.objects.get(kind="month")
    change_letterhead(letterhead, {"needs_second": False}, by=world.zhao, at=AT, version=letterhead.version)
    assert issue_bulletin(draft, by=world.zhao, at=AT, version=draft.version).state == "issued"


def test_the_files_are_kept_with_their_hashes_and_in_the_history(issued):
    kept = {one.form: one for one in issued.files.all()}
    assert set(kept) == {"docx", "xlsx", "html", "txt"}
    line = HistoryEntry.objects.get(object_type="bulletin", action="issue")
    told = {change["field"]: change["new"] for change in line.changes}
    for form, one in kept.items():
        assert one.sha256 == hashlib.sha256(bytes(one.content)).hexdigest() == told[form]


def test_an_issued_bulletin_does_not_change_with_letterhead_or_scores(world, issued):
    letterhead = Letterhead.objects.get(kind="month")
    change_letterhead(letterhead, {"organisation": "新机关"}, by=world.zhao, at=AT, version=letterhead.version)
    give_points(JUNE, points=-2, reason="通报", project=world.road, by=world.zhao, at=AT)
    assert [one.difference for one in compare_files(issued)] == [""] * 4
    with pytest.raises(ValidationError, match="已印发的请另出更正版"):
        edit_bulletin(issued, issued.texts, number=None, signer="", by=world.zhao, at=AT, version=issued.version)
    with pytest.raises(ValidationError, match="不再改动"):
        issue_bulletin(issued, by=world.zhao, at=AT, version=issued.version)


def test_a_touched_file_and_touched_data_are_found_out(world, issued, capsys):
    call_command("check_bulletins")
    assert capsys.readouterr().out.count("与发出时逐字节相同") == 4
    IssuedFile.objects.filter(bulletin=issued, form="txt").update(content=b"x")
    assert [one.file.form for one in compare_files(issued) if one.difference] == ["txt"]
    with pytest.raises(CommandError, match="1 个文件"):
        call_command("check_bulletins")
    issued.frozen["county"]["projects"] = 99
    assert all("冻结数据" in one.difference for one in compare_files(issued))


def test_an_edit_is_told_slot_by_slot_and_never_overwrites_another(world, draft):
    edited = edit_bulletin(
        draft, texts_with(draft, next="一要抓紧。"), number=6, signer="", by=world.zhao, at=AT, version=draft.version
    )
    assert edited.texts["next"] == "一要抓紧。"
    line = HistoryEntry.objects.filter(object_type="bulletin", action="change").get()
    assert [change["label"] for change in line.changes] == ["发文序号", "下步工作要求"]
    with pytest.raises(Conflict) as caught:
        edit_bulletin(
            draft, texts_with(draft, next="二要。"), number=6, signer="", by=world.zhou, at=AT, version=draft.version
        )
    assert ("一要抓紧。", "二要。") in [(one.current, one.typed) for one in caught.value.beside]
    assert issue(edited, world).number == 6


@pytest.mark.parametrize(
    ("slot", "text", "told"), [("good", "完成〔完工率〕。", "完工率"), ("chat", "字" * 301, "最多 300 字")]
)
def test_a_text_that_cannot_be_printed_is_refused_on_its_slot(world, draft, slot, text, told):
    with pytest.raises(ValidationError) as caught:
        edit_bulletin(
            draft,
            texts_with(draft, **{slot: text}),
            number=None,
            signer="",
            by=world.zhao,
            at=AT,
            version=draft.version,
        )
    assert told in caught.value.message_dict[slot][0]


def test_a_number_is_used_once(world, issued):
    week = draft_inspection_bulletin(MONDAY, SUNDAY, by=world.zhao, at=AT)
    Letterhead.objects.filter(kind="inspection").update(code="伊重点办")
    assert issue_bulletin(week, by=world.zhao, at=AT, version=week.version).number == 2
    other = draft_inspection_bulletin(MONDAY - datetime.timedelta(7), MONDAY, by=world.zhao, at=AT)
    other = edit_bulletin(other, other.texts, number=2, signer="", by=world.zhao, at=AT, version=other.version)
    with pytest.raises(ValidationError, match="已经用过"):
        issue_bulletin(other, by=world.zhao, at=AT, version=other.version)
    assert not IssuedFile.objects.filter(bulletin=other).exists()


def test_a_correction_is_a_further_edition_with_the_differences(world, issued):
    give_points(JUNE, points=-2, reason="通报", project=world.road, by=world.zhao, at=AT)
    run = compute_trial(JUNE, by=world.zhao, at=AT)
    run = publish_run(run, by=world.zhao, at=AT, version=run.version)
    release_run(run, by=world.zhou, at=AT, version=run.version)
    correction = draft_correction(issued, by=world.zhao, at=AT)
    assert (correction.edition, correction.corrects_id) == (2, issued.pk)
    changed = {name: (old, new) for name, old, new in correction.changes}
    assert changed[f"{world.road.name}·得分"] == ("88.03分", "86.03分")
    assert "伊重点办〔2023〕1号" in correction.texts["correction"]
    assert issue(correction, world).number == 2
    issued.refresh_from_db()
    assert issued.files.count() == 4


def test_a_correction_of_words_keeps_what_people_wrote(world, draft):
    edited = edit_bulletin(
        draft, texts_with(draft, next="一要抓紧。"), number=None, signer="", by=world.zhao, at=AT, version=None
    )
    issued = issue(edited, world)
    correction = draft_correction(issued, by=world.zhao, at=AT)
    assert correction.texts["next"] == "一要抓紧。"
    assert "更正的是文字" in correction.texts["correction"]


def test_a_month_is_drafted_once_and_a_discarded_draft_makes_room(world, released, draft):
    with pytest.raises(ValidationError, match="正在拟稿"):
        draft_month_bulletin(released, by=world.zhou, at=AT)
    discard_bulletin(draft, by=world.zhao, at=AT, version=draft.version)
    assert draft_month_bulletin(released, by=world.zhou, at=AT).edition == 1


def test_what_was_sent_comes_back_to_be_mended(world, draft):
    sent = send_bulletin(draft, by=world.zhao, at=AT, version=None)
    with pytest.raises(ValidationError, match="先退回"):
        edit_bulletin(sent, sent.texts, number=None, signer="", by=world.zhao, at=AT, version=None)
    assert return_bulletin(sent, by=world.zhou, at=AT, version=sent.version).state == "draft"


def test_a_bulletin_of_a_run_that_was_computed_anew_is_not_issued(world, draft):
    Bulletin.objects.filter(pk=draft.pk).update(sha256="0" * 64)
    draft.refresh_from_db()
    with pytest.raises(ValidationError, match="校验值不一致"):
        send_bulletin(draft, by=world.zhao, at=AT, version=None)


def test_a_bulletin_waits_for_the_release_of_its_month(world, released):
    give_points(JUNE, points=-1, reason="通报", project=world.road, by=world.zhao, at=AT)
    trial = compute_trial(JUNE, by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match="试算中"):
        draft_month_bulletin(trial, by=world.zhao, at=AT)
    run = publish_run(trial, by=world.zhao, at=AT, version=trial.version)
    sent = send_bulletin(draft_month_bulletin(run, by=world.zhao, at=AT), by=world.zhao, at=AT, version=None)
    with pytest.raises(ValidationError, match="还没有签发"):
        issue_bulletin(sent, by=world.zhou, at=AT, version=sent.version)


def test_what_a_released_edition_corrects_is_drafted_and_issued_no_more(world, released, draft):
    sent = send_bulletin(draft, by=world.zhao, at=AT, version=None)
    run = compute_trial(JUNE, by=world.zhao, at=AT)
    run = publish_run(run, by=world.zhao, at=AT, version=run.version)
    assert {released, run} <= set(runs_to_report())
    run = release_run(run, by=world.zhou, at=AT, version=run.version)
    assert list(runs_to_report().filter(month=JUNE)) == [run]
    with pytest.raises(ValidationError, match="签发了更正版"):
        issue_bulletin(sent, by=world.zhou, at=AT, version=sent.version)
    discard_bulletin(return_bulletin(sent, by=world.zhou, at=AT, version=None), by=world.zhao, at=AT, version=None)
    with pytest.raises(ValidationError, match="已签发更正版"):
        draft_month_bulletin(released, by=world.zhao, at=AT)


def test_the_bureau_issues_its_own_bulletin_and_no_other(world, released):
    log_inspection(
        world.road,
        {"inspected_on": MONDAY, "situation": "正常施工", "people": "", "unit": world.bureau},
        findings=[NewFinding("裂缝", Assignment(world.traffic, datetime.date(2023, 6, 30), "other"))],
        by=world.sun,
        at=AT.replace(month=6, day=26),
    )
    draft = draft_inspection_bulletin(MONDAY, SUNDAY, by=world.sun, at=AT)
    figures = draft.figures
    assert [(one.project, one.state) for one in figures.problems] == [(world.road.name, "逾期未销号")]
    assert (len(figures.visits), figures.raised, figures.units[0].overdue) == (1, 1, 1)
    assert issue_bulletin(draft, by=world.sun, at=AT, version=draft.version).number_text == "伊督〔2023〕1号"
    with pytest.raises(PermissionDenied):
        draft_month_bulletin(released, by=world.sun, at=AT)


def test_days_to_come_are_not_reported(world, released):
    with pytest.raises(ValidationError, match="还没有到"):
        draft_inspection_bulletin(MONDAY, datetime.date(2023, 7, 9), by=world.sun, at=AT)
