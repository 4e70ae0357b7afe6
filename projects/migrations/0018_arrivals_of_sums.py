from decimal import Decimal

from django.db import migrations
from django.utils import timezone

NOTE = "登记到位合计时没有分笔"


def sums_to_arrivals(apps, _):
    """What stood as one sum becomes one entry, of the day on which the sum was last written."""
    source_model, arrival = apps.get_model("projects", "FundingSource"), apps.get_model("projects", "FundingArrival")
    history = apps.get_model("leaders", "HistoryEntry")
    for source in source_model.objects.filter(arrived_wan__gt=0):
        written = history.objects.filter(object_type="fundingsource", object_id=source.pk).order_by("-at").first()
        day = timezone.localdate(written.at) if written else timezone.localdate()
        arrival.objects.create(source=source, arrived_on=day, amount_wan=source.arrived_wan, note=NOTE)


def arrivals_to_sums(apps, _):
    for source in apps.get_model("projects", "FundingSource").objects.prefetch_related("arrivals"):
        amounts = [arrival.amount_wan for arrival in source.arrivals.all()]
        if amounts:
            source.arrived_wan = sum(amounts, Decimal(0))
            source.save(update_fields=["arrived_wan"])


class Migration(migrations.Migration):

    dependencies = [
        ('leaders', '0001_initial'),
        ('projects', '0017_funding_arrivals'),
    ]

    operations = [migrations.RunPython(sums_to_arrivals, arrivals_to_sums)]
