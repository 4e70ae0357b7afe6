"""A lived-in half year: milestones passed, months reported, sites visited, problems answered."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl

from leaders.accounts.models import User
from leaders.organisations.models import Unit
from projects.inspections.actions import Assignment, NewFinding, Rechecked, log_inspection
from projects.inspections.models import ChecklistItem
from projects.inspections.rechecks.queries import unsettled_findings
from projects.inspections.rules import CheckResult
from projects.milestones.actions import record_done
from projects.milestones.models import Milestone
from projects.problems.actions import answer_problem, close_problem, create_problem, note_problem, sign_problem
from projects.problems.models import Problem
from projects.progress.actions import set_statistics_entry, take_over_report
from projects.progress.queries import lead_units
from projects.registry.access import reported_by
from projects.registry.life.actions import correct_project
from projects.registry.models import Project, ProjectList, Responsibility, YearPlan
from projects.registry.queries import led_by
from projects.registry.rules import ListKind, ProjectState, ResponsibilityRole
from projects.requests.actions import Asked, approve, ask
from projects.requests.rules import RequestKind

CHINA = ZoneInfo("Asia/Shanghai")
DAY = datetime.timedelta(days=1)
SITUATIONS = (
    "现场正常施工，基础工程按计划推进，安全措施到位。",
    "主体施工，塔吊在用。",
    "设备基础浇筑完成，等待设备进场。",
    "场地平整完成，围挡已设，等待正式打桩。",
)
FINDINGS = (
    ("临时用电线路未架空，存在隐患", "other"),
    ("征迁扫尾 3 户未签协议，影响东侧作业面", "relocation"),
    ("施工许可证尚未办结，需加快", "permits"),
    ("资金拨付滞后，施工方反映进度款未到位", "finance"),
)


def pass_milestones(*, at: Mapping[int, datetime.datetime]) -> None:
    """Most milestones due by June were passed in time, some late, a few not at all; entered by month's end, June's apart."""
    office = User.objects.get(username="zhongdian")
    due = Milestone.objects.filter(due_on__lt=datetime.date(2023, 7, 1)).select_related("project")
    for milestone in due.order_by("pk"):
        turn = (milestone.pk // 5 + milestone.pk) % 20
        if turn == 0:
            continue
        late = {7: 9, 13: 21}.get(turn, -(turn % 5))
        done_on = min(milestone.due_on + late * DAY, datetime.date(2023, 6, 30))
        record_done(
            milestone,
            actual_on=done_on,
            evidence="现场核实已完成",
            version=None,
            by=office,
            at=at[max(5, done_on.month)],
        )


def figures_until_may(path: Path) -> dict[str, Decimal]:
    """{project: 万元 from January to May} of June's workbook, which gives June and January–June in 亿元."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(min_row=5, max_col=7, values_only=True)
    return {
        str(name): (Decimal(str(whole)) - Decimal(str(month))) * 10_000
        for number, name, _, _, _, month, whole in rows
        if isinstance(number, int)
    }


def report_until_may(
    done: Mapping[str, Decimal], project_list: ProjectList, *, by: User, at: datetime.datetime
) -> None:
    """What the key list's projects had done by May, as one report from January on."""
    may, january = datetime.date(2023, 5, 1), datetime.date(2023, 1, 1)
    for project in Project.objects.filter(lists=project_list, name__in=done).order_by("pk"):
        amount = done[project.name].quantize(Decimal("0.01"))
        take_over_report(project, may, covers_from=january, done_wan=amount, by=by, at=at)


def report_task_force_projects(*, by: User, at: Mapping[int, datetime.datetime]) -> None:
    """四部四专班 projects that stand in no other list: half a year of money, as their groups' tables would bring it in May
    and in June."""
    june, may, january = (datetime.date(2023, month, 1) for month in (6, 5, 1))
    plans = YearPlan.objects.filter(year=2023, plan_wan__gt=0, project__lists__kind=ListKind.TASK_FORCE)
    plans = plans.exclude(project__reports__month=june).exclude(project__lists__kind=ListKind.COUNTY_KEY)
    # 交通局 and 水利局 each left out their last one in June: what their 临时开放 is asked for.
    silent = {
        plans.filter(project__in=reported_by(User.objects.get(username=name), at[6].date()))
        .latest("project")
        .project_id
        for name in ("jiaotong", "shuili")
    }
    started_on = datetime.date(2023, 3, 31)
    for plan in plans.select_related("project").order_by("project"):
        values = {"state": ProjectState.BUILDING, "actual_start_on": started_on}
        correct_project(plan.project, values, by=by, at=at[5], version=None, reason="按专班台账补录开工")
        if plan.project_id % 6:
            set_statistics_entry(plan.project, entered_on=datetime.date(2023, 5, 15), by=by, at=at[5])
        share = Decimal(22 + plan.project_id % 31) / 100
        done = (plan.plan_wan or Decimal(0)) * share
        month_done = (done / 6).quantize(Decimal("0.01"))
        take_over_report(
            plan.project,
            may,
            covers_from=january,
            done_wan=(done - month_done).quantize(Decimal("0.01")),
            by=by,
            at=at[5],
        )
        planned = ((plan.plan_wan or Decimal(0)) / 12).quantize(Decimal("0.01"))
        if plan.project_id not in silent:
            take_over_report(
                plan.project, june, planned_wan=planned, done_wan=month_done, progress="按计划推进", by=by, at=at[6]
            )


