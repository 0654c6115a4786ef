"""Opening the archive's file: is it ours, is it current, may we write, are we the only writer.

A new archive is built beside its place and renamed into it, so that a process killed at any moment leaves either
no file or a whole one. Migrations run inside one transaction each (sqlite-utils), so an interrupted one leaves the
old schema untouched.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database, Migrations

from scraper.archive.describe import tables
from scraper.errors import (
    AnotherRun,
    ArchiveError,
    ArchiveNotWritable,
    NewerArchive,
    NotAnArchive,
    OlderArchive,
    OutputExists,
    UnreadableInput,
)
from scraper.whole import DISK_FULL, reason, whole_file

APPLICATION_ID = 0x53544D54  # "STMT": tells our files from other SQLite databases (PRAGMA application_id)
SCHEMA = 4  # PRAGMA user_version; one more with each migration
BUSY_TIMEOUT_MS = 30_000
# Pages of 4 kB in the log before they are folded into the file. A statement changes about 80, and many of them are
# changed by the next one too: folded after 50 statements, not after 13, they are written once. `archive_page.py` at
# 67,000 statements, in turns with SQLite's own 1,000: 3.8 ms of CPU a page against 4.2. The log takes 16 MB for it.
LOG_PAGES = 4000
HEADER = b"SQLite format 3\x00"
NOT_THERE = "no archive there yet; `scraper crawl` or `scraper demo` makes one"

migrations = Migrations("statement_archive")


@migrations()
def m0001_first(db: Database) -> None:
    """The first released schema."""
    _run(db, "0001_first.sql")


@migrations()
def m0002_site_chrome(db: Database) -> None:
    """A memory of what each site repeats."""
    _run(db, "0002_site_chrome.sql")


@migrations()
def m0003_coverage(db: Database) -> None:
    """Coverage counts a URL once, however many lists name it."""
    _run(db, "0003_coverage.sql")


@migrations()
def m0004_items(db: Database) -> None:
    """Coverage counts an item once, however many addresses it has had."""
    _run(db, "0004_items.sql")


def _run(db: Database, name: str) -> None:
    """Run a script statement by statement: executescript would commit the migration's transaction."""
    script = (files("scraper.archive") / "migrations" / name).read_text(encoding="utf-8")
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


def open_database(path: Path, *, create: bool, readonly: bool = False) -> Database:
    """The archive at *path*, migrated to this release's schema.

    To copy it with the schema that it has, see :func:`open_as_it_is`.

    Raises :class:`UnreadableInput` if it is missing and *create* is false, :class:`NotAnArchive`,
    :class:`NewerArchive`, :class:`OlderArchive` (*readonly* only), :class:`AnotherRun` (while a run of an earlier
    release writes to a file that would have to be migrated) or :class:`ArchiveNotWritable`; the file is never changed
    when one is raised.
    """
    if not path.exists():
        if not create or readonly:
            raise UnreadableInput(path, NOT_THERE)
        _create(path)
    with _opened(path, readonly=readonly) as (db, schema):
        if readonly and schema < SCHEMA:
            raise OlderArchive(path, schema, SCHEMA)
        if not readonly and not _is_current(db):
            with only_writer(path):  # two runs of a new release may meet an older file at once
                _upgrade(db)
    return db


def open_as_it_is(path: Path) -> tuple[Database, int]:
    """The archive at *path*, to be read with the schema that an earlier release left it with; and that schema's number.

    For a copy before it is brought up to date. Raises as :func:`open_database` does, but no :class:`OlderArchive`.
    """
    if not path.exists():
        raise UnreadableInput(path, NOT_THERE)
    with _opened(path, readonly=True) as (db, schema):
        return db, schema


@contextlib.contextmanager
def _opened(path: Path, *, readonly: bool) -> Iterator[tuple[Database, int]]:
    """A connection to the file, if it is ours, and the number of its schema; closed again if it is of no use."""
    _check_header(path)
    with _complaints(path):
        db = _connect(path, readonly=readonly)
        try:
            _check_whole(db, path)
            yield db, _schema(db, path)
        except BaseException:
            db.close()
            raise


