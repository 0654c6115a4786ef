"""The one pipeline: lease a URL, fetch it politely, keep what came, until nothing is due.

Worker threads fetch (one lane a host); this thread alone decides and writes. Stopping is clean at any moment: what is
archived is archived, what was in hand is leased in the file and fetched again by the next run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from scraper.archive.frontier import Entry
from scraper.archive.runs import RunOutcome, Tally
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.clock import Clock
from scraper.config import Source
from scraper.crawler import frontier
from scraper.crawler.fetch import Fetcher
from scraper.crawler.lanes import Lanes
from scraper.crawler.scope import Scope
from scraper.crawler.sitemaps import MAX_BYTES as SITEMAP_BYTES
from scraper.dispatch import NAP_S, Dispatch, Leased
from scraper.extractor.version import EXTRACTOR_VERSION
from scraper.hosts import Hosts
from scraper.job import STATEMENT_ROLES, Job
from scraper.keep import Keeper
from scraper.model import Arrival, Capture, Failure, NotModified
from scraper.readers import Readers
from scraper.reading import Read, Unread
from scraper.rescope import edited, rescope
from scraper.urls import host as host_of

WORKERS = 32  # lanes that may be fetching at once; more bought nothing on two cores
PATIENCE_S = 300.0  # a host that wishes to be left alone for longer is left to the next run
UNREACHABLE = frozenset({"dns", "connect", "tls", "timeout"})
SILENT_MOST = 5  # requests in a row that a host leaves unanswered before it is left alone
SILENT_PAUSE = timedelta(hours=1)
AT_ONCE = 32  # answers that nothing changed, kept in one transaction
GRACE_S = 10.0  # that a run which is to stop waits for the pages in hand
LINGER_S = 0.01  # that such a transaction waits for one more
IDLE_S = 0.5  # how long to wait for a worker before looking round again


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop although there is more to do."""

    max_pages: int | None = None  # requests for pages, over all sources
    max_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What a run did for one source."""

    source: str
    outcome: RunOutcome
    tally: Tally
    waiting: int  # URLs known and due later
    queued: int  # URLs due now that this run did not get to


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did."""

    started_at: datetime
    finished_at: datetime
    sources: tuple[SourceReport, ...]

    @property
    def needs_attention(self) -> bool:
        """Whether a person should look: pages failed, a source has problems, or changes were held back."""
        return any(s.tally.failed or s.tally.problems or s.tally.held for s in self.sources)


@dataclass(slots=True)
class Stop:
    """A request to stop, settable from a signal handler."""

    _event: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> None:
        """Stop after the pages in hand."""
        self._event.set()

    @property
    def asked(self) -> bool:
        """Whether somebody asked to stop."""
        return self._event.is_set()


OnPage = Callable[[Mapping[str, Tally], Entry, str], None]


class Fetched(NamedTuple):
    """What a worker brought."""

    leased: Leased
    arrival: Arrival | None  # None: the host's turn was taken meanwhile, nothing was asked
    read: Read | Unread | None = None  # None: nothing to read, or to be read by the one who keeps it

    @property
    def job(self) -> Job:
        """Whose it is."""
        return self.leased.job


