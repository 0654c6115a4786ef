"""Statements with few words, inserted row by row as the pipeline would, for tests of what is derived from them."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlite_utils import Database

NOW = "2026-11-23T06:00:00+00:00"


def add_statement(db: Database, text: str, *, source: str = "org", title: str | None = "A title", **facts: Any) -> int:
    """Insert a statement with one state as the pipeline would; *facts* are columns of `documents`. Returns its id."""
    db.execute(
        "insert or ignore into sources (name, title, hosts, added_at) values (?, ?, '[]', ?)", [source, source, NOW]
    )
    facts.setdefault(
        "url", f"https://{source}.example/{db.execute('select count(*) from documents').fetchone()[0] + 1}"
    )
    row = {"source": source, "title": title, "first_seen": NOW, "last_seen": NOW, "words": len(text.split())} | facts
    names = ", ".join(row)
    sql = f"insert into documents ({names}) values ({', '.join('?' * len(row))})"
    statement_id = db.execute(sql, list(row.values())).lastrowid
    assert statement_id is not None
    set_text(db, statement_id, text)
    return statement_id


def set_text(db: Database, statement_id: int, text: str) -> None:
    """Give a statement a new latest state with *text*, as a revision does."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    db.execute("insert or ignore into texts (digest, text) values (?, ?)", [digest, text])
    db.execute("insert or ignore into payloads (digest, size, codec, data) values ('-', 0, 'raw', x'')")
    source, title, url = db.execute("select source, title, url from documents where id = ?", [statement_id]).fetchone()
    capture_id = db.execute(
        "insert into captures (url, fetched_at, http_status, headers, digest, size, source, discovered_via) "
        "values (?, ?, 200, '[]', '-', 0, ?, 'manual')",
        [url, NOW, source],
    ).lastrowid
    version_id = db.execute(
        "insert into versions (statement_id, number, title, text_id, seen_from, seen_until, extractor_version, "
        "capture_id) select ?, (select count(*) + 1 from versions where statement_id = ?), ?, id, ?, ?, 'test', ? "
        "from texts where digest = ?",
        [statement_id, statement_id, title, NOW, NOW, capture_id, digest],
    ).lastrowid
    db.execute(
        "update documents set version_id = ?, capture_id = ?, words = ?, lead = ?, "
        "revision_count = (select count(*) from versions where statement_id = documents.id) where id = ?",
        [version_id, capture_id, len(text.split()), text[:280], statement_id],
    )
