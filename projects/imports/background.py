from projects.imports.models import ImportBatch
from yichuan_tracker.background import launch


def launch_reader(batch: ImportBatch) -> None:
    """Start `manage.py read_batch` as soon as the batch is committed; what becomes of it stands in the batch's state."""
    launch("read_batch", str(batch.pk))
