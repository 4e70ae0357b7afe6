"""The six lists of the county go in as they are, in any order, and a second time change nothing."""

import json
from decimal import Decimal

import pytest
from django.db.models import Sum

from leaders.models import HistoryEntry, Leader, Unit
from projects.imports.queries import origin_of
from projects.models import (
    Membership,
    Milestone,
    MonthReport,
    Permit,
    Project,
    ProjectCode,
    ProjectList,
    Responsibility,
    StatisticsEntry,
    YearPlan,
)
from projects.progress.queries import done_of_year
from tests.projects.imports.conftest import FLAT, GROUPS, JUNE, KEY, RESERVE, SCHOOLS, take

pytestmark = pytest.mark.django_db


def totals(key: str) -> tuple[int, Decimal, Decimal | None, int]:
    """Projects, total investment and plan of 2023 in 万元, leaders of a list."""
    members = Project.objects.filter(lists__key=key)
    leaders = Responsibility.objects.filter(project__lists__key=key, role="leader").values("leader").distinct()
    plan = YearPlan.objects.filter(project__lists__key=key, year=2023).aggregate(total=Sum("plan_wan"))["total"]
    return members.count(), members.aggregate(total=Sum("total_wan"))["total"], plan, leaders.count()


def test_the_key_list_gives_the_published_figures(county):
    document = take(KEY)
    assert document["counts"]["create"] == 141
    assert totals("2023-key") == (141, Decimal("7585100.00"), Decimal("2969800.00"), 29)
    assert ProjectCode.objects.count() == 134  # seven projects have none yet
    assert Membership.objects.filter(joined_on="2023-01-01").count() == 141
    assert set(Leader.objects.values_list("level", flat=True)) == {"county"}


def test_every_expected_value_of_the_key_list_stands_in_the_register(county):
    take(KEY)
    expected = json.loads(KEY.with_name(KEY.stem + ".expected.json").read_text(encoding="utf-8"))
    for line in expected:
        project = Project.objects.get(name=line["name"])
        plan = project.year_plans.get(year=2023)
        duties = project.responsibilities
        found = {
            "total_wan": project.total_wan,
            "plan_wan": plan.plan_wan,
            "before_wan": plan.done_before_wan,
            "label": plan.get_label_display(),
            "start": f"{project.planned_start_on:%Y-%m}",
            "finish": f"{project.planned_end_on:%Y-%m}",
            "code": "".join(project.codes.values_list("code", flat=True)),
            "unit": duties.get(role="lead_unit").unit.name,
            "leaders": [duty.leader.name for duty in duties.filter(role="leader")],
        }
        wanted = {
            key: Decimal(value) if key.endswith("_wan") else value for key, value in line.items() if key != "name"
        }
        assert {key: found[key] for key in wanted} == wanted


def test_the_same_file_again_changes_nothing_and_writes_no_history(county):
    take(KEY)
    before = HistoryEntry.objects.count()
    document = take(KEY)
    assert document["counts"] == {"create": 0, "update": 0, "same": 141, "park": 0, "ask": 0, "missing": 0}
    assert document["batch"] is None
    assert HistoryEntry.objects.count() == before


def test_the_ledger_of_groups_brings_milestones_groups_and_fifty_one_leaders(county):
    take(GROUPS, "2023-groups")
    assert totals("2023-groups") == (249, Decimal("5144000.00"), Decimal("1800000.00"), 51)
    assert ProjectList.objects.get(key="2023-groups").kind == "task_force"
    project = Project.objects.get(name="伊川县江左镇工业机器人制造技术改造项目")
    nodes = sorted(project.milestones.values_list("due_on", "name"))
    assert [(str(due), name) for due, name in nodes] == [
        ("2023-03-31", "完成备案、环评"),
        ("2023-05-31", "取得施工许可"),
        ("2023-06-30", "基础施工"),
        ("2023-08-31", "主体封顶"),
        ("2023-12-31", "设备安装调试"),
    ]
    assert project.responsibilities.get(role="group").group.name == "产业发展工作指挥部"
    assert project.responsibilities.get(role="contact").phone == "13903793827"
    assert take(GROUPS, "2023-groups")["counts"]["same"] == 249


def test_the_reserve_list_brings_permits_and_projects_in_reserve(county):
    take(RESERVE, "2023-reserve")
    assert totals("2023-reserve")[:2] == (61, Decimal("5930000.00"))
    project = Project.objects.get(name="伊川县葛寨镇农村人居环境整治建设项目")
    assert project.state == "reserved"
    states = {permit.permit_type.name: permit.state for permit in project.permits.all()}
    assert states["立项"] == "granted"
    assert states["供地"] == "not_needed"
    assert states["环境影响评价"] == "accepted"
    assert str(project.permits.get(permit_type__name="建设工程规划许可证").obtained_on) == "2023-05-31"
    assert Membership.objects.get(project=project).stage == "投产"
    assert Membership.objects.get(project=project).batch == "第八期"
    assert Permit.objects.count() == 61 * 6


