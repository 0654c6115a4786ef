"""What is worked out from texts (words to search by, fingerprints, links) is held against them, and can be made again."""

from __future__ import annotations

from pathlib import Path

import pytest
from archive_builder import NOW, add_statement

from scraper.archive import dedup
from scraper.archive.derived import stale
from scraper.archive.store import Archive
from scraper.archive.times import as_time

# Words enough to be compared by.
TEXT = "\n\n".join(
    f"Paragraph {n} says that {n * 7} families of district {n * 31} received {n} tents." for n in range(20)
)
LATER = "2027-01-01T00:00:00Z"


@pytest.fixture
def archive(tmp_path: Path):
    with Archive(tmp_path / "a.db", create=True) as archive:
        for number, text in enumerate((TEXT, TEXT, TEXT[: len(TEXT) // 2], "Another matter altogether.")):
            one = add_statement(archive.db, [text], f"https://iom.example/{number}")
            dedup.relate(archive.db, one, now=NOW)
        yield archive


def found(archive: Archive) -> set[tuple[int, str]]:
    return set(stale(archive.db))


def links(archive: Archive) -> list[tuple[object, ...]]:
    return archive.db.execute("select * from relations order by 1, 2, 3").fetchall()


def derived(archive: Archive) -> list[list[tuple[object, ...]]]:
    tables = ("search_content", "signatures", "shingles", "relations")
    return [archive.db.execute(f"select * from {table} order by 1, 2").fetchall() for table in tables]


DAMAGE = [
    pytest.param("delete from search_content where statement_id = 4", {(4, "words")}, id="not in the index"),
    pytest.param("update search_content set body = 'x' where statement_id = 4", {(4, "words")}, id="other words"),
    pytest.param("delete from signatures where statement_id = 3", {(3, "fingerprint")}, id="no fingerprint"),
    pytest.param(
        "update signatures set words = 1 where statement_id = 1", {(1, "fingerprint")}, id="wrong fingerprint"
    ),
    pytest.param("delete from shingles where statement_id = 1", {(1, "fingerprint")}, id="not among the passages"),
    pytest.param("delete from relations where kind = 'copy'", {(2, "copy")}, id="copy without a link"),
    pytest.param(
        "update documents set duplicate_of = null where id = 2",
        {(2, "copy"), (2, "fingerprint")},
        id="link without a copy",
    ),
]


def test_a_whole_archive_has_a_copy_and_an_excerpt_and_nothing_stale(archive: Archive) -> None:
    assert found(archive) == set()
    assert [link[:3] for link in links(archive)] == [(2, 1, "copy"), (3, 1, "excerpt")]


@pytest.mark.parametrize(("sql", "named"), DAMAGE)
def test_what_a_text_does_not_give_is_named(archive: Archive, sql: str, named: set[tuple[int, str]]) -> None:
    archive.db.execute(sql)
    assert found(archive) == named


@pytest.mark.parametrize(("sql", "named"), DAMAGE)
def test_it_is_made_again_as_it_was(archive: Archive, sql: str, named: set[tuple[int, str]]) -> None:
    before = derived(archive)
    archive.db.execute(sql)
    assert archive.reindex(as_time(NOW)) == 4
    assert derived(archive) == before
    assert archive.verify() == []


def test_links_that_still_hold_keep_the_time_they_were_first_seen(archive: Archive) -> None:
    before = links(archive)
    archive.reindex(as_time(LATER))
    assert links(archive) == before


def test_an_index_that_cannot_be_mended_word_by_word_is_made_again(archive: Archive) -> None:
    archive.db.execute("delete from search_data where id > 10")
    assert any("the full-text index" in finding.what or "SQLite says" in finding.what for finding in archive.verify())
    archive.reindex(as_time(NOW))
    assert archive.verify() == []
    assert archive.search("families").total == 3


def test_words_written_afterwards_are_found(archive: Archive) -> None:
    """The triggers that making it again takes off are there again."""
    archive.reindex(as_time(NOW))
    add_statement(archive.db, ["A word never said before: zwieback."], "https://iom.example/new")
    assert archive.search("zwieback").total == 1
