"""`crawl` and `demo` as cron calls them, and a person who interrupts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.demo.site import FixtureSite
from tests.commands.conftest import Run, one_line
from tests.crawling import rows

ROOT = Path(__file__).parents[2]

SOURCE = """
title = "One host of the fixture site"
hosts = ["costarica.iom.example"]
seeds = ["https://costarica.iom.example/es/news"]
statement = ['^/es/news/[^/?]+$']
crawl_delay = 0
"""


def test_a_source_file_and_mapped_hosts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(SOURCE)
    path = tmp_path / "a.db"
    with FixtureSite(at="T0", crawl_delay=0) as site:
        argv = ["crawl", "--archive", path, "--source-file", tmp_path / "one.toml", "--resolve", f"costarica.iom.example={site.origin}",
                "--now", "2026-03-02T06:00:00Z"]  # fmt: skip
        code, out, err = run(*argv, "--json")
        assert code == 0, err
        report = json.loads(out)
        assert report["sources"][0]["tally"]["new"] == 3
        code, out, err = run(*argv, "--quiet")
        assert (code, out, err) == (0, "", "")
    stamps = rows(path, "select distinct substr(fetched_at, 1, 10) from captures")
    assert stamps == [("2026-03-02",)]


def test_cron_hears_of_trouble_in_one_line_a_problem(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(SOURCE)
    with FixtureSite(at="T0", crawl_delay=0, robots={"costarica.iom.example": "500"}) as site:
        argv = ["crawl", "--archive", tmp_path / "a.db", "--source-file", tmp_path / "one.toml", "--quiet",
                "--resolve", f"costarica.iom.example={site.origin}"]  # fmt: skip
        code, out, err = run(*argv)
        asked = {request.path for request in site.requests}
    assert (code, out) == (1, "")
    assert one_line(err)
    assert "robots.txt" in err
    assert asked == {"/robots.txt"}  # RFC 9309, 2.3.1.4: unreachable rules forbid everything


def test_cron_hears_nothing_of_what_a_person_has_acknowledged(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(SOURCE)
    with FixtureSite(at="T0", crawl_delay=0, robots={"costarica.iom.example": "500"}) as site:
        argv = ["crawl", "--archive", tmp_path / "a.db", "--source-file", tmp_path / "one.toml", "--quiet",
                "--resolve", f"costarica.iom.example={site.origin}"]  # fmt: skip
        assert run(*argv)[0] == 1
        ack = ["report", "one", "--archive", tmp_path / "a.db", "--ack", "run", "--until"]
        run(*ack, "2099-01-01")
        assert run(*argv) == (0, "", "")
        with Archive(tmp_path / "a.db") as archive, archive.writing():
            archive.db.execute("update acknowledgements set until = '2026-01-01T00:00:00Z'")
        assert run(*argv)[0] == 1


def test_no_delay_without_a_mapping(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(SOURCE)
    code, _, err = run("crawl", "--archive", tmp_path / "a.db", "--source-file", tmp_path / "one.toml")
    assert code == 2
    assert "crawl_delay: expected seconds >= 1" in err


def test_a_host_that_does_not_resolve_is_said_and_nothing_is_lost(run: Run, tmp_path: Path) -> None:
    text = SOURCE.replace("costarica.iom.example", "absent.invalid").replace("crawl_delay = 0", "crawl_delay = 1")
    (tmp_path / "one.toml").write_text(text)
    code, _, err = run("crawl", "--archive", tmp_path / "a.db", "--source-file", tmp_path / "one.toml", "--quiet")
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
    assert rows(tmp_path / "a.db", "select outcome from runs") == [("interrupted",)]


@pytest.mark.parametrize("old", ["schema-1.db", "schema-2.db"])
def test_a_crawl_without_names_brings_an_earlier_file_up_itself(run: Run, tmp_path: Path, old: str) -> None:
    path = tmp_path / old
    path.write_bytes((ROOT / "fixtures" / "archives" / old).read_bytes())
    code, _, err = run("crawl", "--archive", path)
    assert code == 2  # only `demo` wrote to it, so there is nothing to follow; never "upgrade first" to a cron job
    assert "name a source" in err
    assert run("report", "--archive", path)[0] != 3


def test_what_was_only_imported_is_not_crawled(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "saved" / "news"
    folder.mkdir(parents=True)
    (folder / "iom-statement-on-a-loss.html").write_text(
        "<html><body><main><h1>A loss</h1><p>IOM mourns a colleague, and thanks all who helped.</p></main></body></html>"
    )
    at = ("--base-url", "https://www.iom.int/", "--captured-at", "2026-01-02T03:04:05Z", "--archive", tmp_path / "a.db")
    assert run("import", tmp_path / "saved", *at)[0] == 0
    with Archive(tmp_path / "a.db", readonly=True) as archive:
        assert archive.rows("select name from sources") == [{"name": "iom"}]  # of no other source did anything come
    code, _, err = run("crawl", "--archive", tmp_path / "a.db")
    assert code == 2
    assert "name a source" in err


def test_demo_reads_in_other_processes_when_asked(run: Run, tmp_path: Path) -> None:
    run("demo", "--archive", tmp_path / "one.db", "--quiet")
    run("demo", "--archive", tmp_path / "two.db", "--quiet", "--workers", "2")
    texts = []
    for name in ("one.db", "two.db"):
        with Archive(tmp_path / name, readonly=True) as archive:
            texts.append(archive.rows("select url, title, text from statements order by url"))
    assert texts[0] == texts[1]
