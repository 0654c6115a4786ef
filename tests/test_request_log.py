"""The request log against the server's own: every request on the wire is in it, with what it was and how it was spaced."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from scraper.archive.frontier import NewUrl
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.cli import main
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.demo.site import FixtureSite
from scraper.imports import import_captures
from scraper.model import Capture, Failure, FailureKind
from scraper.run import Crawl
from tests.clock import NOW
from tests.crawling import crawl as crawl_fixtures

SOURCE = """
hosts = ["www.logged.example", "b.logged.example"]
seeds = ["https://www.logged.example/news"]
statement = ['^/news/.']
crawl_delay = 0.2
"""
ROBOTS = b"User-agent: *\nDisallow: /private/\n"
PAGE = "<title>{0}</title><h1>{0}</h1><p>" + "The delegation spoke of {0} at length. " * 9
LINKS = "".join(
    f'<p><a href="/news/{name}">Statement {name}</a>'
    for name in ("plain", "busy", "moved", "abroad", "barred", "absent", "hasty")
)


class Site:
    """One listing and a statement for each thing that can happen on the way to a page."""

    def __init__(self) -> None:
        self.busy = [Response(503), Response(500)]
        self.server = LoopbackServer(self.answer)

    def answer(self, request: Request) -> Response:
        match request.target:
            case "/robots.txt":
                return Response(200, (), ROBOTS)
            case "/news":
                return Response(200, (("Content-Type", "text/html"),), LINKS.encode())
            case "/news/busy" if self.busy:
                return self.busy.pop(0)
            case "/news/moved":
                return Response(301, (("Location", "/news/moved-here"),))
            case "/news/abroad":
                return Response(302, (("Location", "https://b.logged.example/news/abroad-here"),))
            case "/news/barred":
                return Response(302, (("Location", "/private/page"),))
            case "/news/absent":
                return Response(404, (), b"no such page")
            case "/news/hasty":
                return Response(200, (("Content-Type", "image/png"),), b"\x89PNG")
        return Response(200, (("Content-Type", "text/html"),), PAGE.format(request.target).encode())

    @property
    def asked(self) -> Counter[tuple[str, int]]:
        return Counter((f"https://{one.host}{one.path}", one.status) for one in self.server.requests)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.close()


def crawl(path: Path, site: Site, later: timedelta = timedelta(0)) -> None:
    clock = Clock.starting_at(NOW + later)
    names = ("www.logged.example", "b.logged.example")
    with (
        Archive(path, create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve=dict.fromkeys(names, site.server.origin), now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        Crawl(archive, [parse_source(SOURCE, "logged.toml", least_delay=timedelta(0))], fetcher, clock=clock).run()


def log(path: Path, *options: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["report", "--archive", str(path), "--json", *options]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_every_request_that_the_server_saw_is_in_the_log_and_no_other(site, tmp_path: Path, capsys) -> None:
    path = tmp_path / "a.db"
    crawl(path, site)
    rows = log(path, "--requests", capsys=capsys)
    assert Counter((row["url"], row["status"]) for row in rows) == site.asked
    assert {row["url"] for row in rows if row["outcome"] == "rules"} == {
        "https://www.logged.example/robots.txt",
        "https://b.logged.example/robots.txt",
    }
    busy = [(row["outcome"], row["status"], row["try"]) for row in rows if row["url"].endswith("/busy")]
    assert busy == [("retried", 503, 1), ("retried", 500, 2), ("new", 200, 3)]


def test_the_log_of_a_whole_site_is_the_servers(tmp_path: Path, capsys) -> None:
    """Claims, copies and aliases among it, for which answers are read a second time and nothing is asked."""
    path = tmp_path / "a.db"
    with FixtureSite(at="T0", crawl_delay=0) as whole:
        crawl_fixtures(path, whole)
        seen = Counter((f"https://{one.host}{one.path}", one.status) for one in whole.requests)
    assert Counter((row["url"], row["status"]) for row in log(path, "--requests", capsys=capsys)) == seen


def test_every_line_says_when_how_much_and_how_long_the_host_had_been_left_alone(site, tmp_path, capsys) -> None:
    path = tmp_path / "a.db"
    crawl(path, site)
    rows = log(path, "--requests", capsys=capsys)
    assert all(row["sent"].startswith("2026-03-02T05:3") and row["bytes"] > 0 for row in rows)
    first = {row["url"] for row in rows if row["wait_s"] is None}
    assert first == {"https://www.logged.example/robots.txt", "https://b.logged.example/robots.txt"}
    assert min(row["wait_s"] for row in rows if row["wait_s"] is not None) >= 0.2
    absent = next(row for row in rows if row["status"] == 404)
    assert absent["why"]


def test_the_log_is_summed_up_for_each_host(site, tmp_path: Path, capsys) -> None:
    path = tmp_path / "a.db"
    crawl(path, site)
    hosts = {row["host"]: row for row in log(path, "--hosts", capsys=capsys)}
    seen = Counter(one.host for one in site.server.requests)
    assert {name: row["requests"] for name, row in hosts.items()} == seen
    assert all(row["closest_s"] >= row["delay_s"] == 0.2 for row in hosts.values())
    assert hosts["www.logged.example"]["errors"] == 2


def test_a_second_run_says_what_it_asked_and_reads_robots_txt_once_a_day(site, tmp_path: Path, capsys) -> None:
    path = tmp_path / "a.db"
    crawl(path, site)
    crawl(path, site, timedelta(hours=3))
    rows = log(path, "--requests", capsys=capsys)
    assert Counter((row["url"], row["status"]) for row in rows) == site.asked
    assert sum(row["url"].endswith("/robots.txt") for row in rows) == 2
    assert {row["sent"][:13] for row in log(path, "--requests", "--since", "2026-03-02T08:00", capsys=capsys)} == {
        "2026-03-02T08"
    }


def test_the_file_itself_says_what_stands_in_a_line(site, tmp_path: Path) -> None:
    """Every key of `detail` and every outcome that a crawl writes is named in the column's description."""
    path = tmp_path / "a.db"
    crawl(path, site)
    with FixtureSite(at="T0", crawl_delay=0) as whole:
        crawl_fixtures(tmp_path / "b.db", whole)
    keys, outcomes, told = set(), set(), {}
    for file in (path, tmp_path / "b.db"):
        with Archive(file, readonly=True) as archive:
            keys |= {row["key"] for row in archive.rows("select key from visits, json_each(detail)")}
            outcomes |= {row["outcome"] for row in archive.rows("select outcome from visits")}
            columns = archive.rows("select column_name, description from descriptions where table_name = 'visits'")
            told = {row["column_name"]: row["description"] for row in columns}
    assert {"sent", "apart_s", "bytes", "url", "host", "why", "request"} == keys
    assert [key for key in keys if not re.search(rf"\b{key}\b", told["detail"])] == []
    named = set(re.findall(r"[a-z-]+", told["outcome"])) | set(get_args(FailureKind))
    assert outcomes - named == set()