def test_the_schools_started_together_are_a_list_of_their_own(county):
    take(SCHOOLS, "2023-joint-start")
    assert totals("2023-joint-start")[:2] == (18, Decimal("32800.00"))
    assert set(YearPlan.objects.values_list("label", flat=True)) == {"new_start"}


def test_the_sheet_of_june_becomes_reports_for_june_and_one_for_the_months_before(county):
    take(KEY)
    take(JUNE)
    project = Project.objects.get(name="吕店镇县道改建工程")
    june = project.reports.get(month="2023-06-01")
    before = project.reports.get(month="2023-05-01")
    assert (june.done_wan, june.planned_wan, june.progress, june.state) == (1605, 2833, "主体施工", "accepted")
    assert (str(before.covers_from), before.done_wan) == ("2023-01-01", 8024 - 1605)
    assert june.first_submitted_at is None
    expected = json.loads(JUNE.with_name(JUNE.stem + ".expected.json").read_text(encoding="utf-8"))
    pks = dict(Project.objects.values_list("name", "pk"))
    done = done_of_year(pks.values(), 2023)
    assert {line["name"]: done[pks[line["name"]]] for line in expected} == {
        line["name"]: Decimal(line["year_done_wan"]) for line in expected
    }
    assert project.state == "building"
    assert StatisticsEntry.objects.filter(entered_on="2023-06-30", is_day_known=False).count() == 85


def test_a_start_without_its_date_is_taken_from_the_plan_and_said_once(county):
    document = take(KEY)
    started = Project.objects.filter(state="building")
    assert started.count() == 81
    assert all(project.actual_start_on == project.planned_start_on for project in started)
    said = [problem for problem in document["problems"] if "实际开工" in problem["message"]]
    assert [problem["message"][:2] for problem in said] == ["81"]


@pytest.mark.parametrize(
    "order",
    [(KEY, JUNE, FLAT), (JUNE, FLAT, KEY), (FLAT, KEY, JUNE)],
    ids=["list first", "months first", "flat list first"],
)
def test_the_order_of_files_does_not_matter(county, order):
    for path in order:
        assert take(path)["applied"]
    assert totals("2023-key") == (141, Decimal("7585100.00"), Decimal("2969800.00"), 29)
    assert MonthReport.objects.count() == 282
    assert Project.objects.filter(state="building").count() == 105
    assert ProjectCode.objects.count() == 134  # seven projects have none yet
    assert Responsibility.objects.filter(role="leader", ends_on__isnull=False).count() == 0
    assert take(JUNE)["counts"]["same"] == 141


def test_projects_of_two_lists_are_one_project(county):
    take(KEY)
    take(GROUPS, "2023-groups")
    assert Project.objects.count() == 141 + 249 - 15
    assert Project.objects.filter(lists__key="2023-key").filter(lists__key="2023-groups").count() == 15
    assert Milestone.objects.count() == 1245


def test_all_six_files_go_into_one_county_without_a_question(county, reader_process):
    for path, key in ((KEY, "2023-key"), (GROUPS, "2023-groups"), (RESERVE, "2023-reserve"), (SCHOOLS, "2023-start")):
        assert take(path, key)["applied"]
    assert take(FLAT)["applied"]
    assert take(JUNE)["applied"]
    assert Project.objects.count() == 454
    assert Unit.objects.filter(name="县行政审批和政务信息管理局").count() == 1


def test_every_value_leads_back_to_its_cell(county):
    take(KEY)
    project = Project.objects.get(name="吕店镇县道改建工程")
    origins = origin_of(project)
    assert (origins["total_wan"].sheet, origins["total_wan"].cell) == ("2023年重点项目", "H9")
    assert origins["yearplan.2023.plan_wan"].cell == "L9"
    assert origins["responsibility.leader"].cell == "O9"
    assert origins["total_wan"].file_name == KEY.name


def test_one_line_of_history_for_each_project_tells_everything_that_came_in(county):
    take(KEY)
    project = Project.objects.get(name="吕店镇县道改建工程")
    entry = HistoryEntry.objects.get(subject_type="project", subject_id=project.pk)
    told = {line["label"]: line["new"] for line in entry.changes}
    assert entry.action == "import"
    assert told["总投资"] == "87200.00"
    assert told["2023年年度计划投资"] == "34000.00"
    assert told["分包领导"] == "蒋波"
    assert told["项目代码"] == "2201-410329-04-05-171432"
