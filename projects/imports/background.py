import logging
from functools import partial

from django.db import transaction
from django.utils import timezone

from projects.imports.actions import fail_reading
from projects.imports.models import BatchState, ImportBatch
from yichuan_tracker import background, clock

logger = logging.getLogger(__name__)


def launch_reader(batch: ImportBatch) -> None:
    """Start `manage.py read_batch` as soon as the batch is committed; what becomes of it stands in the batch's state, also that
    it could not start."""
    transaction.on_commit(partial(_start, batch))


def _start(batch: ImportBatch) -> None:
    try:
        background.start("read_batch", str(batch.pk))
    except OSError:
        logger.exception("the reader of batch %s did not start", batch.pk)
        fail_reading(batch, by=batch.uploader, at=clock.now(), now=timezone.now())


def carry_on(batch: ImportBatch) -> bool:
    """Start the reader where a long file was left to it (see correcting.match_again)."""
    if batch.state != BatchState.READING:
        return False
    launch_reader(batch)
    return True
