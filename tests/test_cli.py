"""The command line: exit codes, one clear line for each mistake, JSON for machines, silence for cron."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from scraper.archive.store import Archive
from scraper.cli import cli, main
from scraper.demo.site import FixtureSite
from tests.crawling import crawl

ROOT = Path(__file__).parent.parent
SEED = "https://www.iom.example/news/iom-statement-los-angeles-declaration-migration-and-protection"

SOURCE = """
title = "One host of the fixture site"
hosts = ["costarica.iom.example"]
seeds = ["https://costarica.iom.example/es/news"]
statement = ['^/es/news/[^/?]+$']
crawl_delay = 0
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "demo.db"
    with FixtureSite(at="T0", crawl_delay=0) as site:
        crawl(path, site)
    return path


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    code = main([str(arg) for arg in argv])
    out, err = capsys.readouterr()
    return code, out, err


# --- every command says what it does ----------------------------------------------------------------------------------


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found = []
    for name, command in group.commands.items():
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


def test_every_command_and_option_is_described() -> None:
    from scraper import commands as _  # noqa: F401 - registers

    for name, command in commands(cli):
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in {"source", "files"}:
                assert parameter.help or parameter.name in {"order", "limit", "offset", "to", "style", "names"}, (
                    name,
                    parameter.name,
                )


def test_the_commands_of_the_design_are_there() -> None:
    names = {name[0] for name, _ in commands(cli)}
    wanted = "demo crawl sources search show diff changes cite export import reextract verify report browse backup"
    assert set(wanted.split()) <= names


def test_help_works_for_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for name, _ in commands(cli):
        code, out, _ = run(capsys, *name, "--help")
        assert code == 0
        assert "Usage:" in out


# --- mistakes ---------------------------------------------------------------------------------------------------------


def one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


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
    capsys: pytest.CaptureFixture[str], tmp_path: Path, archive: Path, argv: list[str], code: int, says: str
) -> None:
    (tmp_path / "broken.toml").write_text("seeds = [")
    (tmp_path / "letter.db").write_text("Dear Sir or Madam")
    newer = sqlite3.connect(tmp_path / "newer.db")
    newer.execute("pragma application_id = 1398032461".replace("1398032461", str(0x53544D54)))
    newer.execute("pragma user_version = 99")
    newer.close()
    before = archive.read_bytes()
    got, _, err = run(capsys, *[part.format(tmp=tmp_path, demo=archive) for part in argv])
    assert got == code
    assert says in err
    assert one_line(err)
    assert archive.read_bytes() == before


def test_an_unknown_command_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "crawll")[0] == 2


# --- using an archive -------------------------------------------------------------------------------------------------


def test_search_show_and_cite(capsys: pytest.CaptureFixture[str], archive: Path) -> None:
    code, out, _ = run(capsys, "--archive", archive, "search", "Zimbabwe")
    assert code == 0
    assert "Chimanimani" in out
    assert SEED not in out
    _, out, _ = run(capsys, "show", SEED, "--archive", archive)
    assert "from metadata" in out or "(from meta)" in out
    assert out.rstrip().endswith("from paper to reality.")
    _, out, _ = run(capsys, "cite", SEED, "--archive", archive, "--style", "bibtex")
    assert SEED in out


def test_a_url_with_trackers_finds_its_statement(capsys: pytest.CaptureFixture[str], archive: Path) -> None:
    assert run(capsys, "show", f"{SEED}?utm_source=x#top", "--archive", archive)[0] == 0


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
def test_json_for_machines(capsys: pytest.CaptureFixture[str], archive: Path, argv: list[str]) -> None:
    code, out, _ = run(capsys, *argv, "--archive", archive, "--json")
    assert code == 0
    json.loads(out)


def test_the_captured_bytes_come_out_as_they_came_in(archive: Path) -> None:
    command = [sys.executable, "-m", "scraper", "show", SEED, "--capture", "--archive", str(archive)]
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


def test_titles_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str], archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "evil.db"
    copy.write_bytes(archive.read_bytes())
    with sqlite3.connect(copy) as conn:
        conn.execute("update documents set title = ? where id = 1", ["\x1b[2J\x1b]0;owned\x07 title\r\nFrom: x"])
    conn.close()
    _, out, _ = run(capsys, "show", "1", "--archive", copy)
    assert "\x1b" not in out
    assert "\x07" not in out


# --- crawling ---------------------------------------------------------------------------------------------------------


