"""Many texts of one source that change at once are a change of template: held back until a person says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import Source, parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.reread import accept_held, reextract
from scraper.run import Crawl, SourceReport
from tests.clock import NOW
from tests.crawling import rows

PAGES = 12
SOURCE = parse_source(
    'hosts = ["held.example"]\nseeds = ["https://held.example/"]\nstatement = ["^/news/."]\ncrawl_delay = 0',
    "held.toml",
    least_delay=timedelta(0),
)


def crawl(path: Path, edited: int, day: int) -> SourceReport:
    """A run on that day after the first, on which so many of the pages say something else."""

    def answer(request: Request) -> Response:
        if request.target == "/":
            body = "".join(f'<p><a href="/news/{n}">Statement number {n}</a></p>' for n in range(PAGES))
        elif request.target.startswith("/news/"):
            number = int(request.target.rpartition("/")[2])
            verb = "refused" if number < edited else "agreed"
            body = f"<title>Meeting {number}</title><h1>Meeting {number}</h1><p>" + (
                f"At meeting number {number} the delegates {verb} to lift the ban on rice and on wheat. " * 8
            )
        else:
            return Response(404)
        return Response(200, (("Content-Type", "text/html"),), body.encode())

    clock = Clock.starting_at(NOW + timedelta(days=day))
    with (
        LoopbackServer(answer) as server,
        Archive(path, create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve={"held.example": server.origin}, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        return Crawl(archive, [SOURCE], fetcher, clock=clock).run().sources[0]


def revised(path: Path) -> int:
    """Statements that say "refused" to whoever reads the archive, each with an event that says so."""
    ((texts,),) = rows(path, "select count(*) from statements where text like '%refused%' and revision_count = 2")
    ((events,),) = rows(path, "select count(*) from events where what = 'revised'")
    ((states,),) = rows(path, "select count(*) from revisions where number = 2")
    assert texts == events == states
    return int(texts)


def test_a_few_edits_are_recorded_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    crawl(path, 0, 0)
    report = crawl(path, 2, 30)
    assert (report.tally.revised, report.tally.held, report.tally.problems) == (2, 0, [])
    assert revised(path) == 2


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """An archive in which the change of all pages is held back."""
    path = tmp_path / "a.db"
    crawl(path, 0, 0)
    report = crawl(path, PAGES, 30)
    assert (report.tally.revised, report.tally.held) == (0, PAGES)
    assert "--accept-held" in report.tally.problems[0]
    return path


def test_what_is_held_back_is_no_revision(held: Path) -> None:
    assert revised(held) == 0
    with Archive(held, readonly=True) as archive:
        assert archive.verify() == []
        assert archive.search("refused").total == 0


def test_what_is_held_back_stays_so_while_the_pages_do(held: Path) -> None:
    report = crawl(held, PAGES, 90)
    assert report.tally.revised == 0
    assert revised(held) == 0
    with Archive(held) as archive:
        assert accept_held(archive, SOURCE, Clock.starting_at(NOW + timedelta(days=91))) == PAGES
    assert revised(held) == PAGES


def test_pages_that_say_again_what_they_said_leave_nothing_to_decide(held: Path) -> None:
    crawl(held, 0, 90)
    with Archive(held) as archive:
        assert accept_held(archive, SOURCE, Clock.starting_at(NOW + timedelta(days=91))) == 0
    assert revised(held) == 0


def accepted(archive: Archive, source: Source, clock: Clock) -> None:
    assert accept_held(archive, source, clock) == PAGES
    assert accept_held(archive, source, clock) == 0  # there is nothing left to accept


def read_again(archive: Archive, source: Source, clock: Clock) -> None:
    assert reextract(archive, source, clock, write=True).states_changed


@pytest.mark.parametrize("decide", [accepted, read_again])
def test_a_person_lets_them_pass(held: Path, decide: Callable[[Archive, Source, Clock], None]) -> None:
    with Archive(held) as archive:
        decide(archive, SOURCE, Clock.starting_at(NOW + timedelta(days=31)))
        assert archive.verify() == []
        assert archive.search("refused").total == PAGES
        assert archive.search("agreed").total == 0
    assert revised(held) == PAGES
