import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.safestring import SafeString, mark_safe

from leaders.accounts.models import User
from leaders.audit.models import HistoryEntry
from projects.bulletins.access import kinds_written_by, may_see_projects
from projects.bulletins.figures import (
    BoardTable,
    InspectionFigures,
    ListChangeLine,
    MonthFigures,
    ProblemLine,
    UnitLine,
    VisitLine,
    YearFigures,
    YearTable,
    values_of,
)
from projects.bulletins.models import Bulletin, Letterhead
from projects.bulletins.paper import LetterheadText, Paper, compose
from projects.bulletins.printing.files import file_bytes
from projects.bulletins.rules import SLOTS, BulletinState, TextNote, fill, notes_on
from projects.inspections.queries import active_inspections, inspectors, onsite_leaders, targets, unseen_projects
from projects.papers.models import IssuedFile
from projects.papers.queries import is_intact
from projects.papers.rules import FileForm, document_number
from projects.problems.models import Problem
from projects.problems.rules import is_closed, is_overdue
from projects.rankings.annual.queries import DECEMBER, last_released_year, year_lines
from projects.rankings.models import Board, BoardKind, RankingRun, RunState
from projects.rankings.queries import FrozenMonth, as_frozen, ranked_lines
from projects.rankings.rules import Scheme, digest, from_json
from projects.registry.lists.queries import changes_of_lists
from projects.registry.models import Project
from projects.registry.rules import WORKED_LISTS
from projects.status.rules import Colour
from yichuan_tracker.months import last_day, month_label, whole_weeks
from yichuan_tracker.papers.packing import difference

# ---- figures of a new bulletin ----------------------------------------------------------------------------------


def runs_to_report() -> QuerySet[RankingRun]:
    """Runs that a 月通报 can be drafted from: published and not corrected by a released edition, the newest first."""
    newer = RankingRun.objects.filter(month=OuterRef("month"), edition__gt=OuterRef("edition"), state=RunState.RELEASED)
    runs = RankingRun.objects.exclude(state=RunState.TRIAL).filter(~Exists(newer))
    return runs.order_by("-month", "-edition")


def month_figures(run: RankingRun) -> MonthFigures:
    """What the run's 月通报 prints: from its frozen rows alone the boards that everyone may see and the county's sums, and
    what changed in the lists of projects that are worked on."""
    month = FrozenMonth(run)
    boards = Board.objects.filter(rows__run=run, is_public=True).exclude(kind=BoardKind.LEADERS).distinct()
    return MonthFigures(
        month=run.month,
        run_edition=run.edition,
        run_sha256=run.sha256,
        county=month.tally_of(month.facts),
        boards=tuple(
            BoardTable(
                board.key,
                as_frozen(board, run.frozen).name,
                str(board.get_kind_display()),
                board.kind == BoardKind.PROJECTS,
                tuple(ranked_lines(run.rows.filter(board=board).order_by("position"), month)),
            )
            for board in boards.order_by("position")
        ),
        red_projects=tuple(facts.name for pk, facts in month.facts.items() if month.lights[pk] == Colour.RED),
        gaps=tuple((gap, len(names)) for gap, names in sorted(run.frozen["gaps"].items())),
        year=year_figures(run.month),
        list_changes=tuple(
            ListChangeLine(
                str(line.kind.label),
                line.project.name,
                line.project_list.name,
                line.on,
                line.project.total_wan,
                line.reason,
                line.project.pk,
            )
            for line in changes_of_lists(run.month, last_day(run.month))
            if line.project_list.kind in WORKED_LISTS
        ),
    )


def year_figures(month: datetime.date) -> YearFigures | None:
    """年底总账 as December's bulletin prints it: the boards that everyone may see; None until it is released, and in any
    other month."""
    run = last_released_year(month.year) if month.month == DECEMBER else None
    if run is None:
        return None
    boards = Board.objects.filter(pk__in=run.rows.values("board"), is_public=True)
    return YearFigures(
        year=month.year,
        edition=run.edition,
        sha256=run.sha256,
        rule=from_json(Scheme, run.frozen["scheme"]).annual.sentence,
        months=tuple(month_label(datetime.date.fromisoformat(one["month"])) for one in run.frozen["months"]),
        boards=tuple(
            YearTable(
                board.key,
                as_frozen(board, run.frozen).name,
                str(board.get_kind_display()),
                board.kind == BoardKind.PROJECTS,
                tuple(year_lines(run, board)),
            )
            for board in boards.order_by("position")
        ),
    )