@contextlib.contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Hold the archive's lock, or raise :class:`AnotherRun` at once.

    The kernel releases the lock when a process dies, so no stale lock can block a later run (flock, not a pid file).
    """
    lock_path = path.with_name(path.name + ".lock")
    lock = FileLock(lock_path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AnotherRun(path) from None
    except OSError as error:
        raise ArchiveNotWritable(path, f"its lock file: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def transaction(db: Database) -> Iterator[None]:
    """One write transaction: all or nothing. Taken at once, so that a busy reader cannot make it fail halfway."""
    conn = db.conn
    if conn.in_transaction:
        yield
        return
    conn.execute("begin immediate")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            conn.execute("rollback")
        raise
    conn.execute("commit")


def _create(path: Path) -> None:
    # Another process that makes the same archive at the same time may be first, and may have begun to write.
    with contextlib.suppress(OutputExists), _complaints(path), whole_file(path) as new, _made(new) as db:
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        migrations.apply(db)
        db.execute(f"pragma user_version = {SCHEMA}")
        _describe(db)
        db.execute("pragma journal_mode = wal")


def _made(path: Path) -> contextlib.closing[Database]:
    return contextlib.closing(Database(sqlite3.connect(path, isolation_level=None)))


def _connect(path: Path, *, readonly: bool) -> Database:
    conn = _connection(path, "mode=ro" if readonly else "mode=rw")
    if readonly and _wants_to_write(conn) and not _has_log(path):
        conn.close()
        conn = _connection(path, "mode=ro&immutable=1")
    conn.execute(f"pragma busy_timeout = {BUSY_TIMEOUT_MS}")
    conn.execute("pragma foreign_keys = on")
    conn.execute("pragma recursive_triggers = on")
    if not readonly:
        conn.execute("pragma journal_mode = wal")
        conn.execute("pragma synchronous = normal")
        conn.execute("pragma cache_size = -16384")  # KiB
        conn.execute(f"pragma wal_autocheckpoint = {LOG_PAGES}")
    return Database(conn)


def _connection(path: Path, how: str) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?{how}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False)


def _wants_to_write(conn: sqlite3.Connection) -> bool:
    """Whether even reading needs a file beside the archive's, in a folder that may not be written: a disc, another's share."""
    try:
        conn.execute("select 1 from sqlite_master limit 1").fetchone()
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
    except sqlite3.DatabaseError:
        return False  # damaged, which is looked into later
    return False


def _has_log(path: Path) -> bool:
    """Whether a log lies beside the file, without which it is not whole."""
    log = Path(f"{path.resolve()}-wal")
    return log.exists() and log.stat().st_size > 0


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise ArchiveNotWritable(path, error.strerror or str(error)) from error
    if not start:
        raise NotAnArchive(path, "an empty file")
    if start != HEADER:
        raise NotAnArchive(path, "not a SQLite file")


def _check_whole(db: Database, path: Path) -> None:
    """Refuse a file of which not even the first page can be read, as when its end was cut off: no command can do more."""
    try:
        db.execute("pragma application_id").fetchone()
    except sqlite3.DatabaseError as error:
        if "malformed" not in str(error):
            raise
        raise NotAnArchive(
            path, "so damaged that it cannot be opened (SQLite: malformed): restore it from a copy of `scraper backup`"
        ) from error


def _schema(db: Database, path: Path) -> int:
    """The number of the file's schema. Refuses what is no archive, or one of a later release."""
    (application_id,) = db.execute("pragma application_id").fetchone()
    if application_id != APPLICATION_ID:
        raise NotAnArchive(path, "a SQLite database, but not a statement archive")
    (version,) = db.execute("pragma user_version").fetchone()
    if version > SCHEMA:
        raise NewerArchive(path, version, SCHEMA)
    return int(version)


def _upgrade(db: Database) -> None:
    migrations.apply(db)
    # The number last: a process killed before it leaves a file that the next one finishes.
    _describe(db)
    db.execute(f"pragma user_version = {SCHEMA}")


def _is_current(db: Database) -> bool:
    """Whether nothing is left to do to bring the file to this release's schema, its number included."""
    (version,) = db.execute("pragma user_version").fetchone()
    return version == SCHEMA and not migrations.pending(db)


def _describe(db: Database) -> None:
    """Write the meaning of every table and column into the file itself."""
    rows = [(table, "", described.text) for table, described in tables().items()]
    rows += [
        (table, column, text) for table, described in tables().items() for column, text in described.columns.items()
    ]
    with db.atomic():
        db.execute("delete from descriptions")
        for row in rows:
            db.execute("insert into descriptions (table_name, column_name, description) values (?, ?, ?)", row)


@contextlib.contextmanager
def _complaints(path: Path) -> Iterator[None]:
    """SQLite's and the file system's words as one sentence for a person."""
    try:
        yield
    except sqlite3.Error as error:
        raise sentence(path, error) from error
    except OSError as error:
        raise ArchiveNotWritable(path, reason(error)) from error


# Primary result codes that speak of the file, its disk or its other users, not of our SQL (sqlite.org/rescode.html).
_OF_THE_FILE = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB,
    }
)  # fmt: skip


def fault_of_the_file(path: Path, error: Exception) -> ArchiveError | None:
    """*error* as a sentence, if SQLite says that the file at *path* is at fault; None for anything else: a bug of ours."""
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_FILE:
        return sentence(path, error)
    return None


def sentence(path: Path, error: sqlite3.Error) -> ArchiveError:
    """The archive error that says in a person's words what SQLite reported."""
    words = str(error)
    if "not a database" in words:
        return NotAnArchive(path, "not a SQLite file")
    if "malformed" in words:
        return NotAnArchive(
            path, "damaged (SQLite: malformed): restore it from `scraper backup`; `scraper verify` says what is lost"
        )
    if "full" in words:
        return ArchiveNotWritable(path, DISK_FULL)
    if "locked" in words:
        return ArchiveNotWritable(path, "another program has held it locked for too long: close it and run again")
    if "readonly" in words or "unable to open" in words:
        return ArchiveNotWritable(path, f"{words}: check the permissions of the file and its folder")
    return ArchiveNotWritable(path, f"SQLite: {words}")
