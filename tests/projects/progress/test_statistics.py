import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.models import StatisticsEntry, StatisticsFigure
from projects.progress.actions import set_statistics_entry, take_over_report
from projects.progress.queries import done_of_year
from projects.progress.statistics.actions import TypedFigure, set_statistics_figures
from tests.projects.growth import LIST, assert_constant_queries
from tests.world import AT, make_project

MAY, JUNE, AUGUST = (datetime.date(2023, month, 1) for month in (5, 6, 8))


@pytest.fixture
def entered(world):
    set_statistics_entry(world.road, entered_on=MAY, by=world.zhao, at=AT)
    return world.road


def enter(world, wan, *, month=JUNE, version=None, by=None):
    typed = TypedFigure(world.road, None if wan is None else Decimal(wan), version)
    return set_statistics_figures(month, [typed], by=by or world.zhao, at=AT)


def test_both_figures_stand_beside_each_other_and_neither_changes_the_other(world, entered, client):
    take_over_report(world.road, JUNE, done_wan=Decimal(900), by=world.zhao, at=AT)
    enter(world, 300, month=MAY)
    client.force_login(world.zhao)
    url = reverse("statistics-month", args=["2023-06"])
    assert (
        client.post(url, {f"p{world.road.pk}-accepted_wan": "700.5", f"p{world.road.pk}-version": ""}).status_code
        == 302
    )
    page = client.get(url).content.decode()
    assert "900.00" in page  # 调度投资
    assert "1,000.50" in page  # 入库统计投资, the year
    assert done_of_year([world.road.pk], 2023) == {world.road.pk: Decimal(900)}
    tab = client.get(reverse("project-detail", args=[world.road.pk]) + "?tab=reports").content.decode()
    assert "入库统计投资" in tab
    assert "1,000.50" in tab


def test_a_figure_is_changed_and_taken_out_with_its_history(world, entered):
    assert enter(world, 700) == 1
    assert enter(world, 700, version=1) == 0
    assert enter(world, 710, version=1) == 1
    assert enter(world, None, version=2) == 1
    assert not StatisticsFigure.objects.exists()
    entries = HistoryEntry.objects.filter(object_type="statisticsfigure", subject_id=world.road.pk).order_by("pk")
    assert [entry.action for entry in entries] == ["create", "change", "delete"]


def test_only_the_office_enters_them_and_none_of_a_month_to_come(world, entered):
    with pytest.raises(PermissionDenied):
        enter(world, 1, by=world.li)
    with pytest.raises(ValidationError, match="还没有到"):
        enter(world, 1, month=AUGUST)


def test_who_saw_an_older_figure_does_not_overwrite_it(world, entered):
    enter(world, 700)
    with pytest.raises(Conflict):
        enter(world, 800)


def test_what_is_no_number_stays_as_typed_and_nothing_is_written(world, entered, client):
    client.force_login(world.zhao)
    url = reverse("statistics-month", args=["2023-06"])
    response = client.post(url, {f"p{world.road.pk}-accepted_wan": "约七百", f"p{world.road.pk}-version": ""})
    assert response.status_code == 422
    assert "约七百" in response.content.decode()
    assert not StatisticsFigure.objects.exists()


def test_the_page_asks_the_same_number_of_questions(world, entered, client):
    client.force_login(world.zhao)

    def grow():
        for number in range(5):
            project = make_project(
                f"便道{number}", key_list=world.key_list, unit=world.traffic, leader=world.leader_qian
            )
            StatisticsEntry.objects.create(project=project, entered_on=MAY)

    assert_constant_queries(client, reverse("statistics-month", args=["2023-06"]), grow, limit=LIST)
