"""Until now a day of signing counted as 招商; from now on the mark says so."""

from django.db import migrations
from django.utils import timezone


def mark(apps, _):
    """As somebody's change would: a line of history, and a version that no form opened before fits."""
    line = {"field": "is_invited", "label": "招商项目", "type": "bool", "old": False, "new": True}
    entries, now = [], timezone.now()
    projects = apps.get_model("projects", "Project").objects.filter(signed_on__isnull=False, is_invited=False)
    for project in projects:
        project.is_invited = True
        project.version += 1
        project.save(update_fields=["is_invited", "version"])
        entries.append({"object_id": project.pk, "subject_id": project.pk, "object_name": project.name[:200]})
    history = apps.get_model("leaders", "HistoryEntry")
    kind = {"action": "change", "object_type": "project", "subject_type": "project", "actor_name": "系统", "at": now}
    reason = "升级：有签约日期的原来都算招商"
    history.objects.bulk_create(history(**kind, **entry, changes=[line], reason=reason) for entry in entries)


class Migration(migrations.Migration):
    dependencies = [
        ("leaders", "0006_history_indexes_ascend"),
        ("projects", "0056_whitelist_ends_and_invited"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
