"""The commands on an archive: searching, showing, citing, JSON for machines."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Run

ROOT = Path(__file__).parents[2]
SEED = "https://www.iom.example/news/iom-statement-los-angeles-declaration-migration-and-protection"


def test_search_show_and_cite(run: Run, demo: Path) -> None:
    code, out, _ = run("--archive", demo, "search", "Zimbabwe")
    assert code == 0
    assert "Chimanimani" in out
    assert re.search(r"^ +… .*Zimbabwe.* …$", out, re.MULTILINE)  # a passage, and where it was found
    assert SEED not in out
    _, out, _ = run("show", SEED, "--archive", demo)
    assert "(from meta)" in out
    assert out.rstrip().endswith("from paper to reality.")
    _, out, _ = run("cite", SEED, "--archive", demo, "--style", "bibtex")
    assert SEED in out


def test_a_url_with_trackers_finds_its_statement(run: Run, demo: Path) -> None:
    assert run("show", f"{SEED}?utm_source=x#top", "--archive", demo)[0] == 0


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(["search", "migrants"], id="search"),
        pytest.param(["show", "1"], id="show"),
        pytest.param(["diff", "1"], id="diff"),
        pytest.param(["changes"], id="changes"),
        pytest.param(["report"], id="report"),
        pytest.param(["report", "--coverage"], id="coverage"),
        pytest.param(["report", "--requests"], id="request log"),
        pytest.param(["verify"], id="verify"),
        pytest.param(["sources", "list"], id="sources"),
        pytest.param(["sql", "select count(*) as n from statements"], id="sql"),
    ],
)
def test_json_for_machines(run: Run, first_day: Path, argv: list[str]) -> None:
    code, out, _ = run(*argv, "--archive", first_day, "--json")
    assert code == 0
    json.loads(out)


def test_the_captured_bytes_come_out_as_they_came_in(demo: Path) -> None:
    command = [sys.executable, "-m", "scraper", "show", SEED, "--capture", "--archive", str(demo)]
    body = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
    assert b"<html" in body
    assert b"Zimbabwe" in body


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted where the system lists them")
def test_reading_pages_starts_no_threads_of_numpys_libraries() -> None:
    words = "import os; from scraper.cli import main; main(['--version']); import scraper.extractor.model; "
    command = [sys.executable, "-c", words + "print(len(os.listdir('/proc/self/task')))"]
    ours = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, check=True, text=True, timeout=60)
    assert done.stdout.split()[-1] == "1"


def test_titles_cannot_steer_a_terminal(run: Run, demo: Path, tmp_path: Path) -> None:
    copy = tmp_path / "evil.db"
    copy.write_bytes(demo.read_bytes())
    with sqlite3.connect(copy) as conn:
        conn.execute("update documents set title = ? where id = 1", ["\x1b[2J\x1b]0;owned\x07 title\r\nFrom: x"])
    conn.close()
    _, out, _ = run("show", "1", "--archive", copy)
    assert "\x1b" not in out
    assert "\x07" not in out


def test_an_import_says_what_it_left_out(run: Run, tmp_path: Path) -> None:
    folder, source = tmp_path / "saved", tmp_path / "org.toml"
    folder.mkdir()
    (folder / "one.html").write_text(
        "<html><body><main><h1>One</h1><p>Words of a statement, and more.</p></main></body></html>"
    )
    (folder / "style.css").write_text("p { color: red }")
    source.write_text(
        'title = "Org"\nhosts = ["org.example"]\nseeds = ["https://org.example/"]\nstatement = ["/one"]\n'
    )
    at = ("--base-url", "https://org.example/", "--captured-at", "2026-01-02T03:04:05Z", "--source-file", source)
    code, out, _ = run("import", folder, *at, "--archive", tmp_path / "a.db")
    assert code == 0
    assert "skipped 1: style sheet" in out


def test_a_file_is_brought_up_to_date_by_name(run: Run, demo: Path) -> None:
    code, out, _ = run("archive", "upgrade", "--archive", demo)
    assert code == 0
    assert "this release's" in out
