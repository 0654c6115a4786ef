"""One capture: what was asked, what the server said, and the text that was read in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scraper.browse.words import json_list

# Content types whose words can be shown in the sandbox; everything else is only handed over as a file.
SHOWN_TYPES = ("text/html", "application/xhtml+xml", "text/plain")


@dataclass(frozen=True, slots=True)
class CapturePage:
    """A capture's facts; the bytes are read apart from it."""

    id: int
    url: str
    fetched_at: str
    http_status: int
    headers: Sequence[tuple[str, str]]
    digest: str
    size: int
    source: str
    discovered_via: str
    requested_url: str | None
    redirects: Sequence[tuple[Any, ...]]  # url, status, location
    address: str | None
    elapsed_ms: int | None
    statement_id: int | None
    statement_title: str | None
    language: str | None
    kept: bool  # whether the bytes are here; a published copy may leave them out
    text: str | None  # what was read from this capture, if a state rests on it

    @property
    def content_type(self) -> str | None:
        """The Content-Type header as received."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), None)

    @property
    def shown(self) -> bool:
        """Whether the page can be shown; a missing type is taken for HTML, as browsers do with what looks like it."""
        kind = (self.content_type or "text/html").split(";")[0].strip().lower()
        return kind in SHOWN_TYPES


def read(conn: sqlite3.Connection, capture_id: int) -> CapturePage | None:
    """The capture numbered *capture_id*; None if there is none."""
    row = conn.execute(
        "select id, url, fetched_at, http_status, headers, digest, size, source, discovered_via, requested_url, "
        "redirects, address, elapsed_ms from captures where id = ?",
        [capture_id],
    ).fetchone()
    if row is None:
        return None
    values = tuple(row)
    statement = conn.execute(
        "select d.id, d.title, d.language from documents d where d.id in ("
        "select id from documents where source = :source and url = :url "
        "union all select statement_id from aliases where url = :url) limit 1",
        {"url": values[1], "source": values[7]},
    ).fetchone() or (None, None, None)
    # Without an index on versions.capture_id the statement's own states are the short way to the text.
    text = conn.execute(
        "select t.text from versions v join texts t on t.id = v.text_id "
        "where v.statement_id = ? and v.seen_from <= ? order by v.capture_id = ? desc, v.number desc limit 1",
        [statement[0], values[2], capture_id],
    ).fetchone()
    kept = conn.execute("select 1 from payloads where digest = ?", [values[5]]).fetchone()
    headers = [
        (str(pair[0]), str(pair[1])) for pair in json_list(values[4]) if isinstance(pair, list) and len(pair) == 2
    ]
    redirects = [tuple(hop) for hop in json_list(values[10]) if isinstance(hop, list)]
    return CapturePage(
        *(
            *values[:4],
            headers,
            *values[5:10],
            redirects,
            *values[11:],
            *statement,
            kept is not None,
            text[0] if text else None,
        )
    )
