"""The archive: one SQLite file, few verbs. Schema, compression, search and locking are inside."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from scraper.archive import derived, opening, search, verify
from scraper.archive.cited import CitedStatement, citation_of
from scraper.archive.facts import Facts
from scraper.archive.frontier import Frontier
from scraper.archive.payloads import Payloads
from scraper.archive.readings import Readings
from scraper.archive.reproof import Reread
from scraper.archive.requests import RequestLog
from scraper.archive.runs import Runs
from scraper.archive.site_chrome import ChromeBook
from scraper.archive.times import as_text
from scraper.errors import ForeignArchive, NotInArchive

LONGEST_ID = 18  # digits; SQLite counts to nearly 10 ** 19


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a statement."""

    statement_id: int
    number: int  # 1 for the first
    title: str | None
    text: str
    digest: str  # SHA-256 of the normalised text
    seen_from: str  # ISO 8601, UTC
    seen_until: str
    extractor_version: str
    capture_id: int
    changed: str  # JSON list of what differs from the state before
    contact: str | None


@dataclass(frozen=True, slots=True)
class ArchivedStatement:
    """One row of the `statements` view: a statement and its latest text."""

    id: int
    source: str
    url: str
    title: str | None
    published: str | None  # YYYY, YYYY-MM or YYYY-MM-DD
    published_precision: str | None
    published_source: str | None
    modified: str | None
    language: str | None
    kind: str | None
    place: str | None
    author: str | None
    text: str
    words: int
    first_seen: str
    last_seen: str
    status: str
    gone_since: str | None
    revision_count: int
    duplicate_of: int | None
    confidence: float | None
    capture_id: int | None


class Archive:
    """An archive file, opened. Use it as a context manager.

    *create* makes the file if there is none; *readonly* opens it for reading beside a running crawl.
    Raises the errors of :mod:`scraper.errors` under ``ArchiveError``, and leaves the file as it was when it does.
    """

    def __init__(self, path: str | Path, *, create: bool = False, readonly: bool = False) -> None:
        self.path = Path(path)
        self.db: Database = opening.open_database(self.path, create=create, readonly=readonly)
        search.register(self.db.conn)
        self.payloads = Payloads(self.db)
        self.facts = Facts(self.db, self.payloads)
        self.readings = Readings(self.db)
        self.frontier = Frontier(self.db)
        self.runs = Runs(self.db)
        self.requests = RequestLog(self.db)
        self.chrome = ChromeBook(self.db)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the write-ahead log is folded into it when nobody else reads."""
        self.db.close()

    # --- reading ------------------------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        *,
        filters: search.Filters | None = None,
        limit: int = 20,
        offset: int = 0,
        order: search.Order = "relevance",
    ) -> search.Results:
        """Statements whose title or text match *query*, best first, with passages.

        Words, "phrases", prefixes (migra*), NOT; in any of the archive's languages. An empty query lists by date.
        Raises :class:`QueryError` for a query that cannot be read.
        """
        return search.search(
            self.db, query, filters=filters or search.Filters(), limit=limit, offset=offset, order=order
        )

    def statement(self, wanted: int | str) -> ArchivedStatement:
        """The statement with that id, or at that URL (any of its URLs). Raises :class:`NotInArchive`."""
        columns = ", ".join(ArchivedStatement.__dataclass_fields__)
        if isinstance(wanted, int) or (wanted.isdecimal() and len(wanted) <= LONGEST_ID):
            row = self.db.execute(f"select {columns} from statements where id = ?", [int(wanted)]).fetchone()
        else:
            row = self.db.execute(
                f"select {columns} from statements where url = :url "
                "or id = (select statement_id from aliases where url = :url)",
                {"url": wanted},
            ).fetchone()
        if row is None:
            raise NotInArchive(str(wanted), self.path)
        return ArchivedStatement(*row)

    def revisions(self, statement_id: int) -> list[Revision]:
        """All states of a statement, the first first. Raises :class:`NotInArchive`."""
        columns = ", ".join(Revision.__dataclass_fields__)
        rows = self.db.execute(
            f"select {columns} from revisions where statement_id = ? order by number", [statement_id]
        ).fetchall()
        if not rows:
            raise NotInArchive(str(statement_id), self.path)
        return [Revision(*row) for row in rows]

    def citation(self, statement_id: int, revision: int | None = None) -> CitedStatement:
        """What a citation of the statement's latest state needs, or of the state numbered *revision*.

        Raises :class:`NotInArchive`.
        """
        try:
            return citation_of(self.db, statement_id, revision)
        except KeyError:
            wanted = f"{statement_id}" if revision is None else f"revision {revision} of statement {statement_id}"
            raise NotInArchive(wanted, self.path) from None

    def verify(self, *, reread: Reread | None = None, sample: int | None = None) -> list[verify.Finding]:
        """Everything that is wrong with the file, one finding each; an empty list means that all is well."""
        return list(verify.verify(self.db, reread=reread, sample=sample))

    def meta(self, key: str) -> str | None:
        """A fact about the file itself."""
        row = self.db.execute("select value from meta where key = ?", [key]).fetchone()
        return str(row[0]) if row else None

    def rows(self, sql: str, parameters: dict[str, Any] | list[Any] | None = None) -> list[dict[str, Any]]:
        """What a query returns, as dictionaries."""
        return list(self.db.query(sql, parameters))

    # --- writing ------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: a page is stored whole or not at all. SQLite's complaints become ArchiveErrors."""
        try:
            with opening.transaction(self.db):
                yield
        except sqlite3.Error as error:
            raise opening.sentence(self.path, error) from error

    @contextlib.contextmanager
    def trying(self) -> Iterator[None]:
        """A transaction that is undone at its end: for what would be."""
        self.db.execute("begin immediate")
        try:
            yield
        finally:
            self.db.execute("rollback")
            self.chrome = ChromeBook(self.db)  # what it has at hand may never have been

    @contextlib.contextmanager
    def only_writer(self) -> Iterator[None]:
        """Be the only writing run, or raise :class:`AnotherRun` at once."""
        with opening.only_writer(self.path):
            yield

    def reindex(self, now: datetime) -> int:
        """Make search index, fingerprints and links again from the texts; how many statements that were."""
        with self.writing():
            return derived.renew(self.db, as_text(now))

    def set_meta(self, key: str, value: str) -> None:
        """Remember a fact about the file itself; inside a transaction."""
        self.db.execute("insert or replace into meta (key, value) values (?, ?)", [key, value])

    def claim_for(self, kind: str, now: datetime) -> None:
        """Say what this archive holds, "demo" or "real"; the first to ask decides.

        Raises :class:`ForeignArchive` if it holds the other: demonstration material never mixes with real sources.
        """
        held = self.meta("kind")
        if held is None:
            with self.writing():
                self.set_meta("kind", kind)
                self.set_meta("created_at", now.isoformat(timespec="seconds"))
        elif held != kind:
            words = {"demo": "the demonstration site", "real": "real sources"}
            raise ForeignArchive(self.path, words.get(held, held), words.get(kind, kind))
