import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from leaders.audit.models import HistoryEntry
from leaders.audit.rules import Conflict
from projects.rankings.actions import compute_trial, publish_run
from projects.rankings.models import RankingRow, RankingRun, Scheme
from projects.rankings.queries import light_thresholds, scheme_in_force, scheme_rules
from projects.rankings.schemes.actions import (
    approve_scheme,
    delete_scheme,
    draft_scheme,
    save_scheme,
    withdraw_scheme,
)
from projects.rankings.schemes.forms import SchemeForm
from projects.rankings.schemes.queries import tried_on
from projects.rankings.schemes.rules import with_values
from projects.rankings.scoring.scheme import PROPOSED_LIGHTS
from tests.projects.rankings.county import JUNE, release
from tests.world import AT

pytestmark = pytest.mark.django_db
JULY = datetime.date(2023, 7, 1)


@pytest.fixture
def draft(county) -> Scheme:
    return draft_scheme(JUNE, by=county.zhao, at=AT)


def save(draft: Scheme, by, **values) -> Scheme:
    rules = with_values(scheme_rules(draft), {path.replace("__", "."): value for path, value in values.items()})
    return save_scheme(
        draft, rules, name=draft.name, first_month=draft.first_month, by=by, at=AT, version=draft.version
    )


def test_a_draft_counts_for_nothing_until_another_account_puts_it_in_force(county, draft):
    draft = save(draft, county.zhao, items__A1__weight=Decimal(40), lights__progress_red_points=Decimal(45))
    assert scheme_in_force(JUNE).edition == 1
    with pytest.raises(ValidationError, match="起草人不能自己批准"):
        approve_scheme(draft, by=county.zhao, at=AT, version=draft.version)
    with pytest.raises(PermissionDenied):
        approve_scheme(draft, by=county.li, at=AT, version=draft.version)
    approve_scheme(draft, by=county.zhou, at=AT, version=draft.version)
    assert scheme_rules(scheme_in_force(JUNE)).item("A1").weight == 40
    assert light_thresholds(JUNE).progress_red_points == 45
    assert scheme_in_force(datetime.date(2023, 5, 1)).edition == 1


def test_steps_that_the_scheme_in_force_never_named_are_proposed_in_a_draft_alone(county):
    silent = Scheme.objects.get()
    for name in ("yellow_steps", "red_steps"):
        del silent.parameters["lights"][name]
    silent.save()
    draft = draft_scheme(JUNE, by=county.zhao, at=AT)
    assert (light_thresholds(JUNE).red_steps, scheme_rules(draft).lights) == ((), PROPOSED_LIGHTS)
    without = {f"lights__{name}__{n}__{m}": None for name, n in (("yellow_steps", 0), ("red_steps", 0), ("red_steps", 1)) for m in (0, 1)}  # fmt: skip
    draft = save(draft, county.zhao, **without)
    approve_scheme(draft, by=county.zhou, at=AT, version=draft.version)
    assert scheme_rules(draft_scheme(JULY, by=county.zhao, at=AT)).lights.red_steps == ()


def test_each_number_that_changed_is_a_line_of_history(county, draft):
    save(draft, county.zhou, items__A1__weight=Decimal(40), body__min_projects=3)
    entry = HistoryEntry.objects.filter(object_type="scheme", action="change").get()
    told = [(line["label"], line["old"], line["new"]) for line in entry.changes]
    assert told == [("A1 分值", "25 分", "40 分"), ("参与排名的最少项目数", "2 个", "3 个")]
    # Who saved last has drafted it, and the one who began may put it in force.
    draft.refresh_from_db()
    approve_scheme(draft, by=county.zhao, at=AT, version=draft.version)


def test_what_somebody_else_saved_is_not_overwritten(county, draft):
    save(draft, county.zhou, plus_cap=Decimal(6))
    with pytest.raises(Conflict):
        save(draft, county.zhao, plus_cap=Decimal(7))


def test_a_version_is_locked_by_a_published_month(county, draft):
    approved = approve_scheme(draft, by=county.zhou, at=AT, version=draft.version)
    release(county)
    with pytest.raises(ValidationError, match="6月考评已经发布"):
        withdraw_scheme(approved, by=county.zhao, at=AT, version=approved.version)
    with pytest.raises(ValidationError, match="已经发布"):
        draft_scheme(datetime.date(2023, 5, 1), by=county.zhao, at=AT)
    assert draft_scheme(JULY, by=county.zhao, at=AT).is_draft


