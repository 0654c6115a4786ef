"""A statement as it stands in a list: what every page that names statements shows of one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

COLUMNS = (
    "d.id, d.source, d.url, d.title, d.published, d.language, d.kind, d.place, d.status, d.revision_count, "
    "d.duplicate_of, d.lead, d.words, d.first_seen"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One statement in a list."""

    id: int
    source: str
    url: str
    title: str | None
    published: str | None
    language: str | None
    kind: str | None
    place: str | None
    status: str
    revision_count: int
    duplicate_of: int | None
    lead: str
    words: int
    first_seen: str

    @property
    def name(self) -> str:
        """The title; if the page has none, the address."""
        return self.title or self.url


def as_listed(row: Sequence[Any]) -> Listed:
    """A row of :data:`COLUMNS`."""
    return Listed(*row)


def by_ids(conn: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Listed]:
    """The statements with these ids, those that exist."""
    wanted = list(ids)
    marks = ", ".join("?" * len(wanted))
    rows = conn.execute(f"select {COLUMNS} from documents d where d.id in ({marks})", wanted)
    return {row[0]: as_listed(row) for row in rows}


def first_seen_between(conn: sqlite3.Connection, since: str, until: str, limit: int) -> tuple[list[Listed], int]:
    """Statements that the archive first held between two times, newest first, at most *limit*; and how many they are."""
    rows = conn.execute(
        f"select {COLUMNS} from documents d where d.first_seen between ? and ? and d.duplicate_of is null "
        "order by d.first_seen desc, d.id desc limit ?",
        [since, until, limit],
    )
    (count,) = conn.execute(
        "select count(*) from documents where first_seen between ? and ?", [since, until]
    ).fetchone()
    return [as_listed(row) for row in rows], count


def newest(conn: sqlite3.Connection, limit: int, source: str | None = None) -> list[Listed]:
    """The statements published last, copies left out."""
    where = "where d.duplicate_of is null and d.published is not null" + (" and d.source = :source" if source else "")
    rows = conn.execute(
        f"select {COLUMNS} from documents d {where} order by d.published desc, d.id desc limit :limit",
        {"source": source, "limit": limit},
    )
    return [as_listed(row) for row in rows]
