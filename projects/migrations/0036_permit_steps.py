"""超期 and 失效 follow from the dates from now on. What was typed as such becomes what the dates judge as before."""

import datetime
from typing import Any

from django.db import migrations, models
from django.utils import timezone

LABELS = {"overdue": "超期", "expired": "失效"}
TOLD = {
    "state": "办理状态",
    "obtained_on": "办结日期",
    "owed_until": "容缺补齐期限",
    "reason": "说明",
}
STATES = {**LABELS, "granted": "已办结", "not_started": "未启动"}


def settled(permit: Any, today: datetime.date) -> dict[str, Any]:
    """{field: value} of a permit in which 超期 or 失效 was typed. What counted as obtained still does and what did not does
    not: granted is what was 超期 with a day of grant, and what was 失效 and has run out by its own end. All else is not
    started; its reason keeps what stood there."""
    is_void = permit.state == "expired"
    has_ended = permit.valid_until is not None and permit.valid_until < today
    # With papers owing, what was 失效 was not tolerated.
    values: dict[str, Any] = {"owed_until": None} if is_void else {}
    if permit.obtained_on is not None and (has_ended or not is_void):
        return {"state": "granted", **values}
    dates = (("办结日期", permit.obtained_on), ("容缺补齐期限", permit.owed_until if is_void else None))
    stood = "，".join([f"原填“{LABELS[permit.state]}”", *(f"{label} {day}" for label, day in dates if day is not None)])
    # 200 characters fit; the history keeps all of what was typed.
    reason = f"{stood}；{permit.reason}"[:200] if permit.reason else stood
    return {"state": "not_started", "obtained_on": None, "reason": reason, **values}


def settle_judgements(apps: Any, _: Any) -> None:
    permit_model, history = apps.get_model("projects", "Permit"), apps.get_model("leaders", "HistoryEntry")
    now = timezone.now()
    for permit in permit_model.objects.filter(state__in=LABELS).select_related("permit_type").order_by("pk"):
        values = settled(permit, timezone.localdate())
        changes = [
            {"field": name, "label": TOLD[name], "type": _kind(name), "old": old, "new": new}
            for name, value in values.items()
            if (old := _told(name, getattr(permit, name))) != (new := _told(name, value))
        ]
        permit_model.objects.filter(pk=permit.pk).update(**values, version=permit.version + 1)
        history.objects.create(
            at=now, actor_name="系统", action="change", object_type="permit", object_id=permit.pk,
            object_name=permit.permit_type.name, subject_type="project", subject_id=permit.project_id,
            changes=changes, reason="升级：超期、失效改由日期推算",
        )  # fmt: skip


def _kind(name: str) -> str:
    return {"state": "choice", "reason": "text"}.get(name, "date")


def _told(name: str, value: Any) -> Any:
    """As history tells it."""
    if name == "state":
        return {"id": value, "name": STATES[value]}
    return value.isoformat() if isinstance(value, datetime.date) else value


class Migration(migrations.Migration):
    dependencies = [("leaders", "0004_leader_phone"), ("projects", "0035_checklists_and_rechecks")]

    operations = [
        migrations.AddField("permit", "accepted_on", models.DateField(blank=True, null=True, verbose_name="受理日期")),
        migrations.AddField(
            "permit", "owed_papers", models.CharField(blank=True, max_length=300, verbose_name="所欠材料")
        ),
        migrations.RunPython(settle_judgements, migrations.RunPython.noop),
    ]
