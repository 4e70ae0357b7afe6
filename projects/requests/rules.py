"""What may be asked for, of whom, and what an approval does: dates that move and states that change only by request."""

import datetime
from collections.abc import Mapping

from django.db.models import TextChoices

from projects.registry.rules import ProjectState, may_move


class RequestKind(TextChoices):
    MOVE_MILESTONE = "move_milestone", "调整节点日期"
    MOVE_START = "move_start", "调整计划开工"
    MOVE_END = "move_end", "调整计划竣工"
    START = "start", "开工"
    COMPLETE = "complete", "竣工"
    PRODUCE = "produce", "投产"
    STOP = "stop", "停工"
    RESUME = "resume", "复工"
    LEAVE = "leave", "调出清单"
    TERMINATE = "terminate", "终止"
    DELAY_PROBLEM = "delay_problem", "问题延期"
    HAND_OVER_PROBLEM = "hand_over_problem", "问题转办"
    PARK_PROBLEM = "park_problem", "问题挂账"
    CHANGE_LIGHT = "change_light", "改灯"


class LightPart(TextChoices):
    """Which light of a project is changed; `PROJECT` is the one that the list shows."""

    PROJECT = "project", "项目灯"
    PROGRESS = "progress", "投资进度灯"
    START = "start", "开工灯"
    ENTRY = "entry", "入库灯"
    MILESTONE = "milestone", "节点灯"


class ChangedColour(TextChoices):
    """To what; the colours are those of projects.status.rules. RESTORED ends a change before its day."""

    GREEN = "green", "改为绿灯"
    YELLOW = "yellow", "改为黄灯"
    RED = "red", "改为红灯"
    RESTORED = "restored", "不再改（恢复算出的灯）"


class Verdict(TextChoices):
    PENDING = "pending", "待审批"
    APPROVED = "approved", "已批准"
    REJECTED = "rejected", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"


# How a verdict is marked beside its word.
VERDICT_TONES: Mapping[str, str] = {
    Verdict.PENDING: "info",
    Verdict.APPROVED: "success",
    Verdict.REJECTED: "danger",
}


class ReasonCode(TextChoices):
    LAND = "land", "征地拆迁"
    MONEY = "money", "资金"
    PERMITS = "permits", "手续"
    DESIGN = "design", "设计变更"
    WEATHER = "weather", "天气"
    SUPPLY = "supply", "材料设备"
    POLICY = "policy", "政策调整"
    OWNER = "owner", "业主或施工单位原因"
    OTHER = "other", "其他"


# About one entry of the problem ledger; decided by those who chase problems.
PROBLEM_KINDS = frozenset({RequestKind.DELAY_PROBLEM, RequestKind.HAND_OVER_PROBLEM, RequestKind.PARK_PROBLEM})
# What moves a planned date: the old one is kept beside the new one.
MOVES = frozenset({RequestKind.MOVE_MILESTONE, RequestKind.MOVE_START, RequestKind.MOVE_END, RequestKind.DELAY_PROBLEM})
# Moves of the project's own planned dates: kind → field.
PLANNED_FIELDS: Mapping[str, str] = {
    RequestKind.MOVE_START: "planned_start_on",
    RequestKind.MOVE_END: "planned_end_on",
}
# What changes the state: kind → the state that follows.
TARGET_STATES: Mapping[str, ProjectState] = {
    RequestKind.START: ProjectState.BUILDING,
    RequestKind.COMPLETE: ProjectState.COMPLETED,
    RequestKind.PRODUCE: ProjectState.PRODUCING,
    RequestKind.STOP: ProjectState.STOPPED,
    RequestKind.RESUME: ProjectState.BUILDING,
    RequestKind.TERMINATE: ProjectState.TERMINATED,
}
# Where the day of the change is kept on the project.
ACTUAL_FIELDS: Mapping[str, str] = {
    RequestKind.START: "actual_start_on",
    RequestKind.COMPLETE: "actual_end_on",
    RequestKind.PRODUCE: "production_on",
}
# What must be shown, in words or by a file, and what shows it: every change of state, leaving a list, a changed light.
# 开工 is 正式打桩 or 主体工程, levelling ground does not count.
EVIDENCE_HINTS: Mapping[str, str] = {
    RequestKind.START: "正式打桩或主体施工的现场情况、开工令",
    RequestKind.COMPLETE: "竣工验收文号或现场情况",
    RequestKind.PRODUCE: "投产、试生产的文件或现场情况",
    RequestKind.STOP: "停工令、专题会议或现场情况",
    RequestKind.RESUME: "复工令或现场情况",
    RequestKind.LEAVE: "同意调出的文号或会议",
    RequestKind.TERMINATE: "同意终止的文号或会议",
    RequestKind.CHANGE_LIGHT: "主管部门的文件、来函或现场情况",
}
# What must be explained, with a coded reason and words.
EXPLAINED = MOVES | {RequestKind.STOP, RequestKind.LEAVE, RequestKind.TERMINATE, RequestKind.PARK_PROBLEM}
DAY_LABELS: Mapping[str, str] = {
    RequestKind.START: "实际开工日",
    RequestKind.COMPLETE: "实际竣工日",
    RequestKind.PRODUCE: "投产日期",
    RequestKind.STOP: "停工日期",
    RequestKind.RESUME: "复工日期",
    RequestKind.LEAVE: "调出日期",
    RequestKind.TERMINATE: "终止日期",
}
# What the date asked for is called where it lies ahead.
WISH_LABELS: Mapping[str, str] = {
    RequestKind.DELAY_PROBLEM: "新的办理时限",
    RequestKind.PARK_PROBLEM: "挂账至（届时复查）",
    RequestKind.CHANGE_LIGHT: "有效期至",
}


def is_possible(kind: str, state: str) -> bool:
    """Whether a project in `state` may ask for the change. A project that stands still already may ask for the approval
    it lacks, or for a longer one; 复工 and 开工 both end in 在建 and are told apart by where they begin."""
    if kind not in TARGET_STATES:
        return kind not in PROBLEM_KINDS
    if kind == RequestKind.STOP and state == ProjectState.STOPPED:
        return True
    if kind == RequestKind.RESUME:
        return state == ProjectState.STOPPED
    if kind == RequestKind.START and state == ProjectState.STOPPED:
        return False
    return may_move(state, TARGET_STATES[RequestKind(kind)])


def is_near_deadline(planned_on: datetime.date, today: datetime.date, near_days: int) -> bool:
    """Within `near_days` of the date that is to move, or past it: only the higher approver may allow it (domain: 30
    days). The last day on which the usual approver may is the day before."""
    return (planned_on - today).days <= near_days


def is_approved_stop(last: tuple[str, datetime.date | None] | None, on: datetime.date) -> bool:
    """Whether a standstill on `on` is approved, by the last approved change of state up to that day (kind, planned
    复工). An approval holds to the planned 复工 and no longer."""
    return last is not None and last[0] == RequestKind.STOP and (last[1] is None or on <= last[1])
