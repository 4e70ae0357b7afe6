import django_filters

from leaders.organisations.models import Unit
from projects.problems.models import Letter
from projects.problems.rules import LETTERS


class LetterFilter(django_filters.FilterSet):
    step = django_filters.ChoiceFilter(label="种类", choices=[(step.value, step.label) for step in LETTERS])
    unit = django_filters.ModelChoiceFilter(label="发往单位", queryset=lambda _: Unit.objects.active())
    year = django_filters.NumberFilter(label="年份")

    class Meta:
        model = Letter
        fields: tuple[str, ...] = ()
