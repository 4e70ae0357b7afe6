import re

from django.db import models

from leaders.names import squeeze


class LeaderLevel(models.TextChoices):
    COUNTY = "county", "县级领导"
    UNIT = "unit", "责任单位领导"


def loose_person(name: str) -> str:
    """A leader's name as lists write it beside the post: without brackets, separators and the word 同志.

    "李 明（副县长）", "李明 副县长" and "李明同志" all keep every character that says who it is.
    """
    return re.sub(r"[()\[\]【】,、/:;·]", "", squeeze(name)).removesuffix("同志")
