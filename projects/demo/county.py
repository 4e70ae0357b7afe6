"""The demo county of 2023, made by the same importer and actions that people use. Everything in it is invented.

Deterministic: what happens to a project hangs on its number, never on chance.
"""

import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from leaders.accounts.models import User
from leaders.roles import Role
from leaders.roster.actions import change_leader
from leaders.roster.models import Leader
from leaders.roster.rules import LeaderLevel
from projects.bulletins.actions import (
    draft_inspection_bulletin,
    draft_month_bulletin,
    issue_bulletin,
    send_bulletin,
)
from projects.demo.changes import ask_and_decide, change_a_light, keep_templates, plan_summer, verify_reported
from projects.demo.life import (
    figures_until_may,
    leave_problems_alone,
    log_visits,
    pass_milestones,
    report_task_force_projects,
    report_until_may,
    visit_own_projects,
)
from projects.demo.mechanisms import use_mechanisms
from projects.demo.money import plan_and_fund
from projects.demo.months import correct_and_reopen, start_july
from projects.demo.people import ACCOUNTS, Credentials, create_accounts
from projects.demo.permits import hold_reviews, settle_permits, work_on_permits
from projects.demo.ranking import ask_the_units, draft_next_scheme, sum_up_so_far
from projects.demo.workbooks import return_workbooks
from projects.imports.actions import import_file
from projects.periods.actions import import_holidays, open_year, set_filing_rule
from projects.problems.escalation.actions import escalate, issue_letter
from projects.problems.escalation.queries import chased_units
from projects.rankings.actions import compute_trial, publish_run, release_run
from projects.rankings.models import RankingRun
from projects.registry.handover.actions import hand_over
from projects.registry.lists.actions import create_list
from projects.registry.models import ProjectList, Responsibility
from projects.registry.queries import led_by
from projects.registry.rules import ListKind, ResponsibilityRole
from projects.reminders.sending.actions import make_digest
from yichuan_tracker.months import week_of

SAMPLES = Path(settings.BASE_DIR) / "fixtures" / "samples"
YEAR = 2023
MAY, JUNE = datetime.date(YEAR, 5, 1), datetime.date(YEAR, 6, 1)
# 国务院办公厅关于2023年部分节假日安排的通知
HOLIDAYS = """2023-01-01 至 2023-01-02 元旦 休
2023-01-21 至 2023-01-27 春节 休
2023-01-28 至 2023-01-29 春节 班
2023-04-05 清明节 休
2023-04-29 至 2023-05-03 劳动节 休
2023-04-23 劳动节 班
2023-05-06 劳动节 班
2023-06-22 至 2023-06-24 端午节 休
2023-06-25 端午节 班
2023-09-29 至 2023-10-06 中秋国庆 休
2023-10-07 至 2023-10-08 中秋国庆 班"""
CHINA = ZoneInfo("Asia/Shanghai")


def moment(month: int, day: int, hour: int = 10) -> datetime.datetime:
    return datetime.datetime(YEAR, month, day, hour, tzinfo=CHINA)


@transaction.atomic
def build_county() -> list[Credentials]:
    """All of the demo, or nothing. Returns the accounts with their passwords."""
    credentials = create_accounts((one for one in ACCOUNTS if one.role != Role.LEADER), at=moment(1, 4))
    office, deputy = (User.objects.get(username=name) for name in ("zhongdian", "qianfa"))
    rule = {"opening_day": 1, "due_day": 25, "closing_day": 3, "combines_first_months": False, "jump_pct": 30}
    set_filing_rule(YEAR, rule, version=None, by=office, at=moment(1, 5))
    open_year(YEAR, by=office, at=moment(1, 5))
    import_holidays(HOLIDAYS, by=office, at=moment(1, 5))
    import_lists(office)
    # The first leader of the county list signs in too.
    credentials += create_accounts((one for one in ACCOUNTS if one.role == Role.LEADER), at=moment(2, 7))
    grade_leaders(office)
    keep_templates()
    plan_and_fund()
    pass_milestones(at={5: moment(6, 2), 6: moment(7, 3)})
    plan_summer()
    verify_reported()
    ask_and_decide()
    settle_permits(by=office, at={5: moment(5, 31), 6: moment(6, 30)})
    work_on_permits()
    hold_reviews()
    report_task_force_projects(by=office, at={5: moment(5, 25, 15), 6: moment(6, 25, 15)})
    log_visits()
    visit_own_projects()
    leave_problems_alone()
    release_month(MAY, office, deputy, day=5)
    ask_the_units(JUNE, by=office, at=moment(7, 1, 9))
    for day in (28, 29, 30):
        escalate(at=moment(6, day, 7))
    issue_bulletins(release_month(JUNE, office, deputy, day=4), office, deputy)
    sum_up_so_far(YEAR, by=office, at=moment(7, 4, 18))
    draft_next_scheme(by=office, at=moment(7, 4, 18))
    for day in (3, 4, 5):
        escalate(at=moment(7, day, 7))
    change_a_light()
    make_digest(at=moment(7, 5, 8))
    issue_letters()
    hand_over_two(office)
    start_july(office)
    use_mechanisms()
    correct_and_reopen(by=deputy)
    return_workbooks(by=office, at=moment(7, 5, 8))
    return credentials


