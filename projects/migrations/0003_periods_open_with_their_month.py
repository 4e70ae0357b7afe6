from django.db import migrations
from django.db.models import F


def open_with_their_month(apps, schema_editor):  # noqa: ARG001 (the signature of RunPython)
    """Periods from before there were combined ones: each is one month and opened on its first day."""
    apps.get_model("projects", "Period").objects.update(covers_from=F("month"), opens_on=F("month"))


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0002_filing_rules_and_exceptions'),
    ]

    operations = [
        migrations.RunPython(open_with_their_month, migrations.RunPython.noop),
    ]
