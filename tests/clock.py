"""Time for tests: one fixed moment, and a clock that only moves when somebody sleeps."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 3, 2, 5, 30, tzinfo=UTC)


class FakeTime:
    """A wall clock and a monotonic clock that stand still until `sleep` moves both."""

    def __init__(self, start: datetime = NOW) -> None:
        self.start = start
        self.ticks = 1000.0
        self.naps: list[float] = []
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.ticks - 1000.0)

    def monotonic(self) -> float:
        return self.ticks

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.naps.append(seconds)
            self.ticks += seconds
