"""A source that goes quiet is loud; expectations are learnt from its own history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from scraper.archive.runs import Tally
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.config import parse_source
from scraper.errors import SourceNotFound
from scraper.model import Capture, Published, Statement
from scraper.report import overview
from tests.clock import NOW

SOURCE = parse_source('hosts = ["a.example"]\nseeds = ["https://a.example/news"]\nstatement = "/news/."', "a.toml")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db", create=True) as made:
        with made.writing():
            made.runs.know(SOURCE, as_text(NOW))
        yield made


def add(archive: Archive, number: int, day: date, **fields: object) -> None:
    published = Published(day, "day", "meta", day.isoformat())
    statement = Statement(
        url=f"https://a.example/news/{number}", title=f"Title {number}", text=f"Words of statement {number}. " * 50,
        published=published, confidence=0.9, extractor_version="1",
    )  # fmt: skip
    statement = replace(statement, **fields)  # type: ignore[arg-type]
    at = datetime(day.year, day.month, day.day, 12, tzinfo=NOW.tzinfo)
    with archive.writing():
        capture = Capture(statement.url, at, 200, (), str(number).encode())
        capture_id = archive.facts.add_capture(capture, source="a", via="feed", url_id=None, run_id=None, previous=None)
        archive.readings.add(statement, source="a", url=statement.url, capture_id=capture_id, seen_at=as_text(at))


def history(archive: Archive, count: int = 30, every: int = 3, until: date = NOW.date(), **fields: object) -> None:
    for number in range(count):
        add(archive, number, until - timedelta(days=every * (count - 1 - number)), **fields)


def problems(archive: Archive, now: datetime = NOW) -> set[str]:
    return {concern.problem for concern in overview(archive, now).warnings}


def test_a_source_that_publishes_as_usual_is_fine(archive: Archive) -> None:
    history(archive)
    assert problems(archive) == set()


def test_a_source_gone_quiet_is_said_with_its_likely_cause(archive: Archive) -> None:
    history(archive)
    later = NOW + timedelta(days=40)
    (concern,) = overview(archive, later).warnings
    assert concern.problem == "quiet"
    assert "40 days" in concern.message
    assert "scraper sources check a" in concern.message


def test_a_holiday_is_not_an_outage(archive: Archive) -> None:
    history(archive, every=3)
    assert problems(archive, NOW + timedelta(days=13)) == set()


def test_a_mistyped_year_does_not_silence_the_alarm(archive: Archive) -> None:
    history(archive)
    wrong = Published(date(2062, 3, 1), "day", "meta", "2062-03-01")
    add(archive, 99, NOW.date(), published=wrong)
    assert problems(archive, NOW + timedelta(days=40)) == {"quiet"}


def test_a_source_of_which_nothing_was_ever_found_is_said(archive: Archive) -> None:
    assert problems(archive) == set()
    with archive.writing():
        run_id = archive.runs.begin("a", "crawl", "1", as_text(NOW))
        archive.runs.end(run_id, Tally(), "finished", as_text(NOW))
    assert problems(archive) == {"empty"}


def test_a_slow_source_may_be_slow(archive: Archive) -> None:
    history(archive, every=30)
    assert problems(archive, NOW + timedelta(days=60)) == set()


def test_nothing_is_expected_of_a_new_source(archive: Archive) -> None:
    history(archive, count=5)
    assert problems(archive, NOW + timedelta(days=400)) == set()


def test_dates_that_stop_are_noticed(archive: Archive) -> None:
    history(archive, count=30, until=NOW.date() - timedelta(days=60))
    for number in range(100, 112):
        add(archive, number, NOW.date() - timedelta(days=112 - number), published=None)
    assert "dates" in problems(archive)


def test_texts_that_shrink_are_noticed(archive: Archive) -> None:
    history(archive, count=30, until=NOW.date() - timedelta(days=60))
    for number in range(100, 115):
        add(archive, number, NOW.date() - timedelta(days=115 - number), text="Read more.")
    assert "short-texts" in problems(archive)


def test_uncertain_readings_are_noticed(archive: Archive) -> None:
    history(archive, confidence=0.2)
    assert "unsure" in problems(archive)


def test_what_a_person_has_acknowledged_is_silent_until_then(archive: Archive) -> None:
    history(archive)
    later = NOW + timedelta(days=40)
    with archive.writing():
        archive.db.execute(
            "insert into acknowledgements (source, problem, until, made_at) values ('a', 'quiet', ?, ?)",
            [as_text(later + timedelta(days=7)), as_text(later)],
        )
    assert problems(archive, later) == set()
    assert problems(archive, later + timedelta(days=8)) == {"quiet"}


def test_a_run_that_was_killed_is_said(archive: Archive) -> None:
    with archive.writing():
        archive.runs.begin("a", "crawl", "1", as_text(NOW))
        archive.runs.mark_killed()
    assert problems(archive) == {"run"}


def test_an_unknown_source_is_said(archive: Archive) -> None:
    with pytest.raises(SourceNotFound):
        overview(archive, NOW, "absent")
