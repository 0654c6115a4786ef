"""Captures read again: imports take their place in history, a better extractor makes no edits."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scraper import history
from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.imports import import_captures
from scraper.model import Capture
from scraper.reading import read_page
from scraper.reread import reextract
from tests.clock import NOW

SOURCE = parse_source(
    'hosts = ["a.example"]\nseeds = ["https://a.example/news"]\nstatement = "^/news/[^/?]+$"\nlisting = "^/news$"',
    "a.toml",
)
URL = "https://a.example/news/one"
FIRST = (
    "Geneva – The Organization welcomes the agreement that was signed this morning by the ministers of eleven states."
)


def page(text: str, title: str = "The Organization Welcomes an Agreement") -> bytes:
    paragraphs = "".join(
        f"<p>{part}</p>"
        for part in (
            text,
            "The agreement covers transport, shelter and work. " * 4,
            "It enters into force in May. " * 5,
        )
    )
    return f"<html lang=en><head><title>{title} | A</title></head><body><nav><a href=/>Home</a></nav><main><article><h1>{title}</h1>{paragraphs}</article></main></body></html>".encode()


def capture(text: str, at: datetime, url: str = URL) -> Capture:
    return Capture(url, at, 200, (("Content-Type", "text/html; charset=utf-8"),), page(text))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a.db", create=True) as made:
        yield made


CLOCK = Clock(lambda: NOW)
DAYS = [NOW - timedelta(days=days) for days in (90, 60, 30, 10)]
TEXTS = [FIRST, FIRST, FIRST.replace("eleven", "twelve"), FIRST]


def states(archive: Archive) -> list[tuple[int, str, str, str]]:
    return archive.db.execute(
        "select number, digest, substr(seen_from, 1, 10), substr(seen_until, 1, 10) from revisions order by number"
    ).fetchall()


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)], ids=["in order", "backwards", "shuffled"])
def test_captures_take_their_place_in_history_whatever_the_order_they_come_in(
    archive: Archive, order: tuple[int, ...]
) -> None:
    for n in order:
        import_captures(archive, [SOURCE], [capture(TEXTS[n], DAYS[n])], CLOCK)
    found = states(archive)
    assert [number for number, *_ in found] == [1, 2, 3]
    assert found[0][1] == found[2][1] != found[1][1]
    assert [(first, last) for *_, first, last in found] == [
        (DAYS[0].date().isoformat(), DAYS[1].date().isoformat()),
        (DAYS[2].date().isoformat(), DAYS[2].date().isoformat()),
        (DAYS[3].date().isoformat(), DAYS[3].date().isoformat()),
    ]
    assert archive.statement(1).revision_count == 3
    assert archive.verify() == []


def test_importing_twice_adds_nothing(archive: Archive) -> None:
    import_captures(archive, [SOURCE], [capture(FIRST, NOW)], CLOCK)
    done = import_captures(archive, [SOURCE], [capture(FIRST, NOW)], CLOCK)
    assert (done.captures, done.known) == (1, 1)
    assert archive.rows("select count(*) as n from captures")[0]["n"] == 1


def test_listings_among_the_captures_lend_their_dates(archive: Archive) -> None:
    card = '<div><a href="/news/one"><h3>The Organization Welcomes an Agreement</h3></a><time datetime="2025-11-30">30 November</time></div>'
    listing = Capture("https://a.example/news", NOW, 200, (), f"<html><body><main>{card}</main></body></html>".encode())
    import_captures(archive, [SOURCE], [capture(FIRST, NOW), listing], CLOCK)
    found = archive.statement(URL)
    assert (found.published, found.published_source) == ("2025-11-30", "listing")


def test_every_state_of_a_history_that_comes_at_once_is_kept(archive: Archive) -> None:
    import_captures(archive, [SOURCE], [capture(text, day) for text, day in zip(TEXTS, DAYS, strict=True)], CLOCK)
    found = states(archive)
    assert [first for _, _, first, _ in found] == [DAYS[n].date().isoformat() for n in (0, 2, 3)]
    assert found[0][1] == found[2][1] != found[1][1]
    assert archive.verify() == []


def test_pages_of_nobodys_source_are_counted_and_left(archive: Archive) -> None:
    done = import_captures(archive, [SOURCE], [capture(FIRST, NOW, "https://elsewhere.example/x")], CLOCK)
    assert (done.captures, done.without_source) == (0, 1)


def test_a_better_extractor_rewrites_readings_and_records_no_edit(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poor(*args: object, **options: object):  # reads the first paragraph only
        read = read_page(*args, **options)  # type: ignore[arg-type]
        first = read.statement.text.split("\n\n")[0]
        return read._replace(statement=dataclasses.replace(read.statement, text=first, extractor_version="poor"))

    monkeypatch.setattr(history, "read_page", poor)
    import_captures(archive, [SOURCE], [capture(TEXTS[n], DAYS[n]) for n in range(3)], CLOCK)
    short = archive.statement(URL)
    assert short.revision_count == 2
    monkeypatch.setattr(history, "read_page", read_page)
    planned = reextract(archive, SOURCE, CLOCK, write=False)
    assert planned.text_changed == [short.id]
    assert archive.statement(URL) == short  # only shown, not written
    reextract(archive, SOURCE, CLOCK, write=True)
    after = archive.statement(URL)
    assert len(after.text) > len(short.text)
    assert after.revision_count == 2
    assert archive.verify() == []


def test_a_capture_in_which_nothing_is_read_leaves_the_statement_alone(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_captures(archive, [SOURCE], [capture(FIRST, NOW)], CLOCK)
    before = archive.statement(URL)

    def blind(*args: object, **options: object):
        read = read_page(*args, **options)  # type: ignore[arg-type]
        return read._replace(statement=dataclasses.replace(read.statement, text="", extractor_version="blind"))

    monkeypatch.setattr(history, "read_page", blind)
    found = reextract(archive, SOURCE, CLOCK, write=True)
    assert found.lost == [before.id]
    assert archive.statement(URL) == before


def test_a_page_asked_for_with_its_parameters_in_another_order_is_read_again(archive: Archive) -> None:
    source = parse_source(
        'hosts = ["a.example"]\nseeds = ["https://a.example/"]\nstatement = "^/show[?].*page=article"', "a.toml"
    )
    asked = "https://a.example/show?page=article&id=7"
    import_captures(archive, [source], [capture(FIRST, NOW, asked)], CLOCK)
    assert archive.statement(1).url != asked  # the canonical one has them sorted
    found = reextract(archive, source, CLOCK, write=True)
    assert (found.same, found.lost) == (1, [])
