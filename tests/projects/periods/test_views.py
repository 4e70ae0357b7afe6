import datetime

import pytest
from django.urls import reverse

from projects.models import Holiday, Period, Permit, PermitType
from tests.projects.growth import PAGE, assert_constant_queries
from tests.world import TODAY

JUNE = datetime.date(2023, 6, 1)


def test_the_list_says_why_a_month_is_closed_and_who_can_open_it(world, client):
    client.force_login(world.li)
    page = client.get(reverse("period-list")).content.decode()
    assert "7月3日终了时自动关账" in page
    assert "由重点办负责人（或其副职）批准" in page
    assert reverse("period-open") not in page


def test_the_office_opens_the_next_month(world, client):
    client.force_login(world.zhao)
    url = reverse("period-open")
    assert 'value="2023-08"' in client.get(url).content.decode()
    assert client.post(url, {"month": "2023-08", "due_on": "", "closing_on": ""}).status_code == 302
    assert Period.objects.get(month=datetime.date(2023, 8, 1)).closing_on == datetime.date(2023, 9, 3)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"month": "2023-06"}, "已经开放过"),
        ({"month": "2023-13"}, "月份应写成"),
        ({"month": "2023-09", "due_on": "99999-01-01"}, "日期应写成"),
        ({"month": "2023-09", "due_on": "2023-10-09", "closing_on": "2023-10-03"}, "关账日之前"),
    ],
)
def test_a_refusal_keeps_what_was_typed(world, client, typed, words):
    client.force_login(world.zhao)
    response = client.post(reverse("period-open"), typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert f'value="{typed["month"]}"' in page


def test_moving_a_day_carries_the_version_and_a_lost_race_is_a_conflict(world, client):
    june = Period.objects.get(month=JUNE)
    url = reverse("period-edit", args=[june.pk])
    client.force_login(world.zhao)
    typed = {
        "opens_on": "2023-06-01",
        "due_on": "2023-06-25",
        "closing_on": "2023-07-10",
        "reason": "停电",
        "version": 1,
    }
    assert client.post(url, typed | {"reason": ""}).status_code == 422
    assert client.post(url, typed).status_code == 302
    assert "停电" in client.get(url).content.decode()
    late = client.post(url, typed | {"closing_on": "2023-07-20"})
    assert late.status_code == 409
    assert "2023-07-20" in late.content.decode()


def test_the_years_rule_opens_its_months_in_one_step(world, client):
    client.force_login(world.zhao)
    url = reverse("period-rule", args=[2024])
    page = client.get(url).content.decode()
    assert 'value="25"' in page
    typed = {"opening_day": 20, "due_day": 25, "closing_day": 5, "combines_first_months": "on", "jump_pct": 30}
    typed |= {"idle_words": "没动工", "problem_workdays": 7}
    refused = client.post(url, typed | {"opening_day": 40, "step": "open"})
    assert refused.status_code == 422
    assert not Period.objects.filter(month__year=2024).exists()
    assert client.post(url, typed | {"step": "open"}).status_code == 302
    months = list(
        Period.objects.filter(month__year=2024).order_by("month").values_list("month__month", "closing_on__day")
    )
    assert months == [(number, 5) for number in range(2, 13)]
    # Written meanwhile by somebody else: the page that saw no rule does not overwrite it.
    assert client.post(url, typed | {"due_day": 26, "version": ""}).status_code == 409


def test_a_holiday_entered_again_is_changed(world, client):
    client.force_login(world.zhao)
    url = reverse("holiday-list")
    client.post(url, {"day": "2023-10-07", "name": "国庆", "is_workday": ""})
    client.post(url, {"day": "2023-10-07", "name": "国庆调休", "is_workday": "on"})
    holiday = Holiday.objects.get()
    assert (holiday.name, holiday.is_workday) == ("国庆调休", True)
    client.post(reverse("holiday-remove", args=[holiday.pk]))
    assert not Holiday.objects.exists()
    assert client.post(url, {"day": "乱写", "name": "x"}).status_code == 422


def test_every_page_that_counts_working_days_says_when_the_year_has_no_entries(world, client):
    department = PermitType.objects.create(name="立项", department=world.land)
    permit = Permit.objects.create(project=world.road, permit_type=department, state="accepted", accepted_on=TODAY)
    client.force_login(world.zhao)
    pages = [
        reverse("problem-escalation"),
        reverse("permit-departments"),
        reverse("permit-queue", args=[world.land.pk]),
        reverse("permit-detail", args=[permit.pk]),
        reverse("problem-create", args=[world.road.pk]),
    ]
    words = "2023年的节假日和调休尚未录入"
    assert [words in client.get(page).text for page in pages] == [True] * len(pages)
    Holiday.objects.create(day=datetime.date(2023, 1, 1), name="元旦")
    assert [words in client.get(page).text for page in pages] == [False] * len(pages)


@pytest.mark.parametrize("year", ["abc", "99999", "-1", "2023"])
def test_any_year_in_the_address_gives_a_page(world, client, year):
    client.force_login(world.li)
    assert client.get(reverse("holiday-list"), {"year": year}).status_code == 200


def test_pages_ask_the_database_the_same_number_of_times(world, client):
    client.force_login(world.zhao)

    def grow():
        for month in range(8, 13):
            first = datetime.date(2023, month, 1)
            Period.objects.create(
                month=first,
                covers_from=first,
                opens_on=first,
                due_on=first.replace(day=25),
                closing_on=first.replace(day=28),
            )
        Holiday.objects.bulk_create(
            Holiday(day=TODAY + datetime.timedelta(days=number), name="假") for number in range(40)
        )

    assert_constant_queries(client, reverse("period-list"), grow, limit=PAGE)
    assert_constant_queries(client, reverse("holiday-list"), lambda: Holiday.objects.first().delete(), limit=PAGE)
