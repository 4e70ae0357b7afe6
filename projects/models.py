"""Index of the app's tables: Django finds models only through this module (a test guards that none is missing)."""

from projects.bulletins.models import Bulletin, Letterhead
from projects.guarantees.models import BankMeeting, Deal, GuaranteeEntry, GuaranteeTarget
from projects.imports.models import HeadingMemory, ImportBatch, ImportRow, PlannedWrites
from projects.inspections.models import (
    CheckAnswer,
    Checklist,
    ChecklistItem,
    Finding,
    Inspection,
    InspectionParameters,
    InspectionPhoto,
    Recheck,
)
from projects.meetings.minutes.models import Minutes
from projects.meetings.models import AgendaItem, Decision, Meeting
from projects.milestones.models import Milestone, MilestoneParameters, MilestoneTemplate, TemplateStep
from projects.papers.models import IssuedFile
from projects.periods.models import FilingException, FilingRule, Holiday, Period
from projects.permits.models import (
    Permit,
    PermitDeadlines,
    PermitTemplate,
    PermitType,
    Prerequisite,
    TemplatePermit,
)
from projects.permits.pauses.models import Pause
from projects.permits.reviews.models import Opinion, Review
from projects.problems.models import (
    CategoryWords,
    Escalation,
    EscalationRun,
    EscalationRung,
    Letter,
    Problem,
    ProblemPart,
)
from projects.progress.models import Correction, MonthReport, StatisticsEntry, StatisticsFigure
from projects.rankings.annual.models import AnnualMark, AnnualRow, AnnualRun
from projects.rankings.models import (
    Adjustment,
    Board,
    BoardMember,
    FrozenScore,
    Objection,
    RankingRow,
    RankingRun,
    Scheme,
    SchemeItem,
)
from projects.registry.handover.models import Handover
from projects.registry.models import (
    FundingSource,
    Membership,
    Project,
    ProjectCode,
    ProjectList,
    Responsibility,
    Sector,
    YearPlan,
)
from projects.registry.plans.models import FundingArrival, PlanRevision
from projects.reminders.models import Delivery, Digest
from projects.requests.models import ChangeRequest

__all__ = [
    "Adjustment",
    "AgendaItem",
    "AnnualMark",
    "AnnualRow",
    "AnnualRun",
    "BankMeeting",
    "Board",
    "BoardMember",
    "Bulletin",
    "CategoryWords",
    "ChangeRequest",
    "CheckAnswer",
    "Checklist",
    "ChecklistItem",
    "Correction",
    "Deal",
    "Decision",
    "Delivery",
    "Digest",
    "Escalation",
    "EscalationRun",
    "EscalationRung",
    "FilingException",
    "FilingRule",
    "Finding",
    "FrozenScore",
    "FundingArrival",
    "FundingSource",
    "GuaranteeEntry",
    "GuaranteeTarget",
    "Handover",
    "HeadingMemory",
    "Holiday",
    "ImportBatch",
    "ImportRow",
    "Inspection",
    "InspectionParameters",
    "InspectionPhoto",
    "IssuedFile",
    "Letter",
    "Letterhead",
    "Meeting",
    "Membership",
    "Milestone",
    "MilestoneParameters",
    "MilestoneTemplate",
    "Minutes",
    "MonthReport",
    "Objection",
    "Opinion",
    "Pause",
    "Period",
    "Permit",
    "PermitDeadlines",
    "PermitTemplate",
    "PermitType",
    "PlanRevision",
    "PlannedWrites",
    "Prerequisite",
    "Problem",
    "ProblemPart",
    "Project",
    "ProjectCode",
    "ProjectList",
    "RankingRow",
    "RankingRun",
    "Recheck",
    "Responsibility",
    "Review",
    "Scheme",
    "SchemeItem",
    "Sector",
    "StatisticsEntry",
    "StatisticsFigure",
    "TemplatePermit",
    "TemplateStep",
    "YearPlan",
]
