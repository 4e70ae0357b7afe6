from django.db import models


class GroupKind(models.TextChoices):
    COMMAND = "command", "重点工作指挥部"
    TASK_FORCE = "task_force", "专项工作专班"
