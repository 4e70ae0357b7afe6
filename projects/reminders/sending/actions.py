"""What the timer's command does; nobody waits for it, and it is safe to run again."""

import datetime

from django.db import transaction

from projects.reminders.models import Delivery, Digest
from projects.reminders.queries import digest_of
from projects.reminders.rules import Channel, DeliveryState
from projects.reminders.sending.channels import NotSentError, send

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
        send(delivery.channel, f"重点项目{delivery.digest or '摘要试发'}", text)
        delivery.state = DeliveryState.SENT
    except NotSentError as error:
        delivery.state, delivery.error = DeliveryState.FAILED, str(error)
    delivery.save(update_fields=["state", "error"])
    return delivery
