"""The frontier's rows: every URL known, what it is, who fetches it, when it is due.

A URL is `queued` (next), `leased` (being fetched), `waiting` (until `due_at`) or `excluded`. Leases live in the file,
so a process killed at any moment loses nothing: the next run takes its leases back and fetches those pages again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlite_utils import Database

from scraper.model import Validators

_COLUMNS = (
    "id, url, source, host, role, statement_id, discovered_via, discovered_on, first_seen, priority, fetched_at, "
    "http_status, outcome, etag, last_modified, digest, lastmod, hints, fails, checks, changes, interval_s"
)

_LEASE = "update urls set state = 'leased', lease_run = ? where id = ?"

# Every host once, from one step in the index to the next: the number of URLs known does not matter.
_HOSTS = (
    "with recursive h(host) as (select min(host) from urls union all "
    "select (select min(host) from urls where host > h.host) from h where h.host is not null)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One URL of the frontier, as leased."""

    id: int
    url: str
    source: str
    host: str
    role: str
    statement_id: int | None
    discovered_via: str
    discovered_on: str | None
    first_seen: str  # ISO 8601, UTC
    priority: int
    fetched_at: str | None
    http_status: int | None
    outcome: str | None
    etag: str | None
    last_modified: str | None
    digest: str | None  # of the last complete body
    lastmod: str | None
    hints: Mapping[str, Any]
    fails: int
    checks: int
    changes: int
    interval_s: int | None

    @property
    def validators(self) -> Validators | None:
        """What to ask "has it changed?" with; None if the body was never held."""
        if self.digest is None or not (self.etag or self.last_modified):
            return None
        return Validators(self.etag, self.last_modified)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is believed of one known URL."""

    id: int
    url: str
    role: str
    state: str
    outcome: str | None  # None: it was never asked
    statement_id: int | None
    discovered_via: str


@dataclass(frozen=True, slots=True)
class NewUrl:
    """A URL to be known."""

    url: str
    source: str
    host: str
    role: str
    discovered_via: str
    discovered_on: str | None = None
    priority: int = 5
    excluded: str | None = None  # why it is never fetched
    due_at: str | None = None  # None: at once
    hints: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one fetch, and when to look again."""

    outcome: str
    due_at: str
    interval_s: int | None = None
    http_status: int | None = None
    failed: bool = False
    changed: bool = False
    validators: Validators | None = None  # None: keep what is there
    digest: str | None = None
    lastmod: str | None = None
    statement_id: int | None = None
    excluded: str | None = None


