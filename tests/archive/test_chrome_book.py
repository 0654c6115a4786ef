"""The archive's memory of what a site repeats: counted over windows of pages, frozen, numbered."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlite_utils import Database

from scraper.archive.site_chrome import FIRST_WINDOW, MOST_BLOCKS, WINDOW, ChromeBook, recurring

MENU, SHARE, RARE = 11, 12, 13
NOW = "2026-03-02T05:30:00Z"


@pytest.fixture
def book(db: Database) -> ChromeBook:
    db.execute("insert into sources (name, title, hosts, added_at) values ('a', 'A', '[]', ?)", [NOW])
    db.conn.executemany(
        "insert into documents (id, source, url, first_seen, last_seen) values (?, 'a', ?, ?, ?)",
        [(number, f"https://a.example/{number}", NOW, NOW) for number in range(1, 400)],
    )
    return ChromeBook(db)


def fill(book: ChromeBook, numbers: Iterable[int], *blocks: int, language: str = "en") -> None:
    """A page of each of these statements with *blocks* and one of its own."""
    for number in numbers:
        book.count("a", number, language, {*blocks, 1000 + number}, NOW)


def test_nothing_is_said_of_a_source_before_enough_pages_of_it_were_seen(book: ChromeBook) -> None:
    fill(book, range(1, FIRST_WINDOW), MENU)
    assert book.newest("a").number == 0
    fill(book, [FIRST_WINDOW], MENU)
    assert dict(book.newest("a").shares) == {MENU: 1.0}


def test_a_page_fetched_again_counts_once(book: ChromeBook) -> None:
    for _ in range(3 * FIRST_WINDOW):
        fill(book, [1, 2, 3], MENU)
    assert book.newest("a").number == 0


@pytest.mark.parametrize(("pages", "known"), [pytest.param(6, True, id="30 %"), pytest.param(5, False, id="25 %")])
def test_a_block_is_known_from_three_pages_in_ten(book: ChromeBook, pages: int, known: bool) -> None:
    fill(book, range(1, pages + 1), MENU, RARE)
    fill(book, range(pages + 1, FIRST_WINDOW + 1), MENU)
    assert (RARE in book.newest("a").shares) is known


def test_languages_are_counted_apart_and_known_together(book: ChromeBook) -> None:
    """A third of the pages is Spanish; its menu stands on fewer than three in ten of them all."""
    fill(book, range(1, 21), MENU)
    fill(book, range(101, 120), SHARE, language="es")
    fill(book, range(21, 60), MENU)
    fill(book, [120], SHARE, language="es")
    assert set(book.newest("a").shares) == {MENU, SHARE}


def test_what_was_known_at_a_number_stays_as_it_was(book: ChromeBook) -> None:
    fill(book, range(1, 21), MENU)
    first = book.newest("a")
    fill(book, range(21, 21 + WINDOW), MENU, SHARE)
    later = book.newest("a")
    assert later.number > first.number
    assert set(later.shares) == {MENU, SHARE}
    assert ChromeBook(book._db).as_of("a", first.number) == first


def test_a_window_that_says_nothing_new_makes_no_new_number(book: ChromeBook) -> None:
    fill(book, range(1, 21), MENU)
    first = book.newest("a").number
    fill(book, range(21, 21 + 3 * WINDOW), MENU)
    assert book.newest("a").number == first


def test_a_share_that_chance_moves_makes_no_new_number(book: ChromeBook) -> None:
    fill(book, range(1, 21), MENU)
    first = book.newest("a").number
    fill(book, range(21, 38), MENU, RARE)  # a third of the next window
    fill(book, range(38, 38 + WINDOW), MENU)
    assert book.newest("a").number == first


def test_numbers_of_two_sources_do_not_meet(book: ChromeBook) -> None:
    fill(book, range(1, 21), MENU)
    assert book.newest("b").number == 0


def test_a_block_near_the_border_does_not_come_and_go() -> None:
    pages = [[MENU, RARE] if number < 4 else [MENU] for number in range(20)]  # 20 %
    assert RARE not in recurring(pages, 20, {})
    assert RARE in recurring(pages, 20, {RARE: 0.35})


def test_a_block_that_has_become_rare_is_forgotten() -> None:
    assert RARE not in recurring([[RARE], *[[MENU]] * 19], 20, {RARE: 1.0})


def test_what_only_an_older_template_had_stays_known_for_its_captures() -> None:
    assert recurring([[MENU]] * 20, 20, {SHARE: 1.0}) == {MENU: 1.0, SHARE: 1.0}


def test_the_memory_is_bounded(book: ChromeBook, db: Database) -> None:
    for number in range(1, 21 + 2 * WINDOW + 10):
        book.count("a", number, "en", range(number * 10_000, number * 10_000 + 3 * MOST_BLOCKS), NOW)
    rows, largest = db.execute("select count(*), max(length(blocks)) from page_blocks").fetchone()
    assert rows < WINDOW
    assert largest == 8 * MOST_BLOCKS


def test_a_page_without_blocks_is_no_page_of_the_site(book: ChromeBook, db: Database) -> None:
    book.count("a", 1, "en", (), NOW)
    assert db.execute("select count(*) from page_blocks").fetchone() == (0,)
