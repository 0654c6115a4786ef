"""Which statement a page is: what it claims, what it repeats, and where redirects lead; each believed only as far as it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.run import Crawl
from tests.clock import NOW
from tests.crawling import rows

FRONT = "https://same.example"
SOURCE = parse_source(
    'hosts = ["same.example"]\nseeds = ["https://same.example/"]\nstatement = ["^/news/."]\ncrawl_delay = 0',
    "same.toml",
    least_delay=timedelta(0),
)


def page(what: str, *, canonical: str = "", title: str = "", day: str = "") -> str:
    """A statement about *what*."""
    link = f'<link rel="canonical" href="{FRONT}{canonical}">' if canonical else ""
    date = f'<time datetime="{day}T09:00:00Z">{day}</time>' if day else ""
    return f"<head><title>{title or what}</title>{link}</head><h1>{title or what}</h1>{date}<p>" + (
        f"The delegates spoke about {what} at length, and agreed upon what is to be done. " * 8
    )


@dataclass
class Site:
    """Pages, redirects and a home page that links to the *listed*; whatever is absent answers 404."""

    pages: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, tuple[int, str]] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        headers = (("Content-Type", "text/html"),)
        if request.target == "/":
            links = "".join(f'<p><a href="{url}">What was said at {url}</a></p>' for url in self.listed)
            return Response(200, headers, f"<title>Home</title>{links}".encode())
        if request.target in self.redirects:
            status, to = self.redirects[request.target]
            return Response(status, (("Location", to),))
        found = self.pages.get(request.target)
        return Response(200, headers, found.encode()) if found else Response(404)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def server(site: Site) -> Iterator[LoopbackServer]:
    with LoopbackServer(site.answer) as running:
        yield running


def crawl(folder: Path, server: LoopbackServer, *days: int) -> None:
    """One run on each of these days after the first."""
    for day in days or (0,):
        clock = Clock.starting_at(NOW + timedelta(days=day))
        with (
            Archive(folder / "a.db", create=True) as archive,
            archive.only_writer(),
            Fetcher(resolve={"same.example": server.origin}, now=clock.now, sleep=clock.sleep) as fetcher,
        ):
            Crawl(archive, [SOURCE], fetcher, clock=clock).run()


def known(folder: Path) -> dict[str, set[str]]:
    """Every statement's path, and its other ones."""
    found = rows(folder / "a.db", "select d.url, a.url from documents d left join aliases a on a.statement_id = d.id")
    paths: dict[str, set[str]] = {}
    for url, alias in found:
        paths.setdefault(url.removeprefix(FRONT), set()).update({alias.removeprefix(FRONT)} if alias else ())
    return paths


def events(folder: Path) -> list[str]:
    return [what for (what,) in rows(folder / "a.db", "select what from events where what <> 'new' order by id")]


# --- claims -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("listed", [["/news/a", "/news/a-print"], ["/news/a-print", "/news/a"], ["/news/a-print"]])
def test_a_page_is_the_one_it_claims_to_be_if_that_has_its_words(site, server, tmp_path, listed) -> None:
    site.pages = {"/news/a": page("rice"), "/news/a-print": page("rice", canonical="/news/a", title="Print: rice")}
    site.listed = listed
    crawl(tmp_path, server)
    assert known(tmp_path) == {"/news/a": {"/news/a-print"}}


@pytest.mark.parametrize(
    "claimed",
    [
        pytest.param(page("wheat"), id="has other words"),
        pytest.param(None, id="is not there"),
    ],
)
@pytest.mark.parametrize("listed", [["/news/a", "/news/b"], ["/news/b", "/news/a"]])
def test_a_claim_that_is_not_true_is_not_believed(site, server, tmp_path, listed, claimed) -> None:
    site.pages = {"/news/b": page("rice", canonical="/news/a")} | ({"/news/a": claimed} if claimed else {})
    site.listed = listed
    crawl(tmp_path, server)
    assert known(tmp_path) == {"/news/b": set()} | ({"/news/a": set()} if claimed else {})


