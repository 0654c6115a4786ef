"""Proving the archive: every byte hashed again, every table held against the others, every finding one line.

Changes nothing.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from scraper.archive import derived
from scraper.archive.decide import normalised, text_digest
from scraper.archive.dictionaries import DictionaryLost
from scraper.archive.opening import BUSY_TIMEOUT_MS
from scraper.archive.payloads import Payloads
from scraper.archive.reproof import Reread, disagreements
from scraper.archive.seals import broken_seals, unsealed
from scraper.errors import PayloadLost

REBUILD = "nothing: `scraper reextract` makes it again from the captures"
REREAD = "nothing: `scraper reextract` reads it again"
REINDEX = "nothing: `scraper archive reindex` makes it again from the texts"
SHOWN = 3  # rows named in a finding that stands for many


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    severity: Literal["error", "warning"]  # error: something that was archived is lost or in doubt
    what: str  # what is wrong
    where: str  # table and row, or the part of the file
    lost: str  # what cannot be had any more, or "nothing" and why

    def __str__(self) -> str:
        return " ".join(f"{self.severity}: {self.where}: {self.what}; lost: {self.lost}".split())


def verify(db: Database, *, reread: Reread | None = None, sample: int | None = None) -> Iterator[Finding]:
    """All that is wrong with the archive, as it is found; nothing when all is well.

    *reread* reads captures again (:data:`Reread`). It is asked for the latest state of *sample* statements, spread
    evenly over the archive; of all of them if *sample* is None.
    """
    checks: list[tuple[str, Callable[[Database], Iterator[Finding]]]] = [
        ("the file", _structure),
        ("references", _references),
        ("search", _search_index),
        ("dictionaries", _dictionaries),
        ("payloads", _payloads),
        ("captures", _captures),
        ("texts", _texts),
        ("statements", _statements),
        ("what is derived from texts", _derived),
    ]
    if reread is not None:
        asked = reread
        checks.append(("readings", lambda db: _readings(db, asked, sample)))
    for where, check in checks:
        yield from readable(where, check(db))


def readable(where: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """*findings* as far as they come: what SQLite cannot read for them becomes one itself."""
    try:
        yield from findings
    except sqlite3.Error as error:
        lost = "unknown until it can be read: restore it from a copy of `scraper backup`"
        yield Finding("error", f"cannot be checked, SQLite says: {error}", where, lost)


def count_captures(db: Database) -> int | None:
    """How many captures there are; None where the file is too damaged to tell, which the findings say."""
    try:
        return int(db.execute("select count(*) from captures").fetchone()[0])
    except sqlite3.DatabaseError:
        return None


def _structure(db: Database) -> Iterator[Finding]:
    """SQLite's own check: pages, records, indexes against their tables, NOT NULL and CHECK."""
    for (words,) in db.execute("pragma integrity_check(100)").fetchall():
        if words != "ok":
            yield Finding("error", f"SQLite finds: {words}", "the file", "perhaps rows: restore from a backup")


# table -> what a row that points to nothing has lost
_LOST_WITH = {
    ("captures", "payloads"): "the bytes of those captures",
    ("versions", "texts"): "the text of those states, until `scraper reextract`",
    ("versions", "captures"): "the proof of those states",
    ("documents", "versions"): "the latest state of those statements, until `scraper reextract`",
    ("documents", "captures"): "the proof of the latest text",
}


def _references(db: Database) -> Iterator[Finding]:
    """Rows that point to rows that are not there."""
    broken: dict[tuple[str, str], list[int]] = {}
    for table, rowid, parent, _ in db.execute("pragma foreign_key_check").fetchall():
        broken.setdefault((table, parent), []).append(rowid)
    for (table, parent), rowids in broken.items():
        lost = _LOST_WITH.get((table, parent), "the link between them")
        yield Finding("error", f"points to {parent} that are missing", _rows(table, rowids), lost)


def _search_index(db: Database) -> Iterator[Finding]:
    """The full-text index against the words it was made of."""
    if fault := _index_fault(db.conn):
        yield Finding("error", f"the full-text index does not fit its content ({fault})", "search", REINDEX)


def _index_fault(conn: sqlite3.Connection) -> str | None:
    """What FTS5's own check says (integrity-check with rank 1: against the content); None if all is well.

    The check is an insert that writes nothing. A connection that only reads is refused it, so it is made on one of its
    own; where even the file may not be written, the index is taken on trust.
    """
    try:
        conn.execute("insert into search (search, rank) values ('integrity-check', 1)")
    except sqlite3.OperationalError as error:
        if "readonly" not in str(error):
            raise
    except sqlite3.DatabaseError as error:
        return str(error)
    else:
        return None
    path = conn.execute("pragma database_list").fetchone()[2]
    if not path or not os.access(path, os.W_OK):
        return None
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)) as writable:
        return _index_fault(writable)


def _dictionaries(db: Database) -> Iterator[Finding]:
    dictionaries = Payloads(db).dictionaries
    for dictionary_id, source in db.execute("select id, source from dictionaries order by id").fetchall():
        try:
            dictionaries.by_id(dictionary_id)
        except DictionaryLost as error:
            (users,) = db.execute("select count(*) from payloads where dictionary_id = ?", [dictionary_id]).fetchone()
            yield Finding(
                "error", str(error), f"dictionaries {dictionary_id}", f"{users} bodies of {source}, named below"
            )