def inspection_figures(first_on: datetime.date, last_on: datetime.date) -> InspectionFigures:
    """Visits and problems from `first_on` to `last_on`, as they stood at the end of it. Seven queries."""
    visits = active_inspections().filter(inspected_on__range=(first_on, last_on)).prefetch_related("findings")
    problems = (
        Problem.objects.filter(raised_on__lte=last_on)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gte=first_on))
        .select_related("project", "unit")
        .order_by("raised_on", "pk")
    )
    lines = tuple(_problem_line(problem, last_on) for problem in problems)
    weeks = whole_weeks(first_on, last_on)
    leaders = onsite_leaders(weeks) if weeks else None
    unseen = unseen_projects(Project.objects.active(), last_on)
    return InspectionFigures(
        first_on=first_on,
        last_on=last_on,
        visits=tuple(
            VisitLine(
                visit.inspected_on,
                visit.project.name,
                inspectors(visit),
                visit.situation,
                len(visit.findings.all()),
            )
            for visit in visits.order_by("inspected_on", "pk")
        ),
        problems=lines,
        units=_unit_lines(lines),
        raised=sum(line.raised_on >= first_on for line in lines),
        unseen=tuple(one.project.name for one in unseen),
        unseen_days=targets().unseen_days,
        leaders=None if leaders is None else len(leaders),
        leaders_met=None if leaders is None else sum(leaders.values()),
        weeks=max(1, len(weeks)),
    )


def _problem_line(problem: Problem, as_of: datetime.date) -> ProblemLine:
    closed = problem.closed_on if is_closed(problem.closed_on, as_of) else None
    late = is_overdue(problem.due_on, closed, as_of)
    unit = problem.unit.name if problem.unit else "项目的责任单位"
    return ProblemLine(problem.project.name, problem.text, unit, problem.raised_on, problem.due_on, closed, late)


def _unit_lines(problems: Iterable[ProblemLine]) -> tuple[UnitLine, ...]:
    """By unit, those with most overdue problems first."""
    by_unit: dict[str, list[ProblemLine]] = defaultdict(list)
    for one in problems:
        by_unit[one.unit].append(one)
    lines = [
        UnitLine(
            name,
            len(mine),
            sum(one.closed_on is not None for one in mine),
            sum(one.is_overdue for one in mine),
        )
        for name, mine in by_unit.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.overdue, -line.closed, line.name)))


# ---- bulletins --------------------------------------------------------------------------------------------------


def bulletins_visible_to(user: User) -> QuerySet[Bulletin]:
    """Issued ones for everyone who works with projects, drafts for those who write the kind."""
    bulletins = Bulletin.objects.defer("frozen", "texts", "proposed").select_related("author", "issuer", "corrects")
    seen = Q(kind__in=kinds_written_by(user))
    if may_see_projects(user):
        seen |= Q(state=BulletinState.ISSUED)
    return bulletins.filter(seen)


def bulletins_to_issue(user: User) -> QuerySet[Bulletin]:
    """Those that wait for this person's signature: sent by somebody else."""
    waiting = bulletins_visible_to(user).filter(state=BulletinState.PENDING, kind__in=kinds_written_by(user))
    return waiting.exclude(sender=user)


def last_edition(kind: str, first_on: datetime.date, last_on: datetime.date) -> Bulletin | None:
    same = Bulletin.objects.filter(kind=kind, first_on=first_on, last_on=last_on)
    return same.order_by("-edition").first()


def next_number(code: str, year: int) -> int:
    """The number after the highest that was used under this code in the year."""
    used = Bulletin.objects.filter(code=code, number_year=year)
    return (used.aggregate(last=Max("number"))["last"] or 0) + 1


def letterhead_of(bulletin: Bulletin) -> LetterheadText:
    """As it was printed; before the issue, as the office keeps it now."""
    if bulletin.letterhead:
        return from_json(LetterheadText, bulletin.letterhead)
    kept = Letterhead.objects.get(kind=bulletin.kind)
    return LetterheadText(kept.organisation, kept.mark, kept.code, kept.recipients, kept.copies, kept.printer)


