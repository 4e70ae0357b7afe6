import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from leaders.audit.models import HistoryEntry
from leaders.audit.rules import Conflict
from projects.progress.models import MonthReport
from projects.rankings.actions import (
    compute_trial,
    give_points,
    publish_run,
    release_run,
    take_back_points,
    withdraw_run,
)
from projects.rankings.models import Adjustment, Board, BoardKind, RankingRow, RankingRun, RunState
from projects.rankings.queries import digest_of, frozen_score
from tests.projects.rankings.county import JUNE, release
from tests.world import AT

pytestmark = pytest.mark.django_db


def trial(county) -> RankingRun:
    return compute_trial(JUNE, by=county.zhao, at=AT)


def test_the_worked_example_scores_88_03_from_rows(county):
    score = frozen_score(trial(county), county.road.pk)
    assert score.base_score == Decimal("88.03")
    assert score.score == Decimal("88.03")
    assert score.applicable_weight == Decimal(95)
    assert [item.points_text for item in score.items] == ["21.25", "9", "23.125", "12", "8.25", "5", "—", "5"]
    assert score.progress_light.colour == "green"


def test_every_item_that_applies_names_the_rows_it_was_made_of(county):
    score = frozen_score(trial(county), county.road.pk)
    for item in score.items:
        assert item.sources or not item.applies, item.code


def test_only_the_office_computes(county):
    for person in (county.li, county.sun, county.qian, county.he, county.lin):
        with pytest.raises(PermissionDenied):
            compute_trial(JUNE, by=person, at=AT)
    assert not RankingRun.objects.exists()


def test_a_month_that_is_not_over_cannot_be_computed(county):
    with pytest.raises(ValidationError, match="还没有结束"):
        compute_trial(datetime.date(2023, 7, 1), by=county.zhao, at=AT)


def test_a_trial_takes_the_place_of_the_trial_before(county):
    first = trial(county)
    MonthReport.objects.filter(project=county.road, month=JUNE).update(done_wan=Decimal(100))
    second = trial(county)
    assert first.pk == second.pk
    assert frozen_score(second, county.road.pk).score < Decimal("88.03")


def test_what_is_published_does_not_follow_later_changes(county):
    run = release(county)
    before = digest_of(run)
    MonthReport.objects.filter(project=county.road, month=JUNE).update(done_wan=Decimal(1))
    assert digest_of(RankingRun.objects.get(pk=run.pk)) == before == run.sha256
    assert frozen_score(run, county.road.pk).score == Decimal("88.03")


def test_a_correction_is_a_further_edition_and_the_old_one_stays(county):
    run = release(county)
    again = trial(county)
    assert (again.edition, again.state) == (2, RunState.TRIAL)
    assert RankingRun.objects.get(pk=run.pk).state == RunState.RELEASED


def test_the_publisher_cannot_release(county):
    run = trial(county)
    run = publish_run(run, by=county.zhao, at=AT, version=run.version)
    with pytest.raises(ValidationError, match="不能自己签发"):
        release_run(run, by=county.zhao, at=AT, version=run.version)


def test_a_run_that_was_touched_behind_our_back_is_not_released(county):
    run = trial(county)
    run = publish_run(run, by=county.zhao, at=AT, version=run.version)
    row = RankingRow.objects.filter(run=run, score__isnull=False).first()
    RankingRow.objects.filter(pk=row.pk).update(score=row.score + 1)
    with pytest.raises(ValidationError, match="校验值不一致"):
        release_run(run, by=county.zhou, at=AT, version=run.version)


def test_nothing_is_published_before_the_month_has_closed(county):
    at = AT.replace(day=3)
    run = compute_trial(JUNE, by=county.zhao, at=at)
    with pytest.raises(ValidationError, match="关账"):
        publish_run(run, by=county.zhao, at=at, version=run.version)


def test_a_trial_of_before_the_closing_is_not_published_without_what_came_in_after_it(county):
    run = compute_trial(JUNE, by=county.zhao, at=AT.replace(day=1))
    with pytest.raises(ValidationError, match="重新试算"):
        publish_run(run, by=county.zhao, at=AT, version=run.version)
    again = trial(county)
    assert publish_run(again, by=county.zhao, at=AT, version=again.version).state == RunState.PUBLISHED


