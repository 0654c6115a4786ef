"""A run that is asked to stop waits for what is in hand, but not for ever; what it gives up is due as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import repeat
from pathlib import Path

import pytest

from scraper import run
from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.run import Budget, Crawl, Report, Stop
from tests.clock import NOW
from tests.crawling import rows

ROOT = Path(__file__).parent.parent
SOURCE = """
hosts = ["slow.example"]
seeds = ["https://slow.example/"]
statement = ['^/news/.']
crawl_delay = 0
"""
HTML = (("Content-Type", "text/html"),)
AN_HOUR = Budget(max_seconds=3600)
PAGE = b"<h1>Statement</h1><p>" + b"Words of it. " * 30


@dataclass
class Site:
    """A list of one statement, and one place where the server takes its time."""

    slow: str  # target
    way: str  # how: silent, drips, busy
    reached: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    server: LoopbackServer = field(init=False)

    def __post_init__(self) -> None:
        self.server = LoopbackServer(self.answer)

    def answer(self, request: Request) -> Response:
        if request.target != self.slow or self.over.is_set():
            return self.at_once(request)
        self.reached.set()
        if self.way == "silent":
            self.over.wait(60)
            return self.at_once(request)
        if self.way == "drips":
            return Response(200, HTML, PAGE, drip=repeat(b"<p>More of it.</p>", 2000), drip_seconds=0.02)
        return Response(503, (("Retry-After", "30"),))

    def at_once(self, request: Request) -> Response:
        if request.target == "/robots.txt":
            return Response(404)
        return Response(200, HTML, b'<a href="/news/1">One</a>' if request.target == "/" else PAGE)


def serve(slow: str, way: str) -> Iterator[Site]:
    site = Site(slow, way)
    yield site
    site.over.set()
    site.server.close()


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    yield from serve(*request.param)


def crawl(
    path: Path, site: Site, *, now: datetime = NOW, stop: Stop | None = None, budget: Budget = Budget()
) -> Report:  # fmt: skip
    # The hour of a budget is over when the slow place is reached.
    clock = Clock(lambda: now, lambda: time.monotonic() + 3600 * site.reached.is_set())
    source = parse_source(SOURCE, "slow.toml", least_delay=timedelta(0))
    with (
        Archive(path, create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve={"slow.example": site.server.origin}, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        return Crawl(archive, [source], fetcher, clock=clock, stop=stop, budget=budget).run()


SLOW = [("/news/1", "silent"), ("/news/1", "drips"), ("/news/1", "busy"), ("/", "silent"), ("/robots.txt", "silent")]


@pytest.mark.parametrize("site", SLOW, indirect=True, ids=" ".join)
@pytest.mark.parametrize("by", ["signal", "time"])
def test_what_a_stopped_run_gives_up_is_due_as_it_was(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr(run, "GRACE_S", 0.1)
    path, stop = tmp_path / "a.db", Stop()
    asker = threading.Thread(target=lambda: site.reached.wait(30) and stop.ask())
    if by == "signal":
        asker.start()
        report = crawl(path, site, stop=stop)
        asker.join()
    else:
        report = crawl(path, site, budget=AN_HOUR)
    given_up = f"https://slow.example{site.slow if site.slow != '/robots.txt' else '/'}"
    assert site.reached.is_set()
    assert report.sources[0].outcome == ("interrupted" if by == "signal" else "budget")
    assert not report.needs_attention
    assert rows(path, "select state, fails, checks, outcome from urls where url = ?", given_up) == [
        ("queued", 0, 0, None)
    ]
    assert rows(path, "select count(*) from failures") == [(0,)]
    site.over.set()
    assert crawl(path, site, now=NOW + timedelta(hours=1)).sources[0].outcome == "finished"
    assert rows(path, "select count(*) from statements") == [(1,)]


@pytest.mark.parametrize("site", [("/news/1", "silent")], indirect=True)
def test_a_request_that_was_given_up_stands_in_the_log(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "GRACE_S", 0.1)
    crawl(tmp_path / "a.db", site, budget=AN_HOUR)
    with Archive(tmp_path / "a.db", readonly=True) as archive:
        logged = [(line["url"], line["status"]) for line in archive.requests.lines()]
    assert ("https://slow.example/news/1", None) in logged
    assert len(logged) == len(site.server.requests) + 1  # that one was never answered


@pytest.mark.parametrize("site", [("/news/1", "silent")], indirect=True)
def test_a_second_signal_ends_at_once(site: Site, tmp_path: Path) -> None:
    (tmp_path / "slow.toml").write_text(SOURCE)
    command = [sys.executable, "-m", "scraper", "crawl", "--archive", str(tmp_path / "a.db"), "--source-file",
               str(tmp_path / "slow.toml"), "--resolve", f"slow.example={site.server.origin}"]  # fmt: skip
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert site.reached.wait(60)
        os.kill(child.pid, signal.SIGTERM)
        time.sleep(2 * run.IDLE_S)  # signals that come together are one
        os.kill(child.pid, signal.SIGTERM)
        _, err = child.communicate(timeout=run.GRACE_S - 1)
    finally:
        child.kill()
        child.communicate()
    assert child.returncode == 130, err
    assert b"Traceback" not in err
    assert rows(tmp_path / "a.db", "select outcome from runs") == [("interrupted",)]
    assert rows(tmp_path / "a.db", "select state, fails from urls where url like '%/news/1'") == [("queued", 0)]
