"""How complete an archive is, month by month: what publishers listed, each once, and what became of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from archive_builder import NOW, add_source, add_statement

from scraper.archive.frontier import NewUrl
from scraper.archive.store import Archive
from scraper.model import DiscoveredVia, Published, Sighting

COLUMNS = "month, listed, archived, excluded, failed, waiting"


def listed(
    archive: Archive, name: str, *vias: DiscoveredVia, on: date | None = None, role: str = "statement", **column: object
) -> None:
    """A URL that lists name; the first of them with its date."""
    url = f"https://iom.example/{name}"
    url_id, _ = archive.frontier.add(NewUrl(url, "iom", "iom.example", role, vias[0]), NOW)
    for number, via in enumerate(vias):
        published = Published(on, "day", "listing", str(on)) if on and number == 0 else None
        archive.facts.add_sighting(Sighting(url, via, url, published=published), url_id, source="iom", url=url, now=NOW)
    for key, value in column.items():
        archive.db.execute(f"update urls set {key} = ? where id = ?", [value, url_id])


@pytest.fixture
def archive(tmp_path: Path):
    with Archive(tmp_path / "a.db", create=True) as archive:
        add_source(archive.db, "iom")
        yield archive


def coverage(archive: Archive) -> list[tuple[object, ...]]:
    return archive.db.execute(f"select {COLUMNS} from coverage order by month").fetchall()


def test_a_url_that_two_lists_name_counts_once_in_the_month_that_one_of_them_gives(archive: Archive) -> None:
    listed(archive, "a", "feed", "sitemap", on=date(2026, 3, 9))
    assert coverage(archive) == [("2026-03", 1, 0, 0, 0, 1)]


def test_what_was_listed_is_archived_excluded_failed_or_waiting(archive: Archive) -> None:
    statement_id = add_statement(archive.db, ["Some words."], "https://iom.example/a", published="2026-03-10")
    listed(archive, "a", "listing", "link", statement_id=statement_id)
    listed(archive, "b", "listing", on=date(2026, 3, 1), state="excluded")
    listed(archive, "c", "listing", on=date(2026, 3, 2), fails=3)
    listed(archive, "d", "sitemap")
    assert coverage(archive) == [("2026-03", 3, 1, 1, 1, 0), ("unknown", 1, 0, 0, 0, 1)]


def test_the_statements_own_date_counts_before_that_of_the_list(archive: Archive) -> None:
    statement_id = add_statement(archive.db, ["Some words."], "https://iom.example/a", published="2026-02-28")
    listed(archive, "a", "feed", on=date(2026, 3, 1), statement_id=statement_id)
    assert coverage(archive) == [("2026-02", 1, 1, 0, 0, 0)]


def test_an_item_that_lists_named_at_its_old_and_its_new_address_counts_once(archive: Archive) -> None:
    statement_id = add_statement(archive.db, ["Some words."], "https://iom.example/new", published="2026-03-10")
    listed(archive, "old", "feed", on=date(2026, 3, 9), statement_id=statement_id)
    listed(archive, "new", "sitemap", statement_id=statement_id)
    listed(archive, "other", "listing", on=date(2026, 3, 1), fails=1)
    listed(archive, "third", "listing", on=date(2026, 3, 2), fails=1)
    assert coverage(archive) == [("2026-03", 3, 1, 0, 2, 0)]


def test_lists_themselves_are_not_counted(archive: Archive) -> None:
    listed(archive, "feed.xml", "link", role="feed")
    assert coverage(archive) == []