def paper_of(bulletin: Bulletin, *, today: datetime.date) -> Paper:
    """The bulletin on paper; a draft carries the letterhead of now, a gap for the number and the date of `today`."""
    letterhead = letterhead_of(bulletin)
    dated_on = bulletin.dated_on or today
    return compose(
        bulletin.figures,
        bulletin.texts,
        letterhead,
        title=bulletin.title,
        number=document_number(
            bulletin.code or letterhead.code, bulletin.number_year or dated_on.year, bulletin.number
        ),
        signer=bulletin.signer,
        edition=bulletin.edition,
        dated_on=dated_on,
        sha256=bulletin.sha256,
        changes=[(name, old, new) for name, old, new in bulletin.changes],
    )


def chat_text(bulletin: Bulletin) -> str:
    return fill(bulletin.texts.get("chat", ""), values_of(bulletin.figures))


@dataclass(frozen=True)
class SlotNotes:
    slot: str
    label: str
    notes: list[TextNote]


def notes_of(bulletin: Bulletin) -> list[SlotNotes]:
    """What an editor or issuer has to know, slot by slot; slots without a note are left out."""
    values = values_of(bulletin.figures)
    found = [
        SlotNotes(name, label, notes_on(bulletin.texts.get(name, ""), bulletin.proposed.get(name, ""), values))
        for name, label in SLOTS.items()
    ]
    return [slot for slot in found if slot.notes]


def made_files(bulletin: Bulletin, *, today: datetime.date | None = None) -> dict[FileForm, bytes]:
    """The bulletin's files as its frozen data make them now. `today` dates a draft; an issued one has its date."""
    dated_on = bulletin.dated_on or today
    if dated_on is None:
        raise ValueError("A bulletin without a date needs today's.")
    paper, chat = paper_of(bulletin, today=dated_on), chat_text(bulletin)
    return {form: file_bytes(form, paper, chat) for form in FileForm}


@dataclass(frozen=True)
class Comparison:
    """A kept file beside the one made anew; `difference` in words, empty when equal byte by byte."""

    file: IssuedFile
    difference: str


def compare_files(bulletin: Bulletin) -> list[Comparison]:
    """Each kept file of an issued bulletin: is it what was issued, and do the frozen data still make the same?"""
    if digest(bulletin.frozen) != bulletin.sha256:
        return [
            Comparison(kept, "冻结数据与印发时的校验值不一致，有人在系统之外改动过") for kept in bulletin.files.all()
        ]
    made = made_files(bulletin)
    found = []
    for kept in bulletin.files.all():
        told = (
            difference(bytes(kept.content), made[FileForm(kept.form)])
            if is_intact(kept)
            else "保存的文件与登记的校验值不一致，有人在系统之外改动过"
        )
        found.append(Comparison(kept, told))
    return found


def issued_file(bulletin: Bulletin, form: str) -> IssuedFile | None:
    return IssuedFile.objects.filter(bulletin=bulletin, form=form).first()


def page_html(bulletin: Bulletin, *, today: datetime.date) -> SafeString:
    """What the page shows, made by our own template: of an issued bulletin the text that was kept, of a draft the text as it would be."""
    kept = issued_file(bulletin, FileForm.PAGE) if bulletin.state == BulletinState.ISSUED else None
    content = bytes(kept.content) if kept else file_bytes(FileForm.PAGE, paper_of(bulletin, today=today), "")
    return mark_safe(content.decode())  # noqa: S308 (escaped when it was made)


def latest_correction(bulletin: Bulletin) -> Bulletin | None:
    """The newest issued edition after this one."""
    same = Bulletin.objects.filter(kind=bulletin.kind, first_on=bulletin.first_on, last_on=bulletin.last_on)
    newer = same.filter(state=BulletinState.ISSUED, edition__gt=bulletin.edition).defer("frozen", "texts", "proposed")
    return newer.order_by("-edition").first()


def file_list(bulletin: Bulletin) -> QuerySet[IssuedFile]:
    """Names, sizes and hashes without the contents."""
    return bulletin.files.defer("content").order_by("pk")


def bulletin_history(bulletin: Bulletin) -> list[HistoryEntry]:
    entries = HistoryEntry.objects.filter(object_type="bulletin", object_id=bulletin.pk)
    return list(entries.select_related("actor")[:50])