def test_a_run_that_waits_for_release_is_not_computed_anew(county):
    run = trial(county)
    publish_run(run, by=county.zhao, at=AT, version=run.version)
    with pytest.raises(ValidationError, match="待签发"):
        trial(county)
    assert digest_of(RankingRun.objects.get()) == run.sha256


def test_two_who_publish_at_once_do_it_once(county):
    run = trial(county)
    publish_run(run, by=county.zhao, at=AT, version=run.version)
    with pytest.raises((Conflict, ValidationError)):
        publish_run(run, by=county.zhou, at=AT, version=run.version)


def test_a_published_run_is_withdrawn_with_a_reason_and_a_released_one_never(county):
    run = trial(county)
    run = publish_run(run, by=county.zhao, at=AT, version=run.version)
    with pytest.raises(ValidationError, match="理由"):
        withdraw_run(run, by=county.zhao, at=AT, version=run.version, reason=" ")
    run = withdraw_run(run, by=county.zhao, at=AT, version=run.version, reason="漏了一个项目")
    assert run.state == RunState.TRIAL
    done = release(county)
    with pytest.raises(ValidationError, match="更正版"):
        withdraw_run(done, by=county.zhao, at=AT, version=done.version, reason="想改")


def test_points_count_after_the_next_trial_and_leave_history(county):
    points = {"points": Decimal(-2), "reason": "督查通报批评", "project": county.road}
    given = give_points(JUNE, by=county.zhao, at=AT, **points)
    assert frozen_score(trial(county), county.road.pk).score == Decimal("86.03")
    take_back_points(given, by=county.zhao, at=AT)
    assert frozen_score(trial(county), county.road.pk).score == Decimal("88.03")
    actions = HistoryEntry.objects.filter(object_type="adjustment").values_list("action", flat=True)
    assert set(actions) == {"create", "delete"}


def test_points_given_after_the_trial_ask_for_another_trial(county):
    run = trial(county)
    give_points(JUNE, points=Decimal(2), reason="通报表扬", project=county.road, by=county.zhao, at=AT)
    with pytest.raises(ValidationError, match="重新试算"):
        publish_run(run, by=county.zhao, at=AT, version=run.version)
    run = trial(county)
    assert publish_run(run, by=county.zhao, at=AT, version=run.version).state == RunState.PUBLISHED


def test_a_veto_takes_a_project_off_the_ranking_and_says_why(county):
    give_points(JUNE, points=Decimal(0), reason="弄虚作假", project=county.road, is_veto=True, by=county.zhao, at=AT)
    run = trial(county)
    row = RankingRow.objects.get(run=run, subject_type="project", subject_id=county.road.pk)
    assert row.rank is None
    assert "弄虚作假" in row.note


def test_points_of_nothing_are_refused(county):
    with pytest.raises(ValidationError, match="不能为 0"):
        give_points(JUNE, points=Decimal(0), reason="x", project=county.road, by=county.zhao, at=AT)
    assert not Adjustment.objects.exists()


def test_units_with_one_project_are_scored_and_not_ranked(county):
    Board.objects.filter(kind=BoardKind.LEAD_UNITS).update(list_kind="")
    rows = RankingRow.objects.filter(run=trial(county), subject_type="unit")
    assert {row.subject_name: (row.rank, row.note) for row in rows} == {
        "县交通运输局": (None, "项目数不足，不参与排名"),
        "县水利局": (None, "项目数不足，不参与排名"),
    }
    assert all(row.score is not None for row in rows)


def test_leaders_are_listed_with_facts_and_no_score(county):
    row = RankingRow.objects.get(run=trial(county), subject_type="leader", subject_id=county.leader_qian.pk)
    assert row.score is None
    assert row.detail["projects"] == [[county.road.pk, county.road.name]]


def test_a_run_reads_in_a_constant_number_of_queries(county, django_assert_max_num_queries):
    from projects.rankings.facts import facts_of_month
    from projects.status.rules import DEFAULT_THRESHOLDS
    from tests.world import make_project

    def count() -> int:
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as captured:
            facts_of_month(JUNE, entered_until=AT, thresholds=DEFAULT_THRESHOLDS)
        return len(captured)

    before = count()
    for number in range(20):
        make_project(
            f"项目{number}", key_list=county.key_list, unit=county.water, leader=county.leader_wu, position=number + 3
        )
    assert count() == before
