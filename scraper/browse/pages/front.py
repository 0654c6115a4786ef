"""The front page: what is here, from whom, from when to when, how complete, what is new and what changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scraper.browse.columns import Columns
from scraper.browse.figures import Covered, SourceCount
from scraper.browse.pages.changes import Change, latest
from scraper.browse.pages.coverage import Run, last_runs
from scraper.browse.pages.lists import Listed, newest

SHOWN = 6  # statements and changes listed


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One publisher in the table of sources."""

    count: SourceCount
    covered: Covered
    run: Run | None  # the last one


@dataclass(frozen=True, slots=True)
class FrontPage:
    """Everything the front page says."""

    statements: int
    first: str | None
    last: str | None
    months: Mapping[str, int]
    covered: Covered
    sources: Sequence[SourceLine]
    newest: Sequence[Listed]
    changes: Sequence[Change]
    looked_at: str | None  # when a run last began
    revised: int
    gone: int
    copies: int
    demo: bool


def read(
    conn: sqlite3.Connection,
    columns: Columns,
    counts: Sequence[SourceCount],
    coverage: Mapping[str, Mapping[str, Covered]],
) -> FrontPage:
    """The front page from the archive and the figures already counted."""
    months: dict[str, int] = {}
    for source in counts:
        for month, count in source.months.items():
            months[month] = months.get(month, 0) + count
    runs = last_runs(conn)
    lines = [
        SourceLine(source, sum(coverage.get(source.source, {}).values(), Covered()), runs.get(source.source))
        for source in counts
    ]
    demo = conn.execute("select 1 from meta where key = 'kind' and value = 'demo'").fetchone()
    return FrontPage(
        statements=sum(source.count for source in counts),
        first=min((s.first for s in counts if s.first), default=None),
        last=max((s.last for s in counts if s.last), default=None),
        months=months,
        covered=sum((line.covered for line in lines), Covered()),
        sources=lines,
        newest=newest(conn, SHOWN),
        changes=_last_of_each(latest(conn, limit=4 * SHOWN))[:SHOWN],
        looked_at=max((run.started_at for run in runs.values()), default=None),
        revised=len(columns.edited - columns.copies),
        gone=dict(columns.whole["status"]).get("gone", 0),
        copies=len(columns.copies),
        demo=demo is not None,
    )


def _last_of_each(changes: Sequence[Change]) -> list[Change]:
    """The first, so newest, of *changes* of each statement: what was suspected before it is no news any more."""
    newest: dict[int, Change] = {}
    for change in changes:
        newest.setdefault(change.statement.id, change)
    return list(newest.values())
