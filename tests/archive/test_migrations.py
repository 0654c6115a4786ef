"""Every released schema opens in this release, whole: `fixtures/archives` keeps a small file of each."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from scraper.archive.backup import backup
from scraper.archive.opening import SCHEMA, migrations, open_as_it_is
from scraper.archive.store import Archive
from scraper.cli import main
from scraper.errors import OlderArchive

STORED = sorted((Path(__file__).parents[2] / "fixtures" / "archives").glob("schema-*.db"))


LONG_ONES = "select count(*) from statements where length(text) > 100"


def held(path: Path) -> int:
    """How many statements with a text the file holds, asked of SQLite alone."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        (count,) = db.execute(LONG_ONES).fetchone()
    return int(count)


def test_there_is_a_file_of_every_schema() -> None:
    assert [path.name for path in STORED] == [f"schema-{number}.db" for number in range(1, SCHEMA + 1)]


@pytest.mark.parametrize("stored", STORED, ids=[path.stem for path in STORED])
def test_an_old_archive_opens_and_loses_nothing(stored: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    shutil.copy(stored, path)
    before = held(path)
    assert before >= 6
    with Archive(path) as archive:
        assert archive.db.execute("pragma user_version").fetchone() == (SCHEMA,)
        assert archive.db.execute(LONG_ONES).fetchone() == (before,)
        assert {hit.source for hit in archive.search("Zimbabwe").hits} == {"reliefweb-example"}
        assert archive.verify() == []


def test_an_archive_of_this_schema_can_be_read_without_being_changed(tmp_path: Path) -> None:
    path = tmp_path / "now.db"
    shutil.copy(STORED[-1], path)
    before = path.read_bytes()
    with Archive(path, readonly=True) as archive:
        assert archive.statement(1).text
    assert path.read_bytes() == before


@pytest.mark.parametrize("stored", STORED[:-1], ids=[path.stem for path in STORED[:-1]])
def test_an_older_one_is_left_alone_by_who_only_reads(stored: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    shutil.copy(stored, path)
    before = path.read_bytes()
    with pytest.raises(OlderArchive, match="scraper archive upgrade"):
        Archive(path, readonly=True)
    assert path.read_bytes() == before


# Before an upgrade is when one wants a copy.
@pytest.mark.parametrize("stored", STORED, ids=[path.stem for path in STORED])
def test_an_older_one_is_backed_up_as_it_is(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    path, copy = tmp_path / "old.db", tmp_path / "copy.db"
    shutil.copy(stored, path)
    before, schema = path.read_bytes(), int(stored.stem.removeprefix("schema-"))
    assert main(["backup", str(copy), "--archive", str(path)]) == 0
    assert (f"has schema {schema}" in capsys.readouterr().out) is (schema < SCHEMA)
    assert path.read_bytes() == before
    with contextlib.closing(sqlite3.connect(copy)) as db:
        assert db.execute("pragma user_version").fetchone() == (schema,)
    with Archive(copy) as archive:  # which brings it up to date
        assert archive.db.execute(LONG_ONES).fetchone() == (held(path),)


@pytest.mark.parametrize("stored", STORED[:-1], ids=[path.stem for path in STORED[:-1]])
def test_damage_of_an_older_one_is_found_in_its_copy(stored: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    shutil.copy(stored, path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("update payloads set data = zeroblob(9) where id = 1")
    db, schema = open_as_it_is(path)
    with contextlib.closing(db):
        made = backup(db, tmp_path / "copy.db")
    assert (made.schema, [finding.where for finding in made.findings]) == (schema, ["payloads 1"])


@pytest.mark.parametrize("stored", STORED[:-1], ids=[path.stem for path in STORED[:-1]])
def test_an_upgrade_that_was_killed_before_it_wrote_its_number_is_finished(stored: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    shutil.copy(stored, path)
    db = Database(sqlite3.connect(path, isolation_level=None))
    migrations.apply(db)
    db.close()
    with pytest.raises(OlderArchive):
        Archive(path, readonly=True)
    with Archive(path) as archive:
        assert archive.verify() == []
    with Archive(path, readonly=True) as archive:
        assert archive.db.execute("pragma user_version").fetchone() == (SCHEMA,)
        assert archive.rows("select 1 from descriptions where table_name = 'site_chrome'")
