"""Which of datasette's databases are archives of ours."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasette.app import Datasette

APPLICATION_ID = 0x53544D54  # "STMT", PRAGMA application_id: how an archive says what it is


UNTITLED = "Statement archive"  # what an archive without a title is called


def is_archive(conn: sqlite3.Connection) -> bool:
    """Whether the database behind *conn* is an archive."""
    return bool(conn.execute("pragma application_id").fetchone()[0] == APPLICATION_ID)


def title(conn: sqlite3.Connection) -> str | None:
    """What the archive calls itself (``meta``, key "title"); None if it does not."""
    row = conn.execute("select value from meta where key = 'title'").fetchone()
    return str(row[0]) if row and row[0] else None


def find(datasette: Datasette) -> list[str]:
    """Names of the databases that are archives, in datasette's order. Reads each file's schema once."""
    return [name for name, db in datasette.databases.items() if name != "_internal" and db.path and _asked(db.path)]


def _asked(path: str) -> bool:
    # A write-ahead log cannot be opened on a read-only disk; as an immutable file the same database can.
    for mode in ("mode=ro", "immutable=1"):
        try:
            conn = sqlite3.connect(f"{Path(path).resolve().as_uri()}?{mode}", uri=True)
            try:
                return is_archive(conn)
            finally:
                conn.close()
        except sqlite3.Error:
            continue
    return False