def test_without_a_published_month_it_goes_back_to_a_draft_and_can_be_deleted(county, draft):
    approved = approve_scheme(draft, by=county.zhou, at=AT, version=draft.version)
    with pytest.raises(ValidationError, match="不能删除"):
        delete_scheme(approved, by=county.zhao, at=AT, version=approved.version)
    again = withdraw_scheme(approved, by=county.zhao, at=AT, version=approved.version)
    delete_scheme(again, by=county.zhao, at=AT, version=again.version)
    assert scheme_in_force(JUNE).edition == 1


def test_a_trial_of_another_scheme_is_not_published(county, draft):
    run = compute_trial(JUNE, by=county.zhao, at=AT)
    draft = save(draft, county.zhao, items__A1__weight=Decimal(40))
    approve_scheme(draft, by=county.zhou, at=AT, version=draft.version)
    with pytest.raises(ValidationError, match="考评办法有改动"):
        publish_run(run, by=county.zhao, at=AT, version=run.version)


def test_tried_on_a_month_it_shows_what_a_trial_under_it_gives(county, draft):
    run = compute_trial(JUNE, by=county.zhao, at=AT)
    same = tried_on(run, scheme_rules(draft))
    assert not any(board.rescored or board.moved for board in same)
    changes = {"items__A1__weight": Decimal(60), "body__min_projects": 1, "lights__entry_yellow_months": 0}
    draft = save(draft, county.zhao, **changes)
    told = {(board.name, line.name): (line.new_rank, line.new_score) for board in tried_on(run, scheme_rules(draft)) for line in board.lines}  # fmt: skip
    assert RankingRun.objects.get(pk=run.pk).sha256 == run.sha256
    approve_scheme(draft, by=county.zhou, at=AT, version=draft.version)
    compute_trial(JUNE, by=county.zhao, at=AT)
    rows = RankingRow.objects.exclude(board__kind="leaders").select_related("board")
    assert told == {(row.board.name, row.subject_name): (row.rank, row.score) for row in rows}


# ---- pages ------------------------------------------------------------------------------------------------------


def posted(draft: Scheme, **values) -> dict:
    form = SchemeForm(draft, scheme_rules(draft))
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None and value is not False}
    return data | {"first_month": "2023-06"} | values


def test_the_page_shows_the_effect_without_saving_and_then_saves(client, county, draft):
    compute_trial(JUNE, by=county.zhao, at=AT)
    client.force_login(county.zhao)
    url = reverse("scheme-edit", args=[draft.pk])
    assert "按期计 1，逾期 30 天以内计 0.7" in client.get(url).text
    typed = posted(draft, **{"items.B.params.steps.1.1": "0.65"})
    tried = client.post(url, typed | {"step": "try"}).text
    assert "没有保存" in tried
    assert "逾期 30 天以内计 0.65" in tried
    assert scheme_rules(Scheme.objects.get(pk=draft.pk)).item("B").params["steps"][1][1] == "0.7"
    assert client.post(url, typed | {"step": "save"}).status_code == 302
    assert scheme_rules(Scheme.objects.get(pk=draft.pk)).item("B").params["steps"][1][1] == "0.65"
    page = client.get(reverse("scheme-version", args=[draft.pk]), {"month": "2023-06"}).text
    assert "第 2 档计" in page
    assert "当时的数据重算" in page


def test_what_is_wrong_is_said_and_what_was_typed_stays(client, county, draft):
    client.force_login(county.zhao)
    url = reverse("scheme-edit", args=[draft.pk])
    page = client.post(url, posted(draft, **{"items.B.params.steps.2.0": "60", "plus_cap": "八"})).text
    assert "只填了一半" in page
    assert 'value="八"' in page


def test_drafts_are_the_offices_alone(client, county, draft):
    for person, status in ((county.zhou, 200), (county.li, 404), (county.qian, 404)):
        client.force_login(person)
        assert client.get(reverse("scheme-version", args=[draft.pk])).status_code == status


def test_trying_a_version_asks_the_same_few_queries_however_long_the_boards(client, county, draft, django_assert_max_num_queries):  # fmt: skip
    compute_trial(JUNE, by=county.zhao, at=AT)
    client.force_login(county.zhao)
    with django_assert_max_num_queries(25):
        client.get(reverse("scheme-version", args=[draft.pk]), {"month": "2023-06"})
