"""Relations follow what they rest on: a corrected date, a translation named later, a URL that turns out to be ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from sqlite_utils import Database
from statement_rows import NOW

from scraper.archive.readings import Readings
from scraper.model import Published, Statement, Translation

ENGLISH, FRENCH = "https://org.example/en/1", "https://org.example/fr/1"
TEXTS = {
    "en": "The Organization welcomes the agreement on safe pathways that ministers signed in the capital today.",
    "fr": "L'Organisation salue l'accord sur les voies sures que les ministres ont conclu ce jour dans la capitale.",
}


class Kept:
    """Statements written as the pipeline writes them."""

    def __init__(self, db: Database) -> None:
        self.db, self.readings, self._numbers = db, Readings(db), count(1)
        db.execute("insert into sources (name, title, hosts, added_at) values ('org', 'org', '[]', ?)", [NOW])
        db.execute("insert into payloads (digest, size, codec, data) values ('-', 0, 'raw', x'')")

    def capture(self, url: str) -> int:
        return self.db.execute(
            "insert into captures (url, fetched_at, http_status, headers, digest, size, source, discovered_via) "
            "values (?, ?, 200, '[]', '-', 0, 'org', 'link')",
            [url, NOW],
        ).lastrowid

    def add(self, statement: Statement) -> int:
        statement_id, _ = self.readings.add(
            statement, source="org", url=statement.url, capture_id=self.capture(statement.url), seen_at=NOW
        )
        self.readings.derive(statement_id, NOW)
        return statement_id

    def again(self, statement_id: int, statement: Statement) -> None:
        held = self.readings.by_id(statement_id)
        self.readings.seen_again(held, statement, self.capture(statement.url), NOW)

    def translations(self) -> set[tuple[int, int]]:
        rows = self.db.execute("select statement_id, other_id from relations where kind = 'translation'").fetchall()
        return {tuple(sorted(row)) for row in rows}


@pytest.fixture
def kept(db: Database) -> Kept:
    return Kept(db)


def statement(language: str, url: str, *names: str) -> Statement:
    other = {"en": "fr", "fr": "en"}[language]
    return Statement(
        url=url, title=f"Agreement ({language})", text=TEXTS[language], language=language,
        published=Published(date(2026, 3, 2), "day", "meta", "2026-03-02"),
        translations=tuple(Translation(other, name) for name in names), extractor_version="1",
    )  # fmt: skip


def test_a_translation_that_a_page_names_only_later_is_linked(kept: Kept) -> None:
    one, other = kept.add(statement("en", ENGLISH)), kept.add(statement("fr", FRENCH))
    assert kept.translations() == set()
    kept.again(other, statement("fr", FRENCH, ENGLISH))
    assert kept.translations() == {(one, other)}


def test_a_translation_that_is_no_longer_named_is_no_longer_linked(kept: Kept) -> None:
    kept.add(statement("en", ENGLISH))
    other = kept.add(statement("fr", FRENCH, ENGLISH))
    kept.again(other, statement("fr", FRENCH))
    assert kept.translations() == set()


def test_a_name_that_turns_out_to_be_ours_links_whoever_used_it(kept: Kept) -> None:
    one, other = kept.add(statement("en", ENGLISH)), kept.add(statement("fr", FRENCH, "https://org.example/node/7"))
    assert kept.translations() == set()
    kept.readings.add_alias("https://org.example/node/7", one, "redirect", NOW)
    assert kept.translations() == {(one, other)}


def test_a_statement_that_moves_to_a_name_already_used_is_linked(kept: Kept) -> None:
    one, other = kept.add(statement("en", ENGLISH)), kept.add(statement("fr", FRENCH, "https://org.example/en/2"))
    kept.readings.move(kept.readings.by_id(one), "https://org.example/en/2", "redirect", NOW)
    assert kept.translations() == {(one, other)}


def test_a_corrected_date_turns_a_copy_round(kept: Kept) -> None:
    """Copies point to the earliest; the first was dated by a listing, and its page now says that it came later."""
    text = TEXTS["en"] * 5
    first = replace(statement("en", ENGLISH), text=text)
    one, other = (
        kept.add(first),
        kept.add(replace(first, url="https://org.example/en/2", title="Another", published=None)),
    )
    kept.again(
        other, replace(first, title="Another", published=Published(date(2026, 3, 1), "day", "meta", "1 March 2026"))
    )
    copies = kept.db.execute("select id, duplicate_of from documents order by id").fetchall()
    # A title belongs to the state, so the second keeps its own; the date decides which is the original.
    assert copies == [(one, other), (other, None)]


def test_nothing_is_written_when_nothing_changed_but_the_capture(kept: Kept) -> None:
    one = kept.add(statement("en", ENGLISH, FRENCH))
    before = kept.db.execute("select * from documents").fetchone()[:-1]
    kept.again(one, statement("en", ENGLISH, FRENCH))
    assert kept.db.execute("select * from documents").fetchone()[:-1] == before
    assert kept.db.execute("select capture_id from documents").fetchone() == (2,)
