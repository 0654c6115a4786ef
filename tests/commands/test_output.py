"""What is written: in any terminal's encoding, and JSON wherever it was asked for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Run

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_a_terminal_that_lacks_letters_is_given_their_numbers(run: Run, demo: Path, encoding: str) -> None:
    (row,) = json.loads(run("sql", "select * from documents where language = 'zh'", "--archive", demo, "--json")[1])
    command = [sys.executable, "-m", "scraper", "cite", str(row["id"]), "--style", "csl-json", "--archive", str(demo)]
    poor = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, cwd=ROOT, env=poor, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode(encoding))["title"] == row["title"]


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        pytest.param(["cite", "1", "--style", "apa"], {"statement_id", "style", "citation"}, id="cite"),
        pytest.param(["archive", "upgrade"], {"schema"}, id="archive upgrade"),
        pytest.param(["report", "--html", "{tmp}/r.html"], {"file"}, id="report --html"),
        pytest.param(
            ["report", "iom-example", "--ack", "run"], {"source", "problem", "until", "note"}, id="report --ack"
        ),
    ],
)
def test_json_is_written_wherever_it_was_asked_for(
    run: Run, demo: Path, tmp_path: Path, argv: list[str], told: set[str]
) -> None:
    shutil.copy(demo, tmp_path / "a.db")
    code, out, _ = run(*(word.format(tmp=tmp_path) for word in argv), "--json", "--archive", tmp_path / "a.db")
    assert code == 0
    assert set(json.loads(out)) == told


# PEP 383, PEP 540: in the POSIX locale, without the UTF-8 mode, arguments are ASCII and lone surrogates.
@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(["search", "Américas"], id="search"),
        pytest.param(["search", "migra*", "--language", "français"], id="filter"),
        pytest.param(["sql", "select count(*) from statements where text like '%é%'"], id="sql"),
    ],
)
def test_words_are_utf8_whatever_the_locale_says(demo: Path, tmp_path: Path, argv: list[str]) -> None:
    path = shutil.copy(demo, tmp_path / "archivé.db")  # a path goes back to the system as it came
    outputs = []
    for locale in ({"PYTHONUTF8": "1"}, {"PYTHONUTF8": "0", "LC_ALL": "POSIX"}):
        done = subprocess.run(
            [sys.executable, "-m", "scraper", *argv, "--json", "--archive", path], cwd=ROOT, env={**os.environ, **locale},
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        outputs.append(json.loads(done.stdout.decode()))
    assert outputs[0] == outputs[1] != []
    if argv[0] == "search":
        assert outputs[0]["total"] > 0
