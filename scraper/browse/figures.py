"""Counts over the whole archive, which several pages draw: by source and month, by country and year, of coverage.

Each is one pass over an index; :mod:`scraper.browse.kept` keeps it for a while.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass


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
