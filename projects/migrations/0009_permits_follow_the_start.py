import datetime

from django.db import migrations


def by_rule(start: datetime.date) -> datetime.date:
    return datetime.date(start.year, 5, 31) if start.month <= 6 else datetime.date(start.year, 10, 31)


def follow_the_start(apps, schema_editor):  # noqa: ARG001 (Django's signature)
    """What was set by the rule when the permit was added follows the planned start from now on."""
    permits = apps.get_model("projects", "Permit").objects
    for pk, due_on, start in permits.filter(due_on__isnull=False, project__planned_start_on__isnull=False).values_list(
        "pk", "due_on", "project__planned_start_on"
    ):
        if due_on == by_rule(start):
            permits.filter(pk=pk).update(due_on=None)


def settle_by_the_start(apps, schema_editor):  # noqa: ARG001 (Django's signature)
    permits = apps.get_model("projects", "Permit").objects
    for permit in permits.filter(due_on__isnull=True, project__planned_start_on__isnull=False).select_related("project"):
        permits.filter(pk=permit.pk).update(due_on=by_rule(permit.project.planned_start_on))


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_memberships_in_stretches")]

    operations = [migrations.RunPython(follow_the_start, settle_by_the_start)]
