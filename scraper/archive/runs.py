"""Runs: when one began, what it did, how it ended. One row a source a run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal

from sqlite_utils import Database

from scraper.config import Source
from scraper.version import __version__

RunOutcome = Literal["finished", "budget", "interrupted", "failed"]


@dataclass(slots=True)
class Tally:
    """What one run did for one source; counted as it happens, written when it ends."""

    requests: int = 0
    listed: int = 0
    fetched: int = 0
    not_modified: int = 0
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    copies: int = 0
    gone: int = 0
    moved: int = 0
    back: int = 0
    failed: int = 0
    dead: int = 0
    excluded: int = 0
    held: int = 0
    oldest_published: str | None = None
    newest_published: str | None = None
    problems: list[str] = field(default_factory=list)  # what a person should look at
    notes: list[str] = field(default_factory=list)  # what is odd about the publisher's pages and harms nothing

    def dated(self, published: str | None) -> None:
        """Widen the span of publication dates of new statements by *published* (ISO date or None)."""
        if published is None:
            return
        self.oldest_published = min(self.oldest_published or published, published)
        self.newest_published = max(self.newest_published or published, published)


_COUNTS = tuple(name for name in Tally.__dataclass_fields__ if name not in {"problems", "notes"})


class Runs:
    """The `runs` and `sources` tables. Every method runs inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def know(self, source: Source, now: str) -> str | None:
        """Remember *source* as it is configured now; how it was before (TOML), None if it was unknown."""
        known = self._db.execute("select toml from sources where name = ?", [source.name]).fetchone()
        self._db.execute(
            "insert or ignore into sources (name, title, hosts, added_at) values (?, ?, ?, ?)",
            [source.name, source.title, json.dumps(source.hosts), now],
        )
        self._db.execute(
            "update sources set title = ?, homepage = ?, hosts = ?, languages = ?, rights = ?, toml = ? where name = ?",
            [
                source.title, source.homepage or next(iter(source.seeds), None), json.dumps(source.hosts),
                json.dumps(source.languages), source.rights, source.toml, source.name,
            ],
        )  # fmt: skip
        return str(known[0]) if known else None

    def begin(self, source: str, command: str, extractor_version: str, now: str) -> int:
        """A run of *command* for *source* starts; its number."""
        cursor = self._db.execute(
            "insert into runs (source, command, started_at, software_version, extractor_version) values (?, ?, ?, ?, ?)",
            [source, command, now, __version__, extractor_version],
        )
        return int(cursor.lastrowid or 0)

    def save(self, run_id: int, tally: Tally) -> None:
        """Write the counts so far, so that a killed run still says what it did."""
        assignments = ", ".join(f"{name} = ?" for name in _COUNTS)
        values = [getattr(tally, name) for name in _COUNTS]
        self._db.execute(
            f"update runs set {assignments}, problems = ?, notes = ? where id = ?",
            [
                *values,
                json.dumps(tally.problems, ensure_ascii=False),
                json.dumps(tally.notes, ensure_ascii=False),
                run_id,
            ],
        )

    def end(self, run_id: int, tally: Tally, outcome: RunOutcome, now: str) -> None:
        """The run is over."""
        self.save(run_id, tally)
        self._db.execute("update runs set outcome = ?, finished_at = ? where id = ?", [outcome, now, run_id])

    def count_copies(self, run_id: int) -> int:
        """How many statements that are new since run *run_id* repeat another word for word."""
        (count,) = self._db.execute(
            "select count(*) from events e join documents d on d.id = e.statement_id "
            "where e.run_id = ? and e.what = 'new' and d.duplicate_of is not null",
            [run_id],
        ).fetchone()
        return int(count)

    def mark_killed(self) -> None:
        """Runs that never said how they ended were killed: the lock is ours, so they are not running."""
        self._db.execute("update runs set outcome = 'failed' where outcome = 'running'")

    def latest(self) -> list[dict[str, object]]:
        """The latest run of every source, as rows."""
        return list(
            self._db.query("select * from runs where id in (select max(id) from runs group by source) order by source")
        )
