"""What a publisher is promised, proven from the server's own log.

No two requests to a host are closer than the longest of what the source file says, what robots.txt asks (Crawl-delay)
and what the server asks (Retry-After): pages, redirects, second tries and robots.txt itself, within a run, across runs,
after a kill, and however many processes are started on one archive. The archive is what processes share: two archives
know nothing of each other, so a host belongs into one of them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from wsgiref.handlers import format_date_time

import pytest

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.run import Crawl, Report
from tests.clock import NOW

ROOT = Path(__file__).parent.parent
HOST = "polite.example"
PAGE = "<html><title>{0}</title><h1>{0}</h1><p>" + "The delegation spoke about page {0} at length. " * 8 + "</p>"
SOURCE = """
hosts = ["polite.example"]
seeds = ["https://polite.example/news"]
statement = ['^/news/.']
crawl_delay = {delay}
"""


class Site:
    """A host with a listing of *pages* statements, whose answers can be scripted, on the time of day."""

    def __init__(self, pages: int, robots: str = "") -> None:
        self.pages = pages
        self.robots = robots
        self.scripted: dict[str, list[Response]] = {}
        self.slowness_s = 0.0
        self.server = LoopbackServer(self._answer, clock=time.time)

    def _answer(self, request: Request) -> Response:
        time.sleep(self.slowness_s)
        if script := self.scripted.get(request.target):
            return script.pop(0)
        if request.target == "/robots.txt":
            return Response(200, (), self.robots.encode())
        links = "".join(f'<p><a href="/news/{n}">Statement {n}</a></p>' for n in range(self.pages))
        text = links if request.target == "/news" else PAGE.format(request.target.rpartition("/")[2])
        return Response(200, (("Content-Type", "text/html"),), text.encode())

    @property
    def asked(self) -> list[str]:
        return [request.path for request in self.server.requests]

    @property
    def gaps(self) -> list[float]:
        """Seconds between one request and the next, whatever they asked for."""
        return [b - a for a, b in pairwise(sorted(request.at for request in self.server.requests))]

    def wait_for(self, requests: int) -> None:
        deadline = time.monotonic() + 60
        while len(self.server.requests) < requests and time.monotonic() < deadline:
            time.sleep(0.005)


@pytest.fixture
def site() -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(pages: int, robots: str = "") -> Site:
        made.append(Site(pages, robots))
        return made[-1]

    yield make
    for one in made:
        one.server.close()


def crawl(path: Path, site: Site, delay: float, now: datetime | None = None, *more: str) -> Report:
    """One run of one source, and of further source files in *more*."""
    clock = Clock.starting_at(now)
    sources = [
        parse_source(text, f"s{number}.toml", least_delay=timedelta(0))
        for number, text in enumerate([SOURCE.format(delay=delay), *more])
    ]
    with (
        Archive(path, create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve={HOST: site.server.origin}, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        return Crawl(archive, sources, fetcher, clock=clock).run()


def start(folder: Path, site: Site, delay: float, *options: str) -> subprocess.Popen[str]:
    """The same from the command line, in a process of its own."""
    (folder / "polite.toml").write_text(SOURCE.format(delay=delay))
    command = [sys.executable, "-m", "scraper", "crawl", "--archive", str(folder / "a.db"), "--source-file",
               str(folder / "polite.toml"), "--resolve", f"{HOST}={site.server.origin}", "--quiet", *options]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def run_to_end(folder: Path, site: Site, delay: float, *options: str) -> None:
    process = start(folder, site, delay, *options)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


def test_pages_redirects_second_tries_and_robots_txt_keep_the_distance(site, tmp_path: Path) -> None:
    polite = site(5)
    polite.scripted["/news/1"] = [Response(301, (("Location", "/news/moved"),))]
    polite.scripted["/news/2"] = [Response(503), Response(500)]
    polite.scripted["/news/3"] = [Response(404)]
    crawl(tmp_path / "a.db", polite, 0.25)
    assert sorted(polite.asked) == sorted(
        ["/robots.txt", "/news", *(f"/news/{n}" for n in range(5)), "/news/moved", "/news/2", "/news/2"]
    )
    assert min(polite.gaps) >= 0.25


def test_robots_txt_may_ask_for_more(site, tmp_path: Path) -> None:
    polite = site(3, "User-agent: *\nCrawl-delay: 0.6\n")
    crawl(tmp_path / "a.db", polite, 0.1)
    assert len(polite.gaps) == 4
    assert min(polite.gaps[1:]) >= 0.6  # the first one is how we learnt of it


def test_robots_txt_may_not_ask_for_less(site, tmp_path: Path) -> None:
    polite = site(3, "User-agent: *\nCrawl-delay: 0\n")
    crawl(tmp_path / "a.db", polite, 0.3)
    assert min(polite.gaps) >= 0.3


def test_two_sources_on_one_host_take_turns_at_the_longer_delay(site, tmp_path: Path) -> None:
    polite = site(4)
    hasty = SOURCE.format(delay=0.05).replace('"https://polite.example/news"', '"https://polite.example/other"')
    crawl(tmp_path / "a.db", polite, 0.3, None, hasty)
    assert "/other" in polite.asked
    assert min(polite.gaps) >= 0.3


def in_seconds() -> tuple[str, float]:
    return "2", time.time() + 2


def as_a_date() -> tuple[str, float]:
    moment = int(time.time()) + 3.0
    return format_date_time(moment), moment


@pytest.mark.parametrize("wish", [pytest.param(in_seconds, id="seconds"), pytest.param(as_a_date, id="date")])
def test_retry_after_pauses_the_whole_host(site, tmp_path: Path, wish: Callable[[], tuple[str, float]]) -> None:
    polite = site(4)
    until: list[float] = []

    def answer(request: Request) -> Response:
        if request.target != "/robots.txt" and not until:
            value, moment = wish()
            until.append(moment)
            return Response(429, (("Retry-After", value),))
        return polite._answer(request)

    with LoopbackServer(answer, clock=time.time) as server:
        polite.server.close()
        polite.server = server
        crawl(tmp_path / "a.db", polite, 0.05)
    refused = next(n for n, request in enumerate(server.requests) if request.status == 429)
    later = [request.at for request in server.requests[refused + 1 :]]
    assert len(later) == 5
    assert min(later) >= until[0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_retry_after_holds_across_runs(site, tmp_path: Path, status: int) -> None:
    polite, path = site(3), tmp_path / "a.db"
    polite.scripted["/news/0"] = [Response(status, (("Retry-After", "3600"),))]
    crawl(path, polite, 0.05, NOW)
    asked = polite.asked
    assert asked[-1] == "/news/0"  # the host's other pages were left alone as well
    quiet = crawl(path, polite, 0.05, NOW + timedelta(minutes=50))
    assert polite.asked == asked
    assert any("is left alone until 2026-03-02 06:30" in note for note in quiet.sources[0].tally.notes)
    crawl(path, polite, 0.05, NOW + timedelta(minutes=61))
    assert {f"/news/{n}" for n in range(3)} <= set(polite.asked[len(asked) :])


def test_the_distance_holds_across_runs(site, tmp_path: Path) -> None:
    polite = site(3)
    for _ in range(3):
        run_to_end(tmp_path, polite, 1.5, "--max-pages", "1")
    assert len(polite.gaps) == 3
    assert min(polite.gaps) >= 1.5


def test_the_distance_holds_after_a_kill(site, tmp_path: Path) -> None:
    polite = site(3)
    polite.scripted["/news/1"] = [Response(301, (("Location", "/news/moved"),))]
    for requests in (2, 4, 6):
        process = start(tmp_path, polite, 1.0)
        polite.wait_for(requests)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
    run_to_end(tmp_path, polite, 1.0)
    assert min(polite.gaps) >= 1.0


def test_three_processes_at_once_are_as_polite_as_one(site, tmp_path: Path) -> None:
    polite = site(8)
    processes = [start(tmp_path, polite, 0.4) for _ in range(3)]
    for process in processes:
        process.communicate(timeout=120)
    codes = [process.returncode for process in processes]
    assert 0 in codes
    assert set(codes) <= {0, 4}
    assert min(polite.gaps) >= 0.4
    assert {path: polite.asked.count(path) for path in polite.asked if path.startswith("/news/")} == {
        f"/news/{n}": 1 for n in range(8)
    }


def test_a_slow_server_is_given_more_time(site, tmp_path: Path) -> None:
    polite = site(1)
    polite.slowness_s = 1.1
    crawl(tmp_path / "a.db", polite, 0.05)
    assert len(polite.gaps) == 2
    assert min(polite.gaps) >= 1.1 + 2 * 1.1
