"""What every statement is, held in memory by column: counts and orders of a search without asking the file for each.

Counting 40,000 hits by source, kind, language, country and month takes SQLite 200 ms (it reads a row of the archive for
each), and 20 ms here, where every fact is one look-up in a list. A hundred thousand statements take some 15 MB.
Statement numbers are small and never reused, so they are the places in the lists.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import chain

FACETS = ("source", "kind", "language", "status")


@dataclass(frozen=True, slots=True)
class Columns:
    """The facts of all statements numbered below :attr:`end`; those that came later are not known here."""

    end: int
    values: Mapping[str, Sequence[str | None]]  # facet -> value of each statement, by its number
    months: Sequence[str | None]  # YYYY-MM or YYYY of publication
    countries: Sequence[Sequence[str]]  # that each statement speaks of
    copies: frozenset[int]  # statements that repeat another one word for word
    newest: Sequence[int]  # all numbers by date of publication, newest first, undated ones last
    visible: Sequence[int]  # the same without copies
    whole: Mapping[str, Sequence[tuple[str, int]]]  # facet -> its counts over all that is visible
    order: array[int]  # place of each statement in `newest`
    edited: frozenset[int]  # statements with more than one state

    def known(self, ids: Sequence[int]) -> Sequence[int]:
        """Those of *ids* that are not too new to be counted."""
        return ids if not ids or max(ids) < self.end else [number for number in ids if number < self.end]

    def counts(self, facet: str, ids: Sequence[int]) -> Sequence[tuple[str, int]]:
        """How many of *ids* have which value of *facet* (one of :data:`FACETS` or "country"), most frequent first."""
        if ids is self.visible:
            return self.whole[facet]
        counted: Counter[str | None]
        if facet == "country":
            counted = Counter(chain.from_iterable(map(self.countries.__getitem__, ids)))
        else:
            counted = Counter(map(self.values[facet].__getitem__, ids))
        found = [(value, count) for value, count in counted.items() if value is not None]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def edited_among(self, ids: Sequence[int]) -> int:
        """How many of *ids* were edited after publication."""
        return sum(map(self.edited.__contains__, ids))

    def by_month(self, ids: Sequence[int]) -> dict[str, int]:
        """How many of *ids* were published in each month; "unknown" counts those whose month is not known."""
        counted = Counter(map(self.months.__getitem__, ids))
        months: dict[str, int] = {}
        for month, count in counted.items():
            key = month if month and len(month) == 7 else "unknown"
            months[key] = months.get(key, 0) + count
        return months

    def latest(self, ids: Sequence[int], limit: int, offset: int) -> list[int]:
        """A page of *ids*, newest first; statements too new to be known come first of all."""
        order, end = self.order, self.end
        return nsmallest(offset + limit, ids, key=lambda number: order[number] if number < end else -number)[offset:]


def read(conn: sqlite3.Connection) -> Columns:
    """All columns, in one pass over the statements and one over the countries they speak of."""
    (last,) = conn.execute("select coalesce(max(id), 0) from documents").fetchone()
    end = int(last) + 1
    values: dict[str, list[str | None]] = {facet: [None] * end for facet in FACETS}
    months: list[str | None] = [None] * end
    sources, kinds, languages, statuses = (values[facet] for facet in FACETS)
    copies, edited = [], []
    same: dict[str | None, str | None] = {}  # equal texts are kept once
    newest = array("q")
    for number, source, kind, language, published, copied, states, status in conn.execute(
        "select id, source, kind, substr(language, 1, instr(language || '-', '-') - 1), substr(published, 1, 7), "
        "duplicate_of is not null, revision_count, status from documents order by published desc, id desc"
    ):
        newest.append(number)
        sources[number] = same.setdefault(source, source)
        kinds[number] = same.setdefault(kind, kind)
        languages[number] = same.setdefault(language, language)
        months[number] = same.setdefault(published, published)
        if copied:
            copies.append(number)
        statuses[number] = same.setdefault(status, status)
        if states > 1:
            edited.append(number)
    order = array("q", bytes(8 * end))
    for place, number in enumerate(newest):
        order[number] = place
    hidden = frozenset(copies)
    visible = array("q", (number for number in newest if number not in hidden)) if hidden else newest
    countries = list(_countries(conn, end))
    found = Columns(end, values, months, countries, hidden, newest, visible, {}, order, frozenset(edited))
    whole = {facet: found.counts(facet, list(visible)) for facet in (*FACETS, "country")}
    return replace(found, whole=whole)


def _countries(conn: sqlite3.Connection, end: int) -> Iterator[tuple[str, ...]]:
    """The countries of statement 0, 1, 2 ...; equal lists are kept once."""
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    rows: Iterable[tuple[int, str]] = conn.execute("select statement_id, country from mentions order by statement_id")
    at = 0
    held: list[str] = []
    for number, country in rows:
        while at < number and at < end:
            yield same.setdefault(tuple(held), tuple(held))
            at, held = at + 1, []
        held.append(country)
    while at < end:
        yield same.setdefault(tuple(held), tuple(held))
        at, held = at + 1, []
