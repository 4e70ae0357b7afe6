"""Names of units, leaders and groups as workbooks write them, looked up without guessing.

A name is found when it is the same after squeezing (NFKC, no white space), or under one of the tolerant spellings
that its slice declares. A spelling that fits two records finds neither: choosing between them is a person's part
(`nearest` proposes).
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Generic, TypeVar

from django.db.models import Model

T = TypeVar("T", bound=Model)

# Below this likeness (difflib's ratio) a proposal helps nobody.
WORTH_PROPOSING = 0.5


def squeeze(text: str) -> str:
    """The name without white space (line breaks inside cells too), full-width letters and digits made half-width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class NameIndex(Mapping[str, T], Generic[T]):
    """Written name → record. Any spelling may be asked for; keys are squeezed names."""

    def __init__(
        self,
        exact: Iterable[tuple[str, T]],
        tolerant: Iterable[tuple[str, T]] = (),
        loosen: Callable[[str], str] = squeeze,
    ) -> None:
        """`tolerant` names yield to `exact` ones; `loosen` turns an asked name into its tolerant spelling."""
        self._loosen = loosen
        self._records = _only_clear(exact, squeeze)
        self._loose = _only_clear(tolerant, loosen)

    def __getitem__(self, name: str) -> T:
        key = squeeze(name)
        if key in self._records:
            return self._records[key]
        return self._loose[self._loosen(key)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def nearest(self, name: str, count: int = 3) -> list[T]:
        """Up to `count` different records whose names look most like `name`, best first."""
        asked = squeeze(name)
        likeness: dict[T, float] = {}
        for key, record in self._records.items():
            ratio = SequenceMatcher(None, asked, key, autojunk=False).ratio()
            if ratio >= WORTH_PROPOSING and ratio > likeness.get(record, 0):
                likeness[record] = ratio
        return sorted(likeness, key=lambda record: (-likeness[record], record.pk))[:count]


class Spellings(Generic[T]):
    """Who is written how; grows while many are written one after another."""

    def __init__(self, held: Iterable[tuple[T, Iterable[str]]]) -> None:
        self._owners: dict[str, list[T]] = defaultdict(list)
        for record, spellings in held:
            self.add(record, spellings)

    def add(self, record: T, spellings: Iterable[str]) -> None:
        for spelling in filter(None, spellings):
            self._owners[squeeze(spelling)].append(record)

    def other_owner(self, spelling: str, record: T) -> T | None:
        """Somebody else who is written like this."""
        return next((owner for owner in self._owners.get(squeeze(spelling), ()) if owner != record), None)


def split_aliases(text: str) -> list[str]:
    """Aliases as typed, one a line, without doubles and blank lines, in the order typed."""
    return list(dict.fromkeys(filter(None, map(squeeze, text.splitlines()))))


def replace_aliases(aliases: Any, names: Iterable[str]) -> None:
    """Make `names` all the aliases behind a record's related manager."""
    wanted, held = list(names), set(aliases.values_list("name", flat=True))
    aliases.exclude(name__in=wanted).delete()
    for name in wanted:
        if name not in held:
            aliases.create(name=name)


def _only_clear(names: Iterable[tuple[str, T]], spell: Callable[[str], str]) -> dict[str, T]:
    """Names that point to one record only."""
    found: dict[str, T] = {}
    unclear: set[str] = set()
    for name, record in names:
        key = spell(name)
        if not key:
            continue
        if found.setdefault(key, record) != record:
            unclear.add(key)
    return {key: record for key, record in found.items() if key not in unclear}
