"""The days that stood with a project become a stretch in the whitelist of the year in which it began."""

import datetime
from typing import Any

from django.db import migrations
from django.db.models import Max

DAY = datetime.timedelta(days=1)


def to_lists(apps: Any, _: Any) -> None:
    project_list, membership, project = (
        apps.get_model("projects", name) for name in ("ProjectList", "Membership", "Project")
    )
    for row in project.objects.filter(whitelist_from__isnull=False).order_by("pk"):
        year = row.whitelist_from.year
        kept, _ = project_list.objects.get_or_create(
            year=year, kind="whitelist", batch="",
            defaults={"key": f"{year}-whitelist", "name": f"{year}年四保白名单"},
        )  # fmt: skip
        last = kept.memberships.aggregate(last=Max("position"))["last"] or 0
        left = {"left_on": row.whitelist_to + DAY, "left_reason": "白名单到期"} if row.whitelist_to else {}
        membership.objects.create(
            project_list=kept, project=row, joined_on=row.whitelist_from, position=last + 1, serial=str(last + 1), **left
        )


def to_days(apps: Any, _: Any) -> None:
    """Of several stretches a project keeps the last; the lists stay."""
    project, membership = (apps.get_model("projects", name) for name in ("Project", "Membership"))
    for row in membership.objects.filter(project_list__kind="whitelist").order_by("joined_on"):
        until = row.left_on - DAY if row.left_on else None
        project.objects.filter(pk=row.project_id).update(whitelist_from=row.joined_on, whitelist_to=until)


class Migration(migrations.Migration):
    dependencies = [("projects", "0049_batches_and_whitelists")]

    operations = [migrations.RunPython(to_lists, to_days)]
