"""Scores, facts and schemes as JSON and back, exactly: what a published month is frozen with and opened from."""

import dataclasses
import datetime
import enum
import functools
import hashlib
import json
import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

JSON = Any
T = TypeVar("T")


def to_json(value: object) -> JSON:
    """Plain JSON of a frozen dataclass or NamedTuple and what it holds: Decimals as text, Fractions as "17/20", dates in ISO
    form.

    Raises TypeError for a float or any other type that would not come back equal.
    """
    kind: type = type(value)
    return value if kind in _AS_THEY_ARE else _writer(kind)(value)


def from_json(kind: type[T], data: JSON) -> T:
    """The dataclass or NamedTuple `kind` that to_json wrote. Fields that the data lack (written by an older version) take their
    default; keys that `kind` no longer knows are left out."""
    return typing.cast("T", _read(kind, data))


def canonical_bytes(value: object) -> bytes:
    """The one spelling of `value` in JSON, whatever the order of its keys: what a checksum is taken over."""
    return json.dumps(to_json(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


_AS_THEY_ARE: frozenset[type] = frozenset({str, int, bool, type(None)})


@functools.cache
def _writer(kind: type) -> Callable[[Any], JSON]:
    """How a value of the type is written: found once for each type, as a month holds hundreds of thousands of values."""
    if names := _field_names(kind):
        return lambda value: {name: to_json(getattr(value, name)) for name in names}
    if issubclass(kind, Mapping):
        return lambda value: {str(key): to_json(entry) for key, entry in value.items()}
    if issubclass(kind, tuple | list):
        return lambda value: [to_json(entry) for entry in value]
    if issubclass(kind, enum.Enum):
        return lambda value: value.value
    if issubclass(kind, Fraction):
        return lambda value: f"{value.numerator}/{value.denominator}"
    if issubclass(kind, Decimal):
        return str
    if issubclass(kind, datetime.date) and not issubclass(kind, datetime.datetime):
        return lambda value: value.isoformat()
    if issubclass(kind, str | int):
        return lambda value: value
    raise TypeError(f"{kind.__name__} cannot be frozen exactly.")


@functools.cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Of a dataclass or NamedTuple; nothing of any other type."""
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    return tuple(getattr(kind, "_fields", ()))


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, data: JSON) -> Any:
    if kind is Any:
        return data
    if isinstance(kind, type) and (names := _field_names(kind)):
        hints = _hints(kind)
        known = set(names) & set(data)
        return typing.cast("Any", kind)(**{name: _read(hints[name], data[name]) for name in known})
    origin = typing.get_origin(kind)
    if origin is not None:
        return _read_generic(origin, typing.get_args(kind), data)
    return datetime.date.fromisoformat(data) if kind is datetime.date else kind(data)


def _read_generic(origin: Any, kinds: tuple[Any, ...], data: JSON) -> Any:
    if origin in (typing.Union, types.UnionType):
        return None if data is None else _read(next(kind for kind in kinds if kind is not type(None)), data)
    if origin is tuple:
        return _read_tuple(kinds, data)
    return {key: _read(kinds[1], entry) for key, entry in data.items()}


def _read_tuple(kinds: tuple[Any, ...], data: JSON) -> tuple[Any, ...]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], entry) for entry in data)
    return tuple(_read(kind, entry) for kind, entry in zip(kinds, data, strict=True))
