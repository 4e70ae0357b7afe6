"""What a row is taken for, what it changes, and what is asked instead of guessed."""

import datetime

import pytest

from leaders.audit.rules import cell_of
from leaders.models import HistoryEntry, Leader, LeaderAlias, Unit, UnitAlias
from projects.models import (
    Membership,
    Milestone,
    Permit,
    PermitType,
    Project,
    ProjectCode,
    ProjectList,
    Responsibility,
    StatisticsEntry,
    YearPlan,
)
from tests.projects.imports.conftest import DAM, HEADINGS, MONTHS, ROAD, lines_of, questions_in, rows_in, take
from tests.world import AT, TODAY, YEAR_START, make_project

pytestmark = pytest.mark.django_db
CODE = "2201-410329-04-05-171432"


def changed(row: list, **values) -> list:
    """A row with some of its columns typed over: total_wan=70000."""
    places = {"name": 1, "code": 2, "total": 3, "plan": 4, "leaders": 5, "unit": 6}
    found = list(row)
    for key, value in values.items():
        found[places[key]] = value
    return found


def test_rows_that_say_what_is_known_change_nothing(office, workbook):
    document = take(workbook(ROAD, DAM), office.key_list)
    assert document["counts"]["same"] == 2
    assert rows_in(document)[0]["action"] == "same"


def test_a_changed_amount_shows_old_and_new_and_is_kept_in_the_history(office, workbook):
    document = take(workbook(changed(ROAD, total=70000), DAM), office.key_list, by=office.zhao)
    assert rows_in(document)[0]["action"] == "update"
    assert lines_of(document) == {"总投资": ("60000.00", "70000.00")}
    office.road.refresh_from_db()
    assert (office.road.total_wan, office.road.version) == (70000, 2)
    entry = HistoryEntry.objects.get(subject_type="project", subject_id=office.road.pk)
    assert (entry.action, entry.actor, entry.batch_id) == ("import", office.zhao, document["batch"])
    assert cell_of(entry.changes[0], entry.origin) == {"sheet": "清单", "cell": "D2"}


def test_a_blank_cell_keeps_what_is_known(office, workbook):
    document = take(workbook(changed(ROAD, total=None, plan=None, leaders=None, unit=None), DAM), office.key_list)
    assert document["counts"]["same"] == 2
    office.road.refresh_from_db()
    assert office.road.total_wan == 60000


def test_the_plan_of_the_year_is_changed_and_another_year_is_left_alone(office, workbook):
    YearPlan.objects.create(project=office.road, year=2022, plan_wan=1)
    take(workbook(changed(ROAD, plan=15000), DAM), office.key_list)
    assert office.road.year_plans.get(year=2023).plan_wan == 15000
    assert office.road.year_plans.get(year=2022).plan_wan == 1


def test_a_new_leader_takes_over_on_the_day_of_the_import_and_the_former_stays_for_earlier_months(office, workbook):
    document = take(workbook(changed(ROAD, leaders="吴二安"), DAM), office.key_list)
    assert lines_of(document) == {"分包领导": ("钱一平", "吴二安")}
    held = Responsibility.objects.filter(project=office.road, role="leader").order_by("starts_on")
    assert [(duty.leader.name, duty.starts_on, duty.ends_on) for duty in held] == [
        ("钱一平", YEAR_START, TODAY - datetime.timedelta(days=1)),
        ("吴二安", TODAY, None),
    ]
    assert take(workbook(changed(ROAD, leaders="吴二安"), DAM), office.key_list)["counts"]["same"] == 2


def test_two_hand_overs_on_one_day_leave_no_responsibility_that_ends_before_it_begins(office, workbook):
    take(workbook(changed(ROAD, leaders="吴二安"), DAM), office.key_list)
    take(workbook(changed(ROAD, leaders="钱一平"), DAM), office.key_list)
    held = Responsibility.objects.filter(project=office.road, role="leader").order_by("starts_on")
    assert [(duty.leader.name, duty.starts_on) for duty in held] == [("钱一平", YEAR_START), ("钱一平", TODAY)]


