"""The main job on the fixture site: what one run archives, what a second run finds, what survives a kill."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.crawler.fetch import Fetcher
from scraper.demo.site import FixtureSite
from scraper.run import Budget, Crawl, Report
from tests.crawling import SOURCES, crawl, end_state, rows

SEED = "https://www.iom.example/news/iom-statement-los-angeles-declaration-migration-and-protection"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report, FixtureSite]:
    path = tmp_path_factory.mktemp("demo") / "archive.db"
    with FixtureSite(at="T0", crawl_delay=0) as site:
        report = crawl(path, site)
        yield path, report, site


def titles(path: Path, query: str) -> set[str]:
    with Archive(path, readonly=True) as archive:
        return {hit.url for hit in archive.search(query, limit=100).hits}


def test_a_search_finds_what_speaks_of_it_and_not_what_lists_an_office_there(demo) -> None:
    path, _, _ = demo
    found = titles(path, "Zimbabwe")
    assert SEED not in found
    assert {
        url
        for (url,) in rows(path, "select url from statements where text like '%Zimbabwe%' or title like '%Zimbabwe%'")
    } == found
    assert len(found) >= 4
    with Archive(path, readonly=True) as archive:
        capture = archive.statement(SEED).capture_id
        assert b"Zimbabwe" in archive.facts.capture(capture).body


def test_the_seed_statement_is_seven_paragraphs_and_nothing_else(demo) -> None:
    path, _, _ = demo
    with Archive(path, readonly=True) as archive:
        seed = archive.statement(SEED)
    paragraphs = seed.text.split("\n\n")
    assert len(paragraphs) == 7
    assert paragraphs[0].startswith("Los Angeles – The International Organization for Migration (IOM) welcomes")
    assert paragraphs[-1].endswith("from paper to reality.")
    assert (seed.published, seed.published_source, seed.place, seed.language) == (
        "2022-06-10",
        "meta",
        "Los Angeles",
        "en",
    )
    assert {
        tag for (tag,) in rows(path, "select tag from tags where scheme = 'sdg' and statement_id = ?", seed.id)
    } == {"10", "16", "17"}


def test_what_is_out_of_scope_is_not_archived(demo) -> None:
    path, _, _ = demo
    urls = [url for (url,) in rows(path, "select url from documents")]
    for part in (
        "/blogs/",
        "/stories/",
        "/newsdesk/",
        "/aggregator/",
        "/calendar/",
        "?page=",
        "f%5B",
        "/node/",
        "mirror.example",
    ):
        assert not [url for url in urls if part in url], part


def test_formulaic_statements_stay_apart(demo) -> None:
    path, _, _ = demo
    found = rows(path, "select url, duplicate_of from documents where url like '%/statement-%director-general-%'")
    assert len(found) == 3
    assert {duplicate for _, duplicate in found} == {None}


def test_copies_are_linked_to_the_original_whichever_came_first(demo) -> None:
    path, _, _ = demo
    found = rows(path, "select d.url, o.url from documents d join documents o on o.id = d.duplicate_of")
    assert len(found) == 2
    assert all(
        copy.startswith("https://philippines.") and original.startswith("https://www.") for copy, original in found
    )


def test_documents_named_by_their_query_are_kept_apart(demo) -> None:
    path, _, _ = demo
    urls = {url for (url,) in rows(path, "select url from documents where source = 'oas-example'")}
    assert {
        "https://oas.example/press_release.asp?sCodigo=E-101/19",
        "https://oas.example/press_release.asp?sCodigo=E-102/19",
    } <= urls


def test_every_sighting_says_how_it_was_found(demo) -> None:
    path, _, _ = demo
    ways = {via for (via,) in rows(path, "select distinct discovered_via from sightings")}
    assert {"feed", "sitemap", "listing"} <= ways


def test_the_report_counts_what_the_archive_holds(demo) -> None:
    path, report, _ = demo
    new = sum(source.tally.new for source in report.sources)
    assert new == rows(path, "select count(*) from documents")[0][0]
    assert all(source.outcome == "finished" for source in report.sources)


def test_the_archive_proves_itself(demo) -> None:
    path, _, _ = demo
    with Archive(path, readonly=True) as archive:
        assert archive.verify() == []


def test_running_twice_equals_running_once(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with FixtureSite(at="T0", crawl_delay=0) as site:
        crawl(path, site)
        before = end_state(path)
        again = crawl(path, site)
    assert sum(source.tally.new + source.tally.revised + source.tally.gone for source in again.sources) == 0
    assert end_state(path) == before


def test_noise_makes_no_news(tmp_path: Path) -> None:
    """T1: every page differs in bytes, nothing in content."""
    path = tmp_path / "archive.db"
    with FixtureSite(at="T0", crawl_delay=0) as site:
        crawl(path, site)
        before = end_state(path)
        site.at = "T1"
        report = crawl(path, site)
        # A month later everything is due again, and asked without the help of validators too.
        with Archive(path) as archive, archive.writing():
            archive.db.execute("update urls set etag = null, last_modified = null")
        later = crawl(path, site, site.state.at + timedelta(days=30))
    for run in (report, later):
        tallies = [source.tally for source in run.sources]
        assert sum(t.new + t.revised + t.gone + t.held for t in tallies) == 0
    assert sum(source.tally.unchanged for source in later.sources) >= 40
    assert end_state(path) == before


def test_a_budget_stops_cleanly_and_the_next_run_continues(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole.db", tmp_path / "parts.db"
    with FixtureSite(at="T0", crawl_delay=0) as site:
        crawl(whole, site)
        first = crawl(parts, site, budget=Budget(max_pages=40))
        assert {source.outcome for source in first.sources} == {"budget"}
        assert sum(source.tally.requests for source in first.sources) == 40
        for _ in range(9):
            if all(source.outcome == "finished" for source in crawl(parts, site, budget=Budget(max_pages=40)).sources):
                break
    assert end_state(parts) == end_state(whole)


def test_a_host_that_dies_is_left_alone_and_the_others_go_on(tmp_path: Path) -> None:
    dead = replace(
        SOURCES["oas-example"],
        seeds=tuple(f"https://oas.example/press_releases.asp?nMes={month}" for month in range(1, 12)),
    )
    asked: list[str] = []
    with FixtureSite(at="T0", crawl_delay=0) as site:
        clock = Clock.starting_at(site.state.at)
        resolve = {**site.resolve, "oas.example": "http://127.0.0.1:1"}
        with (
            Archive(tmp_path / "a.db", create=True) as archive,
            Fetcher(resolve=resolve, now=clock.now, sleep=lambda seconds: None) as fetcher,
        ):
            with archive.writing():
                # Known from an earlier run.
                archive.facts.keep_robots("oas.example", b"", 404, clock.now(), None)
            report = Crawl(
                archive, [dead, SOURCES["reliefweb-example"]], fetcher, clock=clock,
                progress=lambda tallies, entry, outcome: asked.append(entry.host),
            ).run()  # fmt: skip
    tallies = {source.source: source.tally for source in report.sources}
    assert tallies["reliefweb-example"].new == 2
    assert asked.count("oas.example") == 5
    assert any("stopped answering" in problem for problem in tallies["oas-example"].problems)
    assert report.needs_attention


CHILD = """
import sys
from pathlib import Path
from datetime import datetime
from tests.crawling import SOURCES
from scraper.archive.store import Archive
from scraper.crawler.fetch import Fetcher
from scraper.clock import Clock
from scraper.run import Crawl
path, origin, now, *hosts = sys.argv[1:]
clock = Clock.starting_at(datetime.fromisoformat(now))
with Archive(Path(path), create=True) as archive, archive.only_writer(), \
     Fetcher(resolve={host: origin for host in hosts}, now=clock.now, sleep=clock.sleep) as fetcher:
    archive.claim_for("demo", clock.now())
    Crawl(archive, list(SOURCES.values()), fetcher, clock=clock, command="demo").run()
