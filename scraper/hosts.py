"""What a run learns of hosts, written down for the next: pace, pauses, robots.txt and the sitemaps that it names."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scraper.archive.frontier import NewUrl
from scraper.archive.requests import rules_url
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.clock import Clock
from scraper.crawler.fetch import Fetcher
from scraper.crawler.hostclock import HostClock, HostState
from scraper.crawler.robotsbook import HostRecord, RobotsBook
from scraper.job import Job
from scraper.model import Failure
from scraper.urls import host as host_of


class Hosts:
    """Every host's clock and robots.txt in one run, and their memory in the archive. Writes on the calling thread."""

    def __init__(self, archive: Archive, fetcher: Fetcher, clock: Clock) -> None:
        self._archive = archive
        self._now = clock.now
        self.beat = HostClock(clock.now, clock.monotonic, fetcher.interruptible(clock.sleep))
        self.book = RobotsBook(fetcher, self.beat, clock.now)

    def restore(self, cut_off: Iterable[str]) -> None:
        """Continue where earlier runs left off. A killed one had something in hand on the hosts *cut_off*."""
        known = list(self._archive.facts.hosts())
        self.beat.restore(HostState(h.host, h.last_request_at, h.not_before, h.latency_s) for h in known)
        # It may have asked them a moment ago, in a second try or on the way of a redirect.
        self.beat.restore(HostState(host, self._now()) for host in cut_off)
        self.book.restore(known)

    def remember(self, jobs: Collection[Job]) -> None:
        """Write down what workers learnt: robots.txt, and pauses while they are still waited for."""
        news, paused = self.book.news(), self.beat.paused()
        if not (news or paused):
            return
        with self._archive.writing():
            for state in paused:
                self._keep_pace(state)
            for record in news:
                self._archive.facts.keep_robots(
                    record.host, record.body, record.status, record.fetched_at, record.problem
                )
                self._keep_pace(self.beat.state(record.host))
                self._log(record, jobs)
                for job in jobs:
                    if record.host in job.scope.hosts:
                        self._tell(job, record.host, record.problem, record.sitemaps)

    def _log(self, record: HostRecord, jobs: Iterable[Job]) -> None:
        """Reading robots.txt is a request like any other."""
        asked, now = record.answer.asked, as_text(self._now())
        job = next((job for job in jobs if job.source.name == record.source), None)
        if job is None or not asked:
            return
        url_id, _ = self._archive.frontier.add(rules_url(asked[0].url, record.source), now)
        outcome = record.answer.kind if isinstance(record.answer, Failure) else "rules"
        self._archive.requests.add(
            self._archive.frontier.by_id(url_id),
            job.run_id,
            record.answer,
            outcome,
            why=record.problem or asked[-1].why,
        )

    def remember_all(self) -> None:
        """Write down the pace of every host that was asked; inside the caller's transaction."""
        for state in self.beat.asked():
            self._keep_pace(state)

    def _keep_pace(self, state: HostState) -> None:
        self._archive.facts.keep_pace(
            state.host, self.beat.delay(state.host), state.last_request_at, state.not_before, state.latency_s
        )

    def _tell(self, job: Job, host: str, problem: str | None, sitemaps: Iterable[str]) -> None:
        """What a robots.txt means to one source: a sitemap that it names is used if it is the source's own."""
        if problem:
            job.tally.problems.append(f"{host}/robots.txt: {problem}")
        for url in sitemaps:
            canonical = job.scope.canonical(url)
            if not job.scope.refuses(canonical):
                new = NewUrl(
                    canonical, job.source.name, host_of(canonical), "sitemap", "sitemap", f"https://{host}/robots.txt", 1
                )  # fmt: skip
                self._archive.frontier.add(new, as_text(self._now()))
