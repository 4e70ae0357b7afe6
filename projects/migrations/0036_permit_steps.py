from django.db import migrations, models


def settle_judgements(apps, schema_editor):  # noqa: ARG001 (Django's signature)
    """超期 and 失效 follow from the dates from now on. What was typed as such becomes the state that the dates judge: a grant
    with an end is granted; anything else is not started, and says what stood there."""
    permits = apps.get_model("projects", "Permit").objects
    permits.filter(state="expired", obtained_on__isnull=False, valid_until__isnull=False).update(state="granted")
    for word, label in (("expired", "失效"), ("overdue", "超期")):
        permits.filter(state=word, reason="").update(reason=f"原填“{label}”")
        permits.filter(state=word).update(state="not_started", obtained_on=None)


class Migration(migrations.Migration):
    dependencies = [("projects", "0035_checklists_and_rechecks")]

    operations = [
        migrations.AddField("permit", "accepted_on", models.DateField(blank=True, null=True, verbose_name="受理日期")),
        migrations.AddField(
            "permit", "owed_papers", models.CharField(blank=True, max_length=300, verbose_name="所欠材料")
        ),
        migrations.RunPython(settle_judgements, migrations.RunPython.noop),
    ]
