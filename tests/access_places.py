"""One record of everything, on the road and on the dam: what the access table opens."""

import datetime
import uuid
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from leaders.audit.actions import record
from projects.bulletins.actions import draft_inspection_bulletin, draft_month_bulletin, issue_bulletin
from projects.models import (
    Adjustment,
    AgendaItem,
    AnnualMark,
    AnnualRow,
    AnnualRun,
    BankMeeting,
    Board,
    BoardMember,
    CategoryWords,
    ChangeRequest,
    Correction,
    Deal,
    Decision,
    Escalation,
    EscalationRun,
    EscalationRung,
    FilingException,
    Finding,
    FrozenScore,
    FundingArrival,
    FundingSource,
    GuaranteeEntry,
    GuaranteeTarget,
    Handover,
    Holiday,
    ImportBatch,
    ImportRow,
    Inspection,
    InspectionPhoto,
    Letter,
    Letterhead,
    Meeting,
    Milestone,
    MilestoneTemplate,
    Minutes,
    MonthReport,
    Objection,
    Opinion,
    Pause,
    Period,
    Permit,
    PermitTemplate,
    PermitType,
    PlanRevision,
    Problem,
    ProblemPart,
    Project,
    ProjectCode,
    RankingRow,
    RankingRun,
    Review,
    Scheme,
)
from projects.papers.queries import file_of
from projects.papers.rules import FileForm
from projects.rankings.annual.rules import score_year
from projects.rankings.models import BoardKind, RunState
from projects.rankings.rules import score_project
from projects.rankings.scoring.frozen import to_json
from projects.rankings.scoring.scheme import AnnualRule
from projects.registry.models import YearPlan
from tests.projects.rankings.scoring.example import EXAMPLE, SCHEME
from tests.world import AT, TODAY, World


