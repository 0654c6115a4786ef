"""An archive on a read-only disc or in somebody else's folder is read like any other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_builder import add_statement, new_archive

# Root may write anything: the tests that run as root give that right away.
MORTAL = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
pytestmark = pytest.mark.skipif(bool(MORTAL) and shutil.which("setpriv") is None, reason="root may write anything")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disc"
    folder.mkdir()
    db = new_archive(folder)
    add_statement(db, ["What the ministers said."])
    db.close()
    (folder / "archive.db").chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


def scraper(folder: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    command = [*MORTAL, sys.executable, "-m", "scraper", *argv, "--archive", str(folder / "archive.db")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("argv", [["search", "ministers"], ["show", "1"], ["verify"], ["export"], ["sql", "select 1"]])
def test_it_can_be_read(folder: Path, argv: list[str]) -> None:
    done = scraper(folder, *argv)
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in folder.iterdir()] == ["archive.db"]


def test_it_can_be_copied(folder: Path, tmp_path: Path) -> None:
    assert scraper(folder, "backup", str(tmp_path / "copy.db")).returncode == 0


def test_writing_to_it_is_refused_with_the_reason(folder: Path) -> None:
    done = scraper(folder, "archive", "compact")
    assert done.returncode == 3
    assert "check the permissions of the file and its folder" in done.stderr
