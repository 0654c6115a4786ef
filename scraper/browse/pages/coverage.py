"""How complete the archive is: per source and month what the publisher listed and what became of it; and the runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scraper.browse.figures import Covered
from scraper.browse.words import json_list

RUNS_SHOWN = 40
FAILURES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one source."""

    id: int
    source: str
    command: str
    started_at: str
    finished_at: str | None
    outcome: str
    requests: int
    fetched: int
    new: int
    revised: int
    gone: int
    failed: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenFailure:
    """A page that could not be had so far."""

    url: str
    at: str
    kind: str
    http_status: int | None
    attempts: int  # in all runs
    message: str
    source: str


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """One source's row of the overview, or its own page."""

    source: str
    title: str
    years: Mapping[str, Covered]  # YYYY or "unknown"
    months: Mapping[str, Covered]

    @property
    def total(self) -> Covered:
        """All months together."""
        return sum(self.years.values(), Covered())

    @property
    def top(self) -> int:
        """The largest number of statements archived in one month."""
        return max((covered.archived for month, covered in self.months.items() if month != "unknown"), default=0)

    @property
    def undated(self) -> Covered | None:
        """Statements whose month is not known; None if there are none."""
        return self.months.get("unknown")


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """All sources, or one."""

    sources: Sequence[SourceCoverage]
    years: Sequence[str]
    runs: Sequence[Run]
    failures: Sequence[OpenFailure]
    failure_count: int
    excluded: Sequence[tuple[str, int]]  # reason, URLs

    @property
    def dated_years(self) -> list[str]:
        """The years, without the undated ones."""
        return [year for year in self.years if year.isdigit()]

    @property
    def top(self) -> int:
        """The largest number of statements archived from one source in one year."""
        return max((covered.archived for source in self.sources for covered in source.years.values()), default=0)

    @property
    def total(self) -> Covered:
        """All sources together."""
        return sum((source.total for source in self.sources), Covered())


_RUN = (
    "select id, source, command, started_at, finished_at, outcome, requests, fetched, new, revised, gone, failed, "
    "problems from runs"
)


def last_runs(conn: sqlite3.Connection) -> dict[str, Run]:
    """The last run of each source."""
    rows = conn.execute(_RUN + " where id in (select max(id) from runs group by source)")
    return {run.source: run for run in map(_as_run, rows)}


def runs_between(conn: sqlite3.Connection, since: str, until: str) -> list[Run]:
    """Runs that began between two times, newest first."""
    rows = conn.execute(_RUN + " where started_at between ? and ? order by started_at desc, id desc", [since, until])
    return [_as_run(row) for row in rows]


def read(
    conn: sqlite3.Connection, coverage: Mapping[str, Mapping[str, Covered]], source: str | None = None
) -> CoveragePage:
    """The overview of all sources, or with *source* the months, runs and failures of that one."""
    names = dict(conn.execute("select name, title from sources").fetchall())
    wanted = [name for name in names if source in (None, name)]
    sources = [_by_year(name, names[name], coverage.get(name, {})) for name in wanted]
    sources.sort(key=lambda found: (-found.total.listed, found.title))
    only, values = ("where source = ?", [source]) if source else ("", [])
    both = "where resolved_at is null" + (" and source = ?" if source else "")
    runs = conn.execute(f"{_RUN} {only} order by started_at desc, id desc limit {RUNS_SHOWN}", values)
    # One line a page: SQLite takes the other columns from the row with the greatest id, its last failure.
    failures = conn.execute(
        "select url, at, kind, http_status, sum(attempts), message, source, max(id) from failures "
        f"{both} group by url order by max(id) desc limit {FAILURES_SHOWN}",
        values,
    )
    (failure_count,) = conn.execute(f"select count(distinct url) from failures {both}", values).fetchone()
    excluded: list[tuple[str, int]] = []
    if source:
        excluded = conn.execute(
            "select coalesce(reason, 'no reason noted'), count(*) from urls "
            "where source = ? and state = 'excluded' and role in ('statement', 'digest') "
            "group by 1 order by 2 desc limit 12",
            [source],
        ).fetchall()
    return CoveragePage(
        sources,
        _without_gaps({year for found in sources for year in found.years}),
        [_as_run(row) for row in runs],
        [OpenFailure(*row[:-1]) for row in failures],
        failure_count,
        [(row[0], row[1]) for row in excluded],
    )


def _without_gaps(years: set[str]) -> list[str]:
    """All years from the first to the last, then "unknown" if it is among them: a year without statements shows too."""
    dated = sorted(year for year in years if year.isdigit())
    spread = [str(year) for year in range(int(dated[0]), int(dated[-1]) + 1)] if dated else []
    return spread + sorted(years - set(dated))


def _by_year(name: str, title: str, months: Mapping[str, Covered]) -> SourceCoverage:
    years: dict[str, Covered] = {}
    for month, covered in months.items():
        year = month[:4] if month != "unknown" else month
        years[year] = years.get(year, Covered()) + covered
    return SourceCoverage(name, title, years, months)


def _as_run(row: Sequence[Any]) -> Run:
    *values, problems = row
    return Run(*(*values, tuple(str(problem) for problem in json_list(problems))))
