"""From a declared table to cells of text, cheaply.

django-tables2 finds out anew for each cell how it is made, which is most of the time of its pages.
Here it is found out once per column: what stays for a cell is reading an attribute, formatting and escaping.
"""

import datetime
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from html import escape
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.html import conditional_escape, strip_tags
from django.utils.safestring import SafeString

from yichuan_tracker.money import format_wan

Record = Any
Model = type[models.Model] | None


@dataclass(frozen=True)
class CellColumn:
    """A column as it is shown. `html` makes a cell's escaped content, `value` what the export writes into it."""

    name: str
    label: str
    css: str
    head_css: str
    orderable: bool
    attrs: str
    html: Callable[[Record], str]
    value: Callable[[Record], Any]
    number_format: str
    is_link: bool


def cell_column(table: tables.Table, bound: Any, model: Model, *, of_dicts: bool = False) -> CellColumn:
    path = str(bound.accessor).replace("__", ".").split(".")
    field = model_field(model, path) if model else None
    get = partial(_item, str(bound.accessor)) if of_dicts else _getter(model, path, field)
    cell_css, attrs = _attributes(table, bound, "td")
    css = " ".join(filter(None, [cell_css, _css_of(field, path[-1]) if "num" not in cell_css else ""]))
    head_css, _ = _attributes(table, bound, "th")
    return CellColumn(
        name=bound.name,
        label=str(bound.header),
        css=css,
        head_css=head_css or ("num" if "num" in css.split() else ""),
        orderable=bound.orderable is not False and bound.column.orderable is not False,
        attrs=attrs,
        html=_html_of(table, bound, get, field),
        value=_value_of(table, bound, get),
        number_format=getattr(bound.column, "number_format", "") or _number_format(field, path[-1]),
        is_link=bound.link is not None,
    )


def model_field(model: Model, path: list[str]) -> "models.Field[Any, Any] | None":
    """The model field at the end of the path; None for a property, an annotation or a reverse relation."""
    found: models.Field[Any, Any] | None = None
    for part in path:
        if model is None:
            return None
        try:
            field = model._meta.get_field("id" if part == "pk" else part)
        except FieldDoesNotExist:
            return None
        if not isinstance(field, models.Field):
            return None
        found, model = field, field.related_model if isinstance(field.related_model, type) else None
    return found


# --- reading ----------------------------------------------------------------------------------------------------------


def _item(name: str, record: Mapping[str, Any]) -> Any:
    return record.get(name)


def _getter(model: Model, path: list[str], field: Any) -> Callable[[Record], Any]:
    """Reads the path of a record: None where a link of it is empty, the word for a choice, the result of a method."""
    read = _chain(path) if len(path) > 1 else _attribute(path[0])
    if field is not None and field.choices:
        words = {key: str(word) for key, word in field.flatchoices}
        return lambda record: words.get(value := read(record), value)
    if len(path) == 1 and inspect.isfunction(getattr(model, path[0], None)):
        return lambda record: read(record)()
    return read


def _attribute(name: str) -> Callable[[Record], Any]:
    get = attrgetter(name)

    def read(record: Record) -> Any:
        try:
            return get(record)
        except AttributeError:
            # A column that only render_x fills has no attribute behind it; a misspelt one shows as empty in every row.
            return None

    return read


def _chain(path: list[str]) -> Callable[[Record], Any]:
    def read(record: Record) -> Any:
        for part in path:
            record = getattr(record, part, None)
            if record is None:
                return None
        return record() if inspect.ismethod(record) else record

    return read


# --- showing ----------------------------------------------------------------------------------------------------------


