import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects.models import ChangeRequest, Milestone, Project

pytestmark = pytest.mark.django_db
DUE = datetime.date(2023, 12, 31)


@pytest.fixture
def milestone(world):
    return Milestone.objects.create(project=world.road, name="路基完工", due_on=DUE)


def test_asking_with_a_file_deciding_and_reading_it_back(world, milestone, client):
    client.force_login(world.li)
    url = reverse("request-move", args=[milestone.pk])
    assert "2023-12-31" in client.get(url).content.decode()
    data = {"proposed_on": "2024-03-31", "reason_code": "land", "reason": "三户未签协议"}
    bad = client.post(url, data | {"file": SimpleUploadedFile("a.exe", b"MZ")})
    assert bad.status_code == 422
    assert all(text in bad.content.decode() for text in ("格式不能上传", "三户未签协议"))
    made = client.post(url, data | {"file": SimpleUploadedFile("会议纪要.pdf", b"%PDF")}, follow=True)
    assert "待审批" in made.content.decode()
    found = ChangeRequest.objects.get()
    file = client.get(reverse("request-file", args=[found.pk]))
    assert file.content == b"%PDF"
    assert file["Content-Disposition"].startswith("attachment")
    client.force_login(world.zhou)
    decide = reverse("request-decide", args=[found.pk])
    assert client.post(decide, {"verdict": "refused", "version": 1}).status_code == 422
    page = client.post(decide, {"verdict": "approved", "note": "同意", "version": 1}, follow=True).content.decode()
    assert "已批准" in page
    assert Milestone.objects.get().due_on == datetime.date(2024, 3, 31)
    detail = client.get(reverse("milestone-detail", args=[milestone.pk])).content.decode()
    assert "2023-12-31 → 2024-03-31" in detail


def test_what_the_state_does_not_allow_is_said_and_not_asked(world, client):
    client.force_login(world.li)
    page = client.get(reverse("request-create", args=[world.road.pk, "produce"]), follow=True).content.decode()
    assert "不能申请投产" in page
    assert client.get(reverse("request-create", args=[world.road.pk, "nonsense"])).status_code == 302


def test_state_and_dates_are_no_fields_of_the_project_form(world, client):
    client.force_login(world.zhao)
    page = client.get(reverse("project-edit", args=[world.road.pk])).content.decode()
    assert not [text for text in ('name="actual_start_on"', 'name="planned_end_on"', 'value="stopped"') if text in page]
    url = reverse("project-correct", args=[world.road.pk])
    data = {"state": "preparing", "planned_start_on": "2023-03-31", "planned_end_on": "2024-12-31", "version": 1}
    assert client.post(url, data).status_code == 422
    client.post(url, data | {"reason": "台账录成在建"})
    road = Project.objects.get(pk=world.road.pk)
    assert (road.state, road.actual_start_on) == ("preparing", None)