def test_a_source_file_and_mapped_hosts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(SOURCE)
    path = tmp_path / "a.db"
    with FixtureSite(at="T0", crawl_delay=0) as site:
        argv = ["crawl", "--archive", path, "--source-file", tmp_path / "one.toml", "--resolve", f"costarica.iom.example={site.origin}",
                "--now", "2026-03-02T06:00:00Z"]  # fmt: skip
        code, out, err = run(capsys, *argv, "--json")
        assert code == 0, err
        report = json.loads(out)
        assert report["sources"][0]["tally"]["new"] == 3
        code, out, err = run(capsys, *argv, "--quiet")
        assert (code, out, err) == (0, "", "")
    stamps = sqlite3.connect(path).execute("select distinct substr(fetched_at, 1, 10) from captures").fetchall()
    assert stamps == [("2026-03-02",)]


def test_cron_hears_of_trouble_in_one_line_a_problem(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(SOURCE)
    with FixtureSite(at="T0", crawl_delay=0, robots={"costarica.iom.example": "500"}) as site:
        argv = ["crawl", "--archive", tmp_path / "a.db", "--source-file", tmp_path / "one.toml", "--quiet",
                "--resolve", f"costarica.iom.example={site.origin}"]  # fmt: skip
        code, out, err = run(capsys, *argv)
        asked = {request.path for request in site.requests}
    assert (code, out) == (1, "")
    assert one_line(err)
    assert "robots.txt" in err
    assert asked == {"/robots.txt"}  # RFC 9309, 2.3.1.4: unreachable rules forbid everything


def test_cron_hears_nothing_of_what_a_person_has_acknowledged(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "one.toml").write_text(SOURCE)
    with FixtureSite(at="T0", crawl_delay=0, robots={"costarica.iom.example": "500"}) as site:
        argv = ["crawl", "--archive", tmp_path / "a.db", "--source-file", tmp_path / "one.toml", "--quiet",
                "--resolve", f"costarica.iom.example={site.origin}"]  # fmt: skip
        assert run(capsys, *argv)[0] == 1
        ack = ["report", "one", "--archive", tmp_path / "a.db", "--ack", "run", "--until"]
        run(capsys, *ack, "2099-01-01")
        assert run(capsys, *argv) == (0, "", "")
        with Archive(tmp_path / "a.db") as archive, archive.writing():
            archive.db.execute("update acknowledgements set until = '2026-01-01T00:00:00Z'")
        assert run(capsys, *argv)[0] == 1


@pytest.mark.parametrize("option", [["--requests"], ["--coverage"], ["--hosts"], ["--ack", "quiet"]])
def test_a_mistyped_source_is_said_and_not_reported_as_empty(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, option: list[str]
) -> None:
    Archive(tmp_path / "a.db", create=True).close()
    code, out, err = run(capsys, "report", "iomm", "--archive", tmp_path / "a.db", *option)
    assert (code, out) == (2, "")
    assert "iomm" in err


def test_no_delay_without_a_mapping(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(SOURCE)
    code, _, err = run(capsys, "crawl", "--archive", tmp_path / "a.db", "--source-file", tmp_path / "one.toml")
    assert code == 2
    assert "crawl_delay: expected seconds >= 1" in err


def test_a_host_that_does_not_resolve_is_said_and_nothing_is_lost(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = SOURCE.replace("costarica.iom.example", "absent.invalid").replace("crawl_delay = 0", "crawl_delay = 1")
    (tmp_path / "one.toml").write_text(text)
    code, _, err = run(
        capsys, "crawl", "--archive", tmp_path / "a.db", "--source-file", tmp_path / "one.toml", "--quiet"
    )
    assert code == 1
    assert "does not resolve" in err
    assert one_line(err)


def test_sigint_stops_cleanly_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(SOURCE.replace("crawl_delay = 0", "crawl_delay = 0.5"))
    with FixtureSite(at="T0", crawl_delay=0) as site:
        command = [sys.executable, "-m", "scraper", "crawl", "--archive", str(tmp_path / "a.db"), "--source-file",
                   str(tmp_path / "one.toml"), "--resolve", f"costarica.iom.example={site.origin}"]  # fmt: skip
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 30
        while len(site.requests) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGINT)
        _, err = child.communicate(timeout=30)
    assert child.returncode == 130, err
    assert b"Traceback" not in err
    assert sqlite3.connect(tmp_path / "a.db").execute("select outcome from runs").fetchall() == [("interrupted",)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize("argv", [["search", "migration"], ["export"], ["export", "--manifest"], ["sources", "list"]])
def test_a_full_disk_behind_the_output_is_said(archive: Path, argv: list[str]) -> None:
    command = [sys.executable, "-m", "scraper", *argv, "--archive", archive]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 3
    assert "standard output: No space left" in done.stderr
    assert one_line(done.stderr)


@pytest.mark.parametrize("argv", [["search", "migration"], ["show", "1"], ["export"], ["report"], ["changes"]])
def test_a_damaged_file_is_said(
    capsys: pytest.CaptureFixture[str], archive: Path, tmp_path: Path, argv: list[str]
) -> None:
    damaged = tmp_path / "damaged.db"
    whole = archive.read_bytes()
    damaged.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    code, _, err = run(capsys, *argv, "--archive", damaged)
    assert code == 3
    assert "damaged" in err
    assert one_line(err)


def test_verifying_a_damaged_file_says_what_can_not_be_checked_and_copying_it_blames_no_target(
    capsys: pytest.CaptureFixture[str], archive: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.db"
    whole = archive.read_bytes()
    damaged.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    code, _, err = run(capsys, "verify", "--archive", damaged)
    assert code == 3
    assert all(line.startswith("error: ") for line in err.splitlines())
    code, printed, _ = run(capsys, "backup", tmp_path / "copy.db", "--archive", damaged)
    assert (code, printed) == (3, f"{tmp_path / 'copy.db'}: {len(whole)} bytes, with these faults\n")


def test_ctrl_c_ends_an_endless_query(archive: Path) -> None:
    endless = "with recursive a(i) as (select 1 union all select i + 1 from a) select i from a where i < 3"
    # A shell lets what it starts in the background ignore SIGINT, and these tests may run there.
    listening = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from scraper.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", listening, "sql", "--archive", str(archive), endless]
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
    capsys: pytest.CaptureFixture[str], tmp_path: Path, old: str, argv: list[str]
) -> None:
    path = tmp_path / old
    path.write_bytes((ROOT / "fixtures" / "archives" / old).read_bytes())
    before = path.read_bytes()
    code, _, err = run(capsys, *(part.format(tmp=tmp_path) for part in argv), "--archive", path)
    assert code == 3
    assert "archive upgrade" in err
    assert path.read_bytes() == before


@pytest.mark.parametrize("old", ["schema-1.db", "schema-2.db"])
def test_a_crawl_without_names_brings_an_earlier_file_up_itself(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, old: str
) -> None:
    path = tmp_path / old
    path.write_bytes((ROOT / "fixtures" / "archives" / old).read_bytes())
    code, _, err = run(capsys, "crawl", "--archive", path)
    assert code == 2  # only `demo` wrote to it, so there is nothing to follow; never "upgrade first" to a cron job
    assert "name a source" in err
    assert run(capsys, "report", "--archive", path)[0] != 3


def test_what_was_only_imported_is_not_crawled(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "saved" / "news"
    folder.mkdir(parents=True)
    (folder / "iom-statement-on-a-loss.html").write_text(
        "<html><body><main><h1>A loss</h1><p>IOM mourns a colleague, and thanks all who helped.</p></main></body></html>"
    )
    at = ("--base-url", "https://www.iom.int/", "--captured-at", "2026-01-02T03:04:05Z", "--archive", tmp_path / "a.db")
    assert run(capsys, "import", tmp_path / "saved", *at)[0] == 0
    with Archive(tmp_path / "a.db", readonly=True) as archive:
        assert archive.rows("select name from sources") == [{"name": "iom"}]  # of no other source did anything come
    code, _, err = run(capsys, "crawl", "--archive", tmp_path / "a.db")
    assert code == 2
    assert "name a source" in err


def test_demo_reads_in_other_processes_when_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run(capsys, "demo", "--archive", tmp_path / "one.db", "--quiet")
    run(capsys, "demo", "--archive", tmp_path / "two.db", "--quiet", "--workers", "2")
    texts = []
    for name in ("one.db", "two.db"):
        with Archive(tmp_path / name, readonly=True) as archive:
            texts.append(archive.rows("select url, title, text from statements order by url"))
    assert texts[0] == texts[1]


def test_a_closed_pipe_is_no_error(archive: Path) -> None:
    command = (
        f"{sys.executable} -m scraper export --archive {archive} | head -c 100 >/dev/null; exit ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""


def test_leaving_and_coming_back(capsys: pytest.CaptureFixture[str], archive: Path, tmp_path: Path) -> None:
    """A WARC of the archive, imported into a new one, gives the same captures."""
    out = tmp_path / "all.warc.gz"
    assert run(capsys, "export", "--archive", archive, "--format", "warc", "--output", out)[0] == 0
    files = []
    for source in sorted((ROOT / "scraper/demo/sources").glob("*.toml")):
        copy = tmp_path / source.name
        copy.write_text(source.read_text().replace("crawl_delay = 0", "crawl_delay = 1"))
        files += ["--source-file", copy]
    back = tmp_path / "back.db"
    code, _, err = run(capsys, "import", "--archive", back, out, *files)
    assert code == 0, err
    sql = "select url, digest from captures where url in (select url from documents) order by 1, 2"
    assert sqlite3.connect(back).execute(sql).fetchall() == sqlite3.connect(archive).execute(sql).fetchall()
    code, _, _ = run(capsys, "import", "--archive", back, out, *files)
    assert code == 0
    assert sqlite3.connect(back).execute(sql).fetchall() == sqlite3.connect(archive).execute(sql).fetchall()


def test_export_to_a_file_says_how_much_it_wrote(
    capsys: pytest.CaptureFixture[str], archive: Path, tmp_path: Path
) -> None:
    out = tmp_path / "found.jsonl"
    code, printed, said = run(capsys, "export", "Zimbabwe", "-o", out, "--archive", archive)
    assert (code, printed) == (0, "")
    assert said.strip() == f"{out}: {len(out.read_text(encoding='utf-8').splitlines())} statements"
    assert run(capsys, "export", "zzyzxq", "-o", tmp_path / "none.jsonl", "--quiet", "--archive", archive) == (
        0,
        "",
        "",
    )


def test_backup_is_an_archive(capsys: pytest.CaptureFixture[str], archive: Path, tmp_path: Path) -> None:
    assert run(capsys, "backup", tmp_path / "copy.db", "--archive", archive)[0] == 0
    assert run(capsys, "verify", "--archive", tmp_path / "copy.db")[0] == 0
    assert run(capsys, "backup", tmp_path / "copy.db", "--archive", archive)[0] != 0


def test_what_verify_finds_stale_reindex_makes_again(
    capsys: pytest.CaptureFixture[str], archive: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    assert run(capsys, "backup", copy, "--archive", archive)[0] == 0
    with contextlib.closing(sqlite3.connect(copy)) as conn, conn:
        conn.execute("update search_content set body = '' where statement_id = 1")
    code, _, err = run(capsys, "verify", "--archive", copy)
    assert code == 1
    assert "scraper archive reindex" in err
    assert run(capsys, "archive", "reindex", "--archive", copy)[0] == 0
    assert run(capsys, "verify", "--archive", copy)[0] == 0


def test_an_earlier_manifest_is_held_against_the_archive(
    capsys: pytest.CaptureFixture[str], archive: Path, tmp_path: Path
) -> None:
    code, manifest, _ = run(capsys, "export", "--manifest", "--archive", archive)
    assert code == 0
    earlier = tmp_path / "manifest.tsv"
    earlier.write_text(manifest, encoding="utf-8", newline="\n")
    assert run(capsys, "verify", "--sample", "0", "--manifest", earlier, "--archive", archive)[0] == 0
    *lines, total = manifest.splitlines(keepends=True)
    earlier.write_text(
        "".join(lines).replace("capture\t1\t", "capture\t1000001\t") + total, encoding="utf-8", newline="\n"
    )
    code, _, err = run(capsys, "verify", "--sample", "0", "--manifest", earlier, "--archive", archive)
    assert code == 3
    assert "does not hold this capture as it did then: 1000001" in err
    assert "its last line does not fit" in err
    earlier.write_text("".join(lines), encoding="utf-8", newline="\n")
    code, _, err = run(capsys, "verify", "--sample", "0", "--manifest", earlier, "--archive", archive)
    assert code == 3
    assert "the total, is not there" in err


def test_an_import_says_what_it_left_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
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
    code, out, _ = run(capsys, "import", folder, *at, "--archive", tmp_path / "a.db")
    assert code == 0
    assert "skipped 1: style sheet" in out


def test_a_file_is_brought_up_to_date_by_name(capsys: pytest.CaptureFixture[str], archive: Path) -> None:
    code, out, _ = run(capsys, "archive", "upgrade", "--archive", archive)
    assert code == 0
    assert "this release's" in out