def test_a_second_leader_joins_without_ending_the_first(office, workbook):
    take(workbook(changed(ROAD, leaders="钱一平、吴二安"), DAM), office.key_list)
    held = Responsibility.objects.filter(project=office.road, role="leader", ends_on=None)
    assert {duty.leader.name for duty in held} == {"钱一平", "吴二安"}


def test_somebody_registered_for_later_is_not_pushed_aside(office, workbook):
    Responsibility.objects.filter(project=office.road, role="leader").update(ends_on=TODAY + datetime.timedelta(days=9))
    later = TODAY + datetime.timedelta(days=10)
    Responsibility.objects.create(project=office.road, role="leader", leader=office.leader_wu, starts_on=later)
    new = changed(ROAD, leaders="周三顺")
    document = take(workbook(new, DAM), office.key_list)
    assert document["counts"]["same"] == 2
    assert any("自 2023-07-15 起" in problem["message"] for problem in document["problems"])


def test_a_code_finds_its_project_whatever_spaces_the_name_has(office, workbook):
    ProjectCode.objects.create(project=office.road, code=CODE)
    row = changed(ROAD, name="吕店镇　县道改建 工程", code=" ２２０１－410329－04－05－171432 ", total=61000)
    document = take(workbook(row, DAM), office.key_list)
    assert document["counts"]["update"] == 1
    assert Project.objects.count() == 2


def test_a_code_whose_project_has_quite_another_name_is_asked(office, workbook):
    ProjectCode.objects.create(project=office.road, code=CODE)
    document = take(workbook([1, "彭婆镇污水处理厂", CODE, 1000, 500, None, None], DAM), office.key_list)
    assert not document["applied"]
    assert rows_in(document)[0]["action"] == "ask"
    assert "改了名" in questions_in(document)[0]["message"]


def test_answering_same_renames_the_project_and_answering_new_adds_another(office, workbook):
    ProjectCode.objects.create(project=office.road, code=CODE)
    path = workbook([1, "彭婆镇污水处理厂", CODE, 1000, 500, None, None], DAM)
    asked = questions_in(take(path, office.key_list))[0]["id"]
    document = take(path, office.key_list, answers={asked: f"same:{office.road.pk}"}, dry_run=True)
    assert lines_of(document)["项目名称"] == ("吕店镇县道改建工程", "彭婆镇污水处理厂")
    take(path, office.key_list, answers={asked: "new"})
    assert Project.objects.count() == 3
    # The code stays where it was registered.
    assert ProjectCode.objects.get().project == office.road


def test_a_code_is_added_to_a_project_that_was_found_by_its_name(office, workbook):
    take(workbook(changed(ROAD, code=CODE), DAM), office.key_list)
    assert office.road.codes.get().code == CODE


def test_namesakes_are_told_apart_by_their_unit(office, workbook):
    twin = make_project(
        "吕店镇县道改建工程", key_list=office.key_list, unit=office.water, leader=office.leader_wu, position=3
    )
    document = take(workbook(changed(ROAD, unit="县水利局", total=50000), ROAD, DAM), office.key_list)
    assert document["counts"]["update"] == 1
    twin.refresh_from_db()
    office.road.refresh_from_db()
    assert (twin.total_wan, office.road.total_wan) == (50000, 60000)


def test_namesakes_without_a_unit_are_asked(office, workbook):
    make_project("吕店镇县道改建工程", key_list=office.key_list, unit=office.water, leader=office.leader_wu, position=3)
    document = take(workbook(changed(ROAD, unit=None), DAM), office.key_list)
    assert not document["applied"]
    assert len(questions_in(document)[0]["options"]) == 4


