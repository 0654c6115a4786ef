"""Answers that bring no statement: what failed, what is missing, and what that says of a statement we hold.

Runs inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from scraper.archive.frontier import Entry, Outcome
from scraper.archive.readings import Held
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.crawler import fate, frontier
from scraper.job import STATEMENT_ROLES, Job
from scraper.ledger import Ledger
from scraper.model import Capture, Failure, FailureKind
from scraper.sights import SILENT_LEAST


@dataclass(frozen=True, slots=True)
class Miss:
    """An answer that says that there is nothing."""

    arrival: Capture | Failure
    capture_id: int | None = None  # None: its body was not kept

    @property
    def at(self) -> datetime:
        """When it came."""
        return self.arrival.fetched_at if isinstance(self.arrival, Capture) else self.arrival.at


class Absences:
    """Keeps answers that bring no statement; each method returns the outcome in one word."""

    def __init__(self, archive: Archive, ledger: Ledger) -> None:
        self._facts = archive.facts
        self._requests = archive.requests
        self._readings = archive.readings
        self._frontier = archive.frontier
        self._ledger = ledger

    def failed(self, job: Job, entry: Entry, failure: Failure, capture_id: int | None = None) -> str:
        """The page could not be had, or may not be."""
        now = as_text(failure.at)
        if failure.kind in {"robots", "scope"}:
            job.tally.excluded += 1
            if failure.kind == "robots":
                self._barred(job, entry)
            if failure.asked:  # a redirect led to where we may not ask, or the page is in another language
                self._requests.add(entry, job.run_id, failure, failure.kind, capture_id=capture_id, why=failure.message)
            due = as_text(failure.at + frontier.EXCLUDED_INTERVAL)
            self._frontier.done(entry.id, Outcome(failure.kind, due_at=due, excluded=failure.message), now)
            return failure.kind
        job.tally.failed += 1
        self._facts.add_failure(failure, source=entry.source, url_id=entry.id, run_id=job.run_id)
        self._requests.add(entry, job.run_id, failure, failure.kind, capture_id=capture_id, why=failure.message)
        retry = failure.at + max(frontier.backoff(entry.fails + 1), failure.retry_after or timedelta(0))
        result = Outcome(failure.kind, due_at=as_text(retry), http_status=failure.status, failed=True)
        self._frontier.done(entry.id, result, now)
        if held := self._ledger.statement_of(entry):
            self._judge(job, entry, held, failure.at)
        return failure.kind

    def _barred(self, job: Job, entry: Entry) -> None:
        """What robots.txt forbids is said where it silences something: a list, or a statement for the first time."""
        if entry.role not in STATEMENT_ROLES and entry.discovered_via == entry.role:
            job.tally.problems.append(
                f"{entry.url}: robots.txt disallows this {entry.role}; what it alone lists is not found: "
                "ask the publisher, or name another"
            )
        elif entry.outcome != "robots" and self._ledger.statement_of(entry):
            job.barred += 1

    def missing(self, job: Job, entry: Entry, miss: Miss, why: str) -> str:
        """The page says that there is nothing (404, 410, soft 404)."""
        now = as_text(miss.at)
        held = self._ledger.statement_of(entry)
        status = miss.arrival.status
        outcome = "missing" if status in fate.MISSING_STATUSES else "soft-404"
        self._requests.add(entry, job.run_id, miss.arrival, outcome, capture_id=miss.capture_id, why=why)
        if held is None:
            self._dead(job, entry, miss, why, outcome)
        interval = frontier.missing_interval if held else frontier.dead_interval
        due = miss.at + interval(entry.fails + 1)
        self._frontier.done(entry.id, Outcome(outcome, due_at=as_text(due), http_status=status, failed=True), now)
        if held is not None:
            self._judge(job, entry, held, miss.at)
        return outcome

    def _dead(self, job: Job, entry: Entry, miss: Miss, why: str, outcome: str) -> None:
        """Nothing is there and nothing ever was: a dead link, unless the page only pretends to be there."""
        if outcome == "missing":
            job.tally.dead += 1
        else:
            job.tally.failed += 1
        if entry.role not in STATEMENT_ROLES and entry.discovered_via == entry.role and entry.discovered_on is None:
            self._lost(job, entry, why)
        message = f"{why}: nothing there; listed on {entry.discovered_on or 'no page we know'}"
        kind: FailureKind = "http" if outcome == "missing" else "soft-404"
        failure = Failure(
            entry.url, miss.at, kind, message, miss.arrival.status, attempts=miss.arrival.attempts
        )  # fmt: skip
        self._facts.add_failure(failure, source=entry.source, url_id=entry.id, run_id=job.run_id)

    def _lost(self, job: Job, entry: Entry, why: str) -> None:
        """A list that the source file names is not there: said at once where it named statements before."""
        if self._facts.listed_by(entry.url, entry.source) >= SILENT_LEAST:
            job.tally.problems.append(
                f"{entry.url}: {why}: this {entry.role} is no longer there, and named several statements before; what it alone "
                f"lists is not found: name another in the source file (`scraper sources check {entry.source}`)"
            )
        else:
            job.tally.notes.append(f"{entry.url}: {why}: there is no such {entry.role}; correct the source file")

    def _judge(self, job: Job, entry: Entry, held: Held, now: datetime) -> None:
        """What repeated bad answers say about a statement's page."""
        judged = fate.judge(self._facts.visits(entry.id), now)
        if held.status == "gone" or judged.status == "live":
            return
        if judged.status == "gone":
            since = as_text(judged.since or now)
            self._readings.set_status(held.id, "gone", judged.reason, since)
            self._ledger.event("gone", job, held.id, now, judged.reason)
            job.tally.gone += 1
        elif held.status != "error" or judged.suspected:
            if judged.suspected and held.status != "error":
                self._ledger.event("suspected", job, held.id, now, judged.reason)
            self._readings.set_status(held.id, "error", judged.reason)
