"""A light as people see it: shape, word and colour together, and what lit it on hover or tap."""

from html import escape
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

# Shapes differ, so that the lights are told apart on a black-and-white print and by people who do not see red.
_SHAPES: Final = {
    "green": '<circle cx="6" cy="6" r="5"/>',
    "yellow": '<path d="M6 .8 11.6 11H.4z"/>',
    "red": '<path d="M1 1h10v10H1z"/>',
    "none": '<circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" stroke-width="1.6"/>',
}
_WORDS: Final = {"green": "绿灯", "yellow": "黄灯", "red": "红灯", "none": "不亮灯"}


def light_badge(light: Any) -> SafeString:
    """`light` is a Light (colour, rule, numbers, name, change), a colour's word ("red"), or None for no light. What people
    changed it to stands beside what was computed, never in its place."""
    computed = _badge(str(getattr(light, "colour", light) or "none"), why(light))
    change = getattr(light, "change", None)
    if change is None:
        return mark_safe(computed)  # noqa: S308 (escaped, and the rest is our own)
    return mark_safe(f"{computed} {_badge(str(change.colour), f'改灯：{change.words}', '改为')}")  # noqa: S308


def _badge(colour: str, reason: str, before: str = "") -> str:
    colour = colour if colour in _SHAPES else "none"
    title = f' title="{escape(reason)}"' if reason else ""
    changed = " light-changed" if before else ""
    return (
        f'<span class="light light-{colour}{changed}"{title}>'
        f'<svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" fill="currentColor">{_SHAPES[colour]}</svg>'
        f"{before}{_WORDS[colour]}</span>"
    )


def why(light: Any) -> str:
    """The light's name, its rule and the numbers put in, in one sentence; empty for a bare colour."""
    parts = [getattr(light, "numbers", ""), getattr(light, "rule", "")]
    text = "。".join(part for part in parts if part)
    name = getattr(light, "name", "") if text and not isinstance(light, str) else ""
    return f"{name}：{text}" if name else text
