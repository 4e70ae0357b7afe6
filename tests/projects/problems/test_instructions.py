import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from projects.models import Problem
from projects.problems.actions import answer_problem, create_problem
from projects.problems.instructions.actions import instruct
from tests.world import AT, TODAY

DUE = datetime.date(2023, 7, 12)


@pytest.fixture
def values(world):
    return {"text": "本月底前解决进场道路", "raised_on": TODAY, "due_on": DUE, "unit": world.traffic}


def test_a_leader_instructs_and_reads_the_answer_at_home(world, client, values):
    problem = instruct(world.road, world.leader_qian, values, by=world.qian, at=AT)
    assert (problem.source, problem.leader, problem.unit) == ("instruction", world.leader_qian, world.traffic)
    answer_problem(problem, answer="便道已经修通", version=None, by=world.li, at=AT)
    client.force_login(world.qian)
    page = client.get(reverse("home")).content.decode()
    assert "本月底前解决进场道路" in page
    assert "便道已经修通" in page


def test_who_instructed_besides_stands_on_the_page_and_is_put_right_there(world, client, values):
    problem = instruct(world.road, world.leader_qian, values, by=world.qian, at=AT)
    Problem.objects.update(other_assigners="吴二安")  # as an imported ledger says
    client.force_login(world.zhao)
    page = client.get(reverse("problem-detail", args=[problem.pk])).content.decode()
    assert f"（{world.leader_qian}、吴二安）" in page
    assert client.get(reverse("problem-edit", args=[problem.pk])).context["form"]["other_assigners"].value() == "吴二安"


def test_in_anothers_name_only_the_office_writes(world, values):
    with pytest.raises(PermissionDenied):
        instruct(world.road, world.leader_wu, values, by=world.qian, at=AT)
    with pytest.raises(PermissionDenied):
        instruct(world.road, world.leader_wu, values, by=world.sun, at=AT)
    assert instruct(world.road, world.leader_wu, values, by=world.zhao, at=AT).leader == world.leader_wu


def test_only_an_instruction_names_a_leader(world, values):
    with pytest.raises(ValidationError, match="批示领导"):
        create_problem(world.road, {**values, "source": "meeting", "leader": world.leader_wu}, by=world.zhao, at=AT)


def test_the_form_asks_a_leader_for_no_name_and_the_office_for_one(world, client):
    url = reverse("instruction-create", args=[world.road.pk])
    data = {"text": "抓紧", "raised_on": TODAY, "due_on": DUE}
    client.force_login(world.qian)
    assert client.post(url, data).status_code == 302
    client.force_login(world.zhao)
    assert client.post(url, data).status_code == 422
    assert client.post(url, data | {"leader": world.leader_wu.pk}).status_code == 302
    assert set(Problem.objects.values_list("leader__name", flat=True)) == {"钱一平", "吴二安"}


def test_supporting_units_are_assigned_in_the_same_step(world, values):
    details = {**values, "source": "meeting"}
    problem = create_problem(world.road, details, supporting=[world.water, world.land], by=world.zhao, at=AT)
    assert [part.unit for part in problem.parts.all()] == [world.water, world.land]
    with pytest.raises(ValidationError, match="已经是牵头单位"):
        create_problem(world.road, details, supporting=[world.traffic], by=world.zhao, at=AT)
    assert Problem.objects.count() == 1
