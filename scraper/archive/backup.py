"""A copy of the archive that is whole: consistent while a crawl writes, verified, never over another file."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from scraper.archive.opening import open_as_it_is, sentence
from scraper.archive.verify import Finding, verify
from scraper.whole import whole_file


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was made."""

    path: Path
    size_bytes: int
    schema: int  # of the archive and so of the copy: that of an earlier release is kept as it is
    findings: tuple[Finding, ...]  # what verifying the copy found: faults that the archive has as well


def backup(db: Database, target: Path) -> Backup:
    """Copy the archive to *target* and verify the copy. Not inside a transaction, and of whatever schema *db* has.

    Made under another name beside it (VACUUM INTO: one snapshot, whatever is being written), verified, flushed to disk
    and only then given its name: whoever finds *target* finds a whole file. A damaged archive is copied all the same,
    for what it still holds, and the damage reported; one of which SQLite cannot read every page, page by page.
    Raises :class:`OutputExists`, or :class:`ArchiveNotWritable` when there is no room or no right to write.
    """
    with whole_file(target) as new:
        try:
            _copy(db, new)
            schema, findings = _verified(new)
        except sqlite3.Error as error:
            raise sentence(target, error) from error
    return Backup(target, target.stat().st_size, schema, findings)


def _copy(db: Database, new: Path) -> None:
    """Copy what can be read; of a damaged file, the pages as they are."""
    try:
        db.execute("vacuum into ?", [str(new)])
    except sqlite3.DatabaseError:
        if not _is_damaged(db):
            raise  # the copy is at fault: no room, no right to write
        new.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(new)) as copy:
            db.conn.backup(copy)


def _is_damaged(db: Database) -> bool:
    try:
        return bool(db.execute("pragma quick_check(1)").fetchone()[0] != "ok")
    except sqlite3.DatabaseError:
        return True


def _verified(path: Path) -> tuple[int, tuple[Finding, ...]]:
    """The copy's schema and what is wrong with it. It is left one file, without -wal and -shm beside it."""
    db, schema = open_as_it_is(path)
    with contextlib.closing(db) as copy:
        findings = tuple(verify(copy))
    with contextlib.closing(sqlite3.connect(path)) as copy, contextlib.suppress(sqlite3.DatabaseError):
        copy.execute("pragma journal_mode = delete")
    return schema, findings
