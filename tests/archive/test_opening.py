"""Opening an archive: ours or not, current or not, writable or not; never harmed."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from scraper.archive import opening
from scraper.archive.describe import tables
from scraper.archive.store import Archive
from scraper.errors import (
    AnotherRun,
    ArchiveError,
    ForeignArchive,
    NewerArchive,
    NotAnArchive,
    OlderArchive,
    UnreadableInput,
)
from tests.clock import NOW


def test_a_new_archive_is_whole_or_absent(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db", create=True) as archive:
        assert archive.db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]


def test_the_log_beside_an_archive_stays_small_however_much_is_written(tmp_path: Path) -> None:
    """Folded into the file now and then while a run goes on, not only when it ends; 4 kB a page."""
    with Archive(tmp_path / "a.db", create=True) as archive:
        log = tmp_path / "a.db-wal"
        for n in range(40):  # 40 MB in transactions of one
            with archive.writing():
                archive.db.execute("insert into meta (key, value) values (?, hex(zeroblob(500000)))", [f"large {n}"])
        assert log.stat().st_size < (opening.LOG_PAGES + 2 * 250) * 4200
        archive.db.execute("pragma wal_checkpoint").fetchall()
        assert (tmp_path / "a.db").stat().st_size > 40_000_000


def test_an_archive_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no archive there yet"):
        Archive(tmp_path / "a.db")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "an empty file", id="empty"),
        pytest.param(b"hello, this is a letter", "not a SQLite file", id="text"),
        pytest.param(b"SQLite format 3\x00" + b"\xff" * 4096, "not a SQLite file", id="header only"),
    ],
)
def test_what_is_no_archive_is_refused_and_left_alone(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=words) as caught:
        Archive(path, create=True)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as conn:
        conn.execute("create table notes (id)")
    conn.close()
    with pytest.raises(NotAnArchive, match="not a statement archive"):
        Archive(path, create=True)


def test_a_newer_archive_is_refused_politely(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    Archive(path, create=True).close()
    with sqlite3.connect(path) as conn:
        conn.execute("pragma user_version = 99")
    conn.close()
    with pytest.raises(NewerArchive, match="upgrade statement-scraper"):
        Archive(path)


def test_an_older_file_is_not_read_as_if_it_were_new(tmp_path: Path) -> None:
    """Only a writer may bring it up to date: reading it with this release's queries would fail somewhere, or lie."""
    path = tmp_path / "a.db"
    Archive(path, create=True).close()
    with sqlite3.connect(path) as conn:
        conn.execute(f"pragma user_version = {opening.SCHEMA - 1}")
    conn.close()
    with pytest.raises(OlderArchive, match="scraper archive upgrade"):
        Archive(path, readonly=True)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be written"):
        Archive(tmp_path / "absent" / "a.db", create=True)


def test_an_interrupted_migration_leaves_the_old_file_intact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    Archive(path, create=True).close()
    before = path.read_bytes()

    @opening.migrations(name="m9999_breaks")
    def breaks(db: object) -> None:
        db.execute("alter table documents add column later text")  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            Archive(path)
    finally:
        opening.migrations._migrations.pop()
    with Archive(path) as archive:
        columns = [row[1] for row in archive.db.execute("pragma table_info(documents)")]
        assert "later" not in columns
    assert len(path.read_bytes()) == len(before)


def _try_lock(path: Path, answers: multiprocessing.Queue[str]) -> None:
    try:
        with opening.only_writer(path):
            answers.put("got it")
    except AnotherRun as error:
        answers.put(str(error))


def test_a_second_writer_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[str] = context.Queue()
    with opening.only_writer(path):
        other = context.Process(target=_try_lock, args=(path, answers))
        other.start()
        assert "another run is writing it" in answers.get(timeout=30)
        other.join(30)
    with opening.only_writer(path):  # free again
        pass


def test_demo_material_and_real_sources_do_not_mix(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db", create=True) as archive:
        archive.claim_for("demo", NOW)
        archive.claim_for("demo", NOW)
        with pytest.raises(ForeignArchive, match="holds the demonstration site"):
            archive.claim_for("real", NOW)


def schema(db: object) -> dict[str, list[str]]:
    rows = db.execute(  # type: ignore[attr-defined]
        "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' "
        "and name not like '\\_sqlite%' escape '\\' and name not like 'search\\_%' escape '\\' or name = 'search_content'"
    ).fetchall()
    return {name: [row[1] for row in db.execute(f"pragma table_xinfo([{name}])") if row[6] != 1] for (name,) in rows}  # type: ignore[attr-defined]


def test_every_table_and_column_is_described_and_nothing_else(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db", create=True) as archive:
        found = schema(archive.db)
        assert set(found) == set(tables())
        for name, columns in found.items():
            assert set(tables()[name].columns) == set(columns), name
        told = archive.rows("select count(*) as n from descriptions")[0]["n"]
        assert told == len(tables()) + sum(len(table.columns) for table in tables().values())
