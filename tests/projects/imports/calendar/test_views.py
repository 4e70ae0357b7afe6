import datetime
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from projects.models import Holiday


def test_a_years_table_is_pasted_whole_or_not_at_all(world, client):
    client.force_login(world.zhao)
    url = reverse("holiday-import")
    refused = client.post(url, {"text": "2024-01-01 元旦 休\n春节"})
    assert refused.status_code == 422
    assert "第 2 行" in refused.content.decode()
    assert not Holiday.objects.exists()
    entered = client.post(url, {"text": "2024-01-01 元旦 休\n2024-02-04 春节 班"})
    assert entered["Location"] == f"{reverse('holiday-list')}?year=2024"
    assert list(Holiday.objects.values_list("is_workday", flat=True)) == [False, True]


def test_a_years_table_comes_as_a_workbook_is_looked_at_and_then_entered(world, client):
    client.force_login(world.zhao)
    url = reverse("holiday-import")
    read = client.post(url, {"text": "2024-01-01 元旦 休", "file": workbook()})
    assert not Holiday.objects.exists()
    text = read.context["form"]["text"].value()
    assert text.splitlines() == ["2024-01-01 元旦 休", "2024-02-10\t2024-02-17\t春节\t休", "2024-02-18\t春节\t班"]
    client.post(url, {"text": text})
    assert Holiday.objects.filter(is_workday=False).count() == 9
    assert Holiday.objects.get(is_workday=True).day == datetime.date(2024, 2, 18)


def test_a_file_that_is_no_table_of_holidays_is_refused_with_the_cure_and_the_text_stays(world, client):
    client.force_login(world.zhao)
    for content, words in ((b"\x00\x01 nonsense", "另存为"), ("姓名,职务\n张三,局长".encode(), "没有读到日期")):
        upload = SimpleUploadedFile("放假.xlsx", content)
        page = client.post(reverse("holiday-import"), {"text": "2024-01-01 元旦 休", "file": upload})
        assert page.status_code == 422
        assert words in page.text
        assert "2024-01-01 元旦 休" in page.text


def workbook():
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["放假安排"])
    sheet.append(["开始", "结束", "名称", "类别"])
    sheet.append([datetime.date(2024, 2, 10), datetime.date(2024, 2, 17), "春节", "休"])
    sheet.append([datetime.date(2024, 2, 18), None, "春节", "班"])
    book.save(file)
    return SimpleUploadedFile("2024年放假安排.xlsx", file.getvalue())
