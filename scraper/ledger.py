"""The books that are kept of every answer: the request log, when a URL is due again, the archive's diary.

Runs inside the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from scraper.archive.frontier import Entry, Outcome
from scraper.archive.readings import Held
from scraper.archive.store import Archive
from scraper.archive.times import as_text, as_time
from scraper.crawler import frontier
from scraper.crawler.stamps import vouches
from scraper.job import STATEMENT_ROLES, Job
from scraper.model import Capture, NotModified, Validators

# After these answers nothing is left of earlier failures: they were resolved with them.
_WORKED = frozenset(
    {"not-modified", "same", "listed", "new", "revised", "unchanged", "history", "vanished", "alias", "claims"}
)


class Ledger:
    """Writes down what became of a request."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._facts = archive.facts
        self._readings = archive.readings
        self._frontier = archive.frontier

    def done(
        self, job: Job, entry: Entry, capture: Capture, outcome: str, capture_id: int, *, changed: bool = False,
        statement_id: int | None = None, held: Held | None = None, published: str | None = None,
    ) -> None:  # fmt: skip
        """*entry* answered with a body. *held*: the statement as it was before; *published*: its date, if it is new."""
        now = as_text(capture.fetched_at)
        self._archive.requests.add(entry, job.run_id, capture, outcome, capture_id=capture_id)
        self._resolve(entry, now)
        edited = changed and held is not None
        dated = held.published if held else published if statement_id else entry.hints.get("published")
        interval = self._interval(entry, dated, changed=edited, now=capture.fetched_at)
        result = Outcome(
            outcome, due_at=as_text(frontier.due(capture.fetched_at, interval)),
            interval_s=_seconds(interval), http_status=capture.status,
            changed=edited, validators=capture.validators, digest=capture.digest,
            lastmod=entry.hints.get("lastmod"), statement_id=statement_id,
        )  # fmt: skip
        self._frontier.done(entry.id, result, now)

    def not_modified(self, job: Job, entry: Entry, arrival: NotModified, held: Held | None) -> None:
        """*entry* answered that nothing changed since its last body."""
        now = as_text(arrival.fetched_at)
        self._resolve(entry, now)
        self._archive.requests.add(entry, job.run_id, arrival, "not-modified")
        dated = held.published if held else entry.hints.get("published")
        interval = self._interval(entry, dated, changed=False, now=arrival.fetched_at)
        # An answer that names another state than the one we hold cannot vouch for it: the next look asks for the body.
        doubtful = not vouches(arrival, entry.validators or Validators())
        result = Outcome(
            "not-modified", validators=Validators() if doubtful else None,
            due_at=as_text(frontier.due(arrival.fetched_at, interval)),
            interval_s=_seconds(interval), http_status=304,
            lastmod=entry.hints.get("lastmod"),
        )  # fmt: skip
        self._frontier.done(entry.id, result, now)

    def event(
        self, what: str, job: Job, statement_id: int, at: datetime, detail: str | None, version_id: int | None = None
    ) -> None:
        """One line of the diary."""
        self._readings.add_event(
            what,
            statement_id,
            source=job.source.name,
            run_id=job.run_id,
            at=as_text(at),
            version_id=version_id,
            detail=detail,
        )

    def link(self, entry: Entry, url: str, statement_id: int) -> None:
        """The rows of *entry*, and of the URL it led to, know their statement."""
        self._archive.db.execute(
            "update sightings set statement_id = ? where url_id = ? and statement_id is not ?",
            [statement_id, entry.id, statement_id],
        )
        if url != entry.url:
            self._archive.db.execute("update urls set statement_id = ? where url = ?", [statement_id, url])

    def statement_of(self, entry: Entry) -> Held | None:
        """The statement that *entry* speaks for."""
        if entry.role not in STATEMENT_ROLES:
            return None
        held = self._readings.find(entry.source, entry.url)
        # Only the statement's present URL speaks for it: an old alias that dies says nothing.
        return held if held and held.url == entry.url else None

    def _resolve(self, entry: Entry, now: str) -> None:
        """*entry* works: if it failed before, that is history."""
        if entry.outcome not in _WORKED:
            self._facts.resolve_failures(entry.id, now)

    def _interval(self, entry: Entry, published: str | None, *, changed: bool, now: datetime) -> timedelta:
        return frontier.next_interval(
            role=entry.role, age=now - _start_of(published, now) if published else None,
            watched=now - as_time(entry.first_seen), checks=entry.checks + 1, changes=entry.changes + changed,
            changed=changed,
        )  # fmt: skip


def _start_of(published: str, now: datetime) -> datetime:
    """The first moment of a date that may lack its day or month."""
    year, month, day = (*(int(part) for part in published[:10].split("-")), 1, 1)[:3]
    return datetime(year, month, day, tzinfo=now.tzinfo)


def _seconds(length: timedelta) -> int:
    return round(length.total_seconds())
