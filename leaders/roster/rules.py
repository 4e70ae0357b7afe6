from django.db import models


class LeaderLevel(models.TextChoices):
    COUNTY = "county", "县级领导"
    UNIT = "unit", "责任单位领导"
