"""A real archive file in a temporary folder, made from all migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from sqlite_utils import Database

_MIGRATIONS = files("scraper.archive") / "migrations"
SCHEMA = "\n".join(
    (_MIGRATIONS / name).read_text(encoding="utf-8")
    for name in sorted(file.name for file in _MIGRATIONS.iterdir() if file.name.endswith(".sql"))
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty archive with every table; nobody commits for you but sqlite-utils."""
    database = Database(sqlite3.connect(tmp_path / "archive.db", isolation_level=None))
    database.conn.executescript("pragma synchronous = off; pragma journal_mode = memory;" + SCHEMA)
    database.execute("pragma foreign_keys = on")
    database.execute("pragma recursive_triggers = on")
    yield database
    database.close()
