from django.db import models

from leaders.names import squeeze


class UnitKind(models.TextChoices):
    DEPARTMENT = "department", "县直部门"
    TOWNSHIP = "township", "乡镇（街道）"
    ZONE = "zone", "开发区"
    ENTERPRISE = "enterprise", "县属企业"
    BUREAU = "bureau", "督查机构"
    OTHER = "other", "其他"


PREFIXES = ("伊川县", "伊川", "县")
SUFFIXES = ("人民政府", "办事处")
# 县委… and 县政府… are bodies of their own: without 县 their names would say something else.
KEEP_COUNTY = ("县委", "县政府", "县人大", "县政协", "县纪委")


def loose_name(name: str) -> str:
    """A unit's name as lists often shorten it: without 伊川县 or 县 in front, without 人民政府 or 办事处 behind.

    "伊川县水利局" and "水利局" are "县水利局"; "白沙镇" is "白沙镇人民政府". Nothing else is guessed: "县发改委" is
    "县发展和改革委员会" only because an alias says so.
    """
    loose = squeeze(name)
    for prefix in PREFIXES:
        if loose.startswith(prefix) and not loose.removeprefix("伊川").startswith(KEEP_COUNTY):
            loose = loose.removeprefix(prefix)
            break
    for suffix in SUFFIXES:
        if loose.endswith(suffix) and loose != suffix:
            loose = loose.removesuffix(suffix)
            break
    return loose
