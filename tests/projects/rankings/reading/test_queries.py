import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.rankings.actions import compute_trial, give_points, publish_run
from projects.rankings.models import Board, RankingRow
from projects.rankings.queries import FrozenMonth, board_lines, digest_of, ranked_lines
from projects.rankings.reading.queries import reading_of
from projects.rankings.scoring.frozen import digest
from tests.projects.rankings.county import JUNE, release
from tests.world import AT

pytestmark = pytest.mark.django_db
MAY, DAY = datetime.date(2023, 5, 1), datetime.timedelta(days=1)


def row_of(run, world, board="projects"):
    return RankingRow.objects.get(run=run, board__key=board, subject_type="project", subject_id=world.road.pk)


def test_the_first_month_has_nothing_to_compare_with(county):
    reading = reading_of(row_of(release(county, JUNE), county))
    assert (reading.moved, reading.trend_chart, len(reading.trend)) == (None, None, 1)
    assert [one.before for one in reading.reasons] == [None] * 3
    assert reading.reasons[0].told


def test_the_second_month_stands_beside_the_first_in_its_newest_edition(county):
    release(county, MAY)
    give_points(MAY, points=-2, reason="通报", project=county.road, by=county.zhao, at=AT)
    corrected = row_of(release(county, MAY), county)
    row = row_of(release(county, JUNE), county)
    reading = reading_of(row)
    assert [(one.month, one.score) for one in reading.trend] == [(MAY, corrected.score), (JUNE, row.score)]
    assert reading.last_rank == corrected.rank
    assert reading.trend_chart["labels"] == ["5月", "6月"]


def test_a_released_month_does_not_move_when_the_month_before_is_corrected(county):
    project, board = Board.objects.get(key="projects"), Board.objects.get(key="lead-units")
    release(county, MAY)
    run = release(county, JUNE)

    def shown():
        lines = [ranked_lines(run.rows.filter(board=one), FrozenMonth(run)) for one in (project, board)]
        return lines, reading_of(row_of(run, county)), [line.row.moved for line in board_lines(run, project, county.he)]

    before = shown()
    assert before[1].last_rank == row_of(run, county).last_rank == 1
    give_points(MAY, points=-9, reason="通报", project=county.road, by=county.zhao, at=AT, is_veto=True)
    pending = compute_trial(JUNE, by=county.zhao, at=AT)
    assert row_of(release(county, MAY, at=AT + DAY), county).rank is None
    assert shown() == before
    with pytest.raises(ValidationError, match="上月的考评签发了新的一版"):
        publish_run(pending, by=county.zhao, at=AT + DAY, version=pending.version)


def test_the_place_before_is_under_the_checksum_but_for_runs_of_before_it_was_kept(county):
    release(county, MAY)
    run = release(county, JUNE)
    assert digest_of(run) == run.sha256
    run.rows.filter(last_rank=1).update(last_rank=2)
    assert digest_of(run) != run.sha256
    old = {name: value for name, value in run.frozen.items() if name != "before"}
    scores = [list(one) for one in run.scores.order_by("project").values_list("project", "facts", "detail")]
    names = "rank", "is_tied", "subject_type", "subject_id", "subject_name", "score", "note", "detail"
    rows = sorted(list(row) for row in run.rows.values_list("board__key", "position", *names))
    kept = {"month": run.month, "edition": run.edition, "frozen": old, "scores": scores, "rows": rows}
    run.frozen = old
    assert digest_of(run) == digest(kept)


def test_the_page_of_a_score_says_it_in_words_and_loads_the_script_only_for_a_chart(client, county):
    run = release(county, JUNE)
    client.force_login(county.qian)
    url = reverse("ranking-project", args=[run.pk, county.road.pk])
    text = client.get(url).text
    assert "失分最多的地方" in text
    assert "今年公布过 1 个月" in text
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert len(queries) <= 25
    assert "charts.js" in text
    assert "charts.js" not in client.get(reverse("ranking-month", args=["2023-06"])).text


def test_a_unit_opens_to_the_projects_behind_its_losses(client, county):
    Board.objects.filter(key="lead-units").update(list_kind="")
    run = release(county, JUNE)
    row = RankingRow.objects.filter(run=run, subject_type="unit").first()
    client.force_login(county.he)
    with CaptureQueriesContext(connection) as queries:
        text = client.get(reverse("ranking-row", args=[row.pk])).text
    assert "在这一项失分" in text
    assert len(queries) <= 25