def test_a_name_much_like_a_member_that_is_missing_is_asked_and_never_merged_in_silence(office, workbook):
    path = workbook(changed(ROAD, name="吕店镇县道改建项目"), DAM)
    document = take(path, office.key_list)
    assert not document["applied"]
    question = questions_in(document)[0]
    assert "是同一个项目吗" in question["message"]
    assert [option["value"] for option in question["options"]] == [f"same:{office.road.pk}", "new", "park"]
    assert document["counts"]["missing"] == 0
    answered = take(path, office.key_list, answers={question["id"]: "same"})
    assert answered["applied"]
    office.road.refresh_from_db()
    assert office.road.name == "吕店镇县道改建项目"


def test_a_row_may_be_left_out_by_its_answer(office, workbook):
    path = workbook(changed(ROAD, name="吕店镇县道改建项目"), changed(DAM, total=50000))
    asked = questions_in(take(path, office.key_list))[0]["id"]
    document = take(path, office.key_list, answers={asked: "park"})
    assert (document["counts"]["park"], document["counts"]["update"]) == (1, 1)
    assert Project.objects.count() == 2


def test_phases_and_other_townships_are_other_projects(office, workbook):
    phase = [3, "吕店镇县道改建工程二期", None, 60000, 1, "钱一平", "县交通运输局"]
    take(workbook(ROAD, DAM, phase), office.key_list)
    elsewhere = [4, "白沙镇县道改建工程", None, 60000, 1, "钱一平", "县交通运输局"]
    take(workbook(ROAD, DAM, phase, elsewhere), office.key_list)
    assert Project.objects.count() == 4


def test_an_unknown_leader_and_unit_are_created_with_the_rows(office, workbook):
    document = take(workbook([3, "白沙镇滨河公园", None, 1, 1, "周三顺", "县城市管理局"]), office.key_list)
    assert {"kind": "领导", "name": "周三顺"} in document["proposals"]
    assert {"kind": "单位", "name": "县城市管理局"} in document["proposals"]
    project = Project.objects.get(name="白沙镇滨河公园")
    assert project.responsibilities.get(role="leader").leader.name == "周三顺"
    assert project.responsibilities.get(role="lead_unit").unit.kind == "department"
    assert HistoryEntry.objects.filter(object_type="unit", action="create", batch_id=document["batch"]).count() == 1


def test_an_alias_is_the_unit_itself(office, workbook):
    UnitAlias.objects.create(unit=office.traffic, name="县交通局")
    assert take(workbook(changed(ROAD, unit="县交通局"), DAM), office.key_list)["counts"]["same"] == 2


def test_an_abbreviation_is_asked_and_remembered_as_an_alias(office, workbook):
    Unit.objects.create(name="县发展和改革委员会")
    path = workbook(changed(ROAD, unit="县发改委"), DAM)
    document = take(path, office.key_list)
    assert not document["applied"]
    question = questions_in(document)[0]
    take(path, office.key_list, answers={question["id"]: question["options"][0]["value"]})
    assert UnitAlias.objects.get(name="县发改委").unit.name == "县发展和改革委员会"
    assert questions_in(take(path, office.key_list)) == []


def test_a_name_that_sounds_the_same_is_asked_once_for_all_its_rows(office, workbook):
    Leader.objects.create(name="张志远")
    path = workbook(changed(ROAD, leaders="张致远"), changed(DAM, leaders="张致远"))
    document = take(path, office.key_list)
    assert len(questions_in(document)) == 1
    assert document["counts"]["ask"] == 2
    question = questions_in(document)[0]
    take(path, office.key_list, answers={question["id"]: "same"})
    assert LeaderAlias.objects.get().leader.name == "张志远"


def test_a_member_that_the_file_does_not_name_is_listed_and_stays(office, workbook):
    document = take(workbook(changed(ROAD, total=50000)), office.key_list)
    assert document["missing"] == [{"id": office.dam.pk, "name": office.dam.name, "serial": "2"}]
    assert document["counts"]["missing"] == 1
    assert Membership.objects.get(project=office.dam).left_on is None


def test_a_project_in_two_equal_rows_is_taken_once(office, workbook):
    row = changed(ROAD, name="白沙镇滨河公园")
    document = take(workbook(ROAD, DAM, row, changed(row)), office.key_list)
    assert Project.objects.count() == 3
    assert [line["action"] for line in rows_in(document)] == ["same", "same", "create", "same"]
    assert any("与第 4 行是同一个项目" in problem["message"] for problem in document["problems"])


