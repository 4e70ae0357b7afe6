import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from leaders.models import HistoryEntry
from projects.milestones.planning.actions import change_template, create_template, delete_template
from projects.milestones.rules import planned_day
from projects.models import Milestone, MilestoneTemplate
from tests.world import AT

START, END = datetime.date(2022, 3, 31), datetime.date(2024, 12, 31)


@pytest.mark.parametrize(
    ("place", "day"),
    [
        ({"share_pct": 0}, datetime.date(2022, 3, 31)),
        ({"share_pct": 50}, datetime.date(2023, 8, 31)),
        ({"share_pct": 100}, END),
        ({"months_before": 3}, datetime.date(2024, 9, 30)),
        ({"months_before": 0}, END),
        ({"months_before": 100}, START),
    ],
)
def test_a_step_falls_on_the_end_of_its_month_between_start_and_end(place, day):
    assert planned_day(START, END, **place) == day


@pytest.fixture
def template(world):
    made = create_template("房建", by=world.zhao, at=AT)
    steps = [{"name": "主体封顶", "share_pct": 50, "weight": 2}, {"name": "联合验收", "months_before": 3}]
    return change_template(made, "房建", steps, version=1, by=world.zhao, at=AT)


def test_a_step_has_one_place_and_the_history_tells_the_steps(world, template):
    assert "主体封顶 全程 50% 权重 2.00；联合验收 竣工前 3 个月" in str(HistoryEntry.objects.first().changes)
    for step in ({"share_pct": 50, "months_before": 3}, {}, {"share_pct": 101}):
        with pytest.raises(ValidationError, match="第 1 个节点"):
            change_template(template, "房建", [{"name": "甲", **step}], version=2, by=world.zhao, at=AT)
    assert template.steps.count() == 2
    with pytest.raises(PermissionDenied):
        change_template(template, "房建", [], version=2, by=world.li, at=AT)


def test_days_are_looked_at_changed_and_then_made(world, client, template):
    client.force_login(world.li)
    first, second = template.steps.all()
    url = f"{reverse('milestone-plan', args=[world.road.pk])}?template={template.pk}"
    page = client.get(url).content.decode()
    assert 'value="2023-08-31"' in page
    assert not Milestone.objects.exists()
    bad = {f"keep_{first.pk}": "on", f"due_{first.pk}": "", f"name_{first.pk}": first.name}
    assert client.post(url, bad).status_code == 422
    client.post(url, bad | {f"due_{first.pk}": "2023-09-30", f"due_{second.pk}": "2024-09-30"})
    made = Milestone.objects.get()
    assert (made.name, made.due_on, made.weight) == ("主体封顶", datetime.date(2023, 9, 30), 2)


def test_days_being_typed_outlive_a_save_of_the_template(world, client, template):
    client.force_login(world.li)
    first, second = template.steps.all()
    url = f"{reverse('milestone-plan', args=[world.road.pk])}?template={template.pk}"
    typed = {f"keep_{first.pk}": "on", f"due_{first.pk}": "2023-09-30", f"name_{first.pk}": first.name}
    left = {f"keep_{second.pk}": "on", f"due_{second.pk}": "2024-09-29", f"name_{second.pk}": second.name}
    steps = [{"name": "开工", "share_pct": 0}, {"id": first.pk, "name": "封顶", "share_pct": 60}]
    change_template(template, "房建", steps, version=None, by=world.zhao, at=AT)
    refused = client.post(url, typed | left)
    page = refused.content.decode()
    assert (refused.status_code, "联合验收 2024-09-29" in page, 'value="2023-09-30"' in page) == (422, True, True)
    assert not Milestone.objects.exists()
    refused = client.post(url, typed)
    assert (refused.status_code, "主体封顶 2023-09-30" in refused.content.decode()) == (422, True)
    assert not refused.context["form"][f"keep_{first.pk}"].value(), (
        "a day of one is not made another's by pressing again"
    )
    client.post(url, typed | {f"name_{first.pk}": "封顶"})
    made = Milestone.objects.get()
    assert (made.name, made.due_on) == ("封顶", datetime.date(2023, 9, 30))
    delete_template(template, version=None, by=world.zhao, at=AT)
    assert "主体封顶 2023-09-30" in client.post(url, typed).content.decode()


def test_the_office_edits_the_rows_of_a_template_on_a_page(world, client, template):
    client.force_login(world.zhao)
    url = reverse("template-edit", args=[template.pk])
    data = {"name": "房屋建筑", "version": template.version, "form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 2}
    first = template.steps.first().pk
    rows = (
        {"id": first, "name": "封顶", "share_pct": "60", "weight": "1"},
        {"name": "验收", "months_before": "2", "weight": "1", "DELETE": "on"},
        {"name": "装修", "share_pct": "80", "weight": "1", "person": "张工"},
    )
    data |= {f"form-{number}-{key}": value for number, row in enumerate(rows) for key, value in row.items()}
    wrong = client.post(url, data | {"form-0-months_before": "1"})
    assert wrong.status_code == 422
    assert "只填一项" in wrong.content.decode()
    assert client.post(url, data).status_code == 302
    found = MilestoneTemplate.objects.get()
    assert (found.name, [step.name for step in found.steps.all()]) == ("房屋建筑", ["封顶", "装修"])
    assert found.steps.first().pk == first
    assert f'name="form-0-id" value="{first}"' in client.get(url).content.decode()
    assert client.post(url, data).status_code == 409
