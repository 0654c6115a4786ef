"""`sql`: read-only queries with the archive's search functions loaded."""

from __future__ import annotations

import sqlite3
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from math import isinf
from typing import Any

import click

from scraper import words
from scraper.archive.opening import fault_of_the_file
from scraper.archive.store import Archive
from scraper.cli import Settings, cli, common, say, settings
from scraper.errors import Interrupted, QueryError

STEPS = 100_000  # of SQLite's machine between two looks at the clock, and at Ctrl-C: some milliseconds


# A pasted query may begin with a comment, which is no option.
@cli.command("sql", context_settings={"ignore_unknown_options": True})
@click.argument("query")
@click.option("--max-seconds", type=click.FloatRange(min=0.001), help="Give up after that long.")
@common
@settings
def sql_command(at: Settings, query: str, max_seconds: float | None) -> int:
    """Run a read-only SQL query, with the archive's search functions loaded.

    One statement; rows appear as they are found, tab-separated below the columns' names.
    """
    with Archive(at.archive, readonly=True) as archive, _asked_of(archive, max_seconds) as conn:
        found = conn.execute(query)
        if found.description is None:
            raise QueryError(
                f"{query.strip()[:60]!r} brings no rows: sql takes one query, such as select, and only reads"
            )
        names = _distinct([column[0] for column in found.description])
        if at.json:
            say(words.as_json([dict(zip(names, map(_in_json, row), strict=True)) for row in found]))
            return 0
        _write(names, found)
    return 0


def _write(names: list[str], found: sqlite3.Cursor) -> None:
    for number, row in enumerate(found):
        if not number:
            say("\t".join(words.plain(name) for name in names))
        say("\t".join(_in_a_line(value) for value in row))


def _in_a_line(value: object) -> str:
    """A value as a cell of a line; bytes as SQL writes them."""
    return "" if value is None else f"x'{value.hex()}'" if isinstance(value, bytes) else words.plain(value)


def _in_json(value: object) -> object:
    """A value as JSON can say it: bytes as sqlite-utils and datasette write them, infinity by its name."""
    if isinstance(value, bytes):
        return {"$base64": True, "encoded": b64encode(value).decode()}
    return str(value) if isinstance(value, float) and isinf(value) else value


def _distinct(names: list[str]) -> list[str]:
    """*names*, those that came before numbered: JSON has each once."""
    made: list[str] = []
    for name in names:
        number = 1
        fresh = name
        while fresh in made:
            number += 1
            fresh = f"{name}_{number}"
        made.append(fresh)
    return made


@contextmanager
def _asked_of(archive: Archive, max_seconds: float | None) -> Iterator[sqlite3.Connection]:
    """The connection to the file, kept to reading this file alone, and stopped in time. Raises :class:`QueryError`."""
    conn = archive.db.conn
    assert conn is not None
    end = None if max_seconds is None else time.monotonic() + max_seconds
    conn.set_authorizer(_only_here)
    # Without the callback Python hears nothing, Ctrl-C included, until an endless query ends.
    conn.set_progress_handler(lambda: end is not None and time.monotonic() > end, STEPS)
    try:
        yield conn
    except sqlite3.Error as error:
        if end is not None and time.monotonic() > end:
            raise QueryError(f"no end of it after {max_seconds:g} seconds (--max-seconds); ask for less") from None
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_INTERRUPT:
            raise Interrupted from None  # sqlite3 turned the KeyboardInterrupt into this
        if code != sqlite3.SQLITE_READONLY and (fault := fault_of_the_file(archive.path, error)):
            raise fault from error
        raise QueryError(
            f'SQLite: {error}; `scraper sql "select * from descriptions"` names all tables and columns'
        ) from error
    finally:
        conn.set_progress_handler(None, 0)
        conn.set_authorizer(None)


def _only_here(action: int, *_: Any) -> int:
    """No other file: `attach`, and `vacuum into`, which attaches, could make one."""
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK
