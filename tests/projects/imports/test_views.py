"""The pages: upload, wait, look, answer, confirm; and every refusal in clear words."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.imports import actions, background, views
from projects.models import HeadingMemory, ImportBatch, Project, ProjectList
from projects.registry.actions import change_project
from tests.projects.imports.conftest import DAM, HEADINGS, ROAD
from tests.world import AT

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEW = [3, "白沙镇滨河公园", None, 1000, 500, "周三顺", "县水利局"]
DEARER = [*ROAD[:3], 70000, *ROAD[4:]]


@pytest.fixture
def zhao(office, client, monkeypatch):
    """赵 signed in; reading happens at once instead of in a process of its own."""
    monkeypatch.setattr(
        views, "launch_reader", lambda batch: actions.read_batch(batch, by=office.zhao, at=AT, now=batch.state_at)
    )
    client.force_login(office.zhao)
    return client


def send(client, path: Path, **target):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(reverse("import-upload"), {"file": file} | target)


def staged(client, office, path: Path) -> ImportBatch:
    response = send(client, path, project_list=office.key_list.pk)
    assert response.status_code == 302, response.content.decode()
    return ImportBatch.objects.latest("pk")


def page(client, name: str, *args) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def confirm(client, batch: ImportBatch, **seen):
    values = {"sha256": batch.sha256, "digest": batch.review_digest} | seen
    return client.post(reverse("import-confirm", args=[batch.pk]), values, follow=True)


def test_from_the_upload_to_the_register(zhao, office, workbook):
    batch = staged(zhao, office, workbook(DEARER, DAM, NEW))
    text = page(zhao, "import-review", batch.pk)
    assert "确认导入 2 行" in text
    assert "<del>60,000.00 万元</del>" in text
    assert "<ins>70,000.00 万元</ins>" in text
    assert "白沙镇滨河公园" in text
    assert "周三顺" in text
    response = confirm(zhao, batch)
    assert response.redirect_chain == [(reverse("import-detail", args=[batch.pk]), 302)]
    assert "新增 1 个，更新 1 个，没有变化 1 个" in response.content.decode()
    assert Project.objects.get(name="白沙镇滨河公园").total_wan == 1000


def test_a_file_of_which_every_row_stays_out_is_not_called_unchanged(zhao, office, workbook):
    path = workbook(["甲园", "土地未报批", "县水利局"], headings=["项目名称", "存在问题", "责任单位"])
    send(zhao, path, what="problems")
    text = page(zhao, "import-review", ImportBatch.objects.latest("pk").pk)
    assert "没有可导入的行" in text
    assert "每一行都与台账相同" not in text


def test_rows_can_be_filtered_by_what_happens_to_them(zhao, office, workbook):
    batch = staged(zhao, office, workbook(DEARER, DAM, NEW))
    for action, count in (("create", 1), ("update", 1), ("same", 1), ("park", 0)):
        response = zhao.get(reverse("import-review", args=[batch.pk]), {"action": action})
        assert response.context["listing"].count == count
    response = zhao.get(reverse("import-review", args=[batch.pk]), {"text": "滨河"})
    assert response.context["listing"].count == 1


def test_the_same_file_again_says_that_nothing_has_changed(zhao, office, workbook):
    path = workbook(DEARER, DAM)
    confirm(zhao, staged(zhao, office, path))
    response = send(zhao, path, project_list=office.key_list.pk)
    text = zhao.get(response.url).content.decode()
    assert "没有变化" in text
    assert "内容完全相同的文件已在" in text
    assert "确认导入" not in text


def test_a_question_is_answered_on_the_page(zhao, office, workbook):
    batch = staged(zhao, office, workbook([1, "吕店镇县道改建项目", *ROAD[2:]], DAM))
    text = page(zhao, "import-review", batch.pk)
    assert "先回答 1 个问题" in text
    assert "确认导入" not in text
    asked = next(problem["id"] for problem in batch.reading["problems"] if problem["level"] == "question")
    empty = zhao.post(reverse("import-answer", args=[batch.pk]), {})
    assert "还没有选择答案" in empty.content.decode()
    wrong = zhao.post(reverse("import-answer", args=[batch.pk]), {asked: "same:999999"})
    assert "请选择列出的一项" in wrong.content.decode()
    zhao.post(reverse("import-answer", args=[batch.pk]), {asked: f"same:{office.road.pk}"})
    assert "确认导入 1 行" in page(zhao, "import-review", batch.pk)


def test_one_click_answers_everything_with_new(zhao, office, workbook):
    batch = staged(
        zhao, office, workbook([1, "吕店镇县道改建项目", *ROAD[2:]], [2, "鸣皋镇城乡供水一体化项目", *DAM[2:]])
    )
    zhao.post(reverse("import-answer", args=[batch.pk]), {"all_new": "1"})
    batch.refresh_from_db()
    assert batch.counts["create"] == 2


def test_a_column_gets_another_meaning_on_the_page(zhao, office, workbook):
    headings = ["序号", "项目名称", "年度盘子", "总投资（万元）", "责任单位"]
    batch = staged(zhao, office, workbook([1, ROAD[1], 13000, 60000, "县交通运输局"], headings=headings))
    assert "改列的含义" in page(zhao, "import-review", batch.pk)
    number = 0
    columns = {"A": "serial", "B": "name", "C": "plan_wan", "D": "total_wan", "E": "unit"}
    zhao.post(reverse("import-columns", args=[batch.pk, number]), columns)
    assert HeadingMemory.objects.get().columns == {"C": "plan_wan"}
    batch.refresh_from_db()
    assert batch.rows.get().changes[0]["new"] == "13000.00"
    again = zhao.post(reverse("import-columns", args=[batch.pk, number]), columns, follow=True)
    assert "没有改动任何一列" in again.content.decode()
    assert zhao.post(reverse("import-columns", args=[batch.pk, 9]), columns).status_code == 302


def test_a_change_between_looking_and_confirming_brings_the_row_back(zhao, office, workbook):
    batch = staged(zhao, office, workbook(DEARER, DAM, NEW))
    change_project(office.road, {"total_wan": 65000}, by=office.zhou, at=AT, version=1)
    text = confirm(zhao, batch).content.decode()
    assert "有 1 行涉及的登记有变动" in text
    assert "<del>65,000.00 万元</del>" in text
    batch.refresh_from_db()
    assert batch.state == "review"
    confirm(zhao, batch)
    office.road.refresh_from_db()
    assert office.road.total_wan == 70000


def test_a_new_list_is_described_at_the_upload_and_made_on_confirm(zhao, office, workbook):
    path = workbook(DAM, NEW, headings=[*HEADINGS[:4], "今年计划投资（万元）", *HEADINGS[5:]])
    refused = send(zhao, path, year="2024", kind="county_key")
    assert refused.status_code == 400
    assert "填写新清单的名称" in refused.content.decode()
    assert 'value="2024"' in refused.content.decode()
    send(zhao, path, year="2024", kind="joint_start", name="2024年春季集中开工清单")
    batch = ImportBatch.objects.get()
    assert ProjectList.objects.count() == 1
    confirm(zhao, batch)
    assert ProjectList.objects.get(year=2024).key == "2024-joint-start"
    twin = send(zhao, path, year="2024", kind="joint_start", name="另一份")
    assert "已有同种类、同批次的清单" in twin.content.decode()


def test_a_file_of_25_megabytes_gets_413_and_the_form_keeps_what_was_typed(zhao, office):
    big = SimpleUploadedFile("大.xlsx", b"0" * (25 * 1024 * 1024))
    response = zhao.post(reverse("import-upload"), {"file": big, "year": "2031", "name": "我填的名称"})
    assert response.status_code == 413
    text = response.content.decode()
    assert "25.0 MB，超过 20 MB 的上限" in text
    assert "我填的名称" in text
    assert ImportBatch.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("文字.xlsx", b"hello"),
        ("半截.xlsx", b"PK\x03\x04" + b"\x00" * 200),
        ("网页.xls", "<html><body><table><tr><td>项目名称</td></tr></table></body></html>".encode()),
        ("图片.xlsx", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64),
        ("旧格式.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ],
)
def test_a_bad_file_is_explained_and_changes_nothing(zhao, office, name, content):
    before = list(Project.objects.values())
    send_to = {"file": SimpleUploadedFile(name, content), "project_list": office.key_list.pk}
    response = zhao.post(reverse("import-upload"), send_to, follow=True)
    text = response.content.decode()
    assert response.status_code == 200
    assert "没有读成，什么也没有写入" in text
    assert "怎么办" in text
    assert ImportBatch.objects.get().state == "refused"
    assert list(Project.objects.values()) == before


def test_no_file_and_an_empty_file_are_said_on_the_field(zhao, office):
    assert "请选择要导入的文件" in zhao.post(reverse("import-upload"), {}).content.decode()
    empty = SimpleUploadedFile("空.xlsx", b"")
    assert "文件是空的" in zhao.post(reverse("import-upload"), {"file": empty}).content.decode()


def test_while_the_reader_works_the_page_asks_again_and_can_be_closed(zhao, office, workbook, monkeypatch):
    monkeypatch.setattr(views, "launch_reader", lambda batch: None)
    batch = staged(zhao, office, workbook(ROAD))
    assert batch.state == "reading"
    progress = reverse("import-progress", args=[batch.pk])
    assert f'data-poll="{progress}"' in page(zhao, "import-review", batch.pk)
    assert "正在读取" in zhao.get(progress).content.decode()
    actions.read_batch(batch, by=office.zhao, at=AT, now=batch.state_at)
    assert "data-poll-done" in zhao.get(progress).content.decode()


def test_a_reader_that_died_can_be_started_again(zhao, office, workbook, monkeypatch):
    monkeypatch.setattr(views, "launch_reader", lambda batch: None)
    batch = staged(zhao, office, workbook(ROAD, DAM))
    ImportBatch.objects.filter(pk=batch.pk).update(state_at=AT)
    assert "重新读取" in zhao.get(reverse("import-progress", args=[batch.pk])).content.decode()
    for elsewhere in ("import-list", "home"):
        assert "读取中断，请重新读取" in page(zhao, elsewhere), elsewhere
    monkeypatch.setattr(
        views, "launch_reader", lambda batch: actions.read_batch(batch, by=office.zhao, at=AT, now=batch.state_at)
    )
    zhao.post(reverse("import-read", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == "unchanged"


def test_a_reader_that_cannot_start_is_told_at_once(
    zhao, office, workbook, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(*_arguments, **_details):
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(views, "launch_reader", background.launch_reader)
    monkeypatch.setattr("yichuan_tracker.background.subprocess.Popen", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        batch = staged(zhao, office, workbook(ROAD))
    text = page(zhao, "import-review", batch.pk)
    assert "没有读完，什么也没有写入" in text
    assert "重新读取" in text


def test_the_original_comes_back_as_an_attachment_under_its_own_name(zhao, office, workbook):
    path = workbook(ROAD, name="伊川县清单.xlsx")
    batch = staged(zhao, office, path)
    response = zhao.get(reverse("import-file", args=[batch.pk]))
    assert response.content == path.read_bytes()
    assert response["Content-Disposition"].startswith("attachment")
    assert "%E4%BC%8A%E5%B7%9D" in response["Content-Disposition"]
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_marked_copy_comes_as_an_attachment_while_there_is_something_to_mark(zhao, office, workbook):
    batch = staged(zhao, office, workbook(ROAD, [2, None, *DAM[2:]], name="伊川县清单.xlsx"))
    assert "下载标注好的原表（1 处）" in page(zhao, "import-review", batch.pk)
    response = zhao.get(reverse("import-marked", args=[batch.pk]))
    assert response["Content-Disposition"].startswith("attachment")
    marked = openpyxl.load_workbook(io.BytesIO(response.content))
    assert "没有项目名称" in marked["清单"]["B3"].comment.text
    clean = staged(zhao, office, workbook(ROAD, DAM, name="二.xlsx"))
    assert "标注好的原表" not in page(zhao, "import-review", clean.pk)


def test_a_discarded_batch_is_listed_with_its_state(zhao, office, workbook):
    batch = staged(zhao, office, workbook(NEW))
    zhao.post(reverse("import-discard", args=[batch.pk]))
    assert "已放弃" in page(zhao, "import-list")
    assert "已放弃" in page(zhao, "import-detail", batch.pk)
    again = zhao.post(reverse("import-discard", args=[batch.pk]), follow=True)
    assert "不能再改动" in again.content.decode()


def test_review_and_detail_lead_to_one_another_by_the_state(zhao, office, workbook):
    batch = staged(zhao, office, workbook(NEW))
    assert zhao.get(reverse("import-detail", args=[batch.pk])).url == reverse("import-review", args=[batch.pk])
    confirm(zhao, batch)
    assert zhao.get(reverse("import-review", args=[batch.pk])).url == reverse("import-detail", args=[batch.pk])
    assert zhao.get(reverse("import-detail", args=[batch.pk + 99])).status_code == 404


def queries_of(client, *address) -> int:
    with CaptureQueriesContext(connection) as seen:
        page(client, *address)
    return len(seen)


def test_the_list_of_imports_and_the_review_cost_the_same_at_every_size(zhao, office, workbook):
    small = staged(zhao, office, workbook(DEARER, DAM, NEW))
    more = [[number, f"白沙镇第{number}号桥", None, 1000, 500, "周三顺", "县水利局"] for number in range(40)]
    large = staged(zhao, office, workbook(*more, name="多.xlsx"))
    assert queries_of(zhao, "import-review", small.pk) == queries_of(zhao, "import-review", large.pk) <= 25
    few = queries_of(zhao, "import-list")
    assert few <= 12
    for number in range(5):
        staged(zhao, office, workbook(ROAD, name=f"{number}.xlsx"))
    assert queries_of(zhao, "import-list") == few


@pytest.mark.parametrize("name", ["li", "sun", "qian", "he", "lin"])
def test_nobody_but_the_office_sees_imports(zhao, office, workbook, client, name):
    batch = staged(zhao, office, workbook(NEW))
    client.force_login(getattr(office, name))
    for url in (reverse("import-list"), reverse("import-upload"), reverse("import-file", args=[batch.pk])):
        assert client.get(url).status_code == 403
    assert client.post(reverse("import-confirm", args=[batch.pk])).status_code == 403
