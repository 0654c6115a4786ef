"""What only shows after many runs: changes that wait for a person, lists that vanish, moves that nobody saw happen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.report import after_a_run
from scraper.reread import accept_held
from scraper.run import Crawl, SourceReport
from tests.clock import NOW
from tests.crawling import rows

SOURCE = parse_source(
    """
hosts = ["long.example"]
seeds = ["https://long.example/news"]
feeds = ["https://long.example/feed"]
statement = ['^/news/.']
crawl_delay = 0
""",
    "long.toml",
    least_delay=timedelta(0),
)
DAY = timedelta(days=1)
HTML = (("Content-Type", "text/html"),)


class Site:
    """Eight statements, each with a text of its own, a listing and a feed."""

    def __init__(self) -> None:
        self.texts = {f"/news/{n}": f"Delegation {n} spoke at length of subject {n}. " * 20 for n in range(8)}
        self.added: dict[str, str] = {}  # what is printed below a text
        self.moved: dict[str, str] = {}
        self.lists = {"/news", "/feed"}
        self.server = LoopbackServer(self.answer)

    def answer(self, request: Request) -> Response:
        if (target := request.target) in self.moved:
            return Response(301, (("Location", self.moved[target]),))
        if target == "/news" and target in self.lists:
            return Response(200, HTML, "".join(f'<p><a href="{url}">Title {url}</a>' for url in self.texts).encode())
        if target == "/feed" and target in self.lists:
            items = "".join(f"<item><link>https://long.example{url}</link></item>" for url in self.texts)
            return Response(200, (("Content-Type", "application/rss+xml"),), f"<rss><channel>{items}".encode())
        if target not in self.texts:
            return Response(404, HTML)
        number = target.rpartition("/")[2].partition("-")[0]
        date = f"1{number} February 2026"
        text = (
            f"<title>Title {number}</title><h1>Title {number}</h1><p class=date>{date}</p><p>{self.texts[target]}</p>"
        )
        text += f"<p>{self.added.get(target, '')}</p>"
        return Response(200, HTML, text.encode())

    def asked(self, first: int) -> list[str]:
        return [one.path for one in self.server.requests[first:] if one.path.startswith("/news/")]


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.close()


def crawl(path: Path, site: Site, days: float) -> tuple[SourceReport, set[str]]:
    """One run so many days later; its report, and what else a person is told to look at."""
    clock = Clock.starting_at(NOW + days * DAY)
    with (
        Archive(path, create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve={"long.example": site.server.origin}, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        (report,) = Crawl(archive, [SOURCE], fetcher, clock=clock).run().sources
        return report, {concern.problem for concern in after_a_run(archive, clock.now(), ["long"])}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def redesign(path: Path, site: Site) -> None:
    """A crawl, and a second one in which all texts have changed alike."""
    crawl(path, site, 0)
    site.added = dict.fromkeys(
        site.texts, "This page was made with the new system, and says so in a sentence of its own."
    )
    assert crawl(path, site, 10)[0].tally.held == len(site.texts)


def test_what_is_held_back_is_no_change_when_it_is_seen_again(site: Site, path: Path) -> None:
    redesign(path, site)
    report, concerns = crawl(path, site, 30)
    assert (report.tally.held, report.tally.revised, report.tally.unchanged) == (0, 0, len(site.texts))
    assert report.tally.problems == []
    assert concerns == {"held"}  # a person has not decided yet
    first_seen = {(NOW + 10 * DAY).date().isoformat()}
    assert {
        day for (day,) in rows(path, "select substr(seen_from, 1, 10) from versions where state = 'held'")
    } == first_seen


def test_what_is_held_back_keeps_no_edit_from_being_recorded(site: Site, path: Path) -> None:
    """Before, every edit was held as well as long as the held pages were most of those looked at."""
    redesign(path, site)
    site.added["/news/3"] += " The minister has since resigned, which she had announced before."
    report, _ = crawl(path, site, 30)
    assert (report.tally.held, report.tally.revised) == (0, 1)
    assert rows(path, "select url from documents where revision_count > 1") == [("https://long.example/news/3",)]


def test_what_is_held_back_is_looked_at_no_sooner_than_anything_else(site: Site, path: Path) -> None:
    redesign(path, site)
    crawl(path, site, 13)
    first = len(site.server.requests)
    crawl(path, site, 14)
    assert site.asked(first) == []


def test_what_is_accepted_changed_when_it_was_first_seen(site: Site, path: Path) -> None:
    redesign(path, site)
    crawl(path, site, 30)
    with Archive(path) as archive, archive.only_writer():
        accept_held(archive, SOURCE, Clock.starting_at(NOW + 31 * DAY))
    assert {day for (day,) in rows(path, "select substr(changed_at, 1, 10) from documents")} == {
        (NOW + 10 * DAY).date().isoformat()
    }
    assert crawl(path, site, 60)[1] - {"quiet"} == set()


@pytest.mark.parametrize("gone", ["/feed", "/news"])
def test_a_list_that_is_no_longer_there_is_said_although_another_names_the_same(
    site: Site, path: Path, gone: str
) -> None:
    assert crawl(path, site, 0)[0].tally.problems == []
    site.lists.discard(gone)
    (problem,) = crawl(path, site, 1)[0].tally.problems
    assert problem.startswith(f"https://long.example{gone}: HTTP 404")


def test_a_list_that_never_was_there_is_a_note(site: Site, path: Path) -> None:
    site.lists.discard("/feed")
    tally = crawl(path, site, 0)[0].tally
    assert tally.problems == []
    assert any("/feed: HTTP 404" in note and "correct the source file" in note for note in tally.notes)


def test_a_list_that_leads_to_one_without_statements_is_said(site: Site, path: Path) -> None:
    """A new system: `/news` leads to `/releases`, whose items have addresses that the source file does not know."""
    crawl(path, site, 0)
    site.texts["/releases"] = '<a href="/releases/one.html">One</a>'
    site.moved["/news"] = "/releases"
    (problem,) = crawl(path, site, 1)[0].tally.problems
    assert problem.startswith(
        "https://long.example/news (leads to https://long.example/releases now): names no statement"
    )


def move(site: Site, number: int, text: str) -> None:
    """One statement moves and is edited on the way; the lists name only where it is now."""
    site.moved[f"/news/{number}"] = f"/news/{number}-new"
    site.texts[f"/news/{number}-new"] = site.texts.pop(f"/news/{number}") + text


def test_a_statement_that_moved_and_was_edited_before_the_next_look_is_one(site: Site, path: Path) -> None:
    crawl(path, site, 0)
    move(site, 3, "A sentence was added while it moved.")
    report, _ = crawl(path, site, 1)
    assert (report.tally.new, report.tally.moved, report.tally.revised) == (0, 1, 1)
    assert rows(path, "select url, status, revision_count from documents where title = 'Title 3'") == [
        ("https://long.example/news/3-new", "moved", 2)
    ]


def test_a_statement_with_the_title_and_day_of_another_is_one_of_its_own(site: Site, path: Path) -> None:
    """The other is asked, and answers itself."""
    crawl(path, site, 0)
    site.texts["/news/3-other"] = "Something else was said under the same title on the same day. " * 15
    report, _ = crawl(path, site, 1)
    assert (report.tally.new, report.tally.moved) == (1, 0)
    assert rows(path, "select count(*), min(status), max(status) from documents where title = 'Title 3'") == [
        (2, "live", "live")
    ]


def test_a_statement_that_leads_to_another_one_has_moved(site: Site, path: Path) -> None:
    """Both were archived before: they stay two, and the one that leads away is not said to be up."""
    crawl(path, site, 0)
    site.moved["/news/3"] = "/news/4"
    site.texts.pop("/news/3")
    crawl(path, site, 10)
    assert rows(path, "select status, status_reason from documents where url like '%/3'") == [
        ("moved", "HTTP 301 to https://long.example/news/4, a statement of its own")
    ]
    assert rows(path, "select detail from events where what = 'moved'") == [
        ("to https://long.example/news/4 (HTTP 301)",)
    ]
