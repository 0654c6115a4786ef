"""The robots.txt of every host a run asks, read once a day, shared by all lanes.

Workers ask :meth:`RobotsBook.refuses` before every request; the first to name a host reads its robots.txt, others wait
for it. What was learnt is handed to the writing thread by :meth:`RobotsBook.news`.
"""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from scraper.config import Source
from scraper.crawler.frontier import effective_delay
from scraper.crawler.hostclock import HostClock
from scraper.crawler.manners import Manners
from scraper.crawler.robots import MAX_AGE, MAX_BYTES, Robots, parse_robots, robots_state
from scraper.model import Arrival, Capture, Failure
from scraper.urls import host as host_of
from scraper.urls import origin


class Fetches(Protocol):
    """Whoever can fetch a URL (see :class:`scraper.crawler.fetch.Fetcher`)."""

    def fetch(
        self,
        url: str,
        *,
        user_agent: str,
        manners: Manners,
        first: int | None,
    ) -> Arrival:
        """What *url* answers."""


class Remembered(Protocol):
    """What the archive remembers of a host."""

    @property
    def host(self) -> str:
        """Its name."""

    @property
    def robots(self) -> bytes | None:
        """The robots.txt last read."""

    @property
    def robots_fetched_at(self) -> datetime | None:
        """When that was."""


@dataclass(frozen=True, slots=True)
class HostRecord:
    """What is known of a host after its robots.txt was asked for."""

    host: str
    body: bytes | None  # the copy in use; None: there is none
    status: int | None
    fetched_at: datetime | None  # when the rules in use were read
    problem: str | None  # why nothing is fetched, or None
    sitemaps: tuple[str, ...]
    source: str  # whose crawl asked
    answer: Arrival


@dataclass(slots=True)
class _Page:
    robots: Robots
    ask_again: datetime


class RobotsBook:
    """Thread-safe: what each host's robots.txt allows (RFC 9309), and how slowly to ask."""

    def __init__(self, fetcher: Fetches, clock: HostClock, now: Callable[[], datetime]) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._now = now
        self._pages: dict[str, _Page] = {}
        self._copies: dict[str, tuple[bytes, datetime]] = {}
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._news: queue.SimpleQueue[HostRecord] = queue.SimpleQueue()

    def restore(self, hosts: Iterable[Remembered]) -> None:
        """Use what earlier runs read, for as long as it is fresh."""
        for remembered in hosts:
            if remembered.robots is not None and remembered.robots_fetched_at is not None:
                self._copies[remembered.host] = (remembered.robots, remembered.robots_fetched_at)

    def refuses(self, url: str, source: Source) -> Failure | None:
        """Why robots.txt forbids *source* to fetch *url*; None if it does not. May fetch robots.txt first.

        With `retry_after`, nothing is forbidden for good: the file could not be had (RFC 9309, 2.3.1.4).
        """
        host = host_of(url)
        with self._locks[host]:
            page = self._pages.get(host)
            if page is None or page.ask_again <= self._now():
                found = self._read(host, url, source)
                if isinstance(found, Failure):
                    return replace(found, url=url)
                page = self._pages[host] = found
        delay = effective_delay(source.crawl_delay, page.robots.crawl_delay(source.user_agent), None)
        self._clock.keep_apart(host, delay)
        if page.robots.allows(url, source.user_agent):
            return None
        if page.robots.denied is None:
            return Failure(url, self._now(), "robots", "robots.txt disallows it")
        again = max(timedelta(minutes=1), page.ask_again - self._now())
        return Failure(url, self._now(), "robots", page.robots.denied, retry_after=again)

    def news(self) -> list[HostRecord]:
        """What was learnt since this was last asked; for the thread that writes."""
        found = []
        while not self._news.empty():
            found.append(self._news.get())
        return found

    def _read(self, host: str, url: str, source: Source) -> _Page | Failure:
        """The rules of *host*; a failure if the run was to stop before they came."""
        self._clock.keep_apart(host, source.crawl_delay)
        copy, read_at = self._copies.get(host, (None, None))
        now = self._now()
        if copy is not None and read_at is not None and timedelta(0) <= now - read_at < MAX_AGE:
            return _Page(parse_robots(copy) if copy else Robots.allow_all(), read_at + MAX_AGE)
        arrival = self._fetcher.fetch(
            f"{origin(url)}/robots.txt",
            user_agent=source.agent_header,
            manners=self._clock,
            first=MAX_BYTES + 1,  # one more than is read, so that a longer file is known to be longer
        )
        if isinstance(arrival, Failure) and arrival.kind == "stopped":
            return arrival
        if isinstance(arrival, Failure) and arrival.retry_after:
            self._clock.pause(host, arrival.retry_after)
        state = robots_state(arrival, self._now(), copy=copy, copy_read_at=read_at)
        if state.body is not None and state.read_at is not None:
            self._copies[host] = (state.body, state.read_at)
        status = arrival.status if isinstance(arrival, Capture | Failure) else 304
        problem = None if state.read_at is not None else state.reason
        sitemaps = tuple(state.robots.sitemaps)
        self._news.put(HostRecord(host, state.body, status, state.read_at, problem, sitemaps, source.name, arrival))
        return _Page(state.robots, state.ask_again)
