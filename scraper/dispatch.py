"""Who is asked next: the turns of the hosts, leases from the frontier, work for the lanes.

A host is asked for one URL after the other, each leased when its turn has come. Only where a host may be asked without
any pause, and the next URLs are expected to answer that nothing changed, some are leased ahead, so that neither the
lane nor the thread that writes waits for the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from scraper.archive.frontier import Entry
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.clock import Clock
from scraper.crawler.hostclock import HostClock
from scraper.crawler.lanes import Lanes, Turns
from scraper.crawler.scope import Scope
from scraper.job import Job
from scraper.model import SiteChrome
from scraper.urls import host as host_of

NAP_S = 0.05  # a worker may wait as long for its host's turn, so that it is there when it comes
AHEAD = 16  # rechecks of one host that are leased ahead; a killed run asks for as many again


class Leased(NamedTuple):
    """A URL to be asked for, and the source that wants it."""

    job: Job
    entry: Entry
    chrome: SiteChrome | None  # what is known of its site, where its page is read by another process


class Dispatch:
    """Leases what may be asked now, and hands it to the lanes. Used by the one thread that writes.

    *most_pages* is how much the whole run may ask for, None for no limit; *reading* says that other processes read.
    """

    def __init__(
        self, archive: Archive, jobs: Mapping[str, Job], lanes: Lanes[Leased, Any], beat: HostClock, clock: Clock,
        *, most_pages: int | None, reading: bool,
    ) -> None:  # fmt: skip
        self._archive = archive
        self._frontier = archive.frontier
        self._jobs = jobs
        self._lanes = lanes
        self._beat = beat
        self._now = clock.now
        self._left = most_pages
        self._reading = reading
        self._turns = Turns(beat, clock.monotonic, NAP_S)
        self._on: dict[str, tuple[Job, ...]] = {}  # host -> sources that have pages there
        self._rechecking: set[str] = set()  # hosts of which the last URL leased was known before
        self._low: set[str] = set()  # of these, those that have few leased ahead
        self._chromes: dict[str, SiteChrome] = {}  # source -> what is known of its site, in one transaction

    @property
    def spent(self) -> bool:
        """Whether the run has asked for as many pages as it may."""
        return self._left is not None and self._left <= 0

    def start(self) -> float | None:
        """Start what may be started; seconds until something more may be, None if nothing is waiting for its turn."""
        self._line_up_stirred()
        if self._turns.soonest_s() == 0.0 and not self._lanes.full:
            # Leases are in the file before anything is asked, those of all lanes that are free in one transaction.
            with self._lanes.together(), self._archive.writing():
                self.lease()
        return None if self._lanes.full or self.spent else self._turns.soonest_s()

    def lease(self) -> None:
        """Lease and submit what may be asked now; inside a transaction, before whose end nothing starts."""
        self._line_up_stirred()
        asked = set()
        while not self._lanes.full and not self.spent and (first := self._turns.take()):
            if self._beat.wait_s(first) > NAP_S or self._next(first):
                asked.add(first)
                self.line_up(first)
        for host in self._low:
            if self._ahead(host):
                asked.add(host)
        self._low.clear()
        self._chromes.clear()
        # Written before the requests: a run killed now does not make the next one ask too soon.
        at = as_text(self._now() + timedelta(seconds=NAP_S + 0.999))
        for host in asked:
            self._archive.facts.touch_host(host, at)

    def line_up(self, host: str) -> None:
        """Give *host* its place in the order of turns, unless it has one or enough is under way for it."""
        busy = self._lanes.busy(host)
        if busy < self._at_once(host):
            self._turns.line_up(host)
        if busy <= AHEAD // 2 and host in self._rechecking:
            self._low.add(host)

    def answered(self, host: str) -> None:
        """An answer of *host* was kept: it lines up again, if anything is left to ask it for."""
        busy = self._lanes.busy(host)
        # A run does not wait for the turn of a host that is done.
        if busy >= self._at_once(host) or self._frontier.has_queued(host):
            self.line_up(host)

    def stocked(self, host: str) -> bool:
        """Whether the next answers of *host* come without anything being leased for it."""
        return host in self._rechecking and self._lanes.busy(host) > AHEAD // 2

    def give_back(self, leased: Leased) -> None:
        """The URL stays due; inside a transaction."""
        self._frontier.release(leased.entry.id)

    def uncount(self, job: Job) -> None:
        """What was leased for *job* took no request of its own."""
        job.tally.requests -= 1
        if self._left is not None:
            self._left += 1

    def _line_up_stirred(self) -> None:
        for host in self._frontier.stirred():
            self.line_up(host)

    def _next(self, host: str) -> bool:
        """Lease and submit the next URL of *host*; whether there was one."""
        runs = {job.source.name: job.run_id for job in self._jobs_on(host) if job.requests_left > 0}
        while (entry := self._frontier.lease(host, runs)) and not self._jobs[entry.source].affords(entry):
            self._frontier.put_off(entry.id)
        if entry is None:
            return False
        self._submit(entry)
        return True

    def _ahead(self, host: str) -> bool:
        """Lease what *host* is asked next, if it will answer at once and with little; whether there was anything."""
        jobs = self._jobs_on(host)
        if self._beat.delay(host) or self._beat.wait_s(host):
            return False
        free = AHEAD - self._lanes.busy(host)
        most = min(free, free if self._left is None else self._left, *(job.requests_left for job in jobs))
        entries = self._frontier.lease_rechecks(host, {job.source.name: job.run_id for job in jobs}, most)
        for entry in entries:
            if self._jobs[entry.source].affords(entry):
                self._submit(entry)
            else:
                self._frontier.put_off(entry.id)
        return bool(entries)

    def _submit(self, entry: Entry) -> None:
        job, host = self._jobs[entry.source], entry.host
        job.tally.requests += 1
        if self._left is not None:
            self._left -= 1
        if self._reading and job.source.name not in self._chromes:
            self._chromes[job.source.name] = self._archive.chrome.newest(job.source.name)
        self._lanes.submit(host, Leased(job, entry, self._chromes.get(job.source.name)), self._at_once(host))
        (self._rechecking.add if entry.validators else self._rechecking.discard)(host)

    def _at_once(self, host: str) -> int:
        """How many requests may be under way for *host* at the same time."""
        return max((job.source.concurrency for job in self._jobs_on(host)), default=1)

    def _jobs_on(self, host: str) -> tuple[Job, ...]:
        """The sources that may have pages on *host*."""
        if host not in self._on:
            self._on[host] = tuple(job for job in self._jobs.values() if _may_ask(job.scope, host))
        return self._on[host]


def _may_ask(scope: Scope, host: str) -> bool:
    """Whether a source may have pages on *host*: its publisher's hosts, wherever it starts, what an interface says."""
    starts = (host_of(scope.canonical(url)) for _, url in scope.starts)
    return scope.adapter is not None or scope.off_host(f"https://{host}/") is None or host in starts
