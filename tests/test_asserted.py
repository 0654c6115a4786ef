"""Minimum and maximum, as a source file asserts them: a breach is a warning with its likely cause, until acknowledged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper import config
from scraper.archive.store import Archive
from scraper.cli import main
from scraper.config import FIGURES, parse_source
from scraper.demo.site import FixtureSite
from scraper.errors import SourceFileError

SOURCE = """
hosts = ["costarica.iom.example"]
seeds = ["https://costarica.iom.example/es/news"]
statement = ['^/es/news/[^/?]+$']
crawl_delay = 0
"""


def crawl(folder: Path, bounds: str, *, now: str = "2026-03-02T06:00:00Z") -> int:
    """One quiet run over a host with three statements; its exit code."""
    (folder / "one.toml").write_text(SOURCE + bounds)
    with FixtureSite(at="T0", crawl_delay=0) as site:
        return main(["crawl", "--archive", str(folder / "a.db"), "--source-file", str(folder / "one.toml"), "--quiet",
                     "--resolve", f"costarica.iom.example={site.origin}", "--now", now])  # fmt: skip


@pytest.mark.parametrize(
    ("bounds", "says"),
    [
        pytest.param("minimum = { statements = 4 }", "3 statements, fewer than the 4", id="too few"),
        pytest.param("maximum = { statements = 2 }", "3 statements, more than the 2", id="too many"),
        pytest.param("minimum = { per_month = 3 }", "statements in 30 days, fewer than the 3", id="a quiet month"),
        pytest.param("maximum = { words = 5 }", "words in the middle statement, more than the 5", id="long texts"),
        pytest.param("minimum = { words = 9000 }", "words in the middle statement, fewer than the 9000", id="short texts"),
    ],
)  # fmt: skip
def test_a_breach_is_one_line_with_its_likely_cause_and_exit_code_1(tmp_path: Path, capsys, bounds, says) -> None:
    assert crawl(tmp_path, bounds) == 1
    error = capsys.readouterr().err
    assert says in error
    assert "likely" in error
    assert len(error.splitlines()) == 1


def test_bounds_that_hold_are_silent(tmp_path: Path, capsys) -> None:
    bounds = "minimum = { statements = 3, titled = 1, words = 20 }\nmaximum = { statements = 3, per_month = 3 }"
    assert crawl(tmp_path, bounds) == 0
    assert capsys.readouterr() == ("", "")


def test_an_acknowledged_breach_is_silent_until_its_day(tmp_path: Path, capsys) -> None:
    assert crawl(tmp_path, "minimum = { statements = 4 }") == 1
    end = datetime.now(UTC).replace(hour=0, minute=0, second=0) + timedelta(days=10)
    ack = ["report", "one", "--ack", "minimum", "--until", f"{end:%Y-%m-%d}", "--archive", str(tmp_path / "a.db")]
    assert main(ack) == 0
    capsys.readouterr()
    assert crawl(tmp_path, "minimum = { statements = 4 }", now=f"{end - timedelta(hours=6):%Y-%m-%dT%H:%M:%SZ}") == 0
    assert crawl(tmp_path, "minimum = { statements = 4 }", now=f"{end + timedelta(hours=6):%Y-%m-%dT%H:%M:%SZ}") == 1


def test_a_breach_is_not_acknowledged_until_a_day_that_is_past(tmp_path: Path, capsys) -> None:
    assert crawl(tmp_path, "minimum = { statements = 4 }") == 1
    ack = ["report", "one", "--ack", "minimum", "--until", "2026-03-10", "--archive", str(tmp_path / "a.db")]
    assert main(ack) == 2
    assert "is past" in capsys.readouterr().err


def test_what_cannot_be_acknowledged_names_what_can(tmp_path: Path, capsys) -> None:
    crawl(tmp_path, "")
    assert main(["report", "one", "--ack", "everything", "--archive", str(tmp_path / "a.db")]) == 2
    assert "minimum" in capsys.readouterr().err


def test_a_source_gone_quiet_is_loud_in_the_run_itself(tmp_path: Path, capsys) -> None:
    """Cron reads no report: what history says of a source is told where the run is."""
    source = parse_source(SOURCE, "one.toml", least_delay=timedelta(0))
    assert crawl(tmp_path, "") == 0
    with Archive(tmp_path / "a.db") as archive, archive.writing():
        for number in range(20):
            archive.db.execute(
                "insert into documents (source, url, title, published, published_precision, words, first_seen, last_seen) "
                "values (?, ?, 'Old', ?, 'day', 100, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')",
                [source.name, f"https://costarica.iom.example/es/news/old-{number}", f"2025-01-{number + 1:02}"],
            )
        archive.db.execute(
            "update documents set published = '2025-01-25', published_precision = 'day' where title != 'Old'"
        )
    capsys.readouterr()
    assert crawl(tmp_path, "", now="2026-03-03T06:00:00Z") == 1
    assert "nothing new since 2025-01-25" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("bounds", "key", "expected"),
    [
        pytest.param("minimum = 4", "minimum", "a table of numbers", id="no table"),
        pytest.param("minimum = { statement = 4 }", "minimum.statement", "did you mean 'statements'", id="misspelt"),
        pytest.param("maximum = { words = 'many' }", "maximum.words", "a number >= 0", id="no number"),
        pytest.param("minimum = { dated = 90 }", "minimum.dated", "a share from 0 to 1", id="a share in per cent"),
    ],
)
def test_a_mistake_in_a_bound_is_one_precise_error(bounds: str, key: str, expected: str) -> None:
    with pytest.raises(SourceFileError, match=r"one\.toml: ") as caught:
        parse_source(SOURCE + bounds, "one.toml", least_delay=timedelta(0))
    assert str(caught.value).startswith(f"one.toml: {key}: expected ")
    assert expected in str(caught.value)


def test_every_key_and_figure_of_a_source_file_is_documented() -> None:
    text = (Path(__file__).parent.parent / "docs" / "SOURCE_FILES.md").read_text(encoding="utf-8")
    for name, meaning in {**config.KEYS, **FIGURES}.items():
        assert f"| `{name}` | {meaning} |" in text