# --- the same words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        pytest.param({}, {}, True, id="the same"),
        pytest.param({"day": "2024-05-03"}, {}, True, id="one of them dated"),
        pytest.param({"day": "2024-05-03"}, {"day": "2024-05-03"}, True, id="of one day"),
        pytest.param({"day": "2024-05-03"}, {"day": "2025-05-03"}, False, id="of two days"),
        pytest.param({}, {"title": "Rice, once more"}, False, id="under another title"),
    ],
)
def test_a_page_with_the_words_of_another_is_it_if_nothing_speaks_against_it(
    site, server, tmp_path, one, other, together
) -> None:
    site.pages = {"/news/a": page("rice", **one), "/news/b": page("rice", **other)}
    site.listed = ["/news/a", "/news/b"]
    crawl(tmp_path, server)
    assert known(tmp_path) == ({"/news/a": {"/news/b"}} if together else {"/news/a": set(), "/news/b": set()})


def test_few_words_say_nothing_about_identity(site, server, tmp_path) -> None:
    few = "<title>Note</title><h1>Note</h1><p>The office is closed today, and opens again on Monday morning.</p>"
    site.pages = dict.fromkeys(("/news/a", "/news/b"), few)
    site.listed = ["/news/a", "/news/b"]
    crawl(tmp_path, server)
    assert set(known(tmp_path)) == {"/news/a", "/news/b"}


def test_the_words_of_a_page_that_is_gone_are_that_statement_at_a_new_place(site, server, tmp_path) -> None:
    site.pages, site.listed = {"/news/a": page("rice")}, ["/news/a"]
    crawl(tmp_path, server)
    site.pages, site.listed = {"/news/b": page("rice")}, ["/news/b"]
    crawl(tmp_path, server, 10)
    assert known(tmp_path) == {"/news/b": {"/news/a"}}
    assert events(tmp_path)[-1] == "moved"


# --- redirects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        pytest.param(301, {"/news/b": {"/news/a"}}, id="for good"),
        pytest.param(308, {"/news/b": {"/news/a"}}, id="for good, the same method"),
        pytest.param(302, {"/news/a": {"/news/b"}}, id="for now"),
        pytest.param(307, {"/news/a": {"/news/b"}}, id="for now, the same method"),
    ],
)
def test_a_statement_that_redirects_has_moved_only_if_that_is_for_good(site, server, tmp_path, status, becomes) -> None:
    site.pages, site.listed = {"/news/a": page("rice")}, ["/news/a"]
    crawl(tmp_path, server)
    site.pages, site.redirects = {"/news/b": page("rice")}, {"/news/a": (status, "/news/b")}
    crawl(tmp_path, server, 10)
    assert known(tmp_path) == becomes
    assert ("moved" in events(tmp_path)) is (status in {301, 308})


@pytest.mark.parametrize("status", [301, 302])
def test_an_address_that_leads_to_a_known_statement_is_another_one_of_it(site, server, tmp_path, status) -> None:
    site.pages, site.redirects = {"/news/a": page("rice")}, {"/news/short": (status, "/news/a")}
    site.listed = ["/news/a"]
    crawl(tmp_path, server)
    site.listed = ["/news/a", "/news/short"]
    crawl(tmp_path, server, 10)
    assert known(tmp_path) == {"/news/a": {"/news/short"}}
    assert events(tmp_path) == []


@pytest.mark.parametrize("to", ["/", "/about"])
def test_a_statement_that_leads_to_no_statement_is_missing(site, server, tmp_path, to) -> None:
    site.pages, site.listed = {"/news/a": page("rice"), "/about": page("us")}, ["/news/a"]
    crawl(tmp_path, server)
    site.redirects = {"/news/a": (302, to)}
    crawl(tmp_path, server, 10)
    assert known(tmp_path) == {"/news/a": set()}
    assert rows(tmp_path / "a.db", "select status from statements") == [("error",)]
    assert events(tmp_path) == ["suspected"]
