"""When each host may be asked next: the promise to publishers, kept in one place and between runs.

Two requests to a host are never closer than the longest of what its source says, what robots.txt asks (Crawl-delay)
and what the server asked for (Retry-After); a server that answers slowly is given more time. The distance is counted
from the moment at which an answer begins, so that it also holds in the server's own log, whatever the way costs.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scraper.crawler.frontier import effective_delay

LATENCY_WEIGHT = 0.3  # of the newest answer: a server that recovers is believed after about six good answers
LONGEST_PAUSE = timedelta(days=7)  # no memory makes a host wait longer, whatever became of the clock


@dataclass(frozen=True, slots=True)
class HostState:
    """What a clock remembers of one host."""

    host: str
    last_request_at: datetime | None = None  # aware, UTC, whole seconds, never too early
    not_before: datetime | None = None  # as the server wished (Retry-After); the same
    latency_s: float | None = None  # how long its answers took to begin, lately


@dataclass(slots=True)
class _Beat:
    """One host's rhythm, in seconds of the monotonic clock."""

    least: float = 0.0  # the longest delay that anybody asked for
    latency: float | None = None
    free_at: float = 0.0  # the next request may start then
    last_at: float | None = None  # the last one started, or its answer began, then
    pause_until: float = 0.0  # as the server wished
    rest_until: float = 0.0  # as we chose

    @property
    def open_at(self) -> float:
        return max(self.free_at, self.pause_until, self.rest_until)

    @property
    def delay(self) -> float:
        return effective_delay(timedelta(seconds=self.least), None, self.latency).total_seconds()


class HostClock:
    """When each host may be asked next. Thread-safe: every request on the wire takes its turn here first.

    *now* is the run's wall clock (aware), *monotonic* counts seconds, *sleep* waits. A wall clock that went backwards
    since the last run cannot make anybody wait longer than one delay, or :data:`LONGEST_PAUSE` where a server asked.
    """

    def __init__(
        self, now: Callable[[], datetime], monotonic: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        self._sleep = sleep
        self._beats: dict[str, _Beat] = {}
        self._asked: set[str] = set()
        self._paused: set[str] = set()
        self._lock = threading.Lock()

    def restore(self, states: Iterable[HostState]) -> None:
        """Continue where earlier runs left off."""
        now, ticks = self._now(), self._monotonic()
        with self._lock:
            for state in states:
                beat = self._beats.setdefault(state.host, _Beat())
                if state.latency_s is not None:
                    beat.latency = state.latency_s
                if state.last_request_at is not None:
                    beat.last_at = ticks - max(0.0, (now - state.last_request_at).total_seconds())
                    beat.free_at = beat.last_at + beat.delay
                if state.not_before is not None:
                    left = min(state.not_before - now, LONGEST_PAUSE).total_seconds()
                    beat.pause_until = ticks + max(0.0, left)

    def keep_apart(self, host: str, delay: timedelta) -> None:
        """Ask *host* at most once in *delay* from now on, or less often if that was agreed before."""
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            beat.least = max(beat.least, delay.total_seconds())
            if beat.last_at is not None:
                beat.free_at = max(beat.free_at, beat.last_at + beat.delay)

    def delay(self, host: str) -> timedelta:
        """The delay in force for *host*."""
        with self._lock:
            return timedelta(seconds=self._beats.setdefault(host, _Beat()).delay)

    def pause(self, host: str, length: timedelta) -> None:
        """Stay away from *host* altogether for *length*: the server asked for it."""
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            beat.pause_until = max(beat.pause_until, self._monotonic() + length.total_seconds())
            self._paused.add(host)

    def rest(self, host: str, length: timedelta) -> None:
        """Stay away from *host* for *length*, but in this run only: there is nothing to be had from it."""
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            beat.rest_until = max(beat.rest_until, self._monotonic() + length.total_seconds())

    def wait_s(self, host: str) -> float:
        """Seconds until *host* may be asked; 0.0 if it may be asked now."""
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            return max(0.0, beat.open_at - self._monotonic())

    def wait(self, host: str) -> timedelta | None:
        """Block until *host* may be asked, and take that turn; how long ago it was last asked or began to answer.

        None if it never was, as far as is known.
        """
        before: float | None = None
        taken: float | None = None
        while True:
            with self._lock:
                beat = self._beats.setdefault(host, _Beat())
                self._asked.add(host)
                ticks = self._monotonic()
                turn = max(beat.open_at, ticks)
                if beat.last_at != taken:
                    before = beat.last_at
                beat.free_at = turn + beat.delay
                beat.last_at = taken = turn
            if turn > ticks:
                self._sleep(turn - ticks)
            with self._lock:
                if beat.pause_until <= turn:
                    return None if before is None else timedelta(seconds=max(0.0, turn - before))
            # While we slept another lane was told that the host wants a pause: the turn is lost.

    def answered(self, host: str, took: timedelta) -> None:
        """An answer of *host* begins now, or none comes; *took* is the time since it was asked."""
        seconds = took.total_seconds()
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            known = seconds if beat.latency is None else beat.latency
            beat.latency = known + LATENCY_WEIGHT * (seconds - known)
            beat.last_at = self._monotonic()
            beat.free_at = max(beat.free_at, beat.last_at + beat.delay)

    def state(self, host: str) -> HostState:
        """What to remember of *host* for the next run. Times are rounded up: an archive keeps whole seconds."""
        now, ticks = self._now(), self._monotonic()
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            last = None if beat.last_at is None else _whole(now + timedelta(seconds=beat.last_at - ticks))
            paused = _whole(now + timedelta(seconds=beat.pause_until - ticks)) if beat.pause_until > ticks else None
            return HostState(host, last, paused, beat.latency)

    def asked(self) -> list[HostState]:
        """What to remember of every host that was asked."""
        with self._lock:
            hosts = sorted(self._asked)
        return [self.state(host) for host in hosts]

    def paused(self) -> list[HostState]:
        """What to remember at once: hosts that asked for a pause since this was last called."""
        if not self._paused:
            return []
        with self._lock:
            hosts, self._paused = sorted(self._paused), set()
        return [self.state(host) for host in hosts]


def _whole(time: datetime) -> datetime:
    """*time* at its second's end, in UTC."""
    return datetime.fromtimestamp(math.ceil(time.timestamp()), UTC)