class Frontier:
    """The `urls` table. Every method runs inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._stirred: set[str] | None = None

    def _stir(self, host: str) -> None:
        if self._stirred is not None:
            self._stirred.add(host)

    def add(self, new: NewUrl, now: str) -> tuple[int, bool]:
        """Know *new*; its row id and whether it was unknown until now. A known URL keeps its row as it is."""
        found = self._db.execute("select id from urls where url = ?", [new.url]).fetchone()
        if found:
            return found[0], False
        state = "excluded" if new.excluded else "waiting" if new.due_at and new.due_at > now else "queued"
        cursor = self._db.execute(
            "insert into urls (url, source, host, role, state, reason, discovered_via, discovered_on, first_seen, "
            "priority, due_at, hints) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [new.url, new.source, new.host, new.role, state, new.excluded, new.discovered_via, new.discovered_on, now,
             new.priority, new.due_at or now, json.dumps(new.hints) if new.hints else None],
        )  # fmt: skip
        if state == "queued":
            self._stir(new.host)
        return int(cursor.lastrowid or 0), True

    def get(self, url: str) -> Entry | None:
        """The row of *url*, if known."""
        row = self._db.execute(f"select {_COLUMNS} from urls where url = ?", [url]).fetchone()
        return _entry(row) if row else None

    def by_id(self, url_id: int) -> Entry:
        """The row numbered *url_id*, which must exist."""
        return _entry(self._db.execute(f"select {_COLUMNS} from urls where id = ?", [url_id]).fetchone())

    def leased_hosts(self) -> list[str]:
        """Hosts of which something is leased."""
        rows = self._db.execute(
            f"{_HOSTS} select host from h where exists (select 1 from urls where host = h.host and state = 'leased')"
        ).fetchall()
        return [row[0] for row in rows]

    def take_back_leases(self) -> int:
        """Queue again what a run that ended without saying so had in hand; how many that were."""
        return self._db.execute(
            f"update urls set state = 'queued', lease_run = null where id in ({_HOSTS} select u.id from h join urls u "
            "on u.host = h.host and u.state = 'leased')"
        ).rowcount

    def wake(self, source: str, now: str, rechecks: int, rank: int) -> int:
        """Queue what is due by *now*, of statements already read the *rechecks* most overdue; how many are left over.

        Those get the priority *rank*, so that new ones come first. What robots.txt forbade is held against it again.
        """
        due = "source = ? and state = 'waiting' and due_at <= ?"
        known = "checks > 0 and role in ('statement', 'digest')"
        self._db.execute(f"update urls set state = 'queued' where {due} and not ({known})", [source, now])
        self._db.execute(
            "update urls set state = 'queued', reason = null where source = ? and state = 'excluded' and outcome = 'robots' "
            "and due_at <= ?",
            [source, now],
        )
        self._db.execute(
            f"update urls set state = 'queued', priority = max(priority, ?) where id in "
            f"(select id from urls where {due} and {known} order by due_at limit ?)",
            [rank, source, now, rechecks],
        )
        (left,) = self._db.execute(f"select count(*) from urls where {due} and {known}", [source, now]).fetchone()
        return int(left)

    def put_off(self, url_id: int) -> None:
        """Give back a lease that this run cannot afford; the URL is among the first that the next one wakes."""
        self._db.execute("update urls set state = 'waiting', lease_run = null where id = ?", [url_id])

    def stirred(self) -> set[str]:
        """Hosts that got something queued since this was last asked; at first, all that have something queued."""
        if self._stirred is None:
            rows = self._db.execute(
                f"{_HOSTS} select host from h where exists (select 1 from urls where host = h.host and state = 'queued')"
            ).fetchall()
            found = {row[0] for row in rows}
        else:
            found = self._stirred
        self._stirred = set()
        return found

    def has_queued(self, host: str) -> bool:
        """Whether anything of *host* is queued."""
        sql = "select 1 from urls where host = ? and state = 'queued' limit 1"
        return self._db.execute(sql, [host]).fetchone() is not None

    def lease(self, host: str, runs: Mapping[str, int]) -> Entry | None:
        """The next URL of *host* for one of the sources in *runs* (source -> run), now held by that run.

        None if nothing is queued. One look-up in the index, whatever the number of URLs known.
        """
        row = self._db.execute(
            f"select {_COLUMNS} from urls where host = ? and state = 'queued' and source in ({', '.join('?' * len(runs))}) "
            "order by priority, due_at limit 1",
            [host, *runs],
        ).fetchone()
        if row is None:
            return None
        self._db.execute(_LEASE, [runs[row[2]], row[0]])
        return _entry(row)

    def lease_rechecks(self, host: str, runs: Mapping[str, int], most: int) -> list[Entry]:
        """The next URLs of *host*, now held, *most* of them at most and only as long as each can be asked whether it changed."""
        rows = self._db.execute(
            f"select {_COLUMNS} from urls where host = ? and state = 'queued' and source in ({', '.join('?' * len(runs))}) "
            "order by priority, due_at limit ?",
            [host, *runs, max(0, most)],
        ).fetchall()
        entries = list(takewhile(lambda entry: entry.validators, map(_entry, rows)))
        self._db.conn.executemany(_LEASE, [(runs[entry.source], entry.id) for entry in entries])
        return entries

    def done(self, url_id: int, result: Outcome, now: str) -> None:
        """Record what became of a fetch and when the URL is due again."""
        fresh, validators = result.validators is not None, result.validators or Validators()
        self._db.execute(
            "update urls set state = ?, reason = coalesce(?, reason), lease_run = null, due_at = ?, interval_s = ?, "
            "outcome = ?, http_status = coalesce(?, http_status), fetched_at = max(coalesce(fetched_at, ''), ?), "
            "statement_id = coalesce(?, statement_id), digest = coalesce(?, digest), lastmod = coalesce(?, lastmod), "
            "fails = case when ? then fails + 1 else 0 end, checks = checks + ?, changes = changes + ?, "
            "etag = case when ? then ? else etag end, last_modified = case when ? then ? else last_modified end "
            "where id = ?",
            [
                "excluded" if result.excluded else "waiting", result.excluded, result.due_at, result.interval_s,
                result.outcome, result.http_status, now, result.statement_id,
                result.digest, result.lastmod, result.failed, not result.failed, result.changed,
                fresh, validators.etag, fresh, validators.last_modified, url_id,
            ],
        )  # fmt: skip

    def believe(self, entry: Entry) -> None:
        """Believe of a URL again what *entry* says, after an answer came that was older than that."""
        self._db.execute(
            "update urls set outcome = ?, digest = ?, fails = ?, etag = ?, last_modified = ? where id = ?",
            [entry.outcome, entry.digest, entry.fails, entry.etag, entry.last_modified, entry.id],
        )

    def release(self, url_id: int) -> None:
        """Give back an unused lease; the URL stays due."""
        self._db.execute("update urls set state = 'queued', lease_run = null where id = ?", [url_id])

    def hasten(self, url: str, now: str, *, priority: int | None = None) -> bool:
        """Queue a waiting URL at once, or one that robots.txt forbade, or one that is queued behind *priority*.

        Whether it was any of these.
        """
        row = self._db.execute(
            "select id, host from urls where url = ?1 and (state = 'waiting' or state = 'excluded' and outcome = 'robots' "
            "or state = 'queued' and priority > ?2)",
            [url, priority],
        ).fetchone()
        if row is None:
            return False
        self._db.execute(
            "update urls set state = 'queued', reason = null, due_at = ?, priority = coalesce(?, priority) where id = ?",
            [now, priority, row[0]],
        )
        self._stir(row[1])
        return True

    def hint(self, known: Entry, hints: Mapping[str, Any]) -> None:
        """Remember what a listing or feed said about a *known* URL; later words win, absent ones stay."""
        merged = {**known.hints, **{key: value for key, value in hints.items() if value is not None}}
        if merged != known.hints:
            self._db.execute(
                "update urls set hints = ? where id = ?", [json.dumps(merged, ensure_ascii=False), known.id]
            )

    def judged(self, source: str, roles: Sequence[str]) -> list[Judged]:
        """What is believed of every URL of *source* that has one of *roles*."""
        rows = self._db.execute(
            "select id, url, role, state, outcome, statement_id, discovered_via from urls "
            f"where source = ? and role in ({', '.join('?' * len(roles))})",
            [source, *roles],
        ).fetchall()
        return [Judged(*row) for row in rows]

    def read_lists_again(self, source: str, now: str) -> None:
        """Queue every feed, sitemap and listing of *source* as if it were unknown."""
        self._db.execute(
            "update urls set state = 'queued', due_at = ?, checks = 0, etag = null, last_modified = null "
            "where source = ? and role in ('feed', 'sitemap', 'listing') and state in ('queued', 'waiting')",
            [now, source],
        )

    def exclude(self, url_id: int, reason: str) -> None:
        """Leave a URL alone from now on."""
        self._db.execute("update urls set state = 'excluded', reason = ? where id = ?", [reason, url_id])

    def admit(self, url_id: int, role: str, priority: int, now: str) -> None:
        """Queue a URL as something else than it was taken for: its body is asked for even if it was held before."""
        self._db.execute(
            "update urls set state = 'queued', reason = null, role = ?, priority = ?, due_at = ?, outcome = null, digest = null, "
            "etag = null, last_modified = null, fails = 0 where id = ?",
            [role, priority, now, url_id],
        )

    def counts(self, source: str) -> dict[str, int]:
        """How many URLs of *source* are in each state."""
        rows = self._db.execute("select state, count(*) from urls where source = ? group by state", [source]).fetchall()
        return dict(rows)


def _entry(row: tuple[Any, ...]) -> Entry:
    values = list(row)
    values[17] = json.loads(values[17]) if values[17] else {}
    return Entry(*values)
