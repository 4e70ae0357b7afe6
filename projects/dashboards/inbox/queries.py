"""One person's inbox: what the home page shows the beginning of, whole, and by day. The same queries for both."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from leaders.accounts.models import User
from leaders.roles import Role
from projects.dashboards.charge.queries import reported_to_leader
from projects.dashboards.home.queries import (
    approver_work,
    decision_work,
    office_work,
    reporter_work,
)
from projects.dashboards.inbox.rules import MONTH, Entry
from projects.guarantees.whitelist.queries import running_out
from projects.inspections.models import Finding
from projects.inspections.queries import onsite_week
from projects.inspections.rechecks.queries import findings_to_recheck
from projects.meetings.queries import meetings_to_chair
from projects.milestones.models import Milestone
from projects.periods.queries import reporting_period
from projects.permits.queries import back_with_reporter
from projects.problems.access import verifies_problems
from projects.problems.models import Problem
from projects.problems.queries import parked_due, problems_to_verify
from projects.progress.models import MonthReport
from projects.registry.access import visible_projects
from projects.registry.queries import led_by
from projects.requests.access import decides_requests
from yichuan_tracker.months import month_key, month_label

# More than anybody has to do at once; a page longer than this would not be read.
ALL = 300


def inbox_of(user: User, today: datetime.date) -> list[Entry]:
    """What waits for the person, is overdue, was returned or falls due, of all the person's roles. Constant in queries."""
    entries: list[Entry] = []
    if decides_requests(user):
        entries += _decisions(user, today)
    if user.has_role(Role.REPORTER):
        entries += _reporter(user, today)
    if user.has_role(Role.OFFICE):
        entries += _office(user, today)
    if user.has_role(Role.INSPECTOR):
        entries += _rechecks(findings_to_recheck(visible_projects(user), today)[:ALL])
    if verifies_problems(user):
        entries += _problems("核查销号", problems_to_verify(user)[:ALL], has_day=False)
        entries += [
            Entry("挂账到期", one.text, one.project.name, _page("problem-detail", one.pk), one.parked_until)
            for one in parked_due(today + MONTH)[:ALL]
        ]
    if user.has_role(Role.LEADER) and user.leader_id is not None:
        entries += _leader(user.leader_id, today)
        led = led_by(user.leader_id, today).values("pk")
        entries += _problems("请您过问", reported_to_leader(led)[:ALL])
    if user.has_role(Role.APPROVER):
        entries += _approver(user, today)
    return entries


def _decisions(user: User, today: datetime.date) -> Iterator[Entry]:
    """They wait whatever day they are about; beyond it they are overdue."""
    for one in decision_work(user, today, ALL).items:
        title = f"{one.kind} {one.detail}".strip()
        late_on = one.until if one.until and one.until < today else None
        note = f"{one.until} {one.until_words}" if one.until else ""
        yield Entry("审批", title, one.subject, one.url, late_on, note=note)


def _reporter(user: User, today: datetime.date) -> Iterator[Entry]:
    work = reporter_work(user, today, reporting_period(today), ALL)
    for report in work.returned.items:
        yield Entry(
            "月报", month_label(report.month), report.project.name, _report(report), note=report.return_reason,
            is_returned=True,
        )  # fmt: skip
    if work.period and work.to_file.count:
        url = (
            reverse("report-sheet", args=[user.unit_id, month_key(work.period.month)])
            if user.unit_id
            else reverse("report-board")
        )
        title = f"{work.period}还有 {work.to_file.count} 个项目没有上报"
        yield Entry("月报", title, str(user.unit or ""), url, work.period.due_on, counts=work.to_file.count)
    yield from _milestones([*work.overdue.items, *work.due_soon.items])
    yield from _problems("问题", work.problems.items)
    yield from _permits(work.permits.items)
    for permit in back_with_reporter(user, today)[:ALL]:
        page = _page("permit-detail", permit.pk)
        yield Entry("手续补正", str(permit.permit_type), permit.project.name, page, note=permit.told, is_returned=True)
    for run in work.to_comment.items:
        yield Entry("考评意见", f"核对试算得分：{run}", "", _page("objection-list", run.pk), run.objections_until)


