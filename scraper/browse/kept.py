"""Counts that are kept for a while, because a crawl that adds a statement a second changes no picture that a person could see."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# Figures may be behind a crawl that is writing by a hundred times as long as counting them took: at most one per cent of
# the time is spent on each, and a small archive is up to date at once.
KEPT_TIMES = 100
QUICK_S = 0.02  # a reader may wait as long as this for a count


@dataclass(slots=True)
class Kept(Generic[T]):
    """A value that is counted again when the archive has changed, but not all the time (:data:`KEPT_TIMES`).

    *clock* gives seconds that only grow; *connect* opens a connection for counting beside the readers. What takes longer
    than :data:`QUICK_S` is counted there, and nobody waits for it but the very first reader.
    """

    count: Callable[[sqlite3.Connection], T]
    clock: Callable[[], float]
    connect: Callable[[], sqlite3.Connection]
    _value: T | None = None
    _state: Any = None
    _took: float = 0.0  # seconds
    _until: float = 0.0  # when to look again
    _lock: Lock = field(default_factory=Lock)

    def get(self, conn: sqlite3.Connection) -> T:
        """The value, counted now or a while ago."""
        value = self._value
        if value is not None and self.clock() < self._until:
            return value
        # A page's time limit is for its own question. Counting, or waiting for the first count, must not use it up.
        conn.set_progress_handler(None, 0)
        if not self._lock.acquire(blocking=value is None) and value is not None:
            return value  # somebody is counting: what is there will do
        aside = False
        try:
            if self._value is not None and fingerprint(conn) == self._state:
                return self._value
            aside = self._value is not None and self._took > QUICK_S
            if self._value is None or not aside:
                return self._fill(conn)
            old = self._value  # read before the count begins, which may be done at once
            Thread(target=self._refill, name="counting", daemon=True).start()
            return old
        finally:
            if not aside:
                self._lock.release()

    def _fill(self, conn: sqlite3.Connection) -> T:
        state, began = fingerprint(conn), self.clock()
        self._value = found = self.count(conn)
        self._state, self._took = state, self.clock() - began
        self._until = began + self._took * (1 + KEPT_TIMES)
        return found

    def _refill(self) -> None:
        # Should the file be away for a moment, the old value stands, and the next reader asks again.
        try:
            with contextlib.suppress(sqlite3.Error), contextlib.closing(self.connect()) as conn:
                self._fill(conn)
        finally:
            self._lock.release()


def fingerprint(conn: sqlite3.Connection) -> tuple[Any, ...]:
    """Changes whenever a crawl, an import or a new reading has written something that the figures count."""
    row = conn.execute(
        "select (select max(id) from events), (select max(id) from visits), (select max(id) from versions), "
        "(select max(id) from captures), (select max(id) from sightings), (select count(*) from runs), "
        "(select max(extractor_version) from runs)"
    ).fetchone()
    return tuple(row)
