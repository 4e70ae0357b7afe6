"""Until now a day of signing counted as 招商; from now on the mark says so."""

from django.db import migrations


def mark(apps, _):
    apps.get_model("projects", "Project").objects.filter(signed_on__isnull=False).update(is_invited=True)


class Migration(migrations.Migration):
    dependencies = [("projects", "0056_whitelist_ends_and_invited")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
