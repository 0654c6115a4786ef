"""One statement as an article, with everything that vouches for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from scraper.browse.pages.lists import COLUMNS, Listed, as_listed
from scraper.browse.words import json_list

WITHHELD = "withheld:"  # before the digest of a text that a published copy may not show
CAPTURES_SHOWN = 200
RELATED_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Version:
    """One state of the statement."""

    number: int
    title: str | None
    text: str
    contact: str | None
    digest: str
    changed: tuple[str, ...]
    seen_from: str
    seen_until: str
    extractor_version: str
    capture_id: int


@dataclass(frozen=True, slots=True)
class CaptureLine:
    """One capture in the list of proof."""

    id: int
    url: str
    fetched_at: str
    http_status: int
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another statement and what it is to this one."""

    kind: str
    later: bool  # this statement is the later of the two
    score: float
    evidence: str | None
    statement: Listed


@dataclass(frozen=True, slots=True)
class Document:
    """The statement's own facts."""

    id: int
    source: str
    url: str
    title: str | None
    published: str | None
    published_precision: str | None
    published_source: str | None
    published_printed: str | None
    modified: str | None
    language: str | None
    languages: str
    kind: str | None
    scope: str | None
    place: str | None
    author: str | None
    contact: str | None
    words: int
    first_seen: str
    last_seen: str
    changed_at: str | None
    status: str
    status_reason: str | None
    gone_since: str | None
    revision_count: int
    duplicate_of: int | None
    confidence: float | None
    warnings: str
    capture_id: int | None

    @property
    def name(self) -> str:
        """The title; if the page has none, the address."""
        return self.title or self.url


@dataclass(frozen=True, slots=True)
class StatementPage:
    """All that the page shows."""

    document: Document
    source_title: str
    rights: str | None
    text: str
    markdown: str
    versions: Sequence[Version]  # newest first
    captures: Sequence[CaptureLine]  # newest first
    capture: CaptureLine | None  # the one that the text was read from
    related: Sequence[Related]
    tags: Sequence[tuple[str, str]]
    mentions: Sequence[tuple[str, int]]
    attachments: Sequence[tuple[str, str]]
    aliases: Sequence[tuple[str, str]]
    events: Sequence[tuple[str, str, str | None]]  # at, what, detail
    earlier: Listed | None  # of the same source
    later: Listed | None

    @property
    def withheld(self) -> bool:
        """Whether this is a published copy that may not show the text."""
        return bool(self.versions) and self.versions[0].digest.startswith(WITHHELD)

    @property
    def warnings(self) -> list[str]:
        """What to be careful about."""
        return [str(warning) for warning in json_list(self.document.warnings)]


_DOCUMENT = ", ".join(f"d.{field.name}" for field in fields(Document))


def exists(conn: sqlite3.Connection, statement_id: int) -> bool:
    """Whether the archive has that statement."""
    return conn.execute("select 1 from documents where id = ?", [statement_id]).fetchone() is not None


def read(conn: sqlite3.Connection, statement_id: int) -> StatementPage | None:
    """The statement numbered *statement_id*; None if there is none."""
    row = conn.execute(f"select {_DOCUMENT} from documents d where d.id = ?", [statement_id]).fetchone()
    if row is None:
        return None
    document = Document(*row)
    source_title, rights = conn.execute(
        "select title, rights from sources where name = ?", [document.source]
    ).fetchone()
    words = conn.execute(
        "select t.text, t.markdown from documents d join versions v on v.id = d.version_id "
        "join texts t on t.id = v.text_id where d.id = ?",
        [statement_id],
    ).fetchone()
    captures = _captures(conn, statement_id)

    def rows(sql: str) -> list[Any]:
        return [tuple(found) for found in conn.execute(sql, [statement_id])]

    return StatementPage(
        document=document,
        source_title=source_title,
        rights=rights,
        text=words[0] if words else "",
        markdown=words[1] if words else "",
        versions=versions(conn, statement_id),
        captures=captures,
        capture=next((capture for capture in captures if capture.id == document.capture_id), None)
        or _capture(conn, document.capture_id),
        related=_related(conn, statement_id),
        tags=rows("select scheme, tag from tags where statement_id = ? order by scheme, cast(tag as integer), tag"),
        mentions=rows("select country, count from mentions where statement_id = ? order by count desc, country"),
        attachments=rows("select url, text from links where statement_id = ? and attachment = 1 order by position"),
        aliases=rows("select url, reason from aliases where statement_id = ? order by first_seen, url"),
        events=rows("select at, what, detail from events where statement_id = ? order by at, id"),
        earlier=_neighbour(conn, document, later=False),
        later=_neighbour(conn, document, later=True),
    )


