import datetime
import io

import openpyxl
import pytest

from projects.imports.writing.layouts import write_list
from projects.models import (
    Membership,
    Milestone,
    MonthReport,
    Permit,
    Project,
    ProjectList,
    Responsibility,
    StatisticsEntry,
    YearPlan,
)
from tests.world import AT

LATER = AT + datetime.timedelta(hours=1)
MONTH = datetime.date(2023, 6, 1)


@pytest.fixture
def out(tmp_path):
    """`out(key, layout)` → the list as a workbook on disk; `edit` is {(sheet, cell): value}."""

    def write(key, layout, edit=None):
        exported = write_list(ProjectList.objects.get(key=key), layout, month=MONTH, at=AT)
        book = openpyxl.load_workbook(io.BytesIO(exported.content))
        for (sheet, cell), value in (edit or {}).items():
            assert book[sheet][cell].value != value
            book[sheet][cell] = value
        path = tmp_path / f"{layout}.xlsx"
        path.write_bytes(exported.content)
        if edit:
            book.save(path)
        return path

    return write


def rows_state():
    models = [Project, YearPlan, Responsibility, MonthReport, Milestone, Membership, Permit, StatisticsEntry]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
