import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import create
from projects.reminders.access import may_see_reminders
from projects.reminders.models import Delivery
from projects.reminders.queries import channels_on
from projects.reminders.rules import Channel


@transaction.atomic
def ask_trial(channel: Channel, *, by: User, at: datetime.datetime) -> Delivery:
    """A trial that a process of its own will send. Raises PermissionDenied, ValidationError when the channel is off."""
    if not may_see_reminders(by):
        raise PermissionDenied
    if channel not in channels_on():
        raise ValidationError(f"{channel.label}还没有启用，请系统管理员在 .env 里设置后重启服务。")
    return create(Delivery(channel=channel, at=at, asked_by=by), by=by, at=at, reason="试发")