def _office(user: User, today: datetime.date) -> Iterator[Entry]:
    work = office_work(user, today, reporting_period(today), ALL)
    if step := work.ranking:
        page = reverse("ranking-month", args=[month_key(step.month)])
        yield Entry("月考评", f"{month_label(step.month)}考评已关账，待{step.what}", "", page)
    for bulletin in work.to_issue.items:
        yield Entry("通报待签发", str(bulletin), "", _page("bulletin-detail", bulletin.pk))
    for report in work.to_accept.items:
        yield Entry("月报待审", month_label(report.month), report.project.name, _report(report))
    for review in work.reviews.items:
        owed = review.asked - review.answered
        kind, note = ("联审催办", f"还有 {owed} 条意见没有答复") if owed else ("联审定结论", "意见已收齐")
        yield Entry(kind, review.title, "", _page("review-detail", review.pk), review.due_on, note=note)
    for member in running_out(today, today + MONTH):
        page = _page("membership-edit", member.pk)
        yield Entry("白名单到期", str(member.project_list), member.project.name, page, member.valid_until)
    for objection in work.objections.items:
        yield Entry("考评意见待答复", objection.subject, str(objection.unit), _page("objection-detail", objection.pk))
    for batch in work.batches.items:
        yield Entry("导入待确认", batch.file_name, "", _page("import-review", batch.pk))
    if work.unverified_milestones:
        title = f"单位已报完成、等核实的节点 {work.unverified_milestones} 个"
        url = f"{reverse('milestone-list')}?state=unverified"
        yield Entry("节点待核实", title, "", url, counts=work.unverified_milestones)


def _leader(leader_id: int, today: datetime.date) -> Iterator[Entry]:
    """The days on site that the week still asks for, and meetings that the leader is to chair."""
    week = onsite_week(today)
    own = next((line for line in week.leaders if line.subject.pk == leader_id), None)
    if own is not None and own.missing:
        title = f"本周到现场 {len(own.days)} 天，还差 {own.missing} 天"
        yield Entry("周督查", title, "", reverse("inspection-create"), week.sunday)
    for meeting in meetings_to_chair(leader_id):
        yield Entry("例会", meeting.name, meeting.scope, _page("meeting-detail", meeting.pk), meeting.held_on)


def _approver(user: User, today: datetime.date) -> Iterator[Entry]:
    work = approver_work(user, today, ALL)
    yield from _permits(work.permits.items)
    for one in work.opinions.items:
        about = one.project.name
        yield Entry("联审意见", str(one.review), about, _page("review-opinion", one.pk), one.review.due_on)
    if not user.has_role(Role.REPORTER):  # A reporter of the same unit has them already.
        yield from _problems("问题", work.problems.items)


def _permits(permits: Iterable[Any]) -> Iterator[Entry]:
    """Of `pressing`."""
    for one in permits:
        page = _page("permit-detail", one.pk)
        yield Entry("手续", str(one.permit_type), one.project.name, page, one.pressing_on, note=one.pressing_why)


def _milestones(milestones: Iterable[Milestone]) -> Iterator[Entry]:
    for one in milestones:
        yield Entry("节点", one.name, one.project.name, _page("milestone-detail", one.pk), one.due_on)


def _problems(kind: str, problems: Iterable[Problem], *, has_day: bool = True) -> Iterator[Entry]:
    """`has_day`: the deadline is the person's own; who verifies has none."""
    for one in problems:
        page = _page("problem-detail", one.pk)
        yield Entry(kind, one.text, one.project.name, page, one.due_on if has_day else None)


def _rechecks(findings: Iterable[Finding]) -> Iterator[Entry]:
    for one in findings:
        project = one.inspection.project
        url = f"{reverse('inspection-create')}?{urlencode({'project': project.pk, 'finding': one.pk})}"
        due_on = one.problem.due_on if one.problem else None
        yield Entry("到现场复查", one.text, project.name, url, note=f"办理时限 {due_on}" if due_on else "")


def _report(report: MonthReport) -> str:
    return reverse("report-fill", args=[report.project_id, month_key(report.month)])


def _page(name: str, pk: int) -> str:
    return reverse(name, args=[pk])