"""


def start(path: Path, site: FixtureSite) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CHILD, str(path), site.origin, site.state.at.isoformat(), *site.resolve]
    return subprocess.Popen(command, cwd=Path(__file__).parent.parent, stderr=subprocess.PIPE)


def test_killed_ten_times_at_random_the_end_state_is_the_same(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
    chance = random.Random(20260302)
    with FixtureSite(at="T0", crawl_delay=0) as site:
        crawl(whole, site)
        asked_once = len(site.requests)
        for _ in range(10):
            before = len(site.requests)
            child = start(killed, site)
            # Somewhere between the first request and well into the crawl, told by the server's own log.
            enough = before + chance.randint(1, 12)
            deadline = time.monotonic() + 30
            while len(site.requests) < enough and child.poll() is None and time.monotonic() < deadline:
                time.sleep(0.002)
            if child.poll() is None:
                os.kill(child.pid, signal.SIGKILL)
            child.communicate(timeout=30)
        child = start(killed, site)
        _, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors.decode()
        asked_killed = len(site.requests) - asked_once
    assert end_state(killed) == end_state(whole)
    with Archive(killed, readonly=True) as archive:
        assert archive.db.execute("pragma integrity_check").fetchone() == ("ok",)
        assert archive.verify() == []
        doubled = archive.rows(
            "select c.url, count(*) as n from captures c join urls u on u.id = c.url_id where u.role = 'statement' group by c.url having n > 1"
        )
    # Only pages in flight are fetched twice: listings, feeds and robots.txt are read again by every run on purpose.
    assert len(doubled) <= 10 * 8
    assert asked_killed < asked_once * 6