def test_a_project_in_two_rows_that_differ_is_asked(office, workbook):
    document = take(workbook(ROAD, DAM, changed(ROAD, total=50000)), office.key_list)
    assert not document["applied"]
    assert "出现两次" in questions_in(document)[0]["message"]
    answered = take(
        workbook(ROAD, DAM, changed(ROAD, total=50000)),
        office.key_list,
        answers={questions_in(document)[0]["id"]: "same"},
    )
    assert answered["counts"]["same"] == 3


def test_an_archived_project_keeps_its_row_out(office, workbook):
    Project.objects.filter(pk=office.road.pk).update(archived_at=AT)
    document = take(workbook(changed(ROAD, total=50000), changed(DAM, total=50000)), office.key_list)
    assert [row["action"] for row in rows_in(document)] == ["park", "update"]
    assert "已归档" in rows_in(document)[0]["problems"][0]["message"]


@pytest.mark.parametrize(("answer", "stretches"), [("join", [YEAR_START, None]), ("stay", [YEAR_START])])
def test_a_project_that_left_the_list_comes_back_only_when_somebody_says_so(office, workbook, answer, stretches):
    Membership.objects.filter(project=office.road).update(left_on=YEAR_START, left_reason="条件变化")
    path = workbook(changed(ROAD, total=65000), DAM)
    (question,) = [said for said in take(path, office.key_list)["problems"] if said["level"] == "question"]
    assert "调出本清单（条件变化）" in question["message"]
    take(path, office.key_list, answers={question["id"]: answer})
    assert list(office.road.memberships.order_by("pk").values_list("left_on", flat=True)) == stretches
    assert Project.objects.get(pk=office.road.pk).total_wan == 65000


def test_an_exact_day_is_not_blurred_by_a_month(office, workbook):
    Project.objects.filter(pk=office.road.pk).update(planned_start_on=datetime.date(2022, 3, 8))
    path = workbook([*ROAD, "2022年3月"], headings=[*HEADINGS, "计划开工时间"])
    assert take(path, office.key_list)["counts"]["same"] == 1
    path = workbook([*ROAD, "2022年4月"], headings=[*HEADINGS, "计划开工时间"])
    assert lines_of(take(path, office.key_list))["计划开工"] == ("2022-03-08", "2022-04-30")


def test_dates_the_wrong_way_round_are_left_out_with_a_warning(office, workbook):
    path = workbook([*ROAD, "2024年3月", "2023年3月"], headings=[*HEADINGS, "计划开工时间", "计划竣工时间"])
    document = take(path, office.key_list)
    assert document["counts"]["same"] == 1
    assert any("早于" in problem["message"] for problem in document["problems"])


def test_more_text_than_fits_is_cut_with_a_warning_and_a_huge_amount_is_left_out(office, workbook):
    path = workbook([*changed(ROAD, total=10**13), "备" * 600], headings=[*HEADINGS, "备注"])
    document = take(path, office.key_list)
    office.road.refresh_from_db()
    assert len(office.road.remark) == 500
    assert office.road.total_wan == 60000
    assert {"600" in problem["message"] for problem in document["problems"]} == {True, False}


def test_a_tick_starts_the_project_and_a_cross_does_not_stop_it(office, workbook):
    Project.objects.filter(pk=office.dam.pk).update(state="preparing", actual_start_on=None)
    path = workbook([*ROAD, "×"], [*DAM, "√"], headings=[*HEADINGS, "是否开工"])
    document = take(path, office.key_list)
    office.dam.refresh_from_db()
    office.road.refresh_from_db()
    assert (office.dam.state, office.dam.actual_start_on) == ("building", datetime.date(2022, 3, 31))
    assert office.road.state == "building"
    assert any("表中为未开工" in problem["message"] for problem in document["problems"])


