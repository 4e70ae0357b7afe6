"""The list as a workbook against openpyxl's write-only mode with the same cells."""

import io
from typing import Any

import openpyxl
from django.test import Client
from django.urls import reverse

from leaders.models import User
from projects.models import ProjectList
from tests.benchmarks import databases
from tests.benchmarks.listed import KEY_LIST
from tests.benchmarks.timing import interleaved, ms, ratio, table


def run(rounds: int) -> str:
    rows = []
    for database, turns in ((databases.COUNTY, rounds), (databases.LARGE, 1)):
        databases.use(database)
        client = Client()
        client.force_login(User.objects.get(username="bench"))
        list_id = ProjectList.objects.get(key=KEY_LIST).pk
        url = f"{reverse('project-list')}?list={list_id}&sort=-total_wan&export=xlsx"

        def export(client: Client = client, url: str = url) -> bytes:
            response = client.get(url)
            assert response.status_code == 200
            return response.content

        cells = cells_of(export())
        spent = interleaved({"ours": export, "bare": lambda cells=cells: write_only(cells)}, turns)
        rows.append(
            [
                f"{len(cells) - 1} × {len(cells[0])}",
                ms(spent["ours"]),
                ms(spent["bare"]),
                ratio(spent["ours"], spent["bare"]),
            ]
        )
    head = ["行 × 列", "导出 Excel（请求到文件）毫秒", "openpyxl 只写模式、同样的格子 毫秒", "÷"]
    return f"筛选后的项目列表，12 列；导出另有边框、数字格式、冻结、打印设置。\n\n{table(head, rows)}"


def cells_of(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def write_only(cells: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("项目")
    for row in cells:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