def _payloads(db: Database) -> Iterator[Finding]:
    """Every body decompressed and hashed. In the order of their dictionaries, so that each is loaded once."""
    payloads = Payloads(db)
    ids = db.execute("select id, digest, size from payloads order by dictionary_id, id").fetchall()
    for payload_id, digest, size in ids:
        try:
            body = payloads.get(digest)
        except PayloadLost as error:
            yield Finding("error", f"body {digest[:16]}…: {error.why}", f"payloads {payload_id}", error.needed_by)
            continue
        if len(body) != size:
            yield Finding("warning", f"says {size} bytes, holds {len(body)}", f"payloads {payload_id}", "nothing")


def _captures(db: Database) -> Iterator[Finding]:
    """Rows of captures against their seals and their bodies."""
    sizes = db.execute(
        "select c.id from captures c join payloads p on p.digest = c.digest where p.size <> c.size order by c.id"
    ).fetchall()
    if sizes:
        yield Finding(
            "warning", "says another size than its body has", _rows("captures", [row[0] for row in sizes]), "nothing"
        )
    if broken := list(broken_seals(db)):
        what = "its row was changed after it was written: the seal over URL, time, headers and digest does not fit"
        yield Finding("error", what, _rows("captures", broken), "certainty about when, where and how it was answered")
    if bare := list(unsealed(db)):
        what = "has no seal, which every capture is written with: whether its row was changed cannot be told"
        yield Finding("error", what, _rows("captures", bare), "certainty about when, where and how it was answered")
    orphans = db.execute(
        "select p.id from payloads p where not exists (select 1 from captures c where c.digest = p.digest) "
        "and not exists (select 1 from payloads q where q.base_digest = p.digest) order by p.id"
    ).fetchall()
    if orphans:
        what = "belongs to no capture: it takes room, or its capture is gone"
        yield Finding(
            "warning", what, _rows("payloads", [row[0] for row in orphans]), "perhaps when and where it was seen"
        )


def _texts(db: Database) -> Iterator[Finding]:
    """Every text against the digest it is known by."""
    for text_id, digest, text in db.execute("select id, digest, text from texts"):
        if text_digest(text) != digest:
            yield Finding("error", "its words do not have its digest any more", f"texts {text_id}", REBUILD)


def _statements(db: Database) -> Iterator[Finding]:
    """Counters, and what must agree between a statement and its states."""
    disagree = {
        "its revision_count is not the number of its states": "d.revision_count <> n.states",
        "its states are not numbered 1, 2, 3 ...": "n.states <> n.last or n.first <> 1",
        "its latest state is not the last one": "d.version_id is not (select id from versions "
        "where statement_id = d.id and state = 'recorded' order by number desc limit 1)",
    }
    for what, condition in disagree.items():
        rows = db.execute(
            "with n as (select statement_id, count(*) as states, min(number) as first, max(number) as last "
            f"from versions where state = 'recorded' group by 1) "
            f"select d.id from documents d join n on n.statement_id = d.id where {condition} order by d.id"
        ).fetchall()
        if rows:
            yield Finding("error", what, _rows("documents", [row[0] for row in rows]), REBUILD)
    titles = db.execute(
        "select d.id, d.title, v.title from documents d join versions v on v.id = d.version_id "
        "where d.title is not v.title order by d.id"
    )
    if retitled := [row[0] for row in titles if normalised(row[1]) != normalised(row[2])]:
        yield Finding("error", "its title is not that of its latest state", _rows("documents", retitled), REBUILD)
    stateless = db.execute(
        "select id from documents d where not exists (select 1 from versions where statement_id = d.id) order by id"
    ).fetchall()
    if stateless:
        yield Finding("error", "has no state, so no text", _rows("documents", [row[0] for row in stateless]), REBUILD)
    backwards = db.execute("select id from versions where seen_until < seen_from order by id").fetchall()
    if backwards:
        yield Finding("error", "ends before it begins", _rows("versions", [row[0] for row in backwards]), REBUILD)


_STALE: dict[derived.Stale, str] = {
    "words": "cannot be found by all its words: the search index has others than its text",
    "fingerprint": "may not be found as a copy or a source of copies: its fingerprint is not that of its text",
    "copy": "its link to the statement that it repeats is not the one that it names",
}


def _derived(db: Database) -> Iterator[Finding]:
    """What searching and comparing rest on, worked out again from the texts."""
    found: dict[derived.Stale, list[int]] = {}
    for statement_id, what in derived.stale(db):
        found.setdefault(what, []).append(statement_id)
    for what, ids in found.items():
        yield Finding("warning", _STALE[what], _rows("documents", ids), REINDEX)


def _readings(db: Database, reread: Reread, sample: int | None) -> Iterator[Finding]:
    """Statements read again from their captures, and compared."""
    for found in disagreements(db, reread, sample):
        lost = found.lost or ("nothing: the capture is whole" if found.severity == "error" else REREAD)
        yield Finding(found.severity, found.what, f"documents {found.statement_id}", lost)


def _rows(table: str, ids: list[int]) -> str:
    shown = ", ".join(str(number) for number in ids[:SHOWN])
    return f"{table} {shown}" if len(ids) <= SHOWN else f"{table} {shown} and {len(ids) - SHOWN} more"