def make_places(world: World) -> dict[str, Any]:
    """One record of everything, on the road and on the dam."""
    june = datetime.date(2023, 6, 1)
    permit_type = PermitType.objects.create(name="环境影响评价", department=world.land)
    other_type = PermitType.objects.create(name="招投标", department=world.water)
    scheme = Scheme.objects.create(name="办法", edition=1, first_month=datetime.date(2023, 1, 1))
    Board.objects.create(key="projects", name="项目榜", kind=BoardKind.PROJECTS)
    board = Board.objects.create(key="old", name="旧榜", kind=BoardKind.PROJECTS, valid_to=datetime.date(2023, 1, 31))
    towns = Board.objects.create(key="towns", name="乡镇榜", kind=BoardKind.TOWNSHIPS)
    member = BoardMember.objects.create(board=towns, unit=world.town.unit, starts_on=datetime.date(2023, 1, 1))
    run = RankingRun.objects.create(
        month=june, scheme=scheme, computed_at=AT, entered_until=AT, state=RunState.TRIAL, sha256="0" * 64,
        objections_until=TODAY, frozen={"gaps": {}, "scheme": to_json(SCHEME)},
    )  # fmt: skip
    detail = to_json(score_project(EXAMPLE, SCHEME))
    for project in (world.road, world.dam):
        FrozenScore.objects.create(run=run, project=project, facts=to_json(EXAMPLE), detail=detail)
    row = RankingRow.objects.create(
        run=run,
        board=board,
        position=1,
        subject_type="project",
        subject_id=world.road.pk,
        subject_name="路",
        detail=detail,
    )
    places: dict[str, Any] = {
        "world": world,
        "scheme": scheme,
        "board": board,
        "run": run,
        "row": row,
        "board-member": member,
    }
    places |= {"permit_type": permit_type, "month": "2023-06", "list": world.key_list, "sector": world.sector}
    places["points"] = Adjustment.objects.create(
        month=june, project=world.road, points=Decimal(-1), reason="通报", approver=world.zhao
    )
    places["objection"] = Objection.objects.create(
        run=run, unit=world.li.unit, project=world.road, text="节点已按期完成", author=world.li, raised_at=AT
    )
    places["annual"] = AnnualRun.objects.create(year=2023, computed_at=AT, frozen={"months": []}, sha256="0" * 64)
    places["annual-row"] = AnnualRow.objects.create(
        run=places["annual"], board=board, position=1, subject_type="unit", subject_id=world.li.unit_id,
        subject_name="交通局", detail=to_json(score_year(("unit", 1, "交通局"), [], [], AnnualRule(), given=frozenset())),
    )  # fmt: skip
    places["mark"] = AnnualMark.objects.create(
        year=2023, kind="goals", unit=world.li.unit, value=90, reason="年终核查", giver=world.zhao
    )
    places["batch"] = ImportBatch.objects.create(
        file=ContentFile(b"x", name="a.xlsx"), file_name="a.xlsx", sha256="1" * 64, year=2023, uploader=world.zhao,
        uploaded_at=AT,
        state_at=AT, project_list=world.key_list,
    )  # fmt: skip
    ImportRow.objects.create(batch=places["batch"], sheet="清单", row=3, action="park", values={"name": "新桥"})
    places["applied"] = ImportBatch.objects.create(
        file=ContentFile(b"x", name="b.xlsx"), file_name="b.xlsx", sha256="4" * 64, year=2023, uploader=world.zhao,
        uploaded_at=AT, state_at=AT, applier=world.zhao, applied_at=AT, state="applied", project_list=world.key_list,
    )  # fmt: skip
    stood = {"batch": places["applied"], "sheet": "清单", "row": 2, "action": "same", "project": world.road}
    ImportRow.objects.create(**stood, values={"name": world.road.name}, cells={"name": "B2"})
    read_name = {"field": "name", "label": "项目名称", "type": "text", "old": "", "new": world.road.name, "cell": "B2"}
    read_total = read_name | {"field": "total_wan", "label": "总投资", "type": "wan", "new": "60000.00", "cell": "D2"}
    record(
        "import", world.road, by=world.zhao, at=AT, batch_id=places["applied"].pk, changes=[read_name, read_total],
        origin={"sheet": "清单"},
    )  # fmt: skip
    # A run of nothing but itself: the actions make the rest.
    published = RankingRun.objects.create(
        month=datetime.date(2023, 5, 1), scheme=scheme, computed_at=AT, entered_until=AT, state=RunState.PUBLISHED,
        published_at=AT, publisher=world.zhao, frozen={"gaps": {}, "scheme": to_json(SCHEME)}, sha256="3" * 64,
    )  # fmt: skip
    for kind in ("month", "inspection"):
        Letterhead.objects.create(
            kind=kind, organisation="办", mark="办文件", code=f"伊{kind}", printer="办", needs_second=False
        )
    places["month-bulletin"] = draft_month_bulletin(published, by=world.zhao, at=AT)
    week = draft_inspection_bulletin(datetime.date(2023, 6, 26), datetime.date(2023, 7, 2), by=world.sun, at=AT)
    places["week-bulletin"] = issue_bulletin(week, by=world.sun, at=AT, version=week.version)
    places["handover"] = Handover.objects.create(
        giver=world.leader_qian, receiver=world.leader_wu, starts_on=TODAY, reason="x", author=world.zhao, made_at=AT
    )
    places["words"], _ = CategoryWords.objects.get_or_create(category="land", defaults={"words": "用地"})
    places["rung"], _ = EscalationRung.objects.get_or_create(step="reminder", defaults={"workdays": 1})
    # More than the home page lists, so that it asks how many there are whatever grows.
    for _ in range(9):
        late = Problem.objects.create(
            project=world.road, source="other", raised_on=june, due_on=june, text="超期的问题", unit=world.traffic
        )
    Escalation.objects.create(
        run=EscalationRun.objects.create(at=AT, judged_on=TODAY, found=1), problem=late, step="letter", due_on=june,
        reached_on=TODAY, unit=world.traffic,
    )  # fmt: skip
    places["letter"] = Letter.objects.create(
        step="order", unit=world.traffic, sender="局", code="函", year=2023, number=1, dated_on=TODAY, title="函", text="局：",
        issuer=world.sun, issued_at=AT,
    )  # fmt: skip
    file_of(FileForm.WORD, b"x", letter=places["letter"]).save()
    places["target"] = GuaranteeTarget.objects.create(
        year=2023, guarantee="land", name="盘活土地", measure="亩", amount=5000, unit=world.land
    )
    places["entry"] = GuaranteeEntry.objects.create(
        target=places["target"], done_on=TODAY, amount=1, project=world.road, author=world.zhao,
        file=ContentFile(b"x", name="a.pdf"), file_name="a.pdf",
    )  # fmt: skip
    places["bank-meeting"] = BankMeeting.objects.create(held_on=TODAY, name="对接会")
    places["deal"] = Deal.objects.create(meeting=places["bank-meeting"], project=world.road)
    places["held-meeting"] = Meeting.objects.create(
        name="例会", held_on=TODAY, held_at=AT, leader=world.leader_wu, project_list=world.key_list
    )
    places["minutes"] = Minutes.objects.create(
        meeting=places["held-meeting"], body="会议纪要", year=2023, number=1, dated_on=TODAY, title="纪要", sender="办",
        text="例会", issuer=world.zhao, issued_at=AT,
    )  # fmt: skip
    file_of(FileForm.WORD, b"x", minutes=places["minutes"]).save()
    for name, leader, scope in (
        ("own", world.leader_qian, {"group": world.group}),
        ("other", world.leader_wu, {"project_list": world.key_list}),
    ):
        meeting = Meeting.objects.create(name="例会", held_on=TODAY, leader=leader, **scope)
        places[f"{name}-meeting"] = meeting
        places[f"{name}-item"] = AgendaItem.objects.create(meeting=meeting, text="议题", position=1)
    Decision.objects.create(item=places["own-item"], problem=late)
    places["holiday"] = Holiday.objects.create(day=TODAY, name="假")
    places["period"] = Period.objects.get(month=june)
    places["exception"] = FilingException.objects.create(
        period=places["period"],
        unit=world.traffic,
        reason="停电",
        expires_on=TODAY,
        requester=world.li,
        requested_at=AT,
    )
    places["review"] = Review.objects.create(title="联审会", held_on=TODAY, due_on=TODAY)
    places["road-opinion"] = Opinion.objects.create(review=places["review"], project=world.road, department=world.land)
    places["dam-opinion"] = Opinion.objects.create(review=places["review"], project=world.dam, department=world.water)
    timed = PermitType.objects.create(name="水土保持方案", department=world.land)
    places["road-paused"] = Permit.objects.create(
        project=world.road, permit_type=timed, state="accepted", accepted_on=TODAY
    )
    places["pause"] = Pause.objects.create(permit=places["road-paused"], from_on=TODAY, reason="缺图")
    places["permit-template"] = PermitTemplate.objects.create(name="房建")
    places["template"] = MilestoneTemplate.objects.create(name="房建")
    places["archived"] = Project.objects.create(name="旧项目", name_key="旧项目", pinyin="jxm", archived_at=AT)
    for name, project, unit in (("road", world.road, world.traffic), ("dam", world.dam, world.water)):
        places[name] = project
        places[f"{name}-milestone"] = Milestone.objects.create(project=project, name="封顶", due_on=TODAY)
        places[f"{name}-permit"] = Permit.objects.create(
            project=project, permit_type=permit_type if name == "road" else other_type
        )
        places[f"{name}-problem"] = Problem.objects.create(
            project=project,
            source="inspection",
            raised_on=TODAY,
            text="问题",
            unit=unit,
            state="answered",
            answerer=world.li,
        )
        places[f"{name}-part"] = ProblemPart.objects.create(
            problem=places[f"{name}-problem"], unit=world.water if name == "road" else world.traffic
        )
        places[f"{name}-report"] = MonthReport.objects.create(
            project=project, month=june, covers_from=june, done_wan=1, progress="x", state="submitted",
            submitted_at=AT, first_submitted_at=AT,
        )  # fmt: skip
        places["correction"] = Correction.objects.create(
            report=places[f"{name}-report"], field="done_wan", old_wan=1, new_wan=2, reason="x", requester=world.li,
            requested_at=AT,
        )  # fmt: skip
        visit = Inspection.objects.create(
            client_key=uuid.uuid4(),
            project=project,
            inspected_on=TODAY,
            situation="x",
            author=world.sun,
            unit=world.bureau,
        )
        places[f"{name}-visit"] = visit
        places[f"{name}-finding"] = Finding.objects.create(inspection=visit, text="裂缝")
        places[f"{name}-photo"] = InspectionPhoto.objects.create(
            inspection=visit, image=ContentFile(b"x", name="a.jpg"), sha256="2" * 64
        )
        # The dam's is near its deadline: the county leader in charge decides.
        places[f"{name}-request"] = ChangeRequest.objects.create(
            kind="terminate", project=project, proposed_on=TODAY, reason_code="other", reason="x", requested_at=AT,
            requester=world.li if name == "road" else world.wang, needs_chief=name == "dam",
            file=ContentFile(b"x", name="a.pdf"), file_name="a.pdf",
        )  # fmt: skip
        places[f"{name}-member"] = project.memberships.get()
        places[f"{name}-duty"] = project.responsibilities.first()
        places[f"{name}-code"] = ProjectCode.objects.create(
            project=project, code=f"2306-410329-04-01-00000{project.pk % 10}"
        )
        places[f"{name}-plan"] = YearPlan.objects.get(project=project)
        places[f"{name}-funding"] = source = FundingSource.objects.create(project=project, kind="enterprise")
        places[f"{name}-arrival"] = FundingArrival.objects.create(source=source, arrived_on=TODAY, amount_wan=1)
        places[f"{name}-revision"] = PlanRevision.objects.create(
            year_plan=places[f"{name}-plan"], before_wan=1, planned_wan=2, from_on=TODAY, reason="x",
            requester=world.li if name == "road" else world.zhou, requested_at=AT,
        )  # fmt: skip
    return places
