from projects.imports.models import BatchState, ImportBatch
from yichuan_tracker.background import launch


def launch_reader(batch: ImportBatch) -> None:
    """Start `manage.py read_batch` as soon as the batch is committed; what becomes of it stands in the batch's state."""
    launch("read_batch", str(batch.pk))


def carry_on(batch: ImportBatch) -> bool:
    """Start the reader where a long file was left to it (see correcting.match_again)."""
    if batch.state != BatchState.READING:
        return False
    launch_reader(batch)
    return True
