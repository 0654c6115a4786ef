"""Counts over the whole archive, which several pages draw: by source and month, by country and year, of coverage.

Each is one pass over an index and is kept for a while, because a crawl that adds a statement a second changes no
picture that a person could see. The page says when its figures were counted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# Figures may be behind a crawl that is writing by fifty times as long as counting them took: at most two per cent of the
# time is spent on counting, and a small archive is up to date at once.
KEPT_TIMES = 50


@dataclass(frozen=True, slots=True)
class SourceCount:
    """Statements of one source."""

    source: str
    title: str
    homepage: str | None
    rights: str | None
    languages: tuple[str, ...]
    months: Mapping[str, int]  # YYYY-MM (or YYYY, or "unknown") -> statements
    first: str | None  # earliest publication date
    last: str | None

    @property
    def count(self) -> int:
        """All statements."""
        return sum(self.months.values())


@dataclass(frozen=True, slots=True)
class Covered:
    """What became of the statements that a publisher listed in one month."""

    listed: int = 0
    archived: int = 0
    excluded: int = 0
    failed: int = 0
    waiting: int = 0

    def __add__(self, other: Covered) -> Covered:
        return Covered(
            self.listed + other.listed, self.archived + other.archived, self.excluded + other.excluded,
            self.failed + other.failed, self.waiting + other.waiting,
        )  # fmt: skip

    @property
    def missing(self) -> int:
        """Listed, wanted, and not here (yet)."""
        return self.failed + self.waiting


def sources(conn: sqlite3.Connection) -> list[SourceCount]:
    """Every source with its counts by month, most statements first."""
    from scraper.browse.words import json_list

    months: dict[str, dict[str, int]] = {}
    spans: dict[str, tuple[str | None, str | None]] = {}
    for source, month, count, first, last in conn.execute(
        "select source, coalesce(substr(published, 1, 7), 'unknown'), count(*), min(published), max(published) "
        "from documents group by 1, 2"
    ):
        months.setdefault(source, {})[month] = count
        early, late = spans.get(source, (None, None))
        spans[source] = (min(filter(None, (early, first)), default=None), max(filter(None, (late, last)), default=None))
    found = [
        SourceCount(
            name,
            title,
            homepage,
            rights,
            tuple(json_list(languages)),
            months.get(name, {}),
            *spans.get(name, (None, None)),
        )
        for name, title, homepage, rights, languages in conn.execute(
            "select name, title, homepage, rights, languages from sources"
        )
    ]
    return sorted(found, key=lambda source: (-source.count, source.title))


def coverage(conn: sqlite3.Connection) -> dict[str, dict[str, Covered]]:
    """Source -> month -> what became of the statements listed then."""
    found: dict[str, dict[str, Covered]] = {}
    for source, month, *counts in conn.execute(
        "select source, month, listed, archived, excluded, failed, waiting from coverage order by source, month"
    ):
        found.setdefault(source, {})[month] = Covered(*counts)
    return found


def countries(conn: sqlite3.Connection) -> dict[str, dict[str, dict[str, int]]]:
    """Country -> source -> year -> statements that speak of it; copies count once, for the first of them."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for country, source, year, count in conn.execute(
        "select m.country, d.source, coalesce(substr(d.published, 1, 4), 'unknown'), count(*) "
        "from mentions m join documents d on d.id = m.statement_id where d.duplicate_of is null group by 1, 2, 3"
    ):
        found.setdefault(country, {}).setdefault(source, {})[year] = count
    return found


@dataclass(slots=True)
class Kept(Generic[T]):
    """A value that is counted again when the archive has changed, but not all the time (:data:`KEPT_TIMES`).

    *clock* gives seconds that only grow. One thread counts; the others take the value that is there.
    """

    count: Callable[[sqlite3.Connection], T]
    clock: Callable[[], float]
    _value: T | None = None
    _state: Any = None
    _until: float = 0.0  # when to look again
    _lock: Lock = field(default_factory=Lock)

    def get(self, conn: sqlite3.Connection) -> T:
        """The value, counted now or a moment ago."""
        value = self._value
        if value is not None and self.clock() < self._until:
            return value
        # A page's time limit is for its own question. Counting, or waiting for the first count, must not use it up.
        conn.set_progress_handler(None, 0)
        if not self._lock.acquire(blocking=value is None) and value is not None:
            return value  # somebody is counting: what is there will do
        try:
            state = fingerprint(conn)
            if self._value is None or state != self._state:
                began = self.clock()
                self._value = self.count(conn)
                self._state = state
                self._until = self.clock() + KEPT_TIMES * (self.clock() - began)
            return self._value
        finally:
            self._lock.release()


def fingerprint(conn: sqlite3.Connection) -> tuple[Any, ...]:
    """Changes whenever a crawl, an import or a new reading has written something that the figures count."""
    row = conn.execute(
        "select (select max(id) from events), (select max(id) from visits), (select max(id) from versions), "
        "(select max(id) from captures), (select max(id) from sightings), (select count(*) from runs), "
        "(select max(extractor_version) from runs)"
    ).fetchone()
    return tuple(row)
