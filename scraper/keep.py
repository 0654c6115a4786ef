"""What one arrival means, and keeping it: facts first, readings after.

The rooms meet here: the crawler's judgement of URLs, the extractor's reading and the archive's memory. Every arrival is
kept in one transaction, whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from scraper.absence import Absences, Miss
from scraper.archive.decide import is_mass_change
from scraper.archive.frontier import Entry, NewUrl
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.crawler import fate, frontier
from scraper.fates import Fates
from scraper.history import History
from scraper.identity import Identity
from scraper.job import STATEMENT_ROLES, Job, Page
from scraper.ledger import Ledger
from scraper.model import Arrival, Capture, Failure, NotModified, Statement
from scraper.reading import Read, Unread
from scraper.sights import Sights
from scraper.states import States
from scraper.urls import host


class Keeper:
    """Keeps arrivals in an archive. Not thread-safe: one thread decides and writes."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._facts = archive.facts
        self._readings = archive.readings
        self._frontier = archive.frontier
        self._history = History(archive)
        self._sights = Sights(archive)
        self._ledger = Ledger(archive)
        self._states = States(archive, self._history, self._ledger)
        self._identity = Identity(archive, self._history, self._ledger, self._states)
        self._absences = Absences(archive, self._ledger)
        self._fates = Fates(archive)

    def keep(self, job: Job, entry: Entry, arrival: Arrival, read: Read | Unread | None = None) -> str:
        """Keep what came for *entry*; the outcome in one word, as the request log has it.

        *read* is what a reader found in a statement's page; None: it is read here.
        """
        with self._archive.writing():
            outcome = self._keep(job, entry, arrival, read)
            for url in dict.fromkeys((entry.url, arrival.url)):
                self._identity.settle_claims(job, url, outcome)
        return outcome

    def save(self, jobs: Iterable[Job]) -> None:
        """Write down what was counted so far, so that a killed run still says what it did; inside a transaction."""
        for job in jobs:
            self._archive.runs.save(job.run_id, job.tally)

    def begin(self, job: Job, now: str) -> None:
        """What every run of a source looks at is due; inside the caller's transaction."""
        if job.scope.adapter and job.scope.adapter.problem:
            job.tally.problems.append(f"{job.source.name}: {job.scope.adapter.problem}")
        self._sights.seed(job, now)

    def settle_all(self, job: Job, *, at_once: bool = False) -> None:
        """At the end of a run: claims on URLs that will not be looked at are settled with what is known.

        *at_once* settles all, where nothing will be fetched at all (imports).
        """
        self._identity.settle_all(job, at_once=at_once)

    def settle_earlier(self, job: Job, entry: Entry) -> None:
        """Before another capture of *entry* is kept in an import: what its page claimed earlier is settled.

        Inside a transaction.
        """
        self._identity.settle_earlier(job, entry)

    def led(self, job: Job, entry: Entry, url: str, arrival: Capture) -> None:
        """Others found that *entry* led to the page at *url*, which is known already; inside a transaction."""
        self._identity.redirected(job, entry.source, entry.url, url, arrival)

    def renew_fates(self, job: Job, statement_ids: Iterable[int]) -> None:
        """Work out anew what became of statements about which answers came late; inside a transaction."""
        for statement_id in statement_ids:
            self._history.vouched(statement_id)
            self._fates.renew(job, statement_id)

    def settle_revisions(self, job: Job) -> None:
        """Record the run's revisions, or hold them all back if there are too many to be edits; inside a transaction."""
        pending = self._readings.unsettled(job.source.name, "pending")
        read = job.tally.fetched
        if is_mass_change(len(pending), read):
            for version_id, _, _ in pending:
                self._readings.hold(version_id)
            job.tally.held = len(pending)
            job.tally.problems.append(
                f"{job.source.name}: {len(pending)} of {read} statements changed at once, which is a change of template rather "
                f"than {len(pending)} edits: held back. Look at `scraper changes --held`, then `scraper reextract "
                f"{job.source.name}` after mending the extractor, or `scraper reextract {job.source.name} --accept-held`"
            )
            return
        for version_id, statement_id, capture_id in pending:
            self._history.record(job, version_id, statement_id, capture_id)

    def _keep(self, job: Job, entry: Entry, arrival: Arrival, read: Read | Unread | None) -> str:
        if isinstance(arrival, Failure):
            if arrival.status in fate.MISSING_STATUSES:
                return self._absences.missing(job, entry, Miss(arrival), f"HTTP {arrival.status}")
            return self._absences.failed(job, entry, arrival)
        if isinstance(arrival, NotModified):
            return self._not_modified(job, entry, arrival)
        capture_id = self._facts.add_capture(
            arrival,
            source=entry.source,
            via=entry.discovered_via,
            url_id=entry.id,
            run_id=job.run_id,
            previous=entry.digest,
        )
        if entry.role in STATEMENT_ROLES:
            return self._page(job, entry, arrival, capture_id, read)
        same = arrival.digest == entry.digest
        self._sights.discover(job, entry, arrival)
        self._ledger.done(job, entry, arrival, "same" if same else "listed", capture_id, changed=not same)
        return "listed"

    def _not_modified(self, job: Job, entry: Entry, arrival: NotModified) -> str:
        """Nothing changed since the body we hold."""
        if entry.role in STATEMENT_ROLES:
            job.tally.not_modified += 1
        url = job.scope.canonical(arrival.url)
        if url != entry.url and job.scope.role(url) in STATEMENT_ROLES:
            self._redirected(job, entry, url, arrival)
        if held := self._readings.find(entry.source, url):
            self._readings.seen_again(held, None, None, as_text(arrival.fetched_at))
            self._states.alive(job, held, arrival.fetched_at)
        self._ledger.not_modified(job, entry, arrival, held)
        return "not-modified"

    def _page(self, job: Job, entry: Entry, capture: Capture, capture_id: int, read: Read | Unread | None) -> str:
        """A statement's URL answered with a page."""
        job.tally.fetched += 1
        url = job.scope.canonical(capture.url)
        if url != entry.url and job.scope.role(url) not in STATEMENT_ROLES:
            return self._absences.missing(
                job, entry, Miss(capture, capture_id), f"led to {url}, which is no statement"
            )  # fmt: skip
        if isinstance(read, Unread):
            return self._absences.failed(job, entry, _unread(entry, capture, read), capture_id)
        read = self._history.read_page(job, entry, capture, read=read)
        statement = read.statement
        if why := fate.error_page(statement.title, statement.text, capture):
            return self._absences.missing(job, entry, Miss(capture, capture_id), why)
        if statement.words == 0 and not statement.attachments:
            return self._absences.failed(job, entry, _empty(entry, capture, statement), capture_id)
        if not _wanted_language(job, statement):
            message = f"in {statement.language}, not one of {', '.join(job.source.languages)}"
            unwanted = Failure(
                entry.url, capture.fetched_at, "scope", message, capture.status, attempts=capture.attempts,
                asked=capture.asked,
            )  # fmt: skip
            return self._absences.failed(job, entry, unwanted, capture_id)
        if url != entry.url:
            self._redirected(job, entry, url, capture)
        return self._identity.place(Page(job, entry, capture, capture_id, url, read))

    def _redirected(self, job: Job, entry: Entry, url: str, arrival: Capture | NotModified) -> None:
        """*entry* leads to *url*, which is known from now on."""
        due = as_text(arrival.fetched_at + frontier.ACQUAINTED)  # it has just been looked at, under its old name
        new = NewUrl(
            url, entry.source, host(url), entry.role, entry.discovered_via, entry.url, due_at=due, hints=entry.hints
        )  # fmt: skip
        self._frontier.add(new, as_text(arrival.fetched_at))
        self._identity.redirected(job, entry.source, entry.url, url, arrival)


def _wanted_language(job: Job, statement: Statement) -> bool:
    """Whether the source keeps statements in this language; one that is not known is kept."""
    if not job.source.languages or not statement.language:
        return True
    wanted = {language.split("-")[0].lower() for language in job.source.languages}
    found = {language.split("-")[0].lower() for language in (statement.language, *statement.languages)}
    return bool(wanted & found)


def _unread(entry: Entry, capture: Capture, read: Unread) -> Failure:
    message = f"{read.why}; its bytes are kept, try `scraper extract --explain` on them"
    return Failure(entry.url, capture.fetched_at, "extract", message, capture.status, attempts=capture.attempts)


def _empty(entry: Entry, capture: Capture, statement: Statement) -> Failure:
    size = len(capture.body)
    words = (
        "an empty page"
        if not capture.body.strip()
        else f"no statement in {size} bytes of {capture.content_type or 'no type'}"
    )
    if statement.warnings:
        words += f" ({', '.join(statement.warnings)})"
    advice = "look at it with `scraper extract --explain`, and exclude the URL if it is none"
    return Failure(
        entry.url, capture.fetched_at, "empty", f"{words}; {advice}", capture.status, attempts=capture.attempts,
        asked=capture.asked,
    )  # fmt: skip
