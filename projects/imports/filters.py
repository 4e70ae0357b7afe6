import django_filters
from django.db.models import Q, QuerySet

from projects.imports.models import BatchState, ImportBatch, ImportRow, RowAction


class BatchFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(method="containing", label="文件名或清单")
    state = django_filters.ChoiceFilter(choices=BatchState, label="状态")
    year = django_filters.NumberFilter(label="年度")

    class Meta:
        model = ImportBatch
        fields: tuple[str, ...] = ()

    def containing(self, batches: "QuerySet[ImportBatch]", _: str, text: str) -> "QuerySet[ImportBatch]":
        return batches.filter(Q(file_name__icontains=text) | Q(project_list__name__icontains=text))


class RowFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(method="containing", label="项目名称")
    action = django_filters.ChoiceFilter(choices=RowAction, label="处理")
    sheet = django_filters.CharFilter(field_name="sheet", label="工作表")

    class Meta:
        model = ImportRow
        fields: tuple[str, ...] = ()

    def containing(self, rows: "QuerySet[ImportRow]", _: str, text: str) -> "QuerySet[ImportRow]":
        return rows.filter(values__name__icontains=text)