def log_visits() -> None:
    """Site visits of June and of this week by the bureau and by leaders; findings become problems, some are closed."""
    bureau = User.objects.get(username="ducha")
    projects = list(Project.objects.active().filter(lists__key="2023-key").order_by("pk"))
    units = lead_units([project.pk for project in projects], datetime.date(2023, 6, 30))
    leaders, points = _leaders(projects), list(ChecklistItem.objects.filter(checklist__sector__isnull=True))
    days = [datetime.date(2023, 6, 1) + step * DAY for step in range(34)]
    visits = [day for day in days if day.weekday() in {1, 3} or day >= datetime.date(2023, 7, 3)]
    for number, day in enumerate(day for day in visits if day <= datetime.date(2023, 7, 4)):
        for offset in range(3):
            project = projects[(number * 7 + offset * 31) % len(projects)]
            at = datetime.datetime(day.year, day.month, day.day, 16 + offset, tzinfo=CHINA)
            values = {"inspected_on": day, "situation": SITUATIONS[(number + offset) % 4], "people": "演示同行人员"}
            if (number + offset) % 4 < 2:
                values |= {"workers": 20 + number * 3 + offset, "machines": 1 + offset}
            values |= {"unit": bureau.unit} if offset else {"leader": leaders[project.pk]}
            findings = _findings(number, units.get(project.pk), day) if offset == 1 else ()
            checks = _checks(points, number) if offset == 2 else {}
            log_inspection(project, values, findings=findings, checks=checks, by=bureau, at=at)
    _work_on_problems(bureau)
    _look_again(bureau)


def visit_own_projects() -> None:
    """Leaders on the sites that they lead: once a month from February, in June once or twice a week, this week most of them
    on both days that are over; the first leader, whose account people try, on one. Every third visit is made in the name of
    the project's group too."""
    bureau = User.objects.get(username="ducha")
    led: dict[Any, list[Project]] = {}
    held = Responsibility.objects.in_force(datetime.date(2023, 7, 4))
    of_groups = held.filter(role=ResponsibilityRole.GROUP).select_related("group").order_by("pk")
    groups = {row.project_id: row.group for row in of_groups}
    rows = held.filter(role=ResponsibilityRole.LEADER)
    for row in rows.select_related("leader", "project").order_by("leader__position", "leader", "project"):
        led.setdefault(row.leader, []).append(row.project)
    for turn, (leader, projects) in enumerate(led.items()):
        for number, day in enumerate(_leader_days(turn)):
            project = projects[(turn + number) % len(projects)]
            at = datetime.datetime(day.year, day.month, day.day, 17, tzinfo=CHINA)
            values = {"inspected_on": day, "situation": SITUATIONS[(turn + number) % 4], "leader": leader}
            values |= {"group": groups.get(project.pk)} if (turn + number) % 3 == 0 else {}
            log_inspection(project, values, by=bureau, at=at)


def _leader_days(turn: int) -> list[datetime.date]:
    months = [datetime.date(2023, month, 6 + (turn * 5 + month) % 20) for month in (2, 3, 4, 5)]
    mondays = [datetime.date(2023, 6, 5) + 7 * week * DAY for week in range(4)]
    june = [
        monday + (turn + step) % 5 * DAY for week, monday in enumerate(mondays) for step in range(1 + (turn + week) % 2)
    ]
    now = (
        [datetime.date(2023, 7, 4)]
        if turn % 4 == 0
        else []
        if turn % 4 == 3
        else [datetime.date(2023, 7, 3), datetime.date(2023, 7, 4)]
    )
    return [*months, *june, *now]


