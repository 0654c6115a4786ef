"""What is written appears whole or not at all, and what a killed process left lying is cleared away."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from scraper.archive import opening
from scraper.archive.store import Archive
from scraper.errors import ArchiveNotWritable, OutputExists
from scraper.whole import whole_file, whole_folder

FORK = multiprocessing.get_context("fork")


def killed(task, *arguments):
    """The number of a process that began *task* and was killed in it."""
    child = FORK.Process(target=task, args=arguments)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    return child.pid


def half_a_file(path, replace):
    with whole_file(path, replace=replace) as new:
        new.write_bytes(b"half")
        Path(f"{new}-journal").write_bytes(b"and its journal")
        os.kill(os.getpid(), signal.SIGKILL)


def half_a_folder(path):
    with whole_folder(path) as new:
        (new / "file").write_bytes(b"half")
        os.kill(os.getpid(), signal.SIGKILL)


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_killed_while_writing_leaves_no_file_of_that_name_and_the_next_clears_up(tmp_path):
    pid = killed(half_a_file, tmp_path / "out", False)
    assert names(tmp_path) == [f"out.new-{pid}", f"out.new-{pid}-journal"]
    with whole_file(tmp_path / "out") as new:
        new.write_bytes(b"whole")
    assert names(tmp_path) == ["out"]


def test_killed_while_replacing_leaves_what_was_there(tmp_path):
    (tmp_path / "out").write_bytes(b"old")
    killed(half_a_file, tmp_path / "out", True)
    assert (tmp_path / "out").read_bytes() == b"old"


def test_killed_while_filling_a_folder_leaves_none_and_the_next_clears_up(tmp_path):
    killed(half_a_folder, tmp_path / "site")
    assert "site" not in names(tmp_path)
    with whole_folder(tmp_path / "site") as new:
        (new / "file").write_bytes(b"whole")
    assert names(tmp_path) == ["site"]


def test_what_a_living_process_is_writing_and_files_of_others_are_left_alone(tmp_path):
    others = [f"out.new-{os.getppid()}", "out.new-draft", "about.new-999999999", "out.news"]
    for name in others:
        (tmp_path / name).write_bytes(b"")
    with whole_file(tmp_path / "out") as new:
        new.write_bytes(b"whole")
    assert names(tmp_path) == sorted([*others, "out"])


def test_link_stays_a_link_and_a_device_a_device(tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("file")
    with whole_file(tmp_path / "link", replace=True) as new:
        new.write_bytes(b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert (tmp_path / "link").is_symlink()
    with whole_file(Path("/dev/null"), replace=True) as new:
        assert new == Path("/dev/null")


@pytest.mark.parametrize("whole", [whole_file, whole_folder])
def test_full_disk_says_what_to_do_and_leaves_nothing(tmp_path, whole):
    with pytest.raises(ArchiveNotWritable, match=r"out: cannot be written \(the disk is full: free some space"), \
            whole(tmp_path / "out"):  # fmt: skip
        Path("/dev/full").write_bytes(b"some")  # the kernel's own disk without room
    assert names(tmp_path) == []


def test_name_that_another_process_took_meanwhile_stays_its_own(tmp_path):
    writing = whole_file(tmp_path / "out")
    writing.__enter__().write_bytes(b"ours")
    (tmp_path / "out").write_bytes(b"theirs")
    with pytest.raises(OutputExists):
        writing.__exit__(None, None, None)
    assert (tmp_path / "out").read_bytes() == b"theirs"
    assert names(tmp_path) == ["out"]


def make_an_archive(path, note):
    with Archive(path, create=True) as archive, archive.writing():
        archive.set_meta(note, "written")


def test_archive_that_another_process_made_meanwhile_keeps_what_that_wrote(tmp_path, monkeypatch):
    path = tmp_path / "archive.db"
    describe = opening._describe

    def overtaken(db):
        monkeypatch.setattr(opening, "_describe", describe)
        other = FORK.Process(target=make_an_archive, args=[path, "theirs"])
        other.start()
        other.join()
        describe(db)

    monkeypatch.setattr(opening, "_describe", overtaken)
    make_an_archive(path, "ours")
    with Archive(path) as archive:
        assert (archive.meta("theirs"), archive.meta("ours")) == ("written", "written")
