import io

import openpyxl
import pytest
from django.urls import reverse

from leaders.models import HistoryEntry

pytestmark = pytest.mark.django_db


def test_whoever_sees_the_list_finds_the_layouts_from_its_page(client, world):
    client.force_login(world.he)
    address = reverse("list-export", args=[world.key_list.pk])
    assert address in client.get(reverse("list-detail", args=[world.key_list.pk])).content.decode()
    text = client.get(address).content.decode()
    assert "改好后请交重点办导入" in text
    for layout in ("annual", "monthly", "ledger", "template"):
        assert reverse("list-export-file", args=[world.key_list.pk, layout]) in text


def test_a_download_is_a_workbook_and_leaves_a_line_of_history(client, world):
    client.force_login(world.he)
    response = client.get(reverse("list-export-file", args=[world.key_list.pk, "monthly"]), {"month": "2023-06"})
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"] == ["6月"]
    line = HistoryEntry.objects.filter(action="export").latest("pk")
    assert line.reason == "按原版式导出：月进展情况表 2023年6月"


@pytest.mark.parametrize(
    ("name", "args", "title"),
    [("problem-ledger", [], "问题台账"), ("inspection-month", ["2023-07"], "2023年7月督查记录表")],
)
def test_a_register_that_leaves_stands_under_who_took_it(client, world, name, args, title):
    client.force_login(world.he)
    assert client.get(reverse(name, args=args)).status_code == 200
    line = HistoryEntry.objects.get(action="export")
    assert (line.subject_id, line.reason) == (world.he.pk, f"按原版式导出：{title}")


@pytest.mark.parametrize(
    ("layout", "month"), [("monthly", ""), ("monthly", "2023-13"), ("monthly", "2022-06"), ("other", "")]
)
def test_a_layout_or_month_that_is_not_offered_is_not_found(client, world, layout, month):
    client.force_login(world.he)
    address = reverse("list-export-file", args=[world.key_list.pk, layout])
    assert client.get(address, {"month": month}).status_code == 404
    assert not HistoryEntry.objects.filter(action="export").exists()


def test_administrators_export_no_lists(client, world):
    client.force_login(world.lin)
    assert client.get(reverse("list-export-file", args=[world.key_list.pk, "annual"])).status_code == 403