def leave_problems_alone() -> None:
    """Two that their units did not answer: one has come to a 督办函, one to the first leader."""
    office = User.objects.get(username="zhongdian")
    leader = User.objects.get(username="lingdao").leader
    projects = list(led_by(leader.pk if leader else 0, datetime.date(2023, 6, 30)).order_by("pk")[:2])
    units = lead_units([project.pk for project in projects], datetime.date(2023, 6, 30))
    left = (("北侧高压线杆未迁改，塔吊不能进场", "utilities", 6), ("临时道路占用基本农田，用地手续未补", "land", 16))
    for project, (text, category, day) in zip(projects, left, strict=False):
        raised_on = datetime.date(2023, 6, day)
        values = {
            "source": "enterprise",
            "raised_by": "施工单位",
            "raised_on": raised_on,
            "text": text,
            "category": category,
        }
        values |= {"due_on": raised_on + 10 * DAY, "unit": units.get(project.pk)}
        create_problem(project, values, by=office, at=datetime.datetime(2023, 6, day, 10, tzinfo=CHINA))


def _leaders(projects: list[Project]) -> dict[int, object]:
    rows = Responsibility.objects.filter(project__in=projects, role=ResponsibilityRole.LEADER).select_related("leader")
    return {row.project_id: row.leader for row in rows.order_by("-position")}


def _findings(number: int, unit: Unit | None, day: datetime.date) -> tuple[NewFinding, ...]:
    text, category = FINDINGS[number % len(FINDINGS)]
    return (NewFinding(text, Assignment(unit, day + 10 * DAY, category)),)


def _checks(points: list[ChecklistItem], number: int) -> dict[int, str]:
    """Most points of the checklist were looked at; now and then one was bad."""
    results = {
        point.pk: CheckResult.BAD if (number + turn) % 7 == 0 else CheckResult.FINE for turn, point in enumerate(points)
    }
    return {pk: result for turn, (pk, result) in enumerate(results.items()) if (number + turn) % 4}


def _look_again(bureau: User) -> None:
    """复查 of three findings on 4 July: one mended, one half mended, one not."""
    at = datetime.datetime(2023, 7, 4, 17, tzinfo=CHINA)
    notes = {"done": "现场已整改到位", "partly": "大部分已整改，东侧还差一段", "not_done": ""}
    waiting = unsettled_findings().filter(inspection__inspected_on__lt=datetime.date(2023, 6, 25)).order_by("pk")
    for finding, (result, note) in zip(waiting.select_related("inspection__project"), notes.items(), strict=False):
        values = {"inspected_on": at.date(), "situation": "复查以前发现的问题。", "unit": bureau.unit}
        rechecks = {finding.pk: Rechecked(result, note)}
        log_inspection(finding.inspection.project, values, rechecks=rechecks, by=bureau, at=at)


def _work_on_problems(bureau: User) -> None:
    """Two in three problems are answered by the office for the unit, and half of these verified by the bureau."""
    office = User.objects.get(username="zhongdian")
    for number, problem in enumerate(Problem.objects.order_by("pk")):
        if problem.raised_on == datetime.date(2023, 7, 4):
            continue  # found that evening: nobody has answered yet
        if number % 3 == 2:
            _leave_under_way(number, problem, office, bureau)
            continue
        day = problem.raised_on + 6 * DAY
        at = min(
            datetime.datetime(day.year, day.month, day.day, 11, tzinfo=CHINA),
            datetime.datetime(2023, 7, 4, tzinfo=CHINA),
        )
        answered = answer_problem(problem, answer="已整改，现场情况见附记。", version=None, by=office, at=at)
        if number % 2 == 0:
            close_problem(answered, version=None, by=bureau, at=at)


def _leave_under_way(number: int, problem: Problem, office: User, bureau: User) -> None:
    """Signed and under way; now and then more time is asked for and given, or 挂账 is asked for."""
    at = min(
        datetime.datetime.combine(problem.raised_on + 2 * DAY, datetime.time(9), CHINA),
        datetime.datetime(2023, 7, 4, 9, tzinfo=CHINA),
    )
    signed = sign_problem(problem, version=None, by=office, at=at)
    problem = note_problem(signed, note="已对接相关单位，方案正在确定。", version=None, by=office, at=at)
    if number % 6 == 5 or problem.due_on is None:
        return
    kind = RequestKind.PARK_PROBLEM if number % 4 == 0 else RequestKind.DELAY_PROBLEM
    day = max(problem.due_on, at.date()) + 14 * DAY
    asked = ask(Asked(kind, problem, day, reason_code="land", reason="两户补偿协议仍在商谈"), by=office, at=at)
    if kind == RequestKind.DELAY_PROBLEM:
        approve(asked, version=None, by=bureau, at=at + datetime.timedelta(hours=3))
