"""The demo county's rankings beyond June's run: a scheme in the making."""

import datetime
from decimal import Decimal

from leaders.accounts.models import User
from projects.rankings.queries import scheme_rules
from projects.rankings.schemes.actions import draft_scheme, save_scheme
from projects.rankings.schemes.rules import with_values


def draft_next_scheme(*, by: User, at: datetime.datetime) -> None:
    """From August on more weight on money and permits; waits for the other account."""
    draft = draft_scheme(datetime.date(2023, 8, 1), by=by, at=at)
    values = {
        "items.A1.weight": Decimal(30),
        "items.D.weight": Decimal(15),
        "items.B.params.steps.1.1": Decimal("0.6"),
        "body.weights_by_size": True,
    }
    save_scheme(
        draft,
        with_values(scheme_rules(draft), values),
        name="重点项目月考评办法（下半年）",
        first_month=draft.first_month,
        by=by,
        at=at,
        version=draft.version,
    )
