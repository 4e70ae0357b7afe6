"""Data that migrations move: what counted before counts still, and nothing in a filled table stops the upgrade."""

import datetime
from importlib import import_module
from types import SimpleNamespace

import pytest

from projects.models import ProjectList

day = datetime.date
TODAY = day(2023, 7, 5)
GRANTED_ON, LATER = day(2023, 5, 20), day(2023, 12, 31)


@pytest.mark.parametrize(
    ("state", "dates", "settled"),
    [
        ("overdue", {"obtained_on": GRANTED_ON}, {"state": "granted"}),
        ("overdue", {"owed_until": LATER}, {"state": "not_started", "obtained_on": None, "reason": "原填“超期”；欠图"}),
        (
            "expired",
            {"obtained_on": GRANTED_ON, "valid_until": day(2023, 7, 4)},
            {"state": "granted", "owed_until": None},
        ),
        (
            "expired",
            {"obtained_on": GRANTED_ON, "valid_until": TODAY, "owed_until": LATER},
            {
                "state": "not_started",
                "obtained_on": None,
                "owed_until": None,
                "reason": "原填“失效”，办结日期 2023-05-20，容缺补齐期限 2023-12-31；欠图",
            },
        ),
    ],
)
def test_a_typed_judgement_becomes_what_counts_the_same_and_no_date_is_lost(state, dates, settled):
    typed = {"obtained_on": None, "valid_until": None, "owed_until": None, "reason": "欠图", "state": state, **dates}
    steps = import_module("projects.migrations.0036_permit_steps")
    assert steps.settled(SimpleNamespace(**typed), TODAY) == settled


@pytest.mark.django_db
@pytest.mark.parametrize(
    "taken", [{"name": "2023年四保白名单", "key": "sibao"}, {"name": "四保", "key": "2023-whitelist"}]
)
def test_a_list_that_the_office_kept_as_another_kind_becomes_the_years_whitelist(taken):
    kept = ProjectList.objects.create(year=2023, kind="other", batch="一", **taken)
    find = import_module("projects.migrations.0050_whitelists_are_lists").whitelist_of
    assert [find(ProjectList, 2023).pk for _ in range(2)] == [kept.pk] * 2
    kept.refresh_from_db()
    assert (kept.name, kept.kind, kept.batch) == (taken["name"], "whitelist", "")
    assert find(ProjectList, 2024).name == "2024年四保白名单"
