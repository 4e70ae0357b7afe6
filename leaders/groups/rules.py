from django.db import models

from leaders.names import squeeze


class GroupKind(models.TextChoices):
    COMMAND = "command", "重点工作指挥部"
    TASK_FORCE = "task_force", "专项工作专班"


def loose_group(name: str) -> str:
    """The name without 伊川县, 县, and without the word 工作 or 专项工作 before 指挥部 and 专班."""
    bare = squeeze(name).removeprefix("伊川").removeprefix("县")
    for kind in ("指挥部", "专班"):
        if bare.endswith(kind):
            return bare.removesuffix(kind).removesuffix("工作").removesuffix("专项") + kind
    return bare
