"""A backup is whole or is not there; a manifest proves what was held."""

import sqlite3
import threading

import pytest
from archive_builder import add_capture, add_statement, new_archive, page

from scraper.archive.backup import backup
from scraper.archive.opening import open_database
from scraper.archive.payloads import Payloads
from scraper.archive.seals import SEALED, manifest, missing_from
from scraper.archive.verify import verify
from scraper.errors import ArchiveNotWritable, OutputExists


@pytest.fixture
def db(tmp_path):
    db = new_archive(tmp_path)
    add_statement(db, ["The first text.", "The second text."])
    add_capture(db, page(1), "https://iom.example/c")
    yield db
    db.close()


def test_backup_opens_as_an_archive_and_holds_the_same(db, tmp_path):
    made = backup(db, tmp_path / "copy.db")
    assert made.findings == ()
    assert made.size_bytes == (tmp_path / "copy.db").stat().st_size
    copy = open_database(made.path, create=False, readonly=True)
    assert list(manifest(copy)) == list(manifest(db))
    copy.close()


def test_backup_is_a_single_file(db, tmp_path):
    (tmp_path / "out").mkdir()
    backup(db, tmp_path / "out" / "copy.db")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["copy.db"]


def test_backup_never_overwrites(db, tmp_path):
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(OutputExists):
        backup(db, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_backup_that_cannot_be_written_leaves_nothing_behind(db, tmp_path):
    with pytest.raises(ArchiveNotWritable):
        backup(db, tmp_path / "missing" / "copy.db")
    assert not (tmp_path / "missing").exists()


def test_backup_while_another_connection_writes_is_consistent(db, tmp_path):
    writer = open_database(tmp_path / "archive.db", create=False)
    stop = threading.Event()

    def write():
        number = 10
        while not stop.is_set():
            writer.execute("begin immediate")
            add_statement(writer, [f"Text {number}."], f"https://iom.example/{number}")
            writer.execute("commit")
            number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        findings = [finding for number in range(3) for finding in backup(db, tmp_path / f"copy-{number}.db").findings]
    finally:
        stop.set()
        thread.join()
        writer.close()
    assert findings == []


def test_damaged_archive_is_copied_and_the_damage_reported(db, tmp_path):
    db.execute("update payloads set data = zeroblob(9) where id = 1")
    made = backup(db, tmp_path / "copy.db")
    assert [finding.where for finding in made.findings] == ["payloads 1"]
    copy = sqlite3.connect(made.path)
    assert copy.execute("select count(*) from captures").fetchone() == (3,)
    copy.close()


# --- seals and manifests ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", SEALED)
def test_any_change_in_what_a_capture_says_breaks_its_seal(db, column):
    assert list(verify(db)) == []
    db.execute("pragma foreign_keys = off")
    db.execute(f"update captures set {column} = coalesce({column}, '') || '9' where id = 2")
    assert any("captures 2: its row was changed" in str(finding) for finding in verify(db))


def test_manifest_lists_every_capture_and_revision_and_closes_with_a_hash_of_all(db):
    kinds = [line.split("\t")[0] for line in manifest(db)]
    assert kinds == ["capture"] * 3 + ["revision"] * 2 + ["total"]


def test_archive_that_grew_still_bears_out_an_old_manifest(db):
    old = list(manifest(db))
    add_statement(db, ["New text."], "https://iom.example/new")
    assert list(missing_from(db, (f"{line}\n" for line in old))) == []


def test_what_was_changed_since_a_manifest_is_named(db):
    old = list(manifest(db))
    db.execute("update captures set fetched_at = '2020-01-01T00:00:00Z' where id = 3")
    assert list(missing_from(db, old)) == [old[2]]


def test_manifest_that_was_edited_does_not_prove_itself(db):
    old = list(manifest(db))
    assert list(missing_from(db, [*old[:-2], old[-1]])) == [old[-1]]


def test_line_of_another_kind_is_given_back_not_believed(db):
    assert list(missing_from(db, ["capture\tone", "", "x" * 10])) == ["capture\tone", "", "x" * 10]


def test_compacting_changes_no_line_of_the_manifest(db):
    old = list(manifest(db))
    Payloads(db).compact()
    assert list(manifest(db)) == old
