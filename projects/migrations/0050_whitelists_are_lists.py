"""The days that stood with a project become a stretch in the whitelist of the year in which it began."""

import datetime
from typing import Any

from django.db import migrations
from django.db.models import Max, Q

DAY = datetime.timedelta(days=1)


def whitelist_of(project_list: Any, year: int) -> Any:
    """The year's whitelist; one that the office kept under this name or key as a list of another kind becomes it."""
    name, key = f"{year}年四保白名单", f"{year}-whitelist"
    known = project_list.objects.filter(year=year, kind="whitelist", batch="").first()
    kept = known or project_list.objects.filter(Q(name=name) | Q(key=key)).order_by("pk").first()
    if kept is None:
        return project_list.objects.create(year=year, kind="whitelist", batch="", key=key, name=name)
    if kept != known:
        kept.year, kept.kind, kept.batch = year, "whitelist", ""
        kept.save(update_fields=["year", "kind", "batch"])
    return kept


def to_lists(apps: Any, _: Any) -> None:
    project_list, membership, project = (
        apps.get_model("projects", name) for name in ("ProjectList", "Membership", "Project")
    )
    for row in project.objects.filter(whitelist_from__isnull=False).order_by("pk"):
        kept = whitelist_of(project_list, row.whitelist_from.year)
        last = kept.memberships.aggregate(last=Max("position"))["last"] or 0
        left = {"left_on": row.whitelist_to + DAY, "left_reason": "白名单到期"} if row.whitelist_to else {}
        days = {"joined_on": row.whitelist_from, **left}
        # Where it stands in a list that was taken over, the days that stood with the project are the truer ones.
        if not kept.memberships.filter(project=row, left_on__isnull=True).update(**days):
            membership.objects.create(
                project_list=kept, project=row, position=last + 1, serial=str(last + 1), **days
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