def shown(value: Any) -> str:
    """Any value as text of a screen."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if timezone.is_aware(value) else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


_SIGN = re.compile("[&<>\"']").search


def escaped(value: Any) -> str:
    if type(value) is str:
        # Hardly any cell has one of the five signs: one look for all of them takes a third of `escape`.
        return value if _SIGN(value) is None else escape(value)
    if hasattr(value, "__html__"):
        return conditional_escape(value)
    return escape(shown(value))


def _html_of(table: tables.Table, bound: Any, get: Callable[[Record], Any], field: Any) -> Callable[[Record], str]:
    render = _renderer(table, bound, field)
    missing = escaped(bound.default)
    empty = tuple(bound.column.empty_values)
    if render is None:

        def plain(record: Record) -> str:
            value = get(record)
            return missing if value is None or value in empty else escaped(value)

        html = plain
    else:

        def rendered(record: Record) -> str:
            value = get(record)
            if value in empty:
                return missing
            content = render(value, record)
            return missing if content is None else escaped(content)

        html = rendered
    return _linked(table, bound, get, html, missing)


def _renderer(table: tables.Table, bound: Any, field: Any) -> Callable[[Any, Record], Any] | None:
    """How value and record become the content; None where the value itself is shown."""
    column = bound.column
    own = getattr(table, f"render_{bound.name}", None)
    if own is None:
        if isinstance(column, tables.DateColumn | tables.DateTimeColumn):
            return _dated(column)
        if isinstance(column, tables.BooleanColumn):
            return lambda value, _: shown(bool(value))
        if type(column).render is tables.Column.render:
            is_wan = isinstance(field, models.DecimalField) and field.name.endswith("_wan")
            return (lambda value, _: format_wan(value)) if is_wan or str(bound.accessor).endswith("_wan") else None
    return _adapted(bound.render, table, bound)


def _adapted(function: Callable[..., Any], table: tables.Table, bound: Any) -> Callable[[Any, Record], Any]:
    """`function` called with those of django-tables2's keywords that it asks for."""
    names, takes_all = _keywords(getattr(function, "__func__", function))
    if not takes_all and names == {"value"}:
        return lambda value, _: function(value=value)
    if not takes_all and names == {"record"}:
        return lambda _, record: function(record=record)
    if not takes_all and names == {"value", "record"}:
        return lambda value, record: function(value=value, record=record)
    fixed = {"table": table, "column": bound.column, "bound_column": bound, "bound_row": SimpleNamespace(row_counter=0)}
    if not takes_all:
        fixed = {name: value for name, value in fixed.items() if name in names}

    def call(value: Any, record: Record) -> Any:
        changing = {"value": value, "record": record}
        if not takes_all:
            changing = {name: item for name, item in changing.items() if name in names}
        return function(**fixed, **changing)

    return call


@cache
def _keywords(function: Callable[..., Any]) -> tuple[frozenset[str], bool]:
    """The names of its parameters, and whether it takes any other keyword."""
    parameters = inspect.signature(function).parameters
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    return frozenset(parameters) - {"self"}, takes_all


_FORMAT = re.compile(r'date:"([^"]+)"')


@cache
def _date_pattern(template_code: str) -> str:
    found = _FORMAT.search(template_code)
    return found[1] if found else ""


def _dated(column: Any) -> Callable[[Any, Record], str]:
    """Days and moments without the template that django-tables2 renders for each."""
    pattern = _date_pattern(column.template_code or "")
    if pattern == "Y-m-d H:i:s":
        return lambda value, _: f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if pattern in ("", "Y-m-d", "Y-m-d H:i", "SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT", "DATE_FORMAT"):
        return lambda value, _: shown(value)

    def formatted(value: Any, _: Record) -> str:
        return dateformat.format(timezone.localtime(value) if isinstance(value, datetime.datetime) else value, pattern)

    return formatted


def _linked(
    table: tables.Table, bound: Any, get: Callable[[Record], Any], html: Callable[[Record], str], missing: str
) -> Callable[[Record], str]:
    link = bound.link
    if link is None:
        return html
    around = _link_parts(link)
    if around is not None:
        opening, key, closing = around

        def light(record: Record) -> str:
            content, target = html(record), key(record)
            return content if target is None or content == missing else f"{opening}{target}{closing}{content}</a>"

        return light
    fixed = {"table": table, "column": bound.column, "bound_column": bound}

    def general(record: Record) -> str:
        content = html(record)
        return content if content == missing else link(SafeString(content), record=record, value=get(record), **fixed)

    return general


