from django.db.models import Prefetch, QuerySet

from leaders.names import NameIndex
from leaders.roster.models import Leader, LeaderAlias
from leaders.roster.rules import loose_person


def leaders() -> QuerySet[Leader]:
    """For the list page and its export."""
    return Leader.objects.select_related("unit").prefetch_related(
        Prefetch("aliases", queryset=LeaderAlias.objects.order_by("name"))
    )


def known_leaders() -> NameIndex[Leader]:
    """Written name → Leader, for whoever reads workbooks: by name and alias, and by name together with the post
    ("李明（副县长）", "副县长李明"), which is how two leaders of one name are told apart. A name alone that two share
    finds neither. Two queries.
    """
    found = list(leaders())
    exact = [
        (name, leader) for leader in found for name in [leader.name, *(alias.name for alias in leader.aliases.all())]
    ]
    posts = [
        (text, leader)
        for leader in found
        if leader.post
        for text in (leader.name + leader.post, leader.post + leader.name)
    ]
    return NameIndex(exact, tolerant=[*exact, *posts], loosen=loose_person)


def nearest_leaders(name: str, known: NameIndex[Leader] | None = None) -> list[Leader]:
    """At most three leaders whose names look most like `name`, best first, as proposals to a person. Archived ones
    are left out."""
    index = known_leaders() if known is None else known
    return [leader for leader in index.nearest(name, count=10) if leader.archived_at is None][:3]
