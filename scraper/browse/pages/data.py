"""The way into tables and SQL: what each table holds, the ready-made questions, and a box for one's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scraper.browse.config import SHOWN
from scraper.browse.queries import QUERIES, Query

EXAMPLE = """select title, published, url
from statements
where source = 'SOURCE' and published >= '2024'
order by published desc
limit 20"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table or view."""

    name: str
    title: str
    description: str
    columns: Sequence[tuple[str, str]]  # name, what it means
    rows: int | None  # None for a view whose rows are costly to count


@dataclass(frozen=True, slots=True)
class DataPage:
    """The public tables, the machinery behind them, the questions."""

    shown: Sequence[Table]
    hidden: Sequence[Table]
    queries: Sequence[Query]
    example: str


def read(
    conn: sqlite3.Connection, described: Mapping[str, Any], counts: Mapping[str, int], source: str | None
) -> DataPage:
    """From what datasette knows of the tables (:func:`scraper.browse.config.database`) and their rows."""
    columns = {
        name: [column[1] for column in conn.execute(f"pragma table_info([{name}])")] for name in described["tables"]
    }
    tables = {
        name: Table(
            name,
            about.get("title", name),
            about.get("description", ""),
            [(column, about.get("columns", {}).get(column, "")) for column in columns[name]],
            counts.get(name),
        )
        for name, about in described["tables"].items()
    }
    hidden = [table for name, table in tables.items() if described["tables"][name].get("hidden") and table.description]
    shown = [tables[name] for name in SHOWN if name in tables]
    return DataPage(shown, hidden, QUERIES, EXAMPLE.replace("SOURCE", source or "iom"))


def count(conn: sqlite3.Connection, tables: Sequence[str]) -> dict[str, int]:
    """Rows of *tables*."""
    return {name: conn.execute(f"select count(*) from [{name}]").fetchone()[0] for name in tables}
