from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from projects.rankings.rules import RankRow, body_row, project_row, rank, score_body, score_project
from tests.projects.rankings.scoring.example import EXAMPLE, JUNE, SCHEME

TIES = ("investment_rate", "milestone_rate", "fewer_red_lights")


def row(key, score, **more):
    return RankRow(key, key, None if score is None else Decimal(score), **more)


def places(rows, ties=()):
    return [(placed.row.key, placed.place_text) for placed in rank(rows, ties)]


def test_equal_scores_share_a_place_and_the_next_place_is_skipped():
    rows = [row("甲", "90"), row("乙", "80"), row("丙", "80"), row("丁", "70")]
    assert [(p.row.key, p.place, p.is_tied) for p in rank(rows)] == [
        ("甲", 1, False),
        ("丙", 2, True),
        ("乙", 2, True),
        ("丁", 4, False),
    ]


def test_a_shared_place_is_marked():
    assert places([row("a", "80"), row("b", "80")]) == [("a", "1（并列）"), ("b", "1（并列）")]


def test_rows_not_ranked_stand_apart_at_the_end_with_their_reason():
    rows = [row("a", "99", is_ranked=False, note="项目数不足，不参与排名"), row("b", "50"), row("c", None)]
    assert places(rows) == [("b", "1"), ("a", "—"), ("c", "—")]
    assert rank(rows)[1].row.note == "项目数不足，不参与排名"


def test_ties_part_by_investment_then_milestones_then_red_lights_when_the_scheme_says_so():
    rows = [
        row("a", "80", investment_rate=Fraction(1, 2), milestone_rate=Fraction(1, 2), red_lights=1),
        row("b", "80", investment_rate=Fraction(1, 2), milestone_rate=Fraction(1, 2), red_lights=0),
        row("c", "80", investment_rate=Fraction(1, 2), milestone_rate=Fraction(3, 4), red_lights=2),
        row("d", "80", investment_rate=Fraction(2, 3)),
        row("e", "80"),
    ]
    assert places(rows, TIES) == [("d", "1"), ("c", "2"), ("b", "3"), ("a", "4"), ("e", "5")]
    assert {placed.place for placed in rank(rows)} == {1}


def test_the_score_as_shown_decides_and_not_the_digits_behind_it():
    first, second = score_project(EXAMPLE, SCHEME), score_project(EXAMPLE, SCHEME)
    assert project_row(first).score == Decimal("88.03")
    assert rank([project_row(first), row("project:2", str(second.score))])[1].place == 1


def test_scores_of_projects_and_bodies_become_rows():
    score = score_project(EXAMPLE, SCHEME)
    body = score_body(kind="unit", body_id=3, name="县交通运输局", month=JUNE, projects=[score], scheme=SCHEME)
    assert project_row(score).key == "project:17"
    assert (body_row(body).key, body_row(body).is_ranked) == ("unit:3", False)


# Few values, so that rows do tie.
scores = st.one_of(st.none(), st.sampled_from([Decimal("-0.5"), Decimal(0), Decimal("88.1"), Decimal(105)]))
tables = st.lists(
    st.builds(
        RankRow,
        key=st.integers(min_value=0, max_value=99).map(str),
        name=st.just("某"),
        score=scores,
        is_ranked=st.booleans(),
        investment_rate=st.one_of(st.none(), st.fractions(min_value=0, max_value=1, max_denominator=3)),
        red_lights=st.integers(min_value=0, max_value=2),
    ),
    max_size=12,
    unique_by=lambda row: row.key,
)


@given(tables, st.randoms(), st.sampled_from([(), TIES]))
def test_the_order_of_rows_is_of_no_consequence_and_ties_are_stable(rows, random, ties):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert rank(shuffled, ties) == rank(rows, ties)


@given(tables)
def test_a_place_is_one_more_than_the_number_of_better_rows(rows):
    ranked = [placed for placed in rank(rows) if placed.place is not None]
    for placed in ranked:
        assert placed.place == 1 + sum(other.row.score > placed.row.score for other in ranked)
        assert placed.is_tied == (sum(other.row.score == placed.row.score for other in ranked) > 1)


@given(tables)
def test_every_row_is_listed_once_in_running_positions(rows):
    board = rank(rows, TIES)
    assert sorted(placed.row.key for placed in board) == sorted(row.key for row in rows)
    assert [placed.position for placed in board] == list(range(1, len(rows) + 1))
