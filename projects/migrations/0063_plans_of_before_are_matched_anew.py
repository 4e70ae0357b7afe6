"""Batches that wait for their confirmation were kept with what they write in their rows, which no longer have it."""

from django.db import migrations


def forget_plans(apps, _schema_editor):
    """Without a kept plan a file is matched anew when it is confirmed, and compared with what was looked at."""
    apps.get_model("projects", "ImportBatch").objects.update(plan={})


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0062_planned_writes"),
    ]

    operations = [
        migrations.RunPython(forget_plans, forget_plans),
    ]
