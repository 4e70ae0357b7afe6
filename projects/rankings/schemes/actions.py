import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from leaders.accounts.models import User
from leaders.audit.actions import Line, change, create, delete
from leaders.audit.rules import text_line
from projects.rankings.models import Scheme, SchemeItem
from projects.rankings.queries import scheme_in_force, scheme_rules
from projects.rankings.schemes.access import may_keep_schemes
from projects.rankings.schemes.queries import locking_run
from projects.rankings.schemes.rules import differences, proposed
from projects.rankings.scoring.frozen import to_json
from projects.rankings.scoring.scheme import Scheme as SchemeRules
from projects.rankings.scoring.scheme import scheme_faults, scheme_parameters
from yichuan_tracker.months import month_label


@transaction.atomic
def draft_scheme(first_month: datetime.date, *, by: User, at: datetime.datetime) -> Scheme:
    """A new version as a draft, copied from the one in force in `first_month`; what that one never said of lights that stay
    on is proposed.

    Raises ValidationError when no version is in force, one begins in that month already or the month is published.
    """
    _require_office(by)
    source = scheme_in_force(first_month)
    if source is None:
        raise ValidationError(f"{month_label(first_month)}没有可以照抄的考评办法，请系统管理员先载入默认办法。")
    last = Scheme.objects.select_for_update().aggregate(last=Max("edition"))["last"]
    draft = Scheme(
        name=source.name,
        edition=last + 1,
        first_month=first_month,
        parameters=proposed(source.parameters),
        is_draft=True,
        drafter=by,
    )
    _require_unpublished(draft)
    create(draft, by=by, at=at, reason=f"照抄第{source.edition}版")
    _write_items(draft, scheme_rules(source))
    return draft


@transaction.atomic
def save_scheme(
    scheme: Scheme,
    rules: SchemeRules,
    *,
    name: str,
    first_month: datetime.date,
    by: User,
    at: datetime.datetime,
    version: int | None,
) -> Scheme:
    """Change a draft; each number that changed is a line of its history. Who saved last counts as its drafter.

    Raises ValidationError (in force, or what is wrong with the rules), Conflict, PermissionDenied.
    """
    _require_office(by)
    current = Scheme.objects.select_for_update().prefetch_related("items").get(pk=scheme.pk)
    if not current.is_draft:
        raise ValidationError("只有草稿可以修改；已批准的请先退回草稿，或起草新的一版。")
    if faults := scheme_faults(rules):
        raise ValidationError([f"{fault}。" for fault in faults])
    current.first_month = first_month
    _require_unpublished(current)
    lines = _lines(scheme_rules(current), rules)
    values = {"name": name, "first_month": first_month, "parameters": scheme_parameters(rules), "drafter": by}
    saved = change(current, values, by=by, at=at, version=version, also=lines)
    if lines:
        _write_items(saved, rules)
    return saved


@transaction.atomic
def approve_scheme(scheme: Scheme, *, by: User, at: datetime.datetime, version: int | None) -> Scheme:
    """Put a draft in force from its first month on. Raises ValidationError (own draft, month published meanwhile),
    Conflict, PermissionDenied."""
    _require_office(by)
    current = Scheme.objects.select_for_update().prefetch_related("items").get(pk=scheme.pk)
    if not current.is_draft:
        raise ValidationError("这一版已经批准。")
    if current.drafter_id == by.pk:
        raise ValidationError("起草人不能自己批准，请由重点办另一个账号批准。")
    if faults := scheme_faults(scheme_rules(current)):
        raise ValidationError([f"{fault}。" for fault in faults])
    _require_unpublished(current)
    values = {"is_draft": False, "approver": by, "approved_at": at}
    return change(current, values, by=by, at=at, version=version, action="approve")


@transaction.atomic
def withdraw_scheme(scheme: Scheme, *, by: User, at: datetime.datetime, version: int | None) -> Scheme:
    """Back to a draft, as long as no published month was computed by it. Raises ValidationError, Conflict,
    PermissionDenied."""
    _require_office(by)
    current = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if current.is_draft:
        raise ValidationError("这一版还是草稿。")
    if not Scheme.objects.filter(is_draft=False, first_month__lt=current.first_month).exists():
        raise ValidationError("这是最早的一版，退回后这些月份就没有考评办法了；请另起草新的一版。")
    _require_unpublished(current)
    values = {"is_draft": True, "drafter": by, "approver": None, "approved_at": None}
    return change(current, values, by=by, at=at, version=version, action="return")


@transaction.atomic
def delete_scheme(scheme: Scheme, *, by: User, at: datetime.datetime, version: int | None) -> None:
    """A draft that is not wanted; the history keeps it. Raises ValidationError, Conflict, PermissionDenied."""
    _require_office(by)
    if not Scheme.objects.select_for_update().get(pk=scheme.pk).is_draft:
        raise ValidationError("已批准的考评办法不能删除。")
    delete(scheme, by=by, at=at, version=version)


def _require_office(by: User) -> None:
    if not may_keep_schemes(by):
        raise PermissionDenied


def _require_unpublished(scheme: Scheme) -> None:
    run = locking_run(scheme)
    if run is not None:
        raise ValidationError(
            f"{month_label(run.month)}考评已经发布，{month_label(scheme.first_month)}起用的办法不能再改；"
            "请起草从以后月份起用的新版本。"
        )


def _lines(before: SchemeRules, after: SchemeRules) -> list[Line]:
    return [text_line(path, label, old, new) for path, label, old, new in differences(before, after)]


def _write_items(scheme: Scheme, rules: SchemeRules) -> None:
    scheme.items.all().delete()
    SchemeItem.objects.bulk_create(
        SchemeItem(
            scheme=scheme,
            code=item.code,
            name=item.name,
            weight=item.weight,
            parameters=to_json(item.params),
            position=position,
        )
        for position, item in enumerate(rules.items, start=1)
    )
