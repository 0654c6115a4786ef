"""Statements that carry one tag of the publisher's, newest first."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.browse.pages.lists import COLUMNS, Listed, as_listed

PAGE = 30


@dataclass(frozen=True, slots=True)
class TaggedPage:
    """One page of the list."""

    scheme: str
    tag: str
    total: int
    number: int
    pages: int
    statements: Sequence[Listed]


def read(conn: sqlite3.Connection, scheme: str, tag: str, number: int) -> TaggedPage:
    """Page *number*, from 1; an unknown tag gives an empty list."""
    (total,) = conn.execute("select count(*) from tags where scheme = ? and tag = ?", [scheme, tag]).fetchone()
    rows = conn.execute(
        f"select {COLUMNS} from tags t join documents d on d.id = t.statement_id where t.scheme = ? and t.tag = ? "
        "order by d.published desc, d.id desc limit ? offset ?",
        [scheme, tag, PAGE, (number - 1) * PAGE],
    )
    return TaggedPage(scheme, tag, total, number, max(1, -(-total // PAGE)), [as_listed(row) for row in rows])
