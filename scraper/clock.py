"""Time as a run sees it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as a run sees it, so that a test needs no waiting and a snapshot can be dated."""

    now: Callable[[], datetime]  # aware
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def starting_at(cls, start: datetime | None) -> Clock:
        """The real clock, or one that reads *start* now and runs on from there."""
        if start is None:
            return cls(lambda: datetime.now(UTC))
        began = time.monotonic()
        return cls(lambda: start + timedelta(seconds=time.monotonic() - began))
