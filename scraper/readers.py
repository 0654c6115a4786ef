"""Reading pages in processes of their own, so that a machine's other cores read while one thread decides and writes.

Each reader is a fresh process (never a fork: there are threads), a program that takes captures from its standard input
and writes what it reads to its standard output. It is started when there is a page for it and lives until the run ends;
what it reads is what :func:`scraper.reading.read_page` reads here, to the last byte. A reader that dies or takes too
long costs the page that it had in hand, which is told so, and is replaced.
"""

from __future__ import annotations

import contextlib
import faulthandler
import itertools
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from types import TracebackType
from typing import IO, NamedTuple, Self, TypeVar

from scraper.config import Source
from scraper.crawler.scope import Scope
from scraper.model import Capture, SiteChrome
from scraper.reading import Read, Unread, read_page

Key = TypeVar("Key")

LIMIT_S = 120.0  # for one page; the slowest that we know take a few seconds, and PDFs have a shorter limit of their own
FAREWELL_S = 2.0  # that a reader has to end by itself
FEW = 50  # pages, which are read sooner than a process starts
PAYS_FROM = 20.0  # pages a second that politeness allows; one process reads twice as many
MOST = 8  # beyond them the one thread that decides and writes has no time left


def sensible(sources: Sequence[Source], cores: int) -> int:
    """How many readers pay for a crawl of *sources* on so many *cores*; 0: read in the crawl's own process.

    Most crawls wait for their hosts: at a page every few seconds readers would only cost their memory.
    """
    allowed = sum(
        len(source.hosts) * source.concurrency / max(source.crawl_delay, timedelta(milliseconds=1)).total_seconds()
        for source in sources
    )
    return min(cores, MOST) if cores > 1 and allowed >= PAYS_FROM else 0


class Wish(NamedTuple):
    """A capture to be read as its source's, beside what its site is known to repeat."""

    capture: Capture
    source: Source
    chrome: SiteChrome