def release_month(month: datetime.date, office: User, deputy: User, *, day: int) -> RankingRun:
    """Computed and published by one account, released by the other, on the `day` of the month after."""
    run = compute_trial(month, by=office, at=moment(month.month + 1, day, 9))
    run = publish_run(run, by=office, at=moment(month.month + 1, day, 11), version=run.version)
    return release_run(run, by=deputy, at=moment(month.month + 1, day, 16), version=run.version)


def issue_bulletins(run: RankingRun, office: User, deputy: User) -> None:
    """June's 月通报, drafted by one account and issued by the other; the bureau's 督查通报 of the week before."""
    bulletin = draft_month_bulletin(run, by=office, at=moment(7, 4, 17))
    bulletin = send_bulletin(bulletin, by=office, at=moment(7, 4, 17), version=bulletin.version)
    issue_bulletin(bulletin, by=deputy, at=moment(7, 4, 18), version=bulletin.version)
    bureau = User.objects.get(username="ducha")
    monday, sunday = week_of(datetime.date(YEAR, 7, 2))
    weekly = draft_inspection_bulletin(monday, sunday, by=bureau, at=moment(7, 3, 9))
    issue_bulletin(weekly, by=bureau, at=moment(7, 3, 11), version=weekly.version)


def issue_letters() -> None:
    """The bureau writes to the units whose problems have come to a letter; one unit's letter is still to be written."""
    bureau = User.objects.get(username="ducha")
    waiting = [(one.unit, step) for one in chased_units(moment(7, 5).date()) for step, _ in one.letters_to_write]
    for unit, step in waiting[1:]:
        if unit is not None:
            issue_letter(unit, step, by=bureau, at=moment(7, 5, 9))


def import_lists(office: User) -> None:
    """The county's own workbooks, read by the importer itself."""
    key_list = _list("2023-key", "伊川县2023年重点项目清单", ListKind.COUNTY_KEY, office)
    _import("县重点项目清单-三级表头.xlsx", key_list, office, moment(2, 6))
    groups = _list("2023-sbszb", "2023年“四部四专班”项目清单", ListKind.TASK_FORCE, office)
    _import("四部四专班台账-一部一表.xlsx", groups, office, moment(2, 10))
    reserve = _list("2023-reserve", "“三个一批”谋划储备项目清单", ListKind.THREE_BATCHES, office)
    _import("三个一批储备项目-手续列.xlsx", reserve, office, moment(2, 13))
    schools = _list("2023-education", "2023年教育集中开工项目清单", ListKind.JOINT_START, office)
    _import("教育集中开工项目-平表.xlsx", schools, office, moment(3, 1))
    june = "重点项目6月份进展情况表.xlsx"
    report_until_may(figures_until_may(SAMPLES / june), key_list, by=office, at=moment(5, 25))
    _import(june, key_list, office, moment(6, 25))


def _list(key: str, name: str, kind: ListKind, office: User) -> ProjectList:
    return create_list({"key": key, "name": name, "year": YEAR, "kind": kind}, by=office, at=moment(2, 1))


def _import(file_name: str, project_list: ProjectList, office: User, at: datetime.datetime) -> None:
    result = import_file(SAMPLES / file_name, project_list=project_list, year=YEAR, by=office, at=at)
    if not result["applied"]:
        raise RuntimeError(f"{file_name} 没有导入：{result['problems'][:3]}")


def hand_over_two(office: User) -> None:
    """From 1 July two projects of the second county leader are the third's; June stays with the second."""
    giver, receiver = Leader.objects.filter(level=LeaderLevel.COUNTY).order_by("position")[1:3]
    projects = list(led_by(giver.pk, moment(6, 30).date()).order_by("pk"))[-2:]
    day = moment(7, 1).date()
    hand_over(giver, receiver, projects, starts_on=day, reason="县级领导分工调整（演示）", by=office, at=moment(7, 3))


def grade_leaders(office: User) -> None:
    """The 29 of the key list are county leaders; the other 22 of the 51 head a responsible unit."""
    county = set(
        Responsibility.objects.filter(
            role=ResponsibilityRole.LEADER, project__memberships__project_list__key="2023-key"
        ).values_list("leader", flat=True)
    )
    for position, leader in enumerate(Leader.objects.prefetch_related("aliases").order_by("pk"), start=1):
        is_county = leader.pk in county
        values = {
            "level": LeaderLevel.COUNTY if is_county else LeaderLevel.UNIT,
            "post": "县级领导（演示）" if is_county else "责任单位负责人（演示）",
            "position": position if is_county else 100 + position,
        }
        aliases = [alias.name for alias in leader.aliases.all()]
        change_leader(leader, values, aliases=aliases, by=office, at=moment(2, 20), version=None)
