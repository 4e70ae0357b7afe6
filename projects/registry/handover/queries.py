from django.db.models import Count, Q, QuerySet

from projects.registry.handover.models import Handover


def handovers_of(leader_id: int) -> QuerySet[Handover]:
    """Given and received, the newest first, with `projects_count`."""
    handovers = Handover.objects.filter(Q(giver=leader_id) | Q(receiver=leader_id))
    return handovers.select_related("giver", "receiver", "author").annotate(projects_count=Count("projects"))
