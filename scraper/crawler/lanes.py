"""Lanes: one for each host, so that no slow host holds up another.

:class:`Turns` says whose turn it is; :class:`Lanes` runs blocking fetches in worker threads and hands back what arrived
to the one thread that decides and writes. Threads with a blocking client cost about half the processor time of an
asynchronous one here, and read top to bottom.
"""

from __future__ import annotations

import heapq
import queue
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, TypeVar

from scraper.crawler.hostclock import HostClock

Item = TypeVar("Item")


class Turns:
    """Hosts in line, the one first that may be asked first. Used by one thread.

    A host's turn comes *early_s* before it may be asked: whoever takes the turn waits out the rest, so that what the one
    thread is doing at that moment makes no request late.
    """

    def __init__(self, clock: HostClock, monotonic: Callable[[], float], early_s: float = 0.0) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._early_s = early_s
        self._line: list[tuple[float, str]] = []  # heap: when a host may be asked, host
        self._hosts: set[str] = set()  # in it

    def line_up(self, host: str) -> None:
        """Give *host* a place in line, unless it has one."""
        if host not in self._hosts:
            heapq.heappush(self._line, (self._monotonic() + self._clock.wait_s(host), host))
            self._hosts.add(host)

    def soonest_s(self) -> float | None:
        """Seconds until the turn of the first in line; None if nobody is in line."""
        return max(0.0, self._line[0][0] - self._early_s - self._monotonic()) if self._line else None

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
