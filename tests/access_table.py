"""Who may open what. People are those of tests.world; “own” is the road (李's unit, 钱's project), “other” the dam."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

OFFICE = frozenset({"zhao", "zhou"})
ADMINISTRATORS = frozenset({"lin", "ma", "gu"})
READERS = frozenset({"li", "wang", "zhao", "zhou", "sun", "qian", "feng", "he", "dong"})
ANYONE = READERS | ADMINISTRATORS
NOBODY: frozenset[str] = frozenset()
OWN_UNIT = OFFICE | {"li"}
REPORTING = OFFICE | {"li", "wang"}
OTHER_UNIT = OFFICE | {"wang"}
FIELD = OFFICE | {"sun", "qian"}

PUBLIC = frozenset({"sign-in"})
Places = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    method: str
    url: str
    allowed: frozenset[str]
    kwargs: Callable[[Places], dict[str, Any]] = field(default=lambda places: {})
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.url} {self.note}".strip()


def of(name: str) -> Callable[[Places], dict[str, Any]]:
    return lambda places: {"pk": places[name].pk}


def person(name: str) -> Callable[[Places], dict[str, Any]]:
    return lambda places: {"pk": getattr(places["world"], name).pk}


def month(places: Places) -> dict[str, Any]:
    return {"month": places["month"]}


def year(_: Places) -> dict[str, Any]:
    return {"year": 2023}


def read(url: str, allowed: frozenset[str] = READERS, kwargs: Any = None, note: str = "") -> Line:
    return Line("GET", url, allowed, kwargs or (lambda places: {}), note)


def write(
    url: str,
    allowed: frozenset[str] = OFFICE,
    kwargs: Any = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> Line:
    return Line("POST", url, allowed, kwargs or (lambda places: {}), note, data or {})


def form(url: str, allowed: frozenset[str] = OFFICE, kwargs: Any = None, note: str = "") -> list[Line]:
    """A page with a form: the same people open it and send it."""
    return [read(url, allowed, kwargs, note), write(url, allowed, kwargs, note)]


def both(url: str, suffix: str, own: frozenset[str], other: frozenset[str], *, methods: Any = form) -> list[Line]:
    """The same URL on the road and on the dam."""
    lines: list[Line] = []
    for name, allowed in (("road", own), ("dam", other)):
        made = methods(url, allowed, of(f"{name}{suffix}"), "own" if name == "road" else "other")
        lines += made if isinstance(made, list) else [made]
    return lines


def report_of(name: str) -> Callable[[Places], dict[str, Any]]:
    return lambda places: {"pk": places[name].pk, "month": "2023-07"}


TABLE: list[Line] = [
    # dashboards
    read("home", ANYONE),
    read("help", ANYONE),
    read("inbox"),
    read("project-list"),
    read("plan-actual"),
    *[read("charge-list"), read("charge-detail", READERS, person("leader_qian"))],
    read("asof-list"),
    *both("asof-project", "", READERS, READERS, methods=read),
    *both("project-detail", "", READERS, READERS, methods=read),
    # registry
    *form("project-create"),
    *form("project-assign-leader"),
    *form("project-join-list"),
    *form("handover-create", OFFICE, person("leader_qian")),
    write("handover-undo", OFFICE, of("handover"), data={"version": 1}),
    *both("project-edit", "", OFFICE, OFFICE),
    *both("project-correct", "", OFFICE, OFFICE),
    *both("project-archive", "", OFFICE, OFFICE),
    *form("project-restore", OFFICE, of("archived")),
    *both("project-delete", "", OFFICE, OFFICE),
    read("sector-list"),
    write("sector-list"),
    *form("sector-edit", OFFICE, of("sector")),
    read("list-list"),
    read("list-changes"),
    *form("list-create"),
    read("list-detail", READERS, of("list")),
    *form("list-edit", OFFICE, of("list")),
    *form("list-archive", OFFICE, of("list")),
    *form("list-restore", OFFICE, of("list")),
    *form("list-delete", OFFICE, of("list")),
    *both("membership-edit", "-member", OFFICE, OFFICE),
    *form("responsibility-set", OFFICE, lambda places: {"pk": places["road"].pk, "role": "leader"}),
    *both("responsibility-edit", "-duty", OFFICE, OFFICE),
    *both("code-add", "", OFFICE, OFFICE),
    *both("code-edit", "-code", OFFICE, OFFICE),
    *both("code-delete", "-code", OFFICE, OFFICE),
    *both("year-plan-create", "", OFFICE, OFFICE),
    *both("year-plan-edit", "-plan", OFFICE, OFFICE),
    *both("year-plan-delete", "-plan", OFFICE, OFFICE),
    *both("funding-add", "", OFFICE, OFFICE),
    *both("funding-edit", "-funding", OFFICE, OFFICE),
    *both("funding-delete", "-funding", OFFICE, OFFICE),
    *both("arrival-add", "-funding", OWN_UNIT, OTHER_UNIT),
    *both("arrival-edit", "-arrival", OWN_UNIT, OTHER_UNIT),
    *both("arrival-delete", "-arrival", OWN_UNIT, OTHER_UNIT),
    *both("plan-revise", "-plan", OWN_UNIT, OTHER_UNIT),
    # 周 asked for the dam's and cannot decide on it.
    *both("plan-request", "-revision", READERS, READERS, methods=read),
    *both("plan-decide", "-revision", frozenset({"zhou", "dong"}), frozenset({"dong"}), methods=write),
    *both("plan-withdraw", "-revision", frozenset({"li"}), frozenset({"zhou"}), methods=write),
    # periods
    read("period-list"),
    *form("period-open"),
    *form("period-edit", OFFICE, of("period")),
    *form("period-rule", OFFICE, lambda places: {"year": 2023}),
    *form("report-sheet", OWN_UNIT, lambda places: {"pk": places["world"].traffic.pk, "month": "2023-07"}),
    write("report-row", OWN_UNIT, report_of("road"), "road"),
    write("report-row", OTHER_UNIT, report_of("dam"), "dam"),
    *both("correction-ask", "-report", OWN_UNIT, OTHER_UNIT),
    read("correction-detail", READERS, of("correction")),
    write("correction-decide", frozenset({"zhou", "dong"}), of("correction")),
    write("correction-withdraw", frozenset({"li"}), of("correction")),
    *form("exception-ask", OFFICE | {"li", "wang"}),
    read("exception-detail", READERS, of("exception")),
    write("exception-decide", frozenset({"zhou", "dong"}), of("exception")),
    write("exception-revoke", frozenset({"li"}), of("exception")),
    read("holiday-list"),
    write("holiday-list"),
    *form("holiday-import"),
    write("holiday-remove", OFFICE, of("holiday")),
    # progress
    read("report-board"),
    write("report-accept"),
    *both("report-withdraw", "-report", frozenset({"li"}), frozenset({"wang"}), methods=write),
    *both("report-return", "-report", OFFICE, OFFICE),
    *[
        line
        for name, people in (("road", OWN_UNIT), ("dam", OTHER_UNIT))
        for line in (
            read("report-fill", READERS, report_of(name), name),
            write("report-fill", people, report_of(name), name),
        )
    ],
    *form("statistics-month", OFFICE, month),
    *both("statistics-edit", "", OFFICE, OFFICE),
    *both("statistics-clear", "", OFFICE, OFFICE, methods=write),
    # milestones
    read("milestone-list"),
    *form("milestone-parameters"),
    read("milestone-calendar"),
    read("milestone-timeline"),
    *form("milestone-verify"),
    *form("template-list"),
    *form("template-edit", OFFICE, of("template")),
    write("template-delete", OFFICE, of("template")),
    *both("milestone-plan", "", OWN_UNIT, OTHER_UNIT),
    *form("milestone-unverify"),
    *both("milestone-create", "", OWN_UNIT, OTHER_UNIT),
    *both("milestone-detail", "-milestone", READERS, READERS, methods=read),
    *both("milestone-edit", "-milestone", OWN_UNIT, OTHER_UNIT),
    *both("milestone-done", "-milestone", OWN_UNIT, OTHER_UNIT),
    *both("milestone-undone", "-milestone", OFFICE, OFFICE),
    *both("milestone-correct", "-milestone", OFFICE, OFFICE),
    *both("milestone-archive", "-milestone", OFFICE, OFFICE),
    *both("milestone-restore", "-milestone", OFFICE, OFFICE, methods=write),
    # requests
    read("request-list"),
    *form("request-approve", OFFICE | {"sun", "dong"}),
    *both("request-detail", "-request", READERS, READERS, methods=read),
    *both("request-decide", "-request", frozenset({"zhou", "dong"}), frozenset({"dong"})),
    *both("request-withdraw", "-request", frozenset({"li"}), frozenset({"wang"}), methods=write),
    *both("request-file", "-request", READERS, READERS, methods=read),
    *[
        line
        for name, people in (("road", OWN_UNIT), ("dam", OTHER_UNIT))
        for line in form("request-create", people, lambda places, name=name: {"pk": places[name].pk, "kind": "stop"})
    ],
    *both("request-move", "-milestone", OWN_UNIT, OTHER_UNIT),
    *[
        line
        for name, people in (("road", OWN_UNIT), ("dam", OTHER_UNIT))
        for line in form(
            "request-problem",
            people,
            lambda places, name=name: {"pk": places[f"{name}-problem"].pk, "kind": "park_problem"},
            name,
        )
    ],
    *both("request-leave", "-member", OWN_UNIT, OTHER_UNIT),
    # permits
    read("permit-list"),
    read("permit-type", READERS, of("permit_type")),
    *both("project-permits", "", READERS, READERS, methods=read),
    *both("project-permits", "", OFFICE, OFFICE, methods=write),
    *both("permit-detail", "-permit", READERS, READERS, methods=read),
    *both("permit-edit", "-permit", OFFICE | {"feng"}, OFFICE),
    *[
        line
        for name, step, people in (
            ("road", "granted", OFFICE | {"feng"}),
            ("dam", "granted", OFFICE),
            ("road", "preparing", OWN_UNIT | {"feng"}),
            ("dam", "preparing", OTHER_UNIT),
        )
        for line in form(
            "permit-step",
            people,
            lambda places, name=name, step=step: {"pk": places[f"{name}-permit"].pk, "state": step},
            f"{name} {step}",
        )
    ],
    write("permit-remove", OFFICE, of("dam-permit"), data={"version": "1"}),
    read("review-list"),
    *form("review-create"),
    read("review-detail", READERS, of("review")),
    *form("review-close", OFFICE, of("review")),
    *both("review-opinion", "-opinion", OFFICE | {"feng"}, OFFICE),
    read("permit-departments"),
    read("permit-queue", READERS, person("land")),
    read("permit-catalogue"),
    write("permit-catalogue"),
    *form("permit-type-create"),
    *form("permit-type-edit", OFFICE, of("permit_type")),
    *form("permit-template", OFFICE, of("permit-template")),
    write("permit-template-delete", OFFICE, of("permit-template"), data={"version": "1"}),
    *form("permit-deadlines", OFFICE, year),
    *both("permit-apply", "", OFFICE, OFFICE),
    # problems
    read("problem-list"),
    *both("problem-create", "", FIELD, OFFICE | {"sun", "qian"}),
    *both("instruction-create", "", OFFICE | {"qian"}, OFFICE | {"qian"}),
    *both("problem-detail", "-problem", READERS, READERS, methods=read),
    *both("problem-edit", "-problem", OFFICE | {"sun"}, OFFICE | {"sun"}),
    *form("problem-paste", FIELD),
    *form("problem-words", OFFICE, of("words")),
    read("problem-statistics"),
    read("problem-escalation"),
    *form("letter-issue", OFFICE | {"sun"}, lambda places: {"unit": places["world"].traffic.pk, "step": "letter"}),
    read("letter-list"),
    *[read(url, READERS, of("letter")) for url in ("letter-detail", "letter-file")],
    *form("problem-rung", OFFICE, of("rung")),
    *both("problem-sign", "-problem", OWN_UNIT, OTHER_UNIT, methods=write),
    *both("problem-note", "-problem", OWN_UNIT, OTHER_UNIT, methods=write),
    *both("problem-reopen", "-problem", OFFICE | {"sun"}, OFFICE | {"sun"}, methods=write),
    *both("problem-part-add", "-problem", OFFICE | {"sun"}, OFFICE | {"sun"}, methods=write),
    *both("problem-part-answer", "-part", OFFICE | {"wang"}, OFFICE | {"li"}, methods=write),
    *both("problem-part-remove", "-part", OFFICE | {"sun"}, OFFICE | {"sun"}, methods=write),
    *both("problem-answer", "-problem", OWN_UNIT, OTHER_UNIT, methods=write),
    *both("problem-verify", "-problem", OFFICE | {"sun"}, OFFICE | {"sun"}, methods=write),
    # inspections
    read("inspection-board"),
    read("inspection-list"),
    read("inspection-route", FIELD),
    read("inspection-month", READERS, lambda places: {"month": "2023-07"}),
    *form("inspection-targets"),
    read("checklist-list"),
    *[*form("checklist-all"), *form("checklist-edit", OFFICE, of("sector"))],
    *form("inspection-create", FIELD),
    *both("inspection-detail", "-visit", READERS, READERS, methods=read),
    *both("inspection-edit", "-visit", OFFICE | {"sun"}, OFFICE | {"sun"}),
    *both("inspection-archive", "-visit", OFFICE | {"sun"}, OFFICE | {"sun"}),
    *both("inspection-restore", "-visit", OFFICE | {"sun"}, OFFICE | {"sun"}, methods=write),
    *both("inspection-photos", "-visit", OFFICE | {"sun"}, OFFICE | {"sun"}, methods=write),
    *both("finding-assign", "-finding", OFFICE | {"sun"}, OFFICE | {"sun"}),
    *both("inspection-photo", "-photo", READERS, READERS, methods=read),
    # rankings: the run is a draft, which only the office may see
    read("ranking-list"),
    read("board-list"),
    *form("board-create"),
    read("board-detail", READERS, of("board")),
    *form("board-edit", OFFICE, of("board")),
    write("board-add", OFFICE, of("board")),
    *form("board-member", OFFICE, of("board-member")),
    write("board-remove", OFFICE, of("board-member")),
    read("scheme-detail"),
    *form("scheme-create"),
    read("scheme-version", READERS, of("scheme"), "in force"),
    *form("scheme-edit", OFFICE, of("scheme")),
    write("scheme-approve", OFFICE, of("scheme")),
    write("scheme-withdraw", OFFICE, of("scheme")),
    write("scheme-delete", OFFICE, of("scheme")),
    read("ranking-month", READERS, month),
    read("ranking-row", OWN_UNIT, of("row"), "draft shown to the units"),
    read("ranking-source", READERS, lambda places: {"kind": "milestone", "pk": places["road-milestone"].pk}),
    read("ranking-project", NOBODY, lambda places: {"run_pk": places["run"].pk, "project_pk": 999}, "no such score"),
    write("ranking-trial", OFFICE, month),
    write("ranking-publish", OFFICE, of("run")),
    write("ranking-release", OFFICE, of("run")),
    *form("ranking-withdraw", OFFICE, of("run")),
    read("objection-list", OFFICE | {"li", "wang"}, lambda places: {"run_pk": places["run"].pk}, "shown to the units"),
    write("objection-window", OFFICE, lambda places: {"run_pk": places["run"].pk}),
    *form(
        "objection-create",
        frozenset({"li"}),
        lambda places: {"run_pk": places["run"].pk, "project_pk": places["world"].road.pk},
    ),
    read("objection-detail", OWN_UNIT, of("objection")),
    write("objection-detail", OFFICE, of("objection")),
    write("objection-withdraw", frozenset({"li"}), of("objection")),
    read("annual-year", READERS, year),
    read("annual-row", OFFICE, of("annual-row"), "trial"),
    *form("annual-marks", OFFICE, year),
    write("annual-compute", OFFICE, year),
    *form("annual-withdraw", OFFICE, of("annual")),
    *[write(url, OFFICE, of("annual")) for url in ("annual-publish", "annual-release")],
    write("annual-unmark", OFFICE, of("mark")),
    read("points-list", READERS, month),
    write("points-list", OFFICE, month),
    write("points-delete", OFFICE, of("points")),
    # bulletins: a draft of the month and an issued one of a week
    read("bulletin-list"),
    *[
        line
        for kind, people in (("month", OFFICE), ("inspection", OFFICE | {"sun"}))
        for url in ("bulletin-create", "letterhead-edit")
        for line in form(url, people, lambda places, kind=kind: {"kind": kind}, kind)
    ],
    read("bulletin-detail", OFFICE, of("month-bulletin"), "draft"),
    read("bulletin-detail", READERS, of("week-bulletin"), "issued"),
    *form("bulletin-edit", OFFICE, of("month-bulletin")),
    *[
        write(url, OFFICE, of("month-bulletin"), data={"version": "1"})
        for url in ("bulletin-send", "bulletin-return", "bulletin-issue", "bulletin-discard", "bulletin-correct")
    ],
    read("bulletin-check", READERS, of("week-bulletin")),
    read("bulletin-file", OFFICE, lambda places: {"pk": places["month-bulletin"].pk, "form": "txt"}, "draft"),
    read("bulletin-file", READERS, lambda places: {"pk": places["week-bulletin"].pk, "form": "txt"}, "issued"),
    # reminders
    read("reminder-board", OFFICE | {"lin"}),
    write("reminder-trial", OFFICE | {"lin"}, lambda places: {"channel": "mail"}),
    # workbooks
    read("list-export", READERS, of("list")),
    read("list-export-file", READERS, lambda places: {"pk": places["list"].pk, "layout": "annual"}),
    read("import-list", OFFICE),
    *form("import-upload"),
    *form("import-returned", REPORTING),
    read("month-workbooks", OFFICE, lambda places: {"month": "2023-07"}),
    read("month-workbook", OWN_UNIT, lambda places: {"pk": places["world"].traffic.pk, "month": "2023-07"}),
    *[read(f"import-{page}", OFFICE, of("batch")) for page in ("detail", "review", "progress", "file", "marked")],
    *[write(f"import-{act}", OFFICE, of("batch")) for act in ("read", "answer", "decide", "confirm", "discard")],
    *form("import-undo", OFFICE, of("batch")),
    *form("import-row", OFFICE, lambda places: {"pk": places["batch"].pk, "row": places["batch"].rows.get().pk}),
    write("import-row-apply", OFFICE, lambda places: {"pk": places["batch"].pk, "row": places["batch"].rows.get().pk}),
    write("import-columns", OFFICE, lambda places: {"pk": places["batch"].pk, "table": 0}),
    # accounts
    write("sign-out", ANYONE),
    *form("password-change", ANYONE),
    write("listing-choices", ANYONE),
    read("user-list", ADMINISTRATORS),
    *form("user-create", frozenset({"lin"})),
    read("user-detail", ADMINISTRATORS, person("li")),
    *form("user-edit", frozenset({"lin"}), person("li")),
    *[write(f"user-{act}", frozenset({"lin"}), person("li")) for act in ("deactivate", "restore", "reset-password")],
    *form("user-roles", frozenset({"ma"}), person("li")),
    # audit
    read("history-list", OFFICE | {"gu"}),
    # organisations, roster, groups
    read("unit-list", ANYONE),
    *form("unit-create"),
    read("unit-detail", ANYONE, person("traffic")),
    *form("unit-edit", OFFICE, person("traffic")),
    *[write(url, OFFICE, person("traffic")) for url in ("unit-archive", "unit-restore", "unit-delete")],
    read("township-list", ANYONE),
    *form("township-edit", OFFICE, person("town")),
    read("leader-list", ANYONE),
    *form("leader-create"),
    read("leader-detail", ANYONE, person("leader_qian")),
    *form("leader-edit", OFFICE, person("leader_qian")),
    *[write(url, OFFICE, person("leader_qian")) for url in ("leader-archive", "leader-restore", "leader-delete")],
    read("group-list", ANYONE),
    *form("group-create"),
    read("group-detail", ANYONE, person("group")),
    *form("group-edit", OFFICE, person("group")),
    *[write(url, OFFICE, person("group")) for url in ("group-archive", "group-restore", "group-delete")],
]
