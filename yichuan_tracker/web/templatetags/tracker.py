"""Builtins of every template: nothing here needs {% load %}."""

import base64
import datetime
import hashlib
from decimal import Decimal
from functools import cache
from typing import Any

import lucide
from django import forms, template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.middleware.csrf import get_token
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from leaders.audit.models import HistoryEntry
from leaders.audit.rules import ACTION_WORDS, cell_of, shown_value
from yichuan_tracker import money
from yichuan_tracker.months import day_label, month_label
from yichuan_tracker.web import lights
from yichuan_tracker.web.forms import form_sections

register = template.Library()


def _amount(value: Any) -> Any:
    return None if value == "" else value


@register.filter
def wan(value: Any) -> str:
    """万元 with two places and separators; the unit stands in the heading."""
    return money.format_wan(_amount(value))


@register.filter
def yi(value: Any) -> str:
    """An amount of 万元 in 亿元, two places."""
    return money.format_yi(_amount(value))


@register.filter
def quantity(value: Any) -> str:
    """A number of things or acres, two places at most: 15, 5,000, 120.5."""
    if value in (None, ""):
        return money.NOT_GIVEN
    text = f"{money.round_half_up(value):,f}"
    return text.rstrip("0").rstrip(".")


@register.filter
def pct(value: Any) -> str:
    """A share (0.425) as 42.50%."""
    return money.format_pct(_amount(value))


@register.filter
def points(value: Any) -> str:
    """百分点 or a score with two places, a difference with its sign kept; — when there is none."""
    return money.NOT_GIVEN if value in (None, "") else str(money.round_half_up(value))


@register.filter
def signed(value: Any) -> str:
    """As `points`, with + before what is above zero."""
    if value in (None, ""):
        return money.NOT_GIVEN
    rounded = money.round_half_up(value)
    return f"+{rounded}" if rounded > 0 else str(rounded)


@register.filter
def share_of(part: Any, whole: Any) -> str:
    """For <progress value>: the part as a whole number of hundredths, between 0 and 100; 0 without a whole."""
    if not part or not whole:
        return "0"
    return str(min(100, max(0, int(Decimal(part) * 100 / Decimal(whole)))))


@register.filter
def day(value: Any) -> str:
    """2023-07-05."""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value.isoformat() if isinstance(value, datetime.date) else money.NOT_GIVEN


@register.filter
def day_words(value: Any) -> str:
    """2023年7月5日."""
    return day_label(value) if isinstance(value, datetime.date) else money.NOT_GIVEN


@register.filter
def moment(value: Any) -> str:
    """2023-07-05 09:30, in the county's time."""
    if not isinstance(value, datetime.datetime):
        return money.NOT_GIVEN
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"


@register.filter
def month_text(value: Any) -> str:
    """2023年6月."""
    return month_label(value) if isinstance(value, datetime.date) else money.NOT_GIVEN


@register.filter
def dash(value: Any) -> Any:
    """— for nothing; zero stays zero."""
    return money.NOT_GIVEN if value is None or value == "" else value


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A lucide icon beside words; it says nothing on its own and readers of screens skip it."""
    return _icon(str(name), size)


@cache
def _icon(name: str, size: int) -> SafeString:
    svg = lucide._render_icon(name, size, aria_hidden="true", focusable="false")
    svg = svg.replace('class="', 'class="icon ', 1) if 'class="' in svg else svg.replace("<svg", '<svg class="icon"', 1)
    return mark_safe(svg)  # noqa: S308 (from the package)


@register.simple_tag(takes_context=True)
def query_string(context: RequestContext, **changes: Any) -> str:
    """The page's query with some parameters changed, beginning with "?"; None takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def light_badge(light: Any) -> SafeString:
    return lights.light_badge(light)


@register.filter
def light_why(light: Any) -> str:
    return lights.why(light)


@register.simple_tag
def stylesheet(name: str) -> SafeString:
    return format_html('<link rel="stylesheet" href="{}"{}>', staticfiles_storage.url(name), _integrity(name))


@register.simple_tag
def script(name: str) -> SafeString:
    return format_html('<script src="{}" defer{}></script>', staticfiles_storage.url(name), _integrity(name))


def _integrity(name: str) -> SafeString:
    return SafeString() if settings.DEBUG else _computed_integrity(name)


@cache
def _computed_integrity(name: str) -> SafeString:
    """The hash that the browser compares the file with. None for a file that was never built (tests)."""
    stored = getattr(staticfiles_storage, "stored_name", None)
    path = staticfiles_storage.path(stored(name)) if stored else finders.find(name)
    try:
        with open(str(path), "rb") as file:  # noqa: PTH123 (the storage gives a text)
            digest = hashlib.sha384(file.read()).digest()
    except OSError:
        return SafeString()
    return format_html(' integrity="sha384-{}"', base64.b64encode(digest).decode())


@register.filter
def sections(form: forms.BaseForm) -> list[tuple[str, list[forms.BoundField]]]:
    return list(form_sections(form))


@register.filter
def is_choice_list(field: forms.BoundField) -> bool:
    """Radio buttons and lists of boxes: a group with a legend, not one control with a label."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.filter
def is_tick(field: forms.BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def refusals(field: forms.BoundField) -> list[str]:
    """What the field says is wrong. Where nothing was given, Django's own words name neither the field nor what to do."""
    given = field.field.error_messages.get("required")
    is_default = given == forms.Field.default_error_messages["required"]
    verb = "请选择" if isinstance(field.field.widget, forms.Select | forms.RadioSelect | forms.FileInput) else "请填写"
    return [f"{verb}“{field.label}”。" if is_default and text == given else str(text) for text in field.errors]


@register.filter
def unit_of(field: forms.BoundField) -> str:
    return str(field.field.widget.attrs.get("data-unit", ""))


@register.filter
def action_word(entry: HistoryEntry) -> str:
    return ACTION_WORDS.get(entry.action, entry.action)


@register.filter
def change_lines(entry: HistoryEntry) -> list[dict[str, str]]:
    """Label, old and new of each changed field as people read them, and the cell of the workbook they came from."""
    lines = []
    for line in entry.changes:
        cell = cell_of(line, entry.origin)
        lines.append(
            {
                "label": line.get("label", ""),
                "old": shown_value(line.get("type", "text"), line.get("old")),
                "new": shown_value(line.get("type", "text"), line.get("new")),
                "is_first": line.get("old") in (None, ""),
                "sheet": cell["sheet"] if cell else "",
                "cell": cell["cell"] if cell else "",
            }
        )
    return lines


@register.filter
def is_long(field: forms.BoundField) -> bool:
    """Takes the whole width of the form: long texts, file boxes, and what says so itself (data-long)."""
    widget = field.field.widget
    return isinstance(widget, forms.Textarea | forms.FileInput) or "data-long" in widget.attrs


@register.simple_tag
def static_url(name: str) -> str:
    return staticfiles_storage.url(name)


@register.filter
def wrong_fields(form: forms.BaseForm) -> list[forms.BoundField]:
    return [field for field in form.visible_fields() if field.errors]


@register.simple_tag(takes_context=True)
def csrf_field(context: RequestContext) -> SafeString:
    """As {% csrf_token %}, and also inside an `include … only`, which hides the token that Django put into the context."""
    request = getattr(context, "request", None) or context.get("request")
    if request is None:
        return SafeString()
    # The context's is masked once for all forms of the page.
    token = context.get("csrf_token") or get_token(request)
    return SafeString(f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">')
