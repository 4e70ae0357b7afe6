from django.db import migrations


def keep_last_ranks(apps, _):
    """What the pages of runs made before this showed: places in the newest edition of the month before, of those released
    by then. Their checksums stay as they are."""
    run_model = apps.get_model("projects", "RankingRun")
    row_model = apps.get_model("projects", "RankingRow")
    for run in run_model.objects.order_by("month", "edition"):
        earlier = run_model.objects.filter(state="released", month__year=run.month.year, month__lt=run.month)
        if run.released_at is not None:
            earlier = earlier.filter(released_at__lte=run.released_at)
        run.before = earlier.order_by("-month", "-edition").first()
        if run.before is None:
            continue
        run.save(update_fields=["before"])
        ranked = row_model.objects.filter(run=run.before, rank__isnull=False)
        ranks = {(row.board_id, row.subject_type, row.subject_id): row.rank for row in ranked.defer("detail")}
        rows = list(row_model.objects.filter(run=run).defer("detail"))
        for row in rows:
            row.last_rank = ranks.get((row.board_id, row.subject_type, row.subject_id))
        row_model.objects.bulk_update(rows, ["last_rank"], batch_size=200)


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0028_last_rank'),
    ]

    operations = [migrations.RunPython(keep_last_ranks, migrations.RunPython.noop)]