def test_a_tick_of_the_statistics_list_is_an_entry_without_its_day(office, workbook):
    path = workbook([*ROAD, 950, 5000, "主体", "√"], headings=[*MONTHS, "是否入库"])
    take(path, office.key_list)
    entry = StatisticsEntry.objects.get()
    assert (entry.project, str(entry.entered_on), entry.is_day_known) == (office.road, "2023-06-30", False)
    assert take(path, office.key_list)["counts"]["same"] == 1


def test_permits_come_with_the_countys_deadline_and_change_with_the_next_file(office, workbook):
    kind = PermitType.objects.create(name="环境影响评价", also_called="环评")
    Project.objects.update(planned_start_on=datetime.date(2023, 8, 31), state="preparing", actual_start_on=None)
    take(workbook([*ROAD, "办理中"], headings=[*HEADINGS, "环评"]), office.key_list)
    permit = Permit.objects.with_deadline().get()
    assert (permit.permit_type, permit.state, str(permit.deadline_on)) == (kind, "accepted", "2023-10-31")
    document = take(workbook([*ROAD, "√"], headings=[*HEADINGS, "环评"]), office.key_list)
    permit.refresh_from_db()
    assert permit.state == "granted"
    assert [line["field"] for line in rows_in(document)[0]["changes"]] == ["permit.环评.state"]


@pytest.mark.parametrize(
    ("typed", "state", "due", "told"),
    [
        ("8月", None, None, True),
        ("2023.12", None, None, True),
        ("8月底前", "not_started", "2023-08-31", False),
        ("5月", "granted", None, False),
    ],
)
def test_a_permit_is_not_granted_on_a_day_to_come(office, workbook, typed, state, due, told):
    PermitType.objects.create(name="环境影响评价", also_called="环评")
    document = take(workbook([*ROAD, typed], headings=[*HEADINGS, "环评"]), office.key_list)
    permit = Permit.objects.first()
    assert (permit and permit.state, permit and permit.due_on and str(permit.due_on)) == (state, due)
    assert any("“已办结”都没有导入" in problem["message"] for problem in document["problems"]) is told


@pytest.mark.parametrize(
    ("heading", "typed", "told"),
    [
        ("是否开工", "已开工（10月）", True),
        ("实际开工时间", "2023.12", True),
        ("是否入库", "已入库（2023.12）", True),
        ("是否开工", "已开工（3月）", False),
        ("是否入库", "已入库（2023.4）", False),
    ],
)
def test_what_has_happened_did_not_happen_in_a_month_to_come(office, workbook, heading, typed, told):
    Project.objects.update(planned_start_on=None, state="preparing", actual_start_on=None)
    document = take(workbook([*ROAD, typed], headings=[*HEADINGS, heading]), office.key_list)
    assert any("还没有到" in problem["message"] for problem in document["problems"]) is told
    dates = [entry.entered_on for entry in StatisticsEntry.objects.all()]
    dates += Project.objects.exclude(actual_start_on=None).values_list("actual_start_on", flat=True)
    assert bool(dates) is not told


def test_a_milestone_keeps_its_original_date(office, workbook):
    headings = [*HEADINGS, "节点目标"]
    take(workbook([*ROAD, "8月底：主体封顶"], headings=headings), office.key_list)
    document = take(workbook([*ROAD, "9月底：主体封顶\n12月：竣工"], headings=headings), office.key_list)
    assert sorted(Milestone.objects.values_list("name", "due_on")) == [
        ("主体封顶", datetime.date(2023, 8, 31)),
        ("竣工", datetime.date(2023, 12, 31)),
    ]
    assert any("原定 2023-08-31" in problem["message"] for problem in document["problems"])


def test_a_list_that_is_not_there_is_made_with_the_rows(office, workbook):
    document = take(workbook(ROAD), "县产业发展项目清单")
    project_list = ProjectList.objects.get(name="县产业发展项目清单")
    assert project_list.projects.get() == office.road
    assert {"kind": "清单", "name": "县产业发展项目清单"} in document["proposals"]
    assert HistoryEntry.objects.filter(object_type="projectlist", action="create").count() == 1
