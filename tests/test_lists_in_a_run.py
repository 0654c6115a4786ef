"""Lists that a run finds or walks: sitemaps that robots.txt names, further pages of a listing, and where it stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.run import Crawl, SourceReport
from tests.clock import NOW
from tests.crawling import rows

FRONT = "https://lists.example"


def page(what: str, more: str = "") -> Response:
    text = f"<title>{what}</title><h1>{what}</h1>{more}<p>" + f"The delegates spoke about {what} at length. " * 9
    return Response(200, (("Content-Type", "text/html"),), text.encode())


def sitemap(*urls: str) -> Response:
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return Response(200, (("Content-Type", "application/xml"),), f"<urlset>{entries}</urlset>".encode())


def crawl(folder: Path, answer: Callable[[Request], Response], more: str = "") -> tuple[SourceReport, list[str]]:
    """A run; what it says and the host and path of everything that was asked."""
    toml = f'hosts = ["lists.example"]\nseeds = ["{FRONT}/news"]\nstatement = ["^/item/."]\ncrawl_delay = 0\n{more}'
    source = parse_source(toml, "lists.toml", least_delay=timedelta(0))
    clock = Clock.starting_at(NOW)
    with (
        LoopbackServer(answer) as server,
        Archive(folder / "a.db", create=True) as archive,
        archive.only_writer(),
        Fetcher(
            resolve=dict.fromkeys(("lists.example", "other.example"), server.origin), now=clock.now, sleep=clock.sleep
        ) as fetcher,
    ):
        report = Crawl(archive, [source], fetcher, clock=clock).run().sources[0]
        return report, [f"{asked.host}{asked.path}" for asked in server.requests]


def statements(folder: Path) -> set[str]:
    return {url.removeprefix(f"{FRONT}/item/") for (url,) in rows(folder / "a.db", "select url from documents")}


@pytest.mark.parametrize(
    ("robots", "found"),
    [
        pytest.param(f"Sitemap: {FRONT}/all.xml", {"listed", "mapped"}, id="its own"),
        pytest.param("Sitemap: https://other.example/all.xml", {"listed"}, id="another host's"),
        pytest.param(f"Sitemap: {FRONT}/all.xml\nUser-agent: *\nDisallow: /all.xml", {"listed"}, id="forbidden"),
    ],
)
def test_a_sitemap_that_robots_txt_names_is_used_if_it_is_the_sources_own(tmp_path: Path, robots, found) -> None:
    def answer(request: Request) -> Response:
        if request.target == "/robots.txt":
            return Response(200, (), robots.encode())
        if request.target == "/all.xml":
            return sitemap(f"{FRONT}/item/mapped")
        return page(request.target, '<a href="/item/listed">The item that is listed</a>')

    _, asked = crawl(tmp_path, answer)
    assert statements(tmp_path) == found
    assert not [one for one in asked if one.startswith("other.example")]
    assert ("lists.example/all.xml" in asked) is ("mapped" in found)


def test_a_listing_is_walked_as_far_as_the_source_file_says_and_the_rest_is_said(tmp_path: Path) -> None:
    def answer(request: Request) -> Response:
        if request.target == "/robots.txt":
            return Response(404)
        number = int(request.target.rpartition("=")[2]) if "page=" in request.target else 0
        links = (
            f'<a href="/item/{number}">Item number {number}</a><a rel="next" href="/news?page={number + 1}">Next</a>'
        )
        return page(request.target, links if request.target.startswith("/news") else "")

    report, _ = crawl(tmp_path, answer, "max_listing_pages = 4")
    assert statements(tmp_path) == {"0", "1", "2", "3", "4"}
    assert report.tally.problems == [f"{FRONT}/news?page=4: stopped after 4 listing pages (max_listing_pages)"]


def test_links_between_statements_are_followed_where_the_source_file_says_so(tmp_path: Path) -> None:
    def answer(request: Request) -> Response:
        if request.target == "/robots.txt":
            return Response(404)
        aside = "".join(f'<li><a href="/item/{name}">Read about {name}</a>' for name in ("one", "two", "one"))
        return page(request.target, f"<ul>{aside}</ul>" if request.target.startswith("/item") else
                    '<a href="/item/listed">The item that is listed</a>')  # fmt: skip

    for more, found in (("", {"listed"}), ("follow_links = true", {"listed", "one", "two"})):
        folder = tmp_path / (more or "none")
        folder.mkdir()
        crawl(folder, answer, more)
        assert statements(folder) == found