def versions(conn: sqlite3.Connection, statement_id: int) -> list[Version]:
    """All recorded states, newest first."""
    return [
        Version(*(*row[:5], tuple(str(part) for part in json_list(row[5])), *row[6:]))
        for row in conn.execute(
            "select number, title, text, contact, digest, changed, seen_from, seen_until, extractor_version, "
            "capture_id from revisions where statement_id = ? order by number desc",
            [statement_id],
        )
    ]


_CAPTURE = "select c.id, c.url, c.fetched_at, c.http_status, c.digest, c.size from captures c"


def _captures(conn: sqlite3.Connection, statement_id: int) -> list[CaptureLine]:
    rows = conn.execute(
        f"{_CAPTURE} where c.url in (select url from documents where id = :id "
        "union select url from aliases where statement_id = :id) order by c.fetched_at desc, c.id desc limit :limit",
        {"id": statement_id, "limit": CAPTURES_SHOWN},
    )
    return [CaptureLine(*row) for row in rows]


def _capture(conn: sqlite3.Connection, capture_id: int | None) -> CaptureLine | None:
    row = conn.execute(f"{_CAPTURE} where c.id = ?", [capture_id]).fetchone()
    return CaptureLine(*row) if row else None


def _related(conn: sqlite3.Connection, statement_id: int) -> list[Related]:
    rows = conn.execute(
        f"select r.kind, r.statement_id = :id, r.score, r.evidence, {COLUMNS} from ("
        "select kind, statement_id, other_id as to_id, score, evidence from relations where statement_id = :id "
        "union all select kind, statement_id, statement_id, score, evidence from relations where other_id = :id) r "
        "join documents d on d.id = r.to_id "
        "order by case r.kind when 'translation' then 0 when 'copy' then 1 when 'edited-copy' then 2 "
        "when 'excerpt' then 3 else 4 end, r.score desc, d.published desc, d.id limit :limit",
        {"id": statement_id, "limit": RELATED_SHOWN},
    )
    found = [Related(row[0], bool(row[1]), row[2], row[3], as_listed(row[4:])) for row in rows]
    # A translation is declared in both directions; it is one fact to a reader.
    once = {(r.kind, r.statement.id, r.later and r.kind != "translation"): r for r in found}
    return list(once.values())


def _neighbour(conn: sqlite3.Connection, document: Document, *, later: bool) -> Listed | None:
    """The statement of the same source before or after this one, by date of publication; None for an undated one."""
    if document.published is None:
        return None
    sign, order = (">", "") if later else ("<", "desc")
    # Two walks along (source, published): within the day by id, and beyond it.
    here = {"source": document.source, "published": document.published, "id": document.id}
    for beside, sort in (
        (f"d.published = :published and d.id {sign} :id", f"d.id {order}"),
        (f"d.published {sign} :published", f"d.published {order}, d.id {order}"),
    ):
        row = conn.execute(
            f"select {COLUMNS} from documents d where d.source = :source and {beside} order by {sort} limit 1", here
        ).fetchone()
        if row:
            return as_listed(row)
    return None
