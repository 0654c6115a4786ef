"""A file with pages that SQLite cannot read: what can be checked is checked, what can be copied is copied."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from archive_builder import add_statement, new_archive

from scraper.archive.backup import backup
from scraper.archive.opening import open_database
from scraper.archive.store import Archive
from scraper.archive.verify import verify
from scraper.errors import NotAnArchive
from scraper.reread import rereader


def damage(path: Path, table: str) -> None:
    """Overwrite the page at which *table* begins."""
    with sqlite3.connect(path) as conn:
        (page,) = conn.execute("select rootpage from sqlite_master where name = ?", [table]).fetchone()
        (size,) = conn.execute("pragma page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\x07" * size)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    db = new_archive(tmp_path)
    add_statement(db, ["The first text.", "The second text."])
    db.close()
    return tmp_path / "archive.db"


def test_what_rests_on_a_damaged_page_is_said_and_the_rest_is_checked(path: Path) -> None:
    damage(path, "documents")
    with Archive(path, readonly=True) as archive:
        found = archive.verify(reread=rereader(archive))
    unread = {finding.where for finding in found if finding.what.startswith("cannot be checked")}
    assert {"statements", "readings"} <= unread
    assert unread.isdisjoint({"payloads", "captures", "texts", "dictionaries"})


@pytest.mark.parametrize("table", ["sources", "captures", "texts", "search_content", "sqlite_autoindex_payloads_1"])
def test_verifying_never_stops_at_a_damaged_page(path: Path, table: str) -> None:
    damage(path, table)
    with Archive(path, readonly=True) as archive:
        assert archive.verify(reread=rereader(archive))


def test_a_file_with_damaged_pages_is_copied_as_it_is_and_said(path: Path, tmp_path: Path) -> None:
    damage(path, "documents")
    with Archive(path, readonly=True) as archive:
        made = backup(archive.db, tmp_path / "copy.db")
    assert "statements" in {finding.where for finding in made.findings}
    with sqlite3.connect(made.path) as copy:
        assert copy.execute("select count(*) from captures").fetchone() == (2,)


def test_a_file_that_was_cut_short_is_refused_with_what_can_still_be_done(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NotAnArchive, match=r"cannot be opened.*restore it from a copy"):
        open_database(path, create=False, readonly=True)


def test_a_whole_file_has_none_of_this(path: Path) -> None:
    with Archive(path, readonly=True) as archive:
        assert list(verify(archive.db)) == []
