"""A run that breaks closes its books: it is written down as failed, and nothing stays leased."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.run import Crawl
from tests.clock import NOW

SOURCE = parse_source(
    """
    hosts = ["one.example", "two.example"]
    seeds = ["https://one.example/", "https://two.example/"]
    statement = ['^/news/']
    crawl_delay = 0
    """,
    "broken.toml",
    least_delay=timedelta(0),
)


class Broken(Fetcher):
    """Breaks in two lanes at once."""

    both = threading.Barrier(2, timeout=30)

    def fetch(self, url: str, **wishes: Any) -> NoReturn:
        self.both.wait()
        raise ZeroDivisionError(url)


def test_two_lanes_that_break_at_once_leave_closed_books(tmp_path: Path) -> None:
    clock = Clock.starting_at(NOW)
    with Archive(tmp_path / "a.db", create=True) as archive, archive.only_writer():
        with Broken(now=clock.now, sleep=clock.sleep) as fetcher, pytest.raises(ZeroDivisionError):
            Crawl(archive, [SOURCE], fetcher, clock=clock).run()
        assert [(row["outcome"], row["finished_at"] is None) for row in archive.rows("select * from runs")] == [
            ("failed", False)
        ]
        assert archive.frontier.leased_hosts() == []
