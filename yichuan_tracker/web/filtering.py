"""The filter form above a list, without a template per option: half the time of a page of django-filter is its selects."""

import copy
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, TypeVar

import django_filters
from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.choices import BaseChoiceIterator
from django.utils.safestring import SafeString, mark_safe

from yichuan_tracker.months import FIRST_YEAR, LAST_YEAR
from yichuan_tracker.web.cells import escaped
from yichuan_tracker.web.forms import DayField, DayInput

# Parameters of the list itself. They are no filters, and a changed filter begins again at page 1.
LIST_PARAMETERS = ("page", "export")


@dataclass(frozen=True)
class FilterField:
    """One field of the form: `html` is its control, `is_set` says that it narrows the list."""

    name: str
    label: str
    html: SafeString
    errors: list[str]
    is_set: bool
    is_search: bool
    id: str

    @property
    def error_html(self) -> str:
        return "".join(f'<p class="error" id="{self.id}_error">{escape(error)}</p>' for error in self.errors)


@dataclass(frozen=True)
class FilterForm:
    fields: list[FilterField]
    hidden: SafeString

    @property
    def search(self) -> SafeString:
        """The search boxes."""
        found = (
            f'<div class="filter filter-search"><label for="{field.id}">{escape(field.label)}</label>'
            f"{field.html}{field.error_html}</div>"
            for field in self.fields
            if field.is_search
        )
        return mark_safe("".join(found))  # noqa: S308 (escaped in it)

    @property
    def others(self) -> SafeString:
        """The other fields, each under its label."""
        found = (
            f'<div class="filter{" is-set" if field.is_set else ""}{" has-error" if field.errors else ""}">'
            f'<label for="{field.id}">{escape(field.label)}</label>{field.html}{field.error_html}</div>'
            for field in self.fields
            if not field.is_search
        )
        return mark_safe("".join(found))  # noqa: S308 (escaped in it)

    @property
    def count_set(self) -> int:
        return sum(field.is_set for field in self.fields)

    @property
    def wrong(self) -> list[str]:
        """Labels of the fields that could not be read; they filter nothing."""
        return [field.label for field in self.fields if field.errors]


def bind_filters(
    filterset_class: type[django_filters.FilterSet], query: QueryDict, queryset: "models.QuerySet[Any]", request: Any
) -> django_filters.FilterSet:
    """The filterset for this request. Filters of a day get the county's day field, which refuses the year 99999; so do those of a
    year."""
    filterset = filterset_class(query, queryset=queryset, request=request)
    for item in filterset.filters.values():
        if type(item) is django_filters.DateFilter:
            item.field_class = DayField
            item.extra.setdefault("widget", DayInput)
        elif type(item) is django_filters.NumberFilter and item.field_name.endswith("year"):
            # A year that no calendar has would fail in the database driver.
            item.extra.setdefault("min_value", FIRST_YEAR)
            item.extra.setdefault("max_value", LAST_YEAR)
    form_class = filterset.get_form_class()
    form_class.base_fields = _Fields(form_class.base_fields)
    filterset.get_form_class = lambda: form_class
    return filterset


class Offered(BaseChoiceIterator):
    """(value, text) pairs that stand as they are to be shown: Django looks through any other kind again for every use."""

    def __init__(self, pairs: Iterable[tuple[Any, str]]) -> None:
        self.pairs = list(pairs)

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        return iter(self.pairs)


F = TypeVar("F", bound=type[django_filters.FilterSet])


def copied_lightly(filterset_class: F) -> F:
    """Decorator of a filterset with many filters: each request gets filters of its own, which share what they were declared
    with. django-filter copies all of it to its depth for every request."""
    filterset_class.base_filters = _Filters(filterset_class.base_filters)
    return filterset_class


class _Filters(OrderedDict[str, django_filters.Filter]):
    def __deepcopy__(self, _memo: Any) -> OrderedDict[str, django_filters.Filter]:
        copies = OrderedDict((name, copy.copy(item)) for name, item in self.items())
        for item in copies.values():
            item.extra = dict(item.extra)
            item.method = item.method  # makes the caller of the filterset's method anew, for this copy
        return copies


class _Fields(dict[str, forms.Field]):
    """Made for one request by django-filter: the copy that a form takes of the fields of its class is not needed."""

    def __deepcopy__(self, _memo: Any) -> dict[str, forms.Field]:
        return dict(self)


def filter_form(filterset: django_filters.FilterSet, query: QueryDict) -> FilterForm:
    """What the template prints. Keeps the sorting and drops the page number when a filter is changed."""
    form = filterset.form
    own: set[str] = set()
    fields = []
    for name in form.fields:
        bound = form[name]
        own.update(_parameter_names(bound))
        fields.append(_filter_field(bound))
    kept = [
        (key, value)
        for key, values in query.lists()
        if key not in own and key not in LIST_PARAMETERS
        for value in values
    ]
    hidden = "".join(f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">' for key, value in kept)
    return FilterForm(fields, mark_safe(hidden))  # noqa: S308 (escaped above)


def _parameter_names(bound: forms.BoundField) -> Iterator[str]:
    widget = bound.field.widget
    yield bound.html_name
    for suffix in getattr(widget, "widgets_names", []):
        yield bound.html_name + suffix
    for suffix in getattr(widget, "suffixes", []):
        yield f"{bound.html_name}_{suffix}"


def _filter_field(bound: forms.BoundField) -> FilterField:
    widget = bound.field.widget
    value = bound.value()
    values = {str(item) for item in value} if isinstance(value, list | tuple) else {"" if value is None else str(value)}
    is_search = not fields_of_choice(bound.field) and type(widget) in (forms.TextInput, forms.widgets.SearchInput)
    is_search = is_search and type(bound.field) is forms.CharField
    errors = [str(error) for error in bound.errors]
    return FilterField(
        name=bound.html_name,
        label=str(bound.label),
        html=mark_safe(_control(bound, values, invalid=bool(errors), is_search=is_search)),  # noqa: S308 (escaped in it)
        errors=errors,
        is_set=bool(values - {""} - {"None"}),
        is_search=is_search,
        id=bound.id_for_label,
    )


def fields_of_choice(field: forms.Field) -> bool:
    return isinstance(field.widget, forms.Select)


def _control(bound: forms.BoundField, values: set[str], *, invalid: bool, is_search: bool) -> str:
    widget = bound.field.widget
    error = f' aria-invalid="true" aria-describedby="{bound.auto_id}_error"' if invalid else ""
    identity = f'name="{escape(bound.html_name)}" id="{bound.auto_id}"{error}'
    if isinstance(widget, forms.Select):
        multiple = " multiple" if isinstance(widget, forms.SelectMultiple) else ""
        return f"<select {identity}{multiple}>{''.join(_options(widget.choices, values))}</select>"
    if is_search:
        value = escape(next(iter(values)))
        return f'<input type="search" {identity} value="{value}" maxlength="100">'
    return str(bound)


def _options(choices: Iterable[Any], values: set[str]) -> Iterator[str]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield f'<optgroup label="{escape(str(key))}">{"".join(_options(label, values))}</optgroup>'
            continue
        text = "" if key is None else str(key)
        yield f'<option value="{escaped(text)}"{" selected" if text in values else ""}>{escaped(str(label))}</option>'
