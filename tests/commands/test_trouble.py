"""Trouble that nobody typed: full disks, damaged and earlier files, closed pipes, interruptions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from tests.commands.conftest import Run, one_line

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize("argv", [["search", "migration"], ["export"], ["export", "--manifest"], ["sources", "list"]])
def test_a_full_disk_behind_the_output_is_said(demo: Path, argv: list[str]) -> None:
    command = [sys.executable, "-m", "scraper", *argv, "--archive", demo]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 3
    assert "standard output: No space left" in done.stderr
    assert one_line(done.stderr)


@pytest.mark.parametrize("argv", [["search", "migration"], ["show", "1"], ["export"], ["report"], ["changes"]])
def test_a_damaged_file_is_said(run: Run, demo: Path, tmp_path: Path, argv: list[str]) -> None:
    damaged = tmp_path / "damaged.db"
    whole = demo.read_bytes()
    damaged.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    code, _, err = run(*argv, "--archive", damaged)
    assert code == 3
    assert "damaged" in err
    assert one_line(err)


def test_verifying_a_damaged_file_says_what_can_not_be_checked_and_copying_it_blames_no_target(
    run: Run, demo: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.db"
    whole = demo.read_bytes()
    damaged.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    code, _, err = run("verify", "--archive", damaged)
    assert code == 3
    assert all(line.startswith("error: ") for line in err.splitlines())
    code, printed, _ = run("backup", tmp_path / "copy.db", "--archive", damaged)
    assert (code, printed) == (3, f"{tmp_path / 'copy.db'}: {len(whole)} bytes, with these faults\n")


def test_ctrl_c_ends_an_endless_query(demo: Path) -> None:
    endless = "with recursive a(i) as (select 1 union all select i + 1 from a) select i from a where i < 3"
    # A shell lets what it starts in the background ignore SIGINT, and these tests may run there.
    listening = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from scraper.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", listening, "sql", "--archive", str(demo), endless]
    unbuffered = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=unbuffered
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "i\n"  # it runs
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()  # it would not end by itself
    assert process.returncode == 130
    assert one_line(err)


@pytest.mark.parametrize("old", ["schema-1.db", "schema-2.db"])
@pytest.mark.parametrize("argv", [["reextract", "--dry-run"], ["reextract"], ["report", "--html", "{tmp}/r.html"]])
def test_asking_what_would_be_leaves_an_earlier_file_as_it_is(
    run: Run, tmp_path: Path, old: str, argv: list[str]
) -> None:
    path = tmp_path / old
    path.write_bytes((ROOT / "fixtures" / "archives" / old).read_bytes())
    before = path.read_bytes()
    code, _, err = run(*(part.format(tmp=tmp_path) for part in argv), "--archive", path)
    assert code == 3
    assert "archive upgrade" in err
    assert path.read_bytes() == before


def test_a_closed_pipe_is_no_error(demo: Path) -> None:
    command = f"{sys.executable} -m scraper export --archive {demo} | head -c 100 >/dev/null; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""


def test_a_bug_is_called_one_with_its_traceback(run: Run, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("none of the errors that are foreseen")

    monkeypatch.setattr(Archive, "search", broken)
    code, out, err = run("search", "migration", "--archive", demo)
    assert (code, out) == (3, "")
    assert "ZeroDivisionError" in err
    assert err.endswith("this is a bug in statement-scraper; nothing already archived was touched\n")
