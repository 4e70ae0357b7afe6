import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects.models import ChangeRequest, Milestone, Project
from tests.world import make_project

pytestmark = pytest.mark.django_db
DUE = datetime.date(2023, 12, 31)


@pytest.fixture
def milestone(world):
    return Milestone.objects.create(project=world.road, name="路基完工", due_on=DUE)


def test_asking_with_a_file_deciding_and_reading_it_back(world, milestone, client):
    client.force_login(world.li)
    url = reverse("request-move", args=[milestone.pk])
    page = client.get(url).content.decode()
    assert f'data-draft="request-move_milestone-{milestone.pk}"' in page
    assert ("2023-12-31" in page, "须由县级主管领导审批" in page) == (True, False)
    near = Milestone.objects.create(project=world.road, name="桥台", due_on=datetime.date(2023, 8, 4))
    assert "须由县级主管领导审批" in client.get(reverse("request-move", args=[near.pk])).content.decode()
    near.delete()
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


def test_several_projects_are_asked_out_of_a_list_with_one_reason_and_one_file(world, client):
    bridge = make_project("跨河桥", key_list=world.key_list, unit=world.traffic, leader=world.leader_qian, position=3)
    ticked = [project.memberships.get().pk for project in (world.road, bridge, world.dam)]
    url = f"{reverse('request-leave-many')}?{'&'.join(f'pk={pk}' for pk in ticked)}"
    client.force_login(world.li)
    page = client.get(reverse("list-detail", args=[world.key_list.pk])).content.decode()
    assert f'formaction="{reverse("request-leave-many")}"' in page
    page = client.get(url).content.decode()
    assert f"{world.dam.name}</a>：由项目的责任单位申请" in page
    assert f'data-draft="leave-{ticked[0]}-{ticked[1]}"' in page
    assert f'action="?pk={ticked[0]}&amp;pk={ticked[1]}"' in page
    bridge.memberships.update(joined_on=datetime.date(2023, 6, 30))
    data = {"proposed_on": "2023-06-15", "reason_code": "policy", "reason": "政策调整，本年不再实施"}
    meanwhile = client.post(url, data | {"evidence": "县政府常务会议"})  # as if one fell out since the page was opened
    assert (meanwhile.status_code, ChangeRequest.objects.count()) == (422, 0)
    assert "有项目在您打开页面后不能申请了" in meanwhile.content.decode()
    url = f"{reverse('request-leave-many')}?pk={ticked[0]}&pk={ticked[1]}"
    unshown = client.post(url, data | {"proposed_on": "2023-07-01"})
    assert (unshown.status_code, ChangeRequest.objects.count()) == (422, 0)
    assert "调出清单要有依据：请写明同意调出的文号或会议，或者上传附件。" in unshown.content.decode()
    refused = client.post(url, data | {"file": SimpleUploadedFile("会议纪要.pdf", b"%PDF")})
    assert (refused.status_code, ChangeRequest.objects.count()) == (422, 0)
    assert "跨河桥：调出日期不能早于列入日期" in refused.content.decode()
    client.post(url, data | {"proposed_on": "2023-07-01", "file": SimpleUploadedFile("会议纪要.pdf", b"%PDF")})
    made = ChangeRequest.objects.all()
    assert {(one.project, one.reason, one.file_name) for one in made} == {
        (world.road, data["reason"], "会议纪要.pdf"),
        (bridge, data["reason"], "会议纪要.pdf"),
    }
    assert {client.get(reverse("request-file", args=[one.pk])).content for one in made} == {b"%PDF"}
    assert client.get(url).content.decode().count("已有一份申请在等待审批") == 2