class _Reader:
    """One process, and what it knows. Used by one thread at a time."""

    def __init__(self, limit_s: float) -> None:
        # It finds this package where we found it, and nothing in the folder that we are called from (-P) stands in its way.
        # No signal meant for us ends it: we finish the pages in hand.
        places = os.pathsep.join(place for place in sys.path if place)
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-P", "-m", "scraper.readers", str(limit_s)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": places},
            start_new_session=True,
        )  # fmt: skip
        self._limit_s = limit_s
        self._told: dict[str, SiteChrome] = {}  # what it knows of which source

    def ask(self, capture: Capture, source: Source, chrome: SiteChrome) -> Read | str:
        """What it reads in *capture*, or the traceback of what broke. Raises OSError or EOFError where it is lost."""
        news = None if self._told.get(source.name) is chrome else (source, chrome)
        self._told[source.name] = chrome
        # It ends itself when a page takes too long, unless something holds it still.
        watch = threading.Timer(self._limit_s + FAREWELL_S, self.kill)
        watch.start()
        try:
            return self._exchange((capture, source.name, news))
        finally:
            watch.cancel()

    def kill(self) -> None:
        """End it in the middle of its page."""
        self._process.kill()

    def _exchange(self, question: object) -> Read | str:
        into, out = self._pipes
        pickle.dump(question, into, pickle.HIGHEST_PROTOCOL)
        into.flush()
        try:
            answer: Read | str = pickle.load(out)  # noqa: S301 - from our own process
        except pickle.UnpicklingError as error:
            raise EOFError from error
        return answer

    def end(self) -> int:
        """Let it go, by force if it does not; its exit code."""
        into, out = self._pipes
        with contextlib.suppress(OSError):
            into.close()
        try:
            return self._process.wait(FAREWELL_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
        finally:
            out.close()

    @property
    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout


class Readers:
    """At most *count* processes that read pages; a context manager. Threads share it: each waits for its own page.

    The first *after* pages are left to whoever wants them, so that little work starts no process. *limit_s* is how long
    one page may take, in seconds.
    """

    def __init__(self, count: int, *, after: int = 0, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._after = after
        self._asked = itertools.count()
        self._reading: set[_Reader] = set()  # that have a page in hand
        self._lock = threading.Lock()
        self._given_up = False
        self.count = count
        # The last one back is the first to be asked again, so that a slow crawl starts one process only.
        self._idle: queue.LifoQueue[_Reader | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, each when it has read the page in hand; threads that wait for one go without."""
        count, self.count = self.count, 0
        for _ in range(count):
            if (reader := self._idle.get()) is not None:
                reader.end()
        if count:
            self._idle.put(None)  # wakes a thread that waits, which wakes the next

    def give_up(self) -> None:
        """End the processes in the middle of their pages, which are told so, and read no more."""
        with self._lock:
            self._given_up = True
            for reader in self._reading:
                reader.kill()

    def read(self, capture: Capture, source: Source, chrome: SiteChrome) -> Read | Unread | None:
        """What *capture* says, beside what its *source* is known to repeat, or that its reader was lost over it.

        None: it does not pay to ask, read it yourself. Raises RuntimeError with the reader's traceback if reading raised,
        which is a bug.
        """
        if not self.count or next(self._asked) < self._after:
            return None
        reader = self._idle.get()
        if not self.count:  # closed meanwhile
            self._idle.put(reader)
            return None
        began = time.monotonic()
        try:
            reader = reader or _Reader(self._limit_s)
            answer = self._ask(reader, capture, source, chrome)
        except (OSError, EOFError) as error:
            lost, reader = reader, None
            return Unread(self._why(lost, error, time.monotonic() - began))
        finally:
            self._idle.put(reader)
        if isinstance(answer, str):
            raise RuntimeError(f"reading {capture.url} raised:\n{answer}")
        return answer

    def ahead(self, wishes: Iterable[tuple[Key, Wish | None]]) -> Iterator[tuple[Key, Read | Unread | None]]:
        """What is to be read, in its order, read ahead of whoever takes it; see :meth:`read`.

        Each wish comes with a key to know its reading by; None comes back where nothing is wished for or was read.
        """
        waiting: deque[tuple[Key, Future[Read | Unread | None] | None]] = deque()
        with ThreadPoolExecutor(max(self.count, 1)) as threads:
            for key, wish in wishes:
                waiting.append((key, threads.submit(self.read, *wish) if wish else None))
                if len(waiting) > 2 * self.count:  # each has the next one when it is done
                    first, reading = waiting.popleft()
                    yield first, reading.result() if reading else None
            for key, reading in waiting:
                yield key, reading.result() if reading else None

    def _ask(self, reader: _Reader, capture: Capture, source: Source, chrome: SiteChrome) -> Read | str:
        with self._lock:
            if self._given_up:
                raise EOFError
            self._reading.add(reader)
        try:
            return reader.ask(capture, source, chrome)
        finally:
            with self._lock:
                self._reading.discard(reader)

    def _why(self, reader: _Reader | None, error: Exception, took_s: float) -> str:
        if reader is None:
            return f"no process could be started to read it ({error})"
        code = reader.end()
        if took_s >= self._limit_s:
            return f"reading it took more than {self._limit_s:g} seconds"
        return f"the process that read it ended with {code}"


def serve(limit_s: float) -> None:
    """What a reader does: read what comes until nobody sends any more. A page that takes longer than *limit_s* ends it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # Answers have a way of their own: whatever else is printed goes to standard error.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    known: dict[str, tuple[Scope, SiteChrome, bool]] = {}
    with open(os.devnull, "w") as nowhere, contextlib.suppress(EOFError, OSError):
        while True:
            capture, name, news = pickle.load(sys.stdin.buffer)  # noqa: S301 - from whoever started us
            if news is not None:
                source, chrome = news
                known[name] = Scope(source), chrome, source.follow_links
            # Also ends a parser that never comes back to Python.
            faulthandler.dump_traceback_later(limit_s, exit=True, file=nowhere)
            answer = _read(capture, *known[name])
            faulthandler.cancel_dump_traceback_later()
            pickle.dump(answer, out, pickle.HIGHEST_PROTOCOL)
            out.flush()
    os._exit(0)  # nobody listens any more: what is unsent stays so, without a word


def _read(capture: Capture, scope: Scope, chrome: SiteChrome, follow: bool) -> Read | str:
    try:
        return read_page(capture, scope, chrome, follow=follow)
    except Exception:
        return traceback.format_exc()


if __name__ == "__main__":
    serve(float(sys.argv[1]))
