"""Five crawls of a living site, and what the archive must say after each: the cron test.

The site changes as `fixtures/site/timeline.toml` tells; `fixtures/expected/timeline.json` says, by page number, what a
careful person would have written down. Crawls between the site's dates are those that cron would have made.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.archive.verify import Finding
from scraper.clock import Clock
from scraper.demo.site import FixtureSite
from scraper.reread import reextract, rereader
from scraper.run import Report
from tests.clock import NOW
from tests.crawling import SOURCES, crawl, rows

EXPECTED = json.loads((Path(__file__).parent.parent / "fixtures/expected/timeline.json").read_text(encoding="utf-8"))[
    "crawls"
]
HOSTS = {"iom": "%iom.example/%", "reliefweb": "https://reliefweb.example/%", "oas": "https://oas.example/%"}

#          state, date         new rev gone suspected moved back
TABLE = [
    ("T0", "2026-03-02", 52, 0, 0, 0, 0, 0),
    ("T1", "2026-03-03", 0, 0, 0, 0, 0, 0),
    ("T2", "2026-03-09", 3, 3, 0, 0, 0, 0),
    ("T3", "2026-03-16", 0, 0, 0, 3, 7, 0),  # 404, 410 and a soft 404 are suspicions; five pages of a renamed host move
    ("T3", "2026-03-20", 0, 0, 2, 0, 0, 0),  # 404 and 410 four days later are evidence, an error page with 200 is not
    ("T4", "2026-04-13", 0, 0, 0, 0, 0, 0),  # a new template is no edit
    ("T5", "2026-04-20", 14, 1, 0, 0, 0, 1),  # fourteen at once, one edit undone, one page back
]


@dataclass(frozen=True)
class Crawled:
    """One crawl of the timeline and what the archive recorded in it."""

    report: Report
    events: dict[str, int]
    findings: list[Finding]  # of verifying with every text read again


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Crawled]]:
    path = tmp_path_factory.mktemp("timeline") / "archive.db"
    crawled = []
    last = 0
    with FixtureSite(at="T0", crawl_delay=0, noise_seed=1) as site:
        for state, day, *_ in TABLE:
            site.at = state
            report = crawl(path, site, datetime.fromisoformat(day).replace(hour=5, minute=30, tzinfo=UTC))
            counts = dict(rows(path, "select what, count(*) from events where id > ? group by what", last))
            last = rows(path, "select coalesce(max(id), 0) from events")[0][0]
            with Archive(path, readonly=True) as archive:
                findings = archive.verify(reread=rereader(archive))
            crawled.append(Crawled(report, counts, findings))
    return path, crawled


@pytest.mark.parametrize("step", range(len(TABLE)), ids=[f"{state} {day}" for state, day, *_ in TABLE])
def test_each_crawl_records_what_happened_and_nothing_else(story, step: int) -> None:
    _, crawled = story
    names = ("new", "revised", "gone", "suspected", "moved", "back")
    found = crawled[step].events
    suspected = found.get("suspected", 0) - (
        1 if TABLE[step][1] == "2026-03-16" else 0
    )  # P15 was in doubt before it was found
    assert {**{name: found.get(name, 0) for name in names}, "suspected": suspected} == dict(
        zip(names, TABLE[step][2:], strict=True)
    )
    assert sum(source.tally.held for source in crawled[step].report.sources) == 0


def test_nothing_is_ever_deleted(story) -> None:
    path, _ = story
    assert (
        rows(path, "select count(*) from documents where url like '%iom.example/%'")[0][0]
        == EXPECTED["T5"]["statements"]["iom"]
    )
    assert (
        rows(path, "select count(*) from statements where status = 'gone' and (text is null or text = '')")[0][0] == 0
    )


def test_every_statement_of_the_burst_is_there_although_the_feed_held_ten(story) -> None:
    path, _ = story
    ways = rows(path, "select s.url, group_concat(s.discovered_via) from sightings s join documents d on d.id = s.statement_id "
                      "where d.first_seen >= '2026-04-20' group by s.url")  # fmt: skip
    assert len(ways) == 14
    assert any("feed" not in via for _, via in ways)


def test_gone_pages_keep_their_text_and_their_time(story) -> None:
    path, _ = story
    gone = rows(path, "select url, gone_since, words from statements where status = 'gone'")
    assert len(gone) == 1  # the other came back
    assert all(since.startswith("2026-03-16") and words > 50 for _, since, words in gone)


def test_an_error_page_with_status_200_stays_a_suspicion(story) -> None:
    path, _ = story
    found = rows(path, "select status, status_reason from documents where url like '%two-million-residence-permits%'")
    assert found[0][0] == "error"
    assert "suspected gone" in found[0][1]


def test_a_page_that_came_back_shows_the_gap(story) -> None:
    path, _ = story
    what = rows(
        path,
        "select what from events where statement_id = (select statement_id from events where what = 'back') order by id",
    )
    assert [name for (name,) in what] == ["new", "suspected", "gone", "back"]


def test_an_edit_that_is_undone_is_a_third_state_with_the_first_text(story) -> None:
    path, _ = story
    states = rows(path, "select number, digest, changed from revisions where statement_id = "
                        "(select id from documents where url like '%five-years-idai%') order by number")  # fmt: skip
    assert [number for number, *_ in states] == [1, 2, 3]
    assert states[0][1] == states[2][1] != states[1][1]
    texts = rows(path, "select count(distinct text_id) from versions where statement_id = "
                       "(select id from documents where url like '%five-years-idai%')")  # fmt: skip
    assert texts == [(2,)]


@pytest.mark.parametrize(
    ("slug", "changed"),
    [
        pytest.param("five-years-idai", '["text"]', id="P8 a typing error"),
        pytest.param("stranded-desert", '["title"]', id="P9 a colon in the title"),
        pytest.param("ethical-recruitment", '["contact"]', id="P10 a telephone number"),
    ],
)
def test_a_revision_says_what_changed(story, slug: str, changed: str) -> None:
    path, _ = story
    found = rows(
        path,
        "select r.changed from revisions r join documents d on d.id = r.statement_id where d.url like ? and r.number = 2",
        f"%{slug}%",
    )
    assert found == [(changed,)]


def test_a_page_saved_again_without_an_edit_has_a_new_modified_time_and_no_revision(story) -> None:
    path, _ = story
    found = rows(path, "select revision_count, modified from documents where url like '%climate-mobility-window'")
    assert found[0][0] == 1
    assert found[0][1].startswith("2026-0")


def test_moved_statements_are_found_under_both_urls(story) -> None:
    path, _ = story
    old = "https://www.iom.example/news/displaced-children-return-school-port-au-prince"
    with Archive(path, readonly=True) as archive:
        found = archive.statement(old)
        assert found.url != old
        assert found.status == "moved"
        assert archive.statement(found.url).id == found.id


def test_a_server_in_trouble_is_no_news_about_the_statement(story) -> None:
    """P17 answered 503 on one day: an error on record, the statement untouched."""
    path, _ = story
    found = rows(path, "select d.status, d.revision_count from documents d where d.url like '%failed-rains%'")
    assert found == [("live", 1)]
    failures = rows(path, "select http_status, resolved_at from failures where url like '%failed-rains%'")
    assert failures
    assert all(status == 503 and resolved for status, resolved in failures)


@pytest.mark.parametrize("step", range(len(TABLE)), ids=[f"{state} {day}" for state, day, *_ in TABLE])
def test_after_each_crawl_every_text_is_what_the_capture_it_names_gives(story, step: int) -> None:
    """The new template of T4 prints one dateline elsewhere: same words, so no edit, but in another order."""
    _, crawled = story
    assert crawled[step].findings == []


def test_a_history_made_anew_names_the_captures_that_give_its_texts(story, tmp_path: Path) -> None:
    path, _ = story
    copy = tmp_path / "archive.db"
    copy.write_bytes(path.read_bytes())
    with Archive(copy) as archive:
        states = (
            "select statement_id, number, title, text, changed, capture_id from revisions order by statement_id, number"
        )
        before = archive.rows(states)
        for source in SOURCES.values():
            reextract(archive, source, Clock.starting_at(NOW), write=True)
        assert archive.rows(states) == before
        assert archive.verify(reread=rereader(archive)) == []
