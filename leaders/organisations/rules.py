from django.db import models


class UnitKind(models.TextChoices):
    DEPARTMENT = "department", "县直部门"
    TOWNSHIP = "township", "乡镇（街道）"
    ZONE = "zone", "开发区"
    ENTERPRISE = "enterprise", "县属企业"
    BUREAU = "bureau", "督查机构"
    OTHER = "other", "其他"


class TownshipBoard(models.TextChoices):
    """Townships are ranked apart from the units, in two boards; which one is the county's decision."""

    INDUSTRIAL = "industrial", "工贸乡镇"
    FARMING = "farming", "农业乡镇"
    NONE = "none", "不参加乡镇排名"
