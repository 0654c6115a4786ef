"""Mistakes of whoever types: one clear line each, with its exit code."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from tests.commands.conftest import Run, one_line


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        pytest.param(["crawl", "iomm"], 2, "did you mean 'iom'", id="unknown source"),
        pytest.param(["crawl", "--source-file", "{tmp}/absent.toml"], 2, "cannot be read", id="missing source file"),
        pytest.param(["crawl", "--source-file", "{tmp}/broken.toml"], 2, "broken.toml", id="broken TOML"),
        pytest.param(["crawl", "iom", "--now", "yesterday"], 2, "expected a time", id="no time"),
        pytest.param(["crawl", "iom", "--resolve", "nonsense"], 2, "expected HOST=", id="no mapping"),
        pytest.param(["crawl", "--archive", "{tmp}/letter.db", "iom"], 3, "not a SQLite file", id="not SQLite"),
        pytest.param(["crawl", "--archive", "{tmp}/newer.db", "iom"], 3, "upgrade", id="newer schema"),
        pytest.param(["crawl", "--archive", "{tmp}/absent/a.db", "iom"], 3, "cannot be written", id="no such folder"),
        pytest.param(["crawl", "--archive", "{demo}", "iom"], 2, "holds the demonstration site", id="real into demo"),
        pytest.param(
            ["search", "--archive", "{tmp}/absent.db", "x"], 2, "no archive there yet", id="nothing to search"
        ),
        pytest.param(["search", "--archive", "{demo}", "NOT"], 2, "", id="unreadable query"),
        pytest.param(["show", "--archive", "{demo}", "999999"], 2, "is not in", id="unknown id"),
        pytest.param(
            ["show", "--archive", "{demo}", "https://www.iom.example/absent"], 2, "is not in", id="unknown URL"
        ),
        pytest.param(["diff", "--archive", "{demo}", "1", "--to", "7"], 2, "has no version 7", id="unknown version"),
        pytest.param(["import", "--archive", "{tmp}/i.db", "{tmp}/absent"], 2, "no such file", id="nothing to import"),
        pytest.param(["import", "--archive", "{tmp}/i.db", "{tmp}"], 2, "--base-url", id="folder without a base"),
        pytest.param(["sql", "--archive", "{demo}", "select nothing from nowhere"], 2, "SQLite", id="bad SQL"),
        pytest.param(["sql", "--archive", "{demo}", "delete from documents"], 2, "", id="SQL that writes"),
        pytest.param(["report", "--archive", "{demo}", "absent"], 2, "no source named", id="report on nobody"),
        pytest.param(["show", "--archive", "{demo}", "9" * 30], 2, "is not in", id="number beyond SQLite's"),
        pytest.param(["show", "--archive", "{demo}", "\udcff"], 2, "not text in UTF-8", id="argument of other bytes"),
        pytest.param(["search", "--archive", "{demo}", "x", "--since", "2020-13"], 2, "expected a date", id="month 13"),
        pytest.param(["export", "--archive", "{demo}", "--until", "soon"], 2, "--until soon", id="no date"),
        pytest.param(
            ["search", "--archive", "{demo}", "x", "--since", "2021", "--until", "2020"],
            2,
            "is after",
            id="no dates between",
        ),
        pytest.param(
            ["changes", "--archive", "{demo}", "--since", "yesterday"], 2, "expected a time", id="changes since"
        ),
        pytest.param(
            ["search", "--archive", "{demo}", "x", "--source", "iom"], 2, "no source named", id="search nobody"
        ),
        pytest.param(
            ["changes", "--archive", "{demo}", "--source", "iom"], 2, "no source named", id="changes of nobody"
        ),
        pytest.param(
            ["archive", "compact", "--archive", "{demo}", "--source", "iom"], 2, "no source named", id="compact nobody"
        ),
        pytest.param(
            ["search", "--archive", "{demo}", "x", "--country", "Zimbabwe"], 2, "ISO 3166", id="no country code"
        ),
        pytest.param(
            ["search", "--archive", "{demo}", "x", "--language", "English!"], 2, "did you mean en", id="no language"
        ),
        pytest.param(["sql", "--archive", "{demo}", ""], 2, "brings no rows", id="no SQL"),
        pytest.param(["sql", "--archive", "{demo}", "select 1; select 2"], 2, "one statement", id="two queries"),
        pytest.param(["sql", "--archive", "{demo}", "vacuum into '{tmp}/v.db'"], 2, "SQLite", id="SQL that copies"),
        pytest.param(["sql", "--archive", "{demo}", "attach '{tmp}/v.db' as v"], 2, "SQLite", id="SQL that attaches"),
        pytest.param(
            [
                "sql",
                "--archive",
                "{demo}",
                "--max-seconds",
                "0.2",
                "with recursive a(i) as (select 1 union all select i + 1 from a) select count(*) from a",
            ],
            2,
            "no end of it",
            id="endless SQL",
        ),
        pytest.param(
            ["report", "--archive", "{demo}", "--html", "{tmp}/absent/r.html"],
            3,
            "absent",
            id="no such folder to write",
        ),
        pytest.param(["report", "--archive", "{demo}", "--html", "{tmp}"], 3, "directory", id="folder to write"),
        pytest.param(["report", "--archive", "{demo}", "--hosts", "--coverage"], 2, "ask for one", id="two reports"),
        pytest.param(["report", "--archive", "{demo}", "--note", "x"], 2, "belongs to --ack", id="note on nothing"),
        pytest.param(
            ["report", "iom-example", "--archive", "{demo}", "--ack", "run", "--until", "2020-01-01"],
            2,
            "is past",
            id="silence in the past",
        ),
        pytest.param(["crawl", "iom", "--resolve", "x=http://["], 2, "expected HOST=", id="mapping to no address"),
        pytest.param(
            ["crawl", "iom", "--resolve", "x=http://127.0.0.1:99999"], 2, "expected HOST=", id="mapping to no port"
        ),
        pytest.param(
            ["crawl", "iom", "--now", "0001-01-01T00:00:00+14:00"], 2, "expected a time", id="before all time"
        ),
        pytest.param(["demo", "--archive", "{tmp}/d.db", "--now", "noon"], 2, "--now noon", id="demo at no time"),
        pytest.param(["extract", "{tmp}/letter.db", "--url", "http://["], 2, "not an address", id="page from nowhere"),
        pytest.param(
            [
                "import",
                "--archive",
                "{tmp}/i.db",
                "{tmp}",
                "--base-url",
                "https://a.example/",
                "--captured-at",
                "2999-01-01",
            ],
            2,
            "future",
            id="saved tomorrow",
        ),
        pytest.param(
            ["import", "--archive", "{tmp}/i.db", "{tmp}/letter.db", "--base-url", "https://a.example/"],
            2,
            "is a file",
            id="base of a file",
        ),
        pytest.param(["reextract", "--archive", "{demo}", "--dry-run", "--yes"], 2, "--dry-run", id="dry but wet"),
        pytest.param(["export", "--archive", "{demo}", "--manifest", "x"], 2, "whole archive", id="manifest of a few"),
    ],
)
def test_a_mistake_is_one_clear_line_with_its_exit_code(
    run: Run, tmp_path: Path, demo: Path, argv: list[str], code: int, says: str
) -> None:
    (tmp_path / "broken.toml").write_text("seeds = [")
    (tmp_path / "letter.db").write_text("Dear Sir or Madam")
    newer = sqlite3.connect(tmp_path / "newer.db")
    newer.execute("pragma application_id = 1398032461".replace("1398032461", str(0x53544D54)))
    newer.execute("pragma user_version = 99")
    newer.close()
    before = demo.read_bytes()
    got, _, err = run(*[part.format(tmp=tmp_path, demo=demo) for part in argv])
    assert got == code
    assert says in err
    assert one_line(err)
    assert demo.read_bytes() == before


def test_an_unknown_command_or_a_missing_name_is_usage(run: Run) -> None:
    assert run("crawll")[0] == 2
    code, _, err = run("sources", "check")
    assert code == 2
    assert "name a source" in err


@pytest.mark.parametrize("option", [["--requests"], ["--coverage"], ["--hosts"], ["--ack", "quiet"]])
def test_a_mistyped_source_is_said_and_not_reported_as_empty(run: Run, tmp_path: Path, option: list[str]) -> None:
    Archive(tmp_path / "a.db", create=True).close()
    code, out, err = run("report", "iomm", "--archive", tmp_path / "a.db", *option)
    assert (code, out) == (2, "")
    assert "iomm" in err
