"""What tables the archive has, for datasette: their names, meanings and rows."""

from __future__ import annotations

import sqlite3
from typing import Any

from scraper.browse import config


def names(conn: sqlite3.Connection) -> list[str]:
    """All tables and views, in order."""
    rows = conn.execute("select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%'")
    return sorted(name for (name,) in rows)


def counted(conn: sqlite3.Connection) -> list[str]:
    """The tables whose rows datasette counts: no views, which cost a query each."""
    rows = conn.execute("select name from sqlite_master where type = 'table'")
    return sorted(name for (name,) in rows)


def quickly_counted(conn: sqlite3.Connection) -> list[str]:
    """Those of them that an index counts: the word index and its tables have to be read from end to end."""
    return [name for name in counted(conn) if not name.startswith("search")]


def descriptions(conn: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """What every table and column means, as the file itself says."""
    found: dict[str, dict[str, str]] = {}
    for table, column, text in conn.execute("select table_name, column_name, description from descriptions"):
        found.setdefault(table, {})[column] = text
    return found


def described(conn: sqlite3.Connection) -> dict[str, Any]:
    """The archive's tables in datasette's terms."""
    return config.database(descriptions(conn), names(conn))
