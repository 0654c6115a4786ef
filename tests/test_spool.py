"""Arrivals that wait for their turn: in the order of their times, and outside the memory."""

from __future__ import annotations

import os
import tracemalloc
from datetime import UTC, datetime, timedelta

from scraper.model import Capture, Failure
from scraper.spool import Spool

DAY = datetime(2024, 3, 1, tzinfo=UTC)


def capture(url: str, at: datetime, body: bytes = b"") -> Capture:
    return Capture(f"https://org.example/{url}", at, 200, (("Content-Type", "text/html"),), body)


def test_what_came_in_any_order_leaves_by_its_time_and_else_as_it_came() -> None:
    later, early, other = (capture(url, DAY + timedelta(days=day)) for url, day in (("l", 9), ("e", 1), ("o", 1)))
    failed = Failure("https://org.example/f", DAY, "empty", "nothing in it")
    with Spool() as spool:
        for arrival in (later, early, failed, other):
            spool.put(arrival)
        assert list(spool.by_time()) == [failed, early, other, later]


def test_bodies_do_not_wait_in_memory() -> None:
    tracemalloc.start()
    with Spool() as spool:
        for number in range(40):
            spool.put(capture(str(number), DAY, os.urandom(1 << 20)))
        held, _ = tracemalloc.get_traced_memory()
        assert sum(len(arrival.body) for arrival in spool.by_time() if isinstance(arrival, Capture)) == 40 << 20
    tracemalloc.stop()
    assert held < 4 << 20
