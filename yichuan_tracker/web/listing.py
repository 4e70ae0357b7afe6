"""One way to show a list: filter, sort, page, choose columns, total, export exactly what is seen.

Tables are declared with django-tables2 and filters with django-filter; drawing is ours (cells.py, filtering.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any
from urllib.parse import urlencode

import django_filters
import django_tables2 as tables
from django.db import models
from django.db.models import F
from django.db.models.lookups import IsNull
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from yichuan_tracker import clock
from yichuan_tracker.money import NOT_GIVEN
from yichuan_tracker.web.cells import CellColumn, cell_column, model_field
from yichuan_tracker.web.downloads import Sheet, SheetColumn, as_of_line, xlsx_response
from yichuan_tracker.web.filtering import FilterForm, bind_filters, filter_form

PAGE_SIZES = (20, 50, 100, 200)
DEFAULT_PAGE_SIZE = 50
Totals = Callable[[Any], Sequence[tuple[str, Any]]]


@dataclass(frozen=True)
class ColumnChoice:
    name: str
    label: str
    is_shown: bool
    is_fixed: bool


@dataclass
class Listing:
    """What `components/_listing.html` prints."""

    key: str
    path: str
    query: QueryDict
    filters: FilterForm
    columns: list[CellColumn]
    choices: list[ColumnChoice]
    count: int
    page: int
    pages: int
    per_page: int
    records: list[Any]
    order_by: list[str]
    totals: Sequence[tuple[str, Any]]
    export_name: str | None
    table: tables.Table
    bulk_actions: list[tuple[str, str]] = field(default_factory=list)

    @property
    def first(self) -> int:
        return (self.page - 1) * self.per_page + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.page * self.per_page, self.count)

    @property
    def empty_text(self) -> str:
        """The table's own words (Meta.empty_text): what would stand here, and how it gets here."""
        return self.table.empty_text or ""

    @property
    def is_filtered(self) -> bool:
        return self.filters.count_set > 0

    def url(self, **changes: Any) -> str:
        """The address of this list with some parameters changed; None takes one away."""
        pairs = [pair for pair in self._pairs if pair[0] not in changes]
        pairs += [(name, str(value)) for name, value in changes.items() if value is not None]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.query.lists() for value in values]

    @cached_property
    def _sort_url(self) -> str:
        """What stands before the name of the column to sort by; escaped."""
        return escape(self.url(page=None, sort=""))

    @property
    def export_url(self) -> str:
        return self.url(page=None, export="xlsx")

    @property
    def here(self) -> str:
        return self.url(export=None)

    @property
    def clear_url(self) -> str:
        kept = {name: self.query[name] for name in ("sort",) if name in self.query}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    @property
    def choice_boxes(self) -> SafeString:
        """A box for each column; the one that names the row is always shown."""
        boxes = (
            f'<label><input type="checkbox" name="columns" value="{choice.name}"{" checked" if choice.is_shown else ""}'
            f"{' disabled' if choice.is_fixed else ''}>{escape(choice.label)}</label>"
            for choice in self.choices
        )
        fixed = (
            f'<input type="hidden" name="columns" value="{choice.name}">' for choice in self.choices if choice.is_fixed
        )
        return mark_safe("".join([*fixed, *boxes]))  # noqa: S308 (escaped in it)

    @property
    def size_options(self) -> SafeString:
        sizes = (f"<option{' selected' if size == self.per_page else ''}>{size}</option>" for size in PAGE_SIZES)
        return mark_safe("".join(sizes))  # noqa: S308 (numbers)

    @cached_property
    def page_links(self) -> list[tuple[str, str, bool]]:
        """(text, address, is this page): the first, the last and two on either side; a gap has no address."""
        wanted = sorted({1, self.pages, *range(max(1, self.page - 2), min(self.pages, self.page + 2) + 1)})
        links: list[tuple[str, str, bool]] = []
        for before, number in zip([0, *wanted], wanted, strict=False):
            if number > before + 1:
                links.append(("…", "", False))
            links.append((str(number), self.url(page=number), number == self.page))
        return links

    @property
    def previous_url(self) -> str:
        return self.url(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(page=self.page + 1) if self.page < self.pages else ""

    @cached_property
    def lead(self) -> str:
        """The column that names the row: its heading on a phone. `lead_column` of the table, else its first link."""
        wanted = getattr(self.table, "lead_column", "")
        names = [column.name for column in self.columns]
        if wanted in names:
            return str(wanted)
        return next((column.name for column in self.columns if column.is_link), names[0] if names else "")

    def head(self) -> SafeString:
        """The cells of the heading row, each orderable one a link that sorts."""
        cells = []
        if self.bulk_actions:
            cells.append(
                '<th class="pick"><input type="checkbox" data-select-all="pk" aria-label="全选本页" hidden></th>'
            )
        for column in self.columns:
            css = " ".join(filter(None, [column.head_css, "lead" if column.name == self.lead else ""]))
            cells.append(self._head_cell(column, f' class="{css}"' if css else ""))
        return mark_safe("".join(cells))  # noqa: S308 (escaped below)

    def _head_cell(self, column: CellColumn, css: str) -> str:
        label = escape(column.label)
        if not column.orderable:
            return f'<th scope="col"{css}><span>{label}</span></th>'
        state = {column.name: "ascending", f"-{column.name}": "descending"}.get(
            self.order_by[0] if self.order_by else ""
        )
        descending_first = bool(getattr(self.table.columns[column.name].column, "initial_sort_descending", False))
        first, second = (f"-{column.name}", column.name) if descending_first else (column.name, f"-{column.name}")
        target = second if self.order_by[:1] == [first] else first
        sorted_ = f' aria-sort="{state}"' if state else ""
        return f'<th scope="col"{css}{sorted_}><a href="{self._sort_url}{target}">{label}</a></th>'

    def body(self) -> SafeString:
        """All rows as one text."""
        plan = [self._cell_plan(column) for column in self.columns]
        pick, row_attrs = bool(self.bulk_actions), self._row_attrs()
        may_pick = getattr(self.table, "may_pick", lambda _record: True)
        parts: list[str] = []
        add = parts.append
        for record in self.records:
            add(f"<tr{row_attrs(record)}>" if row_attrs else "<tr>")
            if pick and not may_pick(record):
                add('<td class="pick"></td>')
            elif pick:
                add(f'<td class="pick"><input type="checkbox" name="pk" value="{record.pk}" aria-label="选择 ')
                add(f'{escape(str(record), quote=True)}"></td>')
            for opening, blank, html, closing in plan:
                content = html(record)
                add(blank if content == NOT_GIVEN else opening)
                add(content)
                add(closing)
            add("</tr>\n")
        return mark_safe("".join(parts))  # noqa: S308 (cells are escaped where they are made)

    def _cell_plan(self, column: CellColumn) -> tuple[str, str, Callable[[Any], str], str]:
        """What opens a cell, and what one without a value (left out on a phone); what makes its content; what closes it."""
        if column.name == self.lead:
            kind = "lead is-link" if column.is_link else "lead"
            opening = f'<th scope="row" class="{f"{kind} {column.css}".strip()}"{column.attrs}>'
            return opening, opening, column.html, "</th>"
        css = f' class="{column.css}"' if column.css else ""
        # The label is what a phone shows before the value, where rows are cards (theme/_tables.scss).
        rest = f' data-label="{escape(column.label)}"{column.attrs}>'
        return f"<td{css}{rest}", f'<td class="{f"{column.css} blank".strip()}"{rest}', column.html, "</td>"

    def _row_attrs(self) -> Callable[[Any], str] | None:
        attrs = self.table.row_attrs
        if not attrs:
            return None

        def text(record: Any) -> str:
            found = {key: value(record=record) if callable(value) else value for key, value in attrs.items()}
            return "".join(f' {key}="{escape(str(value))}"' for key, value in found.items() if value)

        return text


def listing_page(
    request: HttpRequest,
    *,
    key: str,
    table_class: type[tables.Table],
    filterset_class: type[django_filters.FilterSet],
    queryset: "models.QuerySet[Any]",
    template: str,
    context: Mapping[str, Any] | None = None,
    totals: Totals | None = None,
    count_of: Callable[[Any], int] | None = None,
    export_name: str | None = None,
) -> HttpResponse:
    """The list page, or with `?export=xlsx` the workbook of exactly its filtered rows and chosen columns.

    `key` is where the person's columns and page size are kept. `totals` gets the filtered rows and returns (label, text)
    pairs; `count_of` is for who has counted the rows in the totals already. A table may have `prepare(records)`, called once
    with the rows about to be shown, to fetch what cells need; or `records_of(rows)`, which selects them in its own way, as
    dicts of what the columns' accessors name.
    Bad page numbers and sort words are ignored; a filter that cannot be read says so on its field and filters nothing.
    """
    context = dict(context or {})
    bulk_actions = _bulk_actions(context.get("bulk_actions"))
    filterset = bind_filters(filterset_class, request.GET, queryset, request)
    rows = filterset.qs
    table = table_class(data=rows, order_by=())
    rows, order_by = ordered(table, rows, request.GET.get("sort", ""))
    saved = _saved_choices(request, key)
    columns, choices = _columns(table, rows, saved.get("columns"))
    form = filter_form(filterset, request.GET)

    if request.GET.get("export") == "xlsx" and export_name and not form.wrong:
        said = [f"{label} {text}" for label, text in totals(filterset.qs)] if totals else []
        return _export(export_name, columns, _records(table, rows), as_of_line(clock.now(), *said))

    per_page = saved.get("per_page")
    per_page = per_page if per_page in PAGE_SIZES else DEFAULT_PAGE_SIZE
    count = count_of(filterset.qs) if count_of else rows.count()
    pages = max(1, -(-count // per_page))
    page = _page_number(request.GET.get("page", ""), pages)
    listing = Listing(
        key=key,
        path=request.path,
        query=request.GET,
        filters=form,
        columns=columns,
        choices=choices,
        count=count,
        page=page,
        pages=pages,
        per_page=per_page,
        records=_records(table, rows[(page - 1) * per_page : page * per_page]) if count else [],
        order_by=order_by,
        totals=totals(filterset.qs) if totals else [],
        export_name=export_name,
        table=table,
        bulk_actions=bulk_actions,
    )
    return render(request, template, {**context, "listing": listing, "table": table, "filter": filterset})


def ordered(table: tables.Table, rows: "models.QuerySet[Any]", wanted: str) -> "tuple[models.QuerySet[Any], list[str]]":
    """The rows in the order asked for (`-total_wan,name`), or the table's own; and that order, unknown words left out.

    Rows without a value come last in both directions, on every database; the id settles ties, so that no row stands on two
    pages.
    """
    known = {bound.name: bound for bound in table.columns.iterall() if _is_orderable(bound)}
    aliases = [alias for alias in wanted.split(",")[:3] if alias.lstrip("-") in known and not alias.startswith("--")]
    is_default = not aliases
    if is_default:
        aliases = [alias for alias in table._meta.order_by or () if alias.lstrip("-") in known]
    if not aliases:
        own = rows.query.order_by or (rows.model._meta.ordering if rows.query.default_ordering else ())
        return rows.order_by(*own, "pk"), []
    terms: list[Any] = []
    for alias in aliases:
        descending, bound = alias.startswith("-"), known[alias.lstrip("-")]
        sorted_rows, was_sorted = bound.order(rows, descending)
        if was_sorted:
            return sorted_rows, aliases
        keys = bound.column.order_by if bound.column.order_by is not None else (bound.accessor,)
        terms += [part for term in keys for part in _terms(rows, str(term), flip=descending)]
    return rows.order_by(*terms, "pk"), aliases


def _is_orderable(bound: Any) -> bool:
    return bound.orderable is not False


def _terms(rows: "models.QuerySet[Any]", term: str, *, flip: bool) -> list[Any]:
    path = term.lstrip("-").replace(".", "__")
    descending = term.startswith("-") != flip
    target = model_field(rows.model, path.split("__")) if path not in rows.query.annotations else None
    if target is None or (not target.is_relation and _may_be_empty(rows.model, path.split("__"))):
        return [F(path).desc(nulls_last=True) if descending else F(path).asc(nulls_last=True)]
    plain = f"-{path}" if descending else path
    if target.is_relation and _may_be_empty(rows.model, path.split("__")):
        # The related record is sorted by its own ordering, of which `nulls_last` cannot be said.
        return [IsNull(F(path), True), plain]
    return [plain]


def _may_be_empty(model: type[models.Model], path: list[str]) -> bool:
    return any(found.null for end in range(1, len(path) + 1) if (found := model_field(model, path[:end])))


def _page_number(text: str, pages: int) -> int:
    """1 for what is no number, the last page for what lies beyond it."""
    if not (text.isascii() and text.isdigit()):
        return 1
    return min(max(int(text[:9]), 1), pages)


def _saved_choices(request: HttpRequest, key: str) -> dict[str, Any]:
    saved = getattr(request.user, "listing_choices", None)
    found = saved.get(key) if isinstance(saved, dict) else None
    return found if isinstance(found, dict) else {}


def _columns(
    table: tables.Table, rows: "models.QuerySet[Any]", chosen: Any
) -> tuple[list[CellColumn], list[ColumnChoice]]:
    """The columns to show, and all that may be chosen. `visible=False` declares one that is shown only when chosen."""
    of_dicts = hasattr(table, "records_of")
    bounds = [bound for bound in table.columns.iterall() if not isinstance(bound.column, tables.CheckBoxColumn)]
    names = {bound.name for bound in bounds}
    wanted = names.intersection(name for name in chosen if isinstance(name, str)) if isinstance(chosen, list) else set()
    fixed = getattr(table, "lead_column", "") or next((b.name for b in bounds if b.link is not None), bounds[0].name)
    shown = [
        bound for bound in bounds if bound.name == fixed or (bound.name in wanted if wanted else bound.column.visible)
    ]
    cells = [cell_column(table, bound, rows.model, of_dicts=of_dicts) for bound in shown]
    visible = {column.name for column in cells}
    return cells, [
        ColumnChoice(bound.name, str(bound.header), bound.name in visible, bound.name == fixed) for bound in bounds
    ]


def _records(table: tables.Table, rows: "models.QuerySet[Any]") -> list[Any]:
    if hasattr(table, "records_of"):
        return list(table.records_of(rows))
    records = list(rows)
    if hasattr(table, "prepare"):
        table.prepare(records)
    return records


def _bulk_actions(declared: Any) -> list[tuple[str, str]]:
    """(address, label) of what can be done with the ticked rows, from (URL name, label)."""
    return [(reverse(name), label) for name, label in declared or []]


def _export(name: str, columns: list[CellColumn], records: list[Any], foot: str) -> HttpResponse:
    heads = [SheetColumn(column.label, column.number_format, _width(column)) for column in columns]
    rows = ([column.value(record) for column in columns] for record in records)
    return xlsx_response(f"{name}-{clock.today():%Y%m%d}.xlsx", [Sheet(name, heads, rows, foot)])


def _width(column: CellColumn) -> float:
    return 36 if column.is_link else 0
