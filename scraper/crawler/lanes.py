"""Lanes: one for each host, so that no host is asked too often and no slow host holds up another.

:class:`HostClock` knows when a host may be asked next and remembers it between runs; :class:`Lanes` runs blocking
fetches in worker threads and hands back what arrived to the one thread that decides and writes. Threads with a
blocking client cost about half the processor time of an asynchronous one here, and read top to bottom.
"""

from __future__ import annotations

import heapq
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class HostState:
    """What a clock remembers of one host."""

    host: str
    last_request_at: datetime | None = None  # aware, UTC
    not_before: datetime | None = None  # as the server wished (Retry-After)


@dataclass(slots=True)
class _Beat:
    """One host's rhythm, in seconds of the monotonic clock."""

    delay: float = 0.0
    free_at: float = 0.0  # the next request may start then
    last_at: float | None = None  # the last one started then
    pause_until: float = 0.0


class HostClock:
    """When each host may be asked next. Thread-safe: every request on the wire takes its turn here first.

    *now* is the run's wall clock (aware), *monotonic* counts seconds, *sleep* waits. A wall clock that went backwards
    since the last run cannot make anybody wait longer than one delay.
    """

    def __init__(
        self, now: Callable[[], datetime], monotonic: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        self._sleep = sleep
        self._beats: dict[str, _Beat] = {}
        self._lock = threading.Lock()

    def restore(self, states: Iterable[HostState]) -> None:
        """Continue where earlier runs left off."""
        now, ticks = self._now(), self._monotonic()
        with self._lock:
            for state in states:
                beat = self._beats.setdefault(state.host, _Beat())
                if state.last_request_at is not None:
                    beat.last_at = ticks - max(0.0, (now - state.last_request_at).total_seconds())
                    beat.free_at = beat.last_at + beat.delay
                if state.not_before is not None:
                    beat.pause_until = ticks + max(0.0, (state.not_before - now).total_seconds())

    def set_delay(self, host: str, delay: timedelta) -> None:
        """Ask *host* at most once in *delay* from now on."""
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            beat.delay = delay.total_seconds()
            if beat.last_at is not None:
                beat.free_at = beat.last_at + beat.delay

    def delay(self, host: str) -> timedelta:
        """The delay in force for *host*."""
        with self._lock:
            return timedelta(seconds=self._beats.setdefault(host, _Beat()).delay)

    def pause(self, host: str, length: timedelta) -> None:
        """Stay away from *host* altogether for *length*: the server asked for it."""
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            beat.pause_until = max(beat.pause_until, self._monotonic() + length.total_seconds())

    def wait_s(self, host: str) -> float:
        """Seconds until *host* may be asked; 0.0 if it may be asked now."""
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            return max(0.0, max(beat.free_at, beat.pause_until) - self._monotonic())

    def wait(self, host: str) -> None:
        """Block until *host* may be asked, and take that turn."""
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            ticks = self._monotonic()
            turn = max(beat.free_at, beat.pause_until, ticks)
            beat.free_at = turn + beat.delay
            beat.last_at = turn
        if turn > ticks:
            self._sleep(turn - ticks)

    def state(self, host: str) -> HostState:
        """What to remember of *host* for the next run."""
        now, ticks = self._now(), self._monotonic()
        with self._lock:
            beat = self._beats.setdefault(host, _Beat())
            last = None if beat.last_at is None else now + timedelta(seconds=beat.last_at - ticks)
            paused = now + timedelta(seconds=beat.pause_until - ticks) if beat.pause_until > ticks else None
        return HostState(host, last and last.astimezone(UTC), paused and paused.astimezone(UTC))


class Turns:
    """Hosts in line, the one first that may be asked first. Used by one thread."""

    def __init__(self, clock: HostClock, monotonic: Callable[[], float]) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._line: list[tuple[float, str]] = []  # heap: when a host may be asked, host
        self._hosts: set[str] = set()  # in it

    def line_up(self, host: str) -> None:
        """Give *host* a place in line, unless it has one."""
        if host not in self._hosts:
            heapq.heappush(self._line, (self._monotonic() + self._clock.wait_s(host), host))
            self._hosts.add(host)

    def soonest_s(self) -> float | None:
        """Seconds until the first in line may be asked; None if nobody is in line."""
        return max(0.0, self._line[0][0] - self._monotonic()) if self._line else None

    def take(self) -> str | None:
        """The first in line, out of it; None if its time has not come.

        Its clock may have moved on since it lined up: ask :meth:`HostClock.wait_s` again.
        """
        if self.soonest_s() != 0.0:
            return None
        _, host = heapq.heappop(self._line)
        self._hosts.discard(host)
        return host


class Lanes(Generic[Item]):
    """Worker threads for blocking work, with at most so many pieces under way for each host.

    What a worker returns, or raises, comes out of :meth:`next` on the calling thread, so that one thread decides and
    writes. A worker that raises is a bug and ends the run.
    """

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="lane")
        self._done: queue.SimpleQueue[tuple[str, Item | BaseException]] = queue.SimpleQueue()
        self._busy: dict[str, int] = {}
        self._held: list[Callable[[], None]] | None = None
        self.workers = workers
        self.under_way = 0

    def busy(self, host: str) -> int:
        """Pieces of work under way for *host*."""
        return self._busy.get(host, 0)

    @property
    def full(self) -> bool:
        """Whether every worker has something to do."""
        return self.under_way >= self.workers

    def submit(self, host: str, work: Callable[[], Item]) -> None:
        """Start *work* for *host* in a worker thread."""
        self._busy[host] = self.busy(host) + 1
        self.under_way += 1

        def run() -> None:
            try:
                self._done.put((host, work()))
            except BaseException as error:
                self._done.put((host, error))

        if self._held is None:
            self._pool.submit(run)
        else:
            self._held.append(run)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is submitted in here starts when the block ends well, and never if it fails."""
        self._held = []
        try:
            yield
            for run in self._held:
                self._pool.submit(run)
        finally:
            self._held = None

    def next(self, timeout_s: float | None) -> Item | None:
        """The next finished piece of work; None if none finished in *timeout_s* seconds."""
        try:
            host, result = self._done.get(timeout=timeout_s) if timeout_s != 0 else self._done.get_nowait()
        except queue.Empty:
            return None
        self._busy[host] -= 1
        self.under_way -= 1
        if isinstance(result, BaseException):
            raise result
        return result

    def close(self) -> None:
        """Let the workers finish what they have in hand and end them."""
        self._pool.shutdown(wait=True, cancel_futures=True)
