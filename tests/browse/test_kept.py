"""Figures are kept for a while: counted again only when the archive has changed, and never while a reader waits for long."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable

import pytest
from invented import build

from scraper.browse.kept import Kept


class Clock:
    """Seconds that a test moves, and a count that takes some of them."""

    def __init__(self, seconds: float = 2) -> None:
        self.now = 0.0
        self.seconds = seconds
        self.counted = 0
        self.threads: list[int] = []

    def count(self, conn: sqlite3.Connection) -> int:
        self.now += self.seconds
        self.counted += 1
        self.threads.append(threading.get_ident())
        return self.counted


@pytest.fixture
def connect(tmp_path) -> Callable[[], sqlite3.Connection]:
    made = build(tmp_path / "archive.db", statements=5)
    return lambda: sqlite3.connect(made.path, check_same_thread=False)


@pytest.fixture
def conn(connect):
    with contextlib.closing(connect()) as opened:
        yield opened


def change(conn: sqlite3.Connection) -> None:
    conn.execute(
        "insert into events (at, source, statement_id, what) values ('2026-06-10T00:00:00Z', 'rivers', 1, 'new')"
    )
    conn.commit()


def counted_aside(kept: Kept[int]) -> None:
    """Wait until nobody counts."""
    assert kept._lock.acquire(timeout=20)
    kept._lock.release()


def test_a_changed_archive_is_counted_again_but_not_all_the_time(connect, conn) -> None:
    clock = Clock()
    kept = Kept(clock.count, lambda: clock.now, connect)
    assert kept.get(conn) == 1  # takes two seconds: is kept for two hundred
    change(conn)
    clock.now += 199
    assert kept.get(conn) == 1
    clock.now += 2
    kept.get(conn)
    counted_aside(kept)
    assert kept.get(conn) == 2


def test_what_takes_long_is_counted_beside_the_reader_who_gets_the_old_figures(connect, conn) -> None:
    clock = Clock()
    kept = Kept(clock.count, lambda: clock.now, connect)
    kept.get(conn)
    change(conn)
    clock.now += 1000
    assert kept.get(conn) == 1
    counted_aside(kept)
    assert clock.threads[0] == threading.get_ident() != clock.threads[1]


def test_what_is_counted_quickly_is_up_to_date_at_once(connect, conn) -> None:
    clock = Clock(seconds=0.001)
    kept = Kept(clock.count, lambda: clock.now, connect)
    kept.get(conn)
    change(conn)
    clock.now += 1
    assert kept.get(conn) == 2
    assert set(clock.threads) == {threading.get_ident()}


def test_an_unchanged_archive_is_not_counted_again(connect, conn) -> None:
    clock = Clock()
    kept = Kept(clock.count, lambda: clock.now, connect)
    kept.get(conn)
    clock.now += 10_000
    assert kept.get(conn) == 1
    assert clock.counted == 1


def test_while_somebody_counts_again_the_old_figures_are_given(connect, conn) -> None:
    clock = Clock()
    kept = Kept(clock.count, lambda: clock.now, connect)
    kept.get(conn)
    change(conn)
    clock.now += 10_000
    with kept._lock:
        assert kept.get(conn) == 1


def test_an_archive_that_is_away_for_a_moment_leaves_the_old_figures(conn) -> None:
    def away() -> sqlite3.Connection:
        raise sqlite3.OperationalError("unable to open database file")

    clock = Clock()
    kept = Kept(clock.count, lambda: clock.now, away)
    kept.get(conn)
    change(conn)
    clock.now += 1000
    kept.get(conn)
    counted_aside(kept)
    assert kept.get(conn) == 1


def test_waiting_for_the_first_count_does_not_use_up_a_page_s_time_limit(connect) -> None:
    counting, release = threading.Event(), threading.Event()

    def count(conn: sqlite3.Connection) -> int:
        counting.set()
        release.wait(20)
        return 1

    kept = Kept(count, lambda: 0.0, connect)
    with contextlib.closing(connect()) as first, contextlib.closing(connect()) as page:
        page.set_progress_handler(lambda: 1, 1)  # a limit that has run out: every statement is interrupted
        thread = threading.Thread(target=kept.get, args=(first,))
        thread.start()
        assert counting.wait(20)
        release.set()
        assert kept.get(page) == 1
        assert page.execute("select count(*) from documents").fetchone()[0] > 5
        thread.join(20)
