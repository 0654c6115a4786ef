"""Sources behind publishers' interfaces, from the crawl to the archive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.check import check_source
from scraper.clock import Clock
from scraper.config import catalogue, parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.site import FixtureSite
from scraper.imports import import_captures
from scraper.model import Capture
from scraper.reread import rereader
from scraper.run import Crawl, Report
from tests.crawling import rows
from tests.interfaces import NOW, SOURCES, expected, source_of


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Report], FixtureSite]]:
    """Two runs over the four interfaces, the second a day later."""
    path = tmp_path_factory.mktemp("adapters") / "archive.db"
    sources = [
        parse_source(f"{text}\ncrawl_delay = 0", f"{name}.toml", least_delay=timedelta(0))
        for name, text in SOURCES.items()
    ]
    reports = []
    with FixtureSite() as site:
        for now in (NOW, NOW + timedelta(days=1)):
            clock = Clock.starting_at(now)
            with (
                Archive(path, create=True) as archive,
                archive.only_writer(),
                Fetcher(resolve=site.resolve, now=clock.now, sleep=clock.sleep) as fetcher,
            ):
                archive.claim_for("demo", clock.now())
                reports.append(Crawl(archive, sources, fetcher, clock=clock).run())
        yield path, reports, site


def test_statements_keep_their_public_addresses_and_say_that_an_interface_dated_them(crawled) -> None:
    path, _, _ = crawled
    wanted = {
        (name, str(one["url"]), str(one["published"]["on"]), "api")
        for name in SOURCES
        for one in expected(name)
        if not one.get("withdrawn")
    }
    assert set(rows(path, "select source, url, published, published_source from statements")) == wanted


def test_captures_are_the_interfaces_own_bytes_at_its_own_addresses(crawled) -> None:
    path, _, _ = crawled
    found = rows(
        path, "select c.url, c.id from captures c join documents d on d.capture_id = c.id where d.source = 'govuk'"
    )
    with Archive(path, readonly=True) as archive:
        for url, number in found:
            assert url.startswith("https://govuk.example/api/content/government/")
            assert json.loads(archive.facts.capture(number).body)["details"]["change_history"]


def test_a_second_run_over_interfaces_changes_nothing(crawled) -> None:
    _, (first, second), _ = crawled
    assert sum(one.tally.new for one in first.sources) > 0
    for one in second.sources:
        assert (one.tally.new, one.tally.revised, one.tally.gone, one.tally.failed, one.tally.problems) == (
            0,
            0,
            0,
            0,
            [],
        )


def test_stored_answers_are_read_again_as_they_were(crawled) -> None:
    path, _, _ = crawled
    with Archive(path, readonly=True) as archive:
        read = rereader(archive)
        assert rows(path, "select 1 from statements")
        assert archive.verify(reread=read) == []


def test_what_is_asked_of_an_interface_goes_to_the_host_that_has_it(crawled) -> None:
    path, _, site = crawled
    asked = {request.host for request in site.requests}
    assert "api.reliefweb.example" in asked
    assert "reliefweb.example" not in asked
    assert set(rows(path, "select distinct host from urls where source = 'reliefweb'")) == {("api.reliefweb.example",)}


@pytest.mark.parametrize("name", SOURCES)
def test_a_check_reads_one_document_through_its_interface(name: str) -> None:
    source = parse_source(f"{SOURCES[name]}\ncrawl_delay = 0", f"{name}.toml", least_delay=timedelta(0))
    clock = Clock.starting_at(NOW)
    with FixtureSite() as site, Fetcher(resolve=site.resolve, now=clock.now, sleep=clock.sleep) as fetcher:
        report = check_source(source, fetcher, clock)
    assert [step.message for step in report.steps if not step.works] == []
    assert report.statement is not None
    assert report.statement.sources["published"] == "api"


def test_a_check_says_what_an_interface_lacks() -> None:
    clock = Clock.starting_at(NOW)
    with FixtureSite() as site, Fetcher(resolve=site.resolve, now=clock.now, sleep=clock.sleep) as fetcher:
        report = check_source(catalogue()["reliefweb"], fetcher, clock)
    assert not report.works
    assert any("appname" in step.message for step in report.steps if not step.works)
    assert site.requests == []


def govuk_item(body: str, notes: list[tuple[str, str]]) -> bytes:
    """A content item as gov.uk's interface gives it."""
    path = "/government/news/new-rules-for-ferries"
    history = [{"public_timestamp": at, "note": note} for at, note in notes]
    details = {"body": body, "change_history": history}
    times = {"first_published_at": notes[-1][0], "public_updated_at": notes[0][0]}
    return json.dumps(
        {"base_path": path, "title": "New rules for ferries", "locale": "en", "details": details} | times
    ).encode()


def test_a_revision_is_recorded_with_the_publishers_own_note(tmp_path: Path) -> None:
    text = "<p>Ferry operators will have to publish how long passengers wait for help, under rules laid before Parliament.</p>"
    rules = f"{text}<p>The rules apply from 1 {{month}} to all routes of more than one hour between ports of the country.</p>"
    first = ("2026-01-05T09:00:00Z", "First published.")
    second = ("2026-01-07T09:00:00Z", "Corrected the month from which the rules apply.")
    url = "https://govuk.example/api/content/government/news/new-rules-for-ferries"
    head = (("Content-Type", "application/json"),)
    arrivals = [
        Capture(url, datetime(2026, 1, 6, tzinfo=UTC), 200, head, govuk_item(rules.format(month="September"), [first])),
        Capture(
            url, datetime(2026, 1, 8, tzinfo=UTC), 200, head, govuk_item(rules.format(month="October"), [second, first])
        ),
    ]
    with Archive(tmp_path / "archive.db", create=True) as archive, archive.only_writer():
        archive.claim_for("real", NOW)
        import_captures(archive, [source_of("govuk")], arrivals, Clock.starting_at(NOW))
        events = archive.db.execute("select what, detail from events order by id").fetchall()
    assert events[-1] == ("revised", "text (publisher: Corrected the month from which the rules apply.)")
