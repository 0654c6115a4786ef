"""An archive that has seen enough pages of a site knows its furniture, and says which texts that changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive import site_chrome
from scraper.archive.site_chrome import FIRST_WINDOW
from scraper.archive.store import Archive
from scraper.cli import main
from scraper.clock import Clock
from scraper.crawler.scope import Scope
from scraper.extractor.version import EXTRACTOR_VERSION
from scraper.imports import import_captures
from scraper.job import Job
from scraper.reread import learn_chrome, reextract, rereader
from tests.clock import NOW
from tests.repeating import ABOUT, OFFICES, SOURCE, capture, own_words, page

CLOCK = Clock(lambda: NOW)
PAGES = FIRST_WINDOW + 10
TEXTS = "select id, text from statements order by id"
NAMES = "select number, extractor_version from versions where statement_id = ? order by number"


def fill(archive: Archive, pages: int = PAGES) -> None:
    """A newsroom's pages, imported in the order they were published."""
    import_captures(archive, [SOURCE], [capture(number) for number in range(pages)], CLOCK)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """A newsroom's pages."""
    with Archive(tmp_path / "a.db", create=True) as made:
        fill(made)
        yield made


@pytest.fixture
def unlearnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """The same, kept by a release that remembered nothing."""
    with Archive(tmp_path / "old.db", create=True) as made:
        with monkeypatch.context() as patch:
            patch.setattr(site_chrome, "FIRST_WINDOW", PAGES + 1)
            fill(made)
        with made.writing():
            made.db.execute("delete from page_blocks")
        yield made


def learn(archive: Archive) -> None:
    """What is known of the site from now on, while its texts stay as they were read."""
    with archive.writing():
        learn_chrome(archive, Job(SOURCE, Scope(SOURCE), 0, "2026-03-02T05:30:00Z"))


def words_of(number: int) -> str:
    return "\n\n".join([*own_words(number), ABOUT])


def test_the_first_pages_of_a_new_source_are_whole_without_any_memory(tmp_path: Path) -> None:
    with Archive(tmp_path / "new.db", create=True) as archive:
        fill(archive, FIRST_WINDOW - 1)
        texts = dict(archive.db.execute(TEXTS).fetchall())
        assert all(text.startswith(words_of(number - 1)) for number, text in texts.items())
        assert OFFICES[0] in texts[1]


def test_with_the_twentieth_page_the_offices_are_gone_from_all_texts(archive: Archive) -> None:
    assert [text for _, text in archive.db.execute(TEXTS)] == [words_of(number) for number in range(PAGES)]
    assert archive.db.execute("select count(*) from versions").fetchone() == (PAGES,)
    assert archive.db.execute("select distinct what from events").fetchall() == [("new",)]
    assert archive.search("Tunis").total == 0


def test_texts_name_the_memory_that_they_were_read_with(archive: Archive, unlearnt: Archive) -> None:
    number = archive.chrome.newest(SOURCE.name).number
    assert archive.db.execute(NAMES, [PAGES]).fetchall() == [(1, f"{EXTRACTOR_VERSION}+c{number}")]
    assert unlearnt.db.execute(NAMES, [PAGES]).fetchall() == [(1, EXTRACTOR_VERSION)]


def test_reading_again_uses_what_is_known_now_and_gives_the_same_twice(unlearnt: Archive) -> None:
    learn(unlearnt)
    assert len(reextract(unlearnt, SOURCE, CLOCK, write=False).text_changed) == PAGES
    reextract(unlearnt, SOURCE, CLOCK, write=True)
    first = unlearnt.db.execute(TEXTS).fetchall()
    assert [text for _, text in first] == [words_of(number) for number in range(PAGES)]
    again = reextract(unlearnt, SOURCE, CLOCK, write=True)
    assert (again.same, unlearnt.db.execute(TEXTS).fetchall()) == (PAGES, first)


def test_the_reason_is_shown_with_the_page_as_the_archive_reads_it(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", "--archived", str(PAGES), "--explain", "--archive", str(archive.path)]) == 0
    shown = capsys.readouterr().out
    assert shown.count("stands on 100% of this site&#x27;s pages") == len(OFFICES) + 1  # and what it says of itself
    assert main(["extract", "--archived", "1", "--json", "--archive", str(archive.path)]) == 0
    assert OFFICES[0] not in json.loads(capsys.readouterr().out)["text"]


def test_the_report_says_how_many_blocks_are_known_to_recur(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--archive", str(archive.path)]) == 0
    assert f"{len(OFFICES) + 1} blocks known to recur" in capsys.readouterr().out


def test_an_archive_without_a_memory_learns_it_before_it_is_read_again(unlearnt: Archive) -> None:
    planned = reextract(unlearnt, SOURCE, CLOCK, write=False)
    assert unlearnt.db.execute("select count(*) from site_chrome").fetchone() == (0,)  # only tried
    written = reextract(unlearnt, SOURCE, CLOCK, write=True)
    assert planned.text_changed == written.text_changed == list(range(1, PAGES + 1))
    assert [text for _, text in unlearnt.db.execute(TEXTS)] == [words_of(number) for number in range(PAGES)]
    assert unlearnt.verify(reread=rereader(unlearnt)) == []


def test_a_page_fetched_again_under_a_newer_memory_is_read_better_and_not_edited(unlearnt: Archive) -> None:
    archive = unlearnt
    learn(archive)
    later = NOW + timedelta(days=30)
    noise = page(0).replace(b"<main>", b"<main><!-- rendered 30 days later -->")
    import_captures(archive, [SOURCE], [capture(0, noise, later)], CLOCK)
    assert archive.statement(1).revision_count == 1
    assert archive.statement(1).text == words_of(0)


def test_an_edit_under_a_newer_memory_is_one_revision_and_its_words_only(unlearnt: Archive) -> None:
    archive = unlearnt
    learn(archive)
    edited = [own_words(0)[0].replace("morning", "afternoon"), *own_words(0)[1:]]
    import_captures(archive, [SOURCE], [capture(0, page(0, paragraphs=edited), NOW + timedelta(days=30))], CLOCK)
    assert archive.statement(1).revision_count == 2
    assert archive.statement(1).text == "\n\n".join([*edited, ABOUT])
    assert archive.db.execute("select count(*) from events where what = 'revised'").fetchone() == (1,)


def test_verifying_reads_each_text_with_the_memory_that_it_names(archive: Archive) -> None:
    assert archive.verify(reread=rereader(archive)) == []
    with archive.writing():  # a memory of which no text knows yet
        archive.db.execute(
            "insert into site_chrome (source, language, made_at, pages, blocks) "
            "select source, language, made_at, pages, x'' from site_chrome"
        )
    assert archive.verify(reread=rereader(archive)) == []


def test_a_text_that_another_extractor_read_is_not_compared(archive: Archive) -> None:
    with archive.writing():
        archive.db.execute("update versions set extractor_version = '1+c1' where statement_id = 1")
    assert rereader(archive)(1, "1+c1") is None