def test_second_tries_say_nothing_of_a_page(site, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    crawl(path, site)
    with Archive(path, readonly=True) as archive:
        entry = archive.frontier.get("https://www.logged.example/news/busy")
        assert entry is not None
        assert [visit.outcome for visit in archive.facts.visits(entry.id)] == ["new"]


def test_what_others_saved_was_not_asked_by_us(site, tmp_path: Path, capsys) -> None:
    path = tmp_path / "a.db"
    crawl(path, site)
    before = log(path, "--requests", capsys=capsys)
    saved = Capture("https://www.logged.example/news/older", NOW - timedelta(days=900), 200,
                    (("Content-Type", "text/html"),), PAGE.format("older").encode())  # fmt: skip
    with Archive(path) as archive, archive.only_writer():
        source = parse_source(SOURCE, "logged.toml", least_delay=timedelta(0))
        assert import_captures(archive, [source], [saved], Clock.starting_at(NOW)).captures == 1
    assert log(path, "--requests", capsys=capsys) == before


def test_lines_of_earlier_releases_are_read_as_they_were_written(site, tmp_path: Path, capsys) -> None:
    path = tmp_path / "a.db"
    crawl(path, site)
    with Archive(path) as archive, archive.writing():
        archive.db.execute("update visits set detail = 'HTTP 404' where http_status = 404")
    (row,) = [row for row in log(path, "--requests", capsys=capsys) if row["status"] == 404]
    assert (row["why"], row["wait_s"], row["bytes"]) == ("HTTP 404", None, None)


def test_a_reason_that_no_text_can_hold_is_kept_as_far_as_one_can(tmp_path: Path) -> None:
    failure = Failure("https://a.example/x", NOW, "http", "half \ud800 and \x00 nothing")
    with Archive(tmp_path / "a.db", create=True) as archive:
        with archive.writing():
            new = NewUrl(failure.url, "a", "a.example", "statement", "link")
            url_id, _ = archive.frontier.add(new, as_text(NOW))
            archive.requests.add(archive.frontier.by_id(url_id), None, failure, "http", why=failure.message)
            archive.facts.add_failure(failure, source="a", url_id=url_id, run_id=None)
        assert archive.rows("select json_extract(detail, '$.why') as why from visits") == [
            {"why": "half \ufffd and  nothing"}
        ]
        assert archive.rows("select message from failures") == [{"message": "half \ufffd and  nothing"}]
