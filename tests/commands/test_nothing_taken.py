"""Imports of which nothing comes: never taken for a success, not by cron either."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Run

FROM = ("--base-url", "https://www.iom.example/", "--captured-at", "2026-01-02T03:04:05Z")


def test_an_empty_folder_is_refused_before_anything_is_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    code, _, err = run("import", tmp_path / "saved", *FROM, "--archive", tmp_path / "a.db")
    assert code == 2
    assert "empty folder" in err
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("style.css", "no capture of a page", id="nothing but furniture"),
        pytest.param("page.html", "--source-file", id="pages of nobody"),
    ],
)
@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_an_import_of_which_nothing_comes_says_so(
    run: Run, tmp_path: Path, name: str, says: str, quiet: list[str]
) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / name).write_text("<html><body><p>Words.</p></body></html>")
    code, _, err = run("import", tmp_path / "saved", *FROM, "--archive", tmp_path / "a.db", *quiet)
    assert code == 1
    assert "nothing was taken" in err
    assert says in err
    assert len(err.splitlines()) == 1
