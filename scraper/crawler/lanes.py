"""Lanes: one for each host, so that no slow host holds up another.

:class:`Turns` says whose turn it is; :class:`Lanes` runs blocking fetches in worker threads and hands back what arrived
to the one thread that decides and writes. Threads with a blocking client cost about half the processor time of an
asynchronous one here, and read top to bottom.
"""

from __future__ import annotations

import heapq
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from scraper.crawler.hostclock import HostClock

Task = TypeVar("Task")
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


@dataclass(slots=True)
class _Host(Generic[Task]):
    """What is under way for one host."""

    running: int = 0  # worker threads that ask it; changed under the lock
    line: deque[Task] = field(default_factory=deque)  # behind them; changed under the lock
    under_way: int = 0  # handed in and not yet handed back, as the calling thread counts
    at_once: int = 1


class Lanes(Generic[Task, Item]):
    """Worker threads for blocking work: *work* is done to every task, for each host by at most so many threads at once.

    What a worker returns, or raises, comes out of :meth:`next` on the calling thread, so that one thread decides and
    writes. A worker that raises is a bug and ends the run.
    """

    def __init__(self, workers: int, work: Callable[[Task], Item]) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="lane")
        self._work = work
        self._done: queue.SimpleQueue[tuple[str, Item | BaseException]] = queue.SimpleQueue()
        self._hosts: dict[str, _Host[Task]] = {}
        self._lock = threading.Lock()
        self._held: list[tuple[str, Task]] | None = None
        self._taken = 0  # workers that have something to do, or something done that nobody has taken yet
        self.workers = workers
        self.under_way = 0

    def busy(self, host: str) -> int:
        """Tasks under way for *host*, those in line included."""
        found = self._hosts.get(host)
        return found.under_way if found else 0

    @property
    def full(self) -> bool:
        """Whether every worker has something to do."""
        return self._taken >= self.workers

    def submit(self, host: str, task: Task, at_once: int = 1) -> None:
        """Have *task* done for *host*: now, or after what *at_once* threads are doing for it already."""
        state = self._hosts.setdefault(host, _Host())
        state.at_once = at_once
        self._taken += state.under_way < at_once
        state.under_way += 1
        self.under_way += 1
        if self._held is None:
            self._begin(host, task)
        else:
            self._held.append((host, task))

    def _forget(self, host: str) -> None:
        state = self._hosts[host]
        state.under_way -= 1
        self._taken -= state.under_way < state.at_once
        self.under_way -= 1

    def _begin(self, host: str, task: Task) -> None:
        state = self._hosts[host]
        with self._lock:
            if state.running >= state.at_once:
                state.line.append(task)
                return
            state.running += 1
        self._pool.submit(self._run, host, task)

    def _run(self, host: str, task: Task) -> None:
        """Runs in a worker: one task, and those that came to stand in line behind it."""
        state, following = self._hosts[host], [task]
        while following:
            try:
                self._done.put((host, self._work(following.pop())))
            except BaseException as error:
                self._done.put((host, error))
            with self._lock:
                if state.line:
                    following.append(state.line.popleft())
                else:
                    state.running -= 1

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is submitted in here starts when the block ends well, and never if it fails."""
        self._held = []
        try:
            yield
            for host, task in self._held:
                self._begin(host, task)
        finally:
            self._held = None

    def next(self, timeout_s: float | None) -> Item | None:
        """The next finished piece of work; None if none finished in *timeout_s* seconds."""
        try:
            host, result = self._done.get(timeout=timeout_s) if timeout_s != 0 else self._done.get_nowait()
        except queue.Empty:
            return None
        self._forget(host)
        if isinstance(result, BaseException):
            raise result
        return result

    def drop(self) -> list[Task]:
        """Take back what stands in line behind other work, and was not begun."""
        dropped = []
        for host, state in self._hosts.items():
            with self._lock:
                line = list(state.line)
                state.line.clear()
            for task in line:
                self._forget(host)
                dropped.append(task)
        return dropped

    def close(self) -> None:
        """Let the workers finish what they have in hand and end them; what stands in line is not begun."""
        self.drop()
        self._pool.shutdown(wait=True, cancel_futures=True)
