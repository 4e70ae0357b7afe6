import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import create
from projects.reminders.access import may_see_reminders
from projects.reminders.channels import NotSentError, send
from projects.reminders.models import Delivery, Digest
from projects.reminders.queries import channels_on, digest_of
from projects.reminders.rules import Channel, DeliveryState

TRIAL = "这是“每日摘要”的试发，收到说明设置正确。"


def make_digest(*, at: datetime.datetime) -> Digest:
    """The day's digest, made once: who runs again the same day finds it as it was sent."""
    digest, _ = Digest.objects.get_or_create(day=at.date(), defaults={"made_at": at, "text": digest_of(at.date())})
    return digest


def deliver(digest: Digest, channel: Channel, *, at: datetime.datetime) -> Delivery | None:
    """Send the digest by the channel unless it was sent, or may have been; one that failed is tried again. None when
    there is nothing to do."""
    delivery = _claim(digest, channel, at)
    return None if delivery is None else _send(delivery, digest.text)


@transaction.atomic
def ask_trial(channel: Channel, *, by: User, at: datetime.datetime) -> Delivery:
    """A trial that a process of its own will send. Raises PermissionDenied, ValidationError when the channel is off."""
    if not may_see_reminders(by):
        raise PermissionDenied
    if channel not in channels_on():
        raise ValidationError(f"{channel.label}还没有启用，请系统管理员在 .env 里设置后重启服务。")
    return create(Delivery(channel=channel, at=at, asked_by=by), by=by, at=at, reason="试发")


def send_trial(delivery: Delivery) -> Delivery:
    return _send(delivery, TRIAL)


@transaction.atomic
def _claim(digest: Digest, channel: Channel, at: datetime.datetime) -> Delivery | None:
    """Two runs at once: one waits here and then finds the other's claim."""
    Digest.objects.select_for_update().get(pk=digest.pk)
    known = Delivery.objects.filter(digest=digest, channel=channel).first()
    if known is None:
        return Delivery.objects.create(digest=digest, channel=channel, at=at)
    if known.state != DeliveryState.FAILED:
        return None
    known.state, known.at, known.error = DeliveryState.SENDING, at, ""
    known.attempts += 1
    known.save()
    return known


def _send(delivery: Delivery, text: str) -> Delivery:
    try:
        send(delivery.channel, f"{delivery}", text)
        delivery.state = DeliveryState.SENT
    except NotSentError as error:
        delivery.state, delivery.error = DeliveryState.FAILED, str(error)
    delivery.save(update_fields=["state", "error"])
    return delivery
