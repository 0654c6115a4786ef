"""Statements as rows to take away: everything the archive knows of each, read in batches, so that memory stays flat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import islice

from scraper.archive.cited import MOVED_AT, MOVED_FROM, CitedStatement
from scraper.archive.filters import Executes, Filters, select

BATCH = 200  # statements read at once


@dataclass(frozen=True, slots=True)
class ExportedStatement:
    """One statement with its latest text: the columns of the `statements` view; after `capture_id` what joins it."""

    id: int
    source: str
    url: str
    title: str | None
    published: str | None  # YYYY-MM-DD, YYYY-MM or YYYY
    published_precision: str | None
    published_source: str | None
    modified: str | None
    language: str | None
    kind: str | None
    place: str | None
    author: str | None
    text: str
    words: int
    first_seen: str  # ISO 8601, UTC
    last_seen: str
    status: str
    gone_since: str | None
    revision_count: int
    duplicate_of: int | None
    confidence: float | None
    capture_id: int | None
    captured_at: str | None  # when the capture was made that the text was read in
    sha256: str | None  # of the bytes of that capture
    publisher: str  # name of the institution
    changed_at: str | None  # when the latest state was first seen, if there was an earlier one
    moved_from: str | None  # the URL that it had before its last move
    moved_at: str | None  # when that move was seen
    countries: tuple[str, ...]  # that the text speaks of, ISO 3166-1 alpha-2, most mentioned first
    tags: tuple[str, ...]  # "scheme:tag"

    @property
    def citation(self) -> CitedStatement:
        """What a citation of the latest text needs."""
        return CitedStatement(
            id=self.id,
            source=self.source,
            publisher=self.publisher,
            url=self.url,
            captured_at=self.captured_at or self.first_seen,
            digest=self.sha256 or "",
            title=self.title,
            author=self.author,
            published=self.published,
            language=self.language,
            kind=self.kind,
            capture_id=self.capture_id,
            revisions=self.revision_count,
            revised_at=self.changed_at,
            moved_from=self.moved_from,
            moved_at=self.moved_at,
            gone_since=self.gone_since,
        )


COLUMNS = tuple(field.name for field in fields(ExportedStatement))

_OWN = {
    "text": "coalesce(t.text, '')",
    "captured_at": "c.fetched_at",
    "sha256": "c.digest",
    "publisher": "coalesce(s.title, d.source)",
    "changed_at": "iif(v.number > 1, v.seen_from, null)",
    "moved_from": MOVED_FROM,
    "moved_at": MOVED_AT,
    "countries": "(select json_group_array(country) from "
    "(select country from mentions where statement_id = d.id order by count desc, country))",
    "tags": "(select json_group_array(scheme || ':' || tag) from "
    "(select scheme, tag from tags where statement_id = d.id order by scheme, tag))",
}
_SELECT = (
    f"select {', '.join(_OWN.get(name, f'd.{name}') for name in COLUMNS)} from documents d "
    "left join versions v on v.id = d.version_id left join texts t on t.id = v.text_id "
    "left join captures c on c.id = d.capture_id left join sources s on s.name = d.source"
)


def found_ids(db: Executes, query: str = "", filters: Filters | None = None) -> list[int]:
    """Ids of all statements that match, newest first; of all there are, without *query* and *filters*.

    Raises :class:`QueryError`.
    """
    selection = select(db, query, filters or Filters())
    rows = db.execute(
        f"select d.id from documents d {selection.where()} order by d.published desc, d.id desc", selection.parameters
    )
    return [row[0] for row in rows]


def rows(db: Executes, ids: Iterable[int]) -> Iterator[ExportedStatement]:
    """The statements numbered *ids*, in that order; numbers that do not exist are passed over."""
    remaining = iter(ids)
    while batch := list(islice(remaining, BATCH)):
        read = {
            row[0]: ExportedStatement(*row[:-2], *(tuple(json.loads(listed)) for listed in row[-2:]))
            for row in db.execute(f"{_SELECT} where d.id in ({', '.join('?' * len(batch))})", batch)
        }
        yield from (read[statement_id] for statement_id in batch if statement_id in read)
