"""入库统计投资 in a list: a figure of its own beside what the unit reports, with its cell."""

from decimal import Decimal

import pytest

from leaders.audit.models import HistoryEntry
from projects.imports.undoing import undo_batch
from projects.models import ImportBatch, MonthReport, StatisticsFigure
from tests.projects.imports.conftest import ROAD, questions_in, take
from tests.world import AT

pytestmark = pytest.mark.django_db
HEADINGS = ["序号", "项目名称", "总投资（万元）", "2023年6月完成投资（万元）", "2023年6月入库投资（万元）", "责任单位"]


def test_the_figure_of_the_bureau_is_kept_apart_from_the_reported_one_and_goes_with_its_batch(office, workbook):
    def line(done, accepted):
        return workbook([1, ROAD[1], 60000, done, accepted, ROAD[6]], headings=HEADINGS)

    batch = take(line(900, 700), office.key_list, by=office.zhao)["batch"]
    assert MonthReport.objects.get().done_wan == 900
    figure = StatisticsFigure.objects.get()
    assert (figure.project, figure.month.isoformat(), figure.accepted_wan) == (office.road, "2023-06-01", Decimal(700))
    (entry,) = HistoryEntry.objects.filter(batch_id=batch, object_type="project")
    (told,) = [one for one in entry.changes if one["field"] == "statisticsfigure.2023-06.accepted_wan"]
    assert (told["cell"], told["label"]) == ("E2", "2023年6月入库统计投资")
    assert take(line(900, 700), office.key_list)["counts"]["same"] == 1
    assert take(line(900, 650), office.key_list)["counts"]["update"] == 1
    assert (MonthReport.objects.get().done_wan, StatisticsFigure.objects.get().accepted_wan) == (900, 650)
    later = ImportBatch.objects.latest("pk")
    undo_batch(later, by=office.zhao, at=AT, reason="试")
    assert StatisticsFigure.objects.get().accepted_wan == 700
    undo_batch(ImportBatch.objects.get(pk=batch), by=office.zhao, at=AT, reason="试")
    assert not StatisticsFigure.objects.exists()


def test_a_figure_of_no_month_is_asked_and_stored_for_the_month_that_is_said(office, workbook):
    headings = [*HEADINGS[:3], "入库投资（万元）", HEADINGS[5]]
    path = workbook([1, ROAD[1], 60000, 700, ROAD[6]], headings=headings)
    (asked,) = questions_in(take(path, office.key_list))
    assert "没有写是哪个月的" in asked["message"]
    take(path, office.key_list, answers={asked["id"]: "ignore"})
    assert not StatisticsFigure.objects.exists()
    take(path, office.key_list, answers={asked["id"]: "2023-06"})
    figure = StatisticsFigure.objects.get()
    assert (figure.month.isoformat(), figure.accepted_wan) == ("2023-06-01", Decimal(700))