_SENTINEL = 987_654_321


def _link_parts(link: Any) -> tuple[str, Callable[[Record], Any], str] | None:
    """A link made of a fixed URL name and one accessor to an id: its text before and after the id.

    None for any other: reverse() is asked once per column then no longer, but once per cell.
    """
    wanted = dict(link.reverse_args)
    name, args, kwargs = wanted.pop("viewname", None), wanted.pop("args", None) or [], wanted.pop("kwargs", None) or {}
    accessors = [*args, *kwargs.values()]
    if wanted or link.attrs or not isinstance(name, str) or isinstance(name, tables.A) or len(accessors) != 1:
        return None
    if not isinstance(accessors[0], tables.A) or not str(accessors[0]).replace("__", ".").endswith(("pk", "id")):
        return None
    url = reverse(name, args=[_SENTINEL] if args else None, kwargs=dict.fromkeys(kwargs, _SENTINEL) or None)
    before, _, after = url.partition(str(_SENTINEL))
    path = str(accessors[0]).replace("__", ".").split(".")
    return f'<a href="{escape(before)}', _chain(path) if len(path) > 1 else attrgetter(path[0]), f'{escape(after)}">'


# --- exporting --------------------------------------------------------------------------------------------------------

_TYPED = (bool, int, Decimal, datetime.date)


def _value_of(table: tables.Table, bound: Any, get: Callable[[Record], Any]) -> Callable[[Record], Any]:
    """What the export writes: value_x of the table; else a number or day as it is; else the text of the screen."""
    own = getattr(table, f"value_{bound.name}", None)
    exported = own
    if (
        own is None
        and type(bound.column).value is not tables.Column.value
        and type(bound.column).__module__ == _COLUMNS
    ):
        exported = bound.column.value
    empty = tuple(bound.column.empty_values)
    if exported is not None:
        convert = _adapted(exported, table, bound)

        def converted(record: Record) -> Any:
            value = get(record)
            return None if value in empty else convert(value, record)

        return converted
    render = _renderer(table, bound, None)

    def value_of(record: Record) -> Any:
        value = get(record)
        if value in empty:
            return None
        if isinstance(value, _TYPED) and not isinstance(value, bool):
            return value
        content = value if render is None else render(value, record)
        return _without_tags(content)

    return value_of


_COLUMNS = "yichuan_tracker.web.columns"


def _without_tags(content: Any) -> str | None:
    if content is None:
        return None
    text = shown(content)
    if isinstance(content, SafeString):
        text = strip_tags(text).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&#x27;", "'")
        text = text.replace("&amp;", "&")
    return text.strip()


# --- attributes -------------------------------------------------------------------------------------------------------


def _attributes(table: tables.Table, bound: Any, tag: str) -> tuple[str, str]:
    """Classes, and the other attributes as text, of a column's cells. Callables of django-tables2 are called once, without
    a record."""
    attrs = dict(bound.column.attrs.get(tag) or bound.column.attrs.get("cell") or {})
    attrs = {key: value(table=table, bound_column=bound) if callable(value) else value for key, value in attrs.items()}
    css = str(attrs.pop("class", "") or "")
    return css, "".join(f' {key}="{escape(str(value))}"' for key, value in attrs.items() if not key.startswith("_"))


def _css_of(field: Any, name: str) -> str:
    if isinstance(field, models.DateField):
        return "day"
    numeric = models.DecimalField | models.IntegerField | models.FloatField
    if name.endswith(("_wan", "_pct")) or (isinstance(field, numeric) and not field.choices):
        return "num"
    return ""


def _number_format(field: Any, name: str) -> str:
    if name.endswith("_wan"):
        return "#,##0.00"
    if isinstance(field, models.DecimalField):
        return "0." + "0" * field.decimal_places if field.decimal_places else "0"
    if isinstance(field, models.DateTimeField):
        return "yyyy-mm-dd hh:mm"
    return "yyyy-mm-dd" if isinstance(field, models.DateField) else ""