class Crawl:
    """One run over some sources."""

    def __init__(
        self,
        archive: Archive,
        sources: Sequence[Source],
        fetcher: Fetcher,
        *,
        clock: Clock,
        budget: Budget = Budget(),
        stop: Stop | None = None,
        progress: OnPage | None = None,
        command: str = "crawl",
        readers: Readers | None = None,
    ) -> None:
        self._archive = archive
        self._sources = sources
        self._fetcher = fetcher
        self._clock = clock
        self._budget = budget
        self._stop = stop or Stop()
        self._progress = progress
        self._command = command
        self._readers = readers
        self._keeper = Keeper(archive)
        self._hosts = Hosts(archive, fetcher, clock)
        self._beat, self._book = self._hosts.beat, self._hosts.book
        self._jobs: dict[str, Job] = {}
        self._lanes: Lanes[Leased, Fetched] = Lanes(min(WORKERS, self._most_lanes()), self._bring)
        self._dispatch = Dispatch(
            archive,
            self._jobs,
            self._lanes,
            self._beat,
            clock,
            most_pages=budget.max_pages,
            reading=readers is not None,
        )
        self._deadline = self._give_up_at = float("inf")  # by the monotonic clock
        self._silent: dict[str, int] = {}  # host -> requests in a row that it left unanswered

    def run(self) -> Report:
        """Crawl until nothing is due, the budget is spent or somebody asks to stop."""
        started = self._clock.now()
        self._begin(as_text(started))
        outcome: RunOutcome = "failed"
        try:
            outcome = self._work()
        except KeyboardInterrupt:
            outcome = "interrupted"
            self._give_up()
            raise
        finally:
            self._lanes.close()
            try:
                self._rescue()
            finally:  # a second lane may raise what ended the run: the books are closed all the same
                self._finish(outcome)
        return Report(started, self._clock.now(), tuple(self._report(job, outcome) for job in self._jobs.values()))

    # --- beginning and end --------------------------------------------------------------------------------------------

    def _begin(self, now: str) -> None:
        archive = self._archive
        with archive.writing():
            archive.runs.mark_killed()
            cut_off = archive.frontier.leased_hosts()
            archive.frontier.take_back_leases()
            for source in self._sources:
                before = archive.runs.know(source, now)
                run_id = archive.runs.begin(source.name, self._command, EXTRACTOR_VERSION, now)
                job = Job(source, Scope(source), run_id, now)
                self._jobs[source.name] = job
                if edited(before, source):
                    rescope(archive, job)
                job.put_off = archive.frontier.wake(source.name, now, source.max_rechecks, frontier.RECHECK_PRIORITY)
                self._keeper.begin(job, now)
        self._hosts.restore(cut_off)

    def _rescue(self) -> None:
        """What workers finished while we were stopping is kept, not fetched again."""
        while self._lanes.under_way and (arrived := self._lanes.next(0)) is not None:
            with self._archive.writing():
                self._keep_ready(arrived)

    def _finish(self, outcome: RunOutcome) -> None:
        now = self._clock.now()
        for job in self._jobs.values():
            if outcome == "finished":
                self._keeper.settle_all(job)
            with self._archive.writing():
                self._keeper.settle_revisions(job)
                job.tally.copies = self._archive.runs.count_copies(job.run_id)
                job.tally.notes.extend([*job.caps.cut(), *job.put_off_note(), *self._left_alone(job)])
                job.tally.problems.extend(job.barred_problem())
                self._archive.runs.end(job.run_id, job.tally, outcome, as_text(now))
        self._hosts.remember(self._jobs.values())
        with self._archive.writing():
            self._archive.frontier.take_back_leases()
            self._hosts.remember_all()

    def _left_alone(self, job: Job) -> list[str]:
        """A line for each host that this run did not ask, and that wants to be asked much later."""
        now = self._clock.now()
        return [
            f"{host} is left alone until {now + timedelta(seconds=wait):%Y-%m-%d %H:%M} UTC: its pages wait"
            for host in sorted(job.scope.hosts)
            if (wait := self._beat.wait_s(host)) > PATIENCE_S and self._archive.frontier.has_queued(host)
        ]

    def _report(self, job: Job, outcome: RunOutcome) -> SourceReport:
        counts = self._archive.frontier.counts(job.source.name)
        return SourceReport(job.source.name, outcome, job.tally, counts.get("waiting", 0), counts.get("queued", 0))

    # --- the loop -----------------------------------------------------------------------------------------------------

    def _work(self) -> RunOutcome:
        self._deadline = self._clock.monotonic() + (self._budget.max_seconds or float("inf"))
        lanes, dispatch = self._lanes, self._dispatch
        while True:
            if ending := self._is_ending:
                self._take_back()
                self._give_up_at = min(self._give_up_at, self._clock.monotonic() + GRACE_S)
                if self._clock.monotonic() >= self._give_up_at:
                    self._give_up()
            stopping = ending or dispatch.spent
            soonest = None if stopping else dispatch.start()
            if lanes.under_way == 0 and soonest is None:
                if self._stop.asked:
                    return "interrupted"
                return "budget" if stopping else "finished"
            if lanes.under_way == 0 and soonest is not None and soonest > PATIENCE_S:
                return "finished"
            if lanes.under_way == 0 and soonest is not None:
                self._clock.sleep(min(soonest, IDLE_S, max(0.0, self._deadline - self._clock.monotonic())))
                continue
            self._hosts.remember(self._jobs.values())
            arrived = lanes.next(IDLE_S if soonest is None else max(0.0005, min(soonest, IDLE_S)))
            if arrived is not None:
                # The leases of what the lanes fetch next go with what came, and start when both are in the file.
                with lanes.together(), self._archive.writing():
                    self._keep_ready(arrived)
                    if not self._is_ending:
                        dispatch.lease()

    @property
    def _is_ending(self) -> bool:
        """Whether nothing more is begun, although there may be more to do."""
        return self._stop.asked or self._clock.monotonic() >= self._deadline

    def _keep_ready(self, arrived: Fetched | None) -> None:
        """Keep what *arrived*, and what else is ready if that is little; inside a transaction.

        One transaction a page: what one page cannot keep takes no other page with it. Answers that nothing changed share
        theirs: what they would lose is one look, and it is repeated.
        """
        jobs: dict[str, Job] = {}
        for _ in range(AT_ONCE):
            if arrived is None:
                break
            self._keep(arrived)
            jobs[arrived.job.source.name] = arrived.job
            host = arrived.leased.entry.host
            little = isinstance(arrived.arrival, NotModified)
            arrived = self._lanes.next(LINGER_S if self._dispatch.stocked(host) else 0) if little else None
        self._keeper.save(jobs.values())

    def _give_up(self) -> None:
        """End what workers have in hand: its URLs go back to the frontier."""
        self._fetcher.give_up()
        if self._readers is not None:
            self._readers.give_up()

    def _take_back(self) -> None:
        """What was leased ahead is not asked for any more."""
        if dropped := self._lanes.drop():
            with self._archive.writing():
                for leased in dropped:
                    self._dispatch.uncount(leased.job)
                    self._dispatch.give_back(leased)

    def _bring(self, leased: Leased) -> Fetched:
        """Runs in a worker: fetch, and have a statement's page read where there are readers."""
        job, entry, chrome = leased
        arrival = self._fetch(job, entry)
        if self._readers is None or chrome is None or not isinstance(arrival, Capture):
            return Fetched(leased, arrival)
        if entry.role not in STATEMENT_ROLES:
            return Fetched(leased, arrival)
        read = self._readers.read(arrival, job.source, chrome)
        if isinstance(read, Unread) and self._fetcher.given_up:
            why = "not read to its end: the run was to stop"
            return Fetched(leased, Failure(entry.url, self._clock.now(), "stopped", why, asked=arrival.asked))
        return Fetched(leased, arrival, read)

    def _fetch(self, job: Job, entry: Entry) -> Arrival | None:
        """Runs in a worker: ask the host's robots.txt, take our turn, fetch; None if that has to wait."""
        asked = job.scope.asked(entry.url, entry.hints.get("address"))
        if refusal := self._book.refuses(asked, job.source):
            return refusal
        if self._beat.wait_s(host_of(asked)) > NAP_S:
            return None  # robots.txt took it: no worker sleeps while other hosts could be asked
        return self._fetcher.fetch(
            asked,
            validators=entry.validators,
            user_agent=job.source.agent_header,
            manners=self._beat,
            most_bytes=SITEMAP_BYTES if entry.role == "sitemap" else None,
            allowed=lambda url: self._allowed(job, url),
        )

    def _allowed(self, job: Job, url: str) -> Failure | None:
        """Whether a redirect may be followed to *url*."""
        canonical = job.scope.canonical(url)
        if refusal := job.scope.off_host(canonical):
            return Failure(
                url, self._clock.now(), "redirect", f"redirects to {url}, which is not on the source's hosts: {refusal}"
            )
        return self._book.refuses(url, job.source)

    def _keep(self, brought: Fetched) -> None:
        leased, arrival, read = brought
        job, entry, host = leased.job, leased.entry, leased.entry.host
        if arrival is None:  # nothing was asked
            self._dispatch.uncount(job)
            self._give_back(leased)
            return
        if isinstance(arrival, Failure) and arrival.kind == "robots" and arrival.retry_after:
            self._beat.rest(host, arrival.retry_after)
            self._archive.requests.add_way(entry, job.run_id, arrival.asked)
            self._give_back(leased)  # not forbidden, only not known
            return
        if isinstance(arrival, Failure) and arrival.kind == "stopped":
            self._archive.requests.add_way(entry, job.run_id, arrival.asked)
            self._give_back(leased)
            return
        if isinstance(arrival, Failure) and not arrival.asked:
            self._dispatch.uncount(job)  # robots.txt answered, as we hold it
        self._watch(job, host, arrival)
        outcome = self._keeper.keep(job, entry, arrival, read)
        self._dispatch.answered(host)
        self._hosts.remember(self._jobs.values())
        if self._progress:
            self._progress({name: j.tally for name, j in self._jobs.items()}, entry, outcome)

    def _give_back(self, leased: Leased) -> None:
        """The URL stays due."""
        self._dispatch.give_back(leased)
        self._hosts.remember(self._jobs.values())
        self._dispatch.line_up(leased.entry.host)

    def _watch(self, job: Job, host: str, arrival: Arrival) -> None:
        """A host that stops answering is left alone for a while: its pages stay due, the other hosts go on."""
        if not (isinstance(arrival, Failure) and arrival.kind in UNREACHABLE):
            self._silent[host] = 0
            return
        self._silent[host] = self._silent.get(host, 0) + 1
        if self._silent[host] == SILENT_MOST:
            self._beat.rest(host, SILENT_PAUSE)
            job.tally.problems.append(f"{host}: stopped answering ({arrival.message}); the next run tries again")

    def _most_lanes(self) -> int:
        return sum(len(source.hosts) * source.concurrency for source in self._sources) or 1
