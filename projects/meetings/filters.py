import django_filters

from leaders.groups.models import WorkingGroup
from leaders.roster.models import Leader
from projects.meetings.models import Meeting
from projects.registry.models import ProjectList


class MeetingFilter(django_filters.FilterSet):
    leader = django_filters.ModelChoiceFilter(label="主持领导", queryset=lambda _: Leader.objects.active())
    group = django_filters.ModelChoiceFilter(label="指挥部（专班）", queryset=lambda _: WorkingGroup.objects.active())
    project_list = django_filters.ModelChoiceFilter(label="清单", queryset=lambda _: ProjectList.objects.active())

    class Meta:
        model = Meeting
        fields: tuple[str, ...] = ()
