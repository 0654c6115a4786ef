"""Pages read in processes of their own: the same readings, and no page or run lost with a process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scraper.archive.frontier import NewUrl
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.clock import Clock
from scraper.config import Source, parse_source
from scraper.crawler.scope import Scope
from scraper.demo.site import FixtureSite
from scraper.imports import import_captures
from scraper.job import Job
from scraper.keep import Keeper
from scraper.model import Capture, Failure, SiteChrome
from scraper.readers import Readers, sensible
from scraper.reading import Read, Unread, read_page
from scraper.reread import reextract
from tests.clock import NOW
from tests.crawling import SOURCES, crawl, end_state, rows

ROOT = Path(__file__).parent.parent
URL = "https://a.example/news/one"
WORDS = "The organization welcomes the declaration and stands ready to support governments in its implementation. " * 4
SOURCE = parse_source(
    'hosts = ["a.example"]\nseeds = ["https://a.example/news"]\nstatement = "^/news/[^/?]+$"\nfollow_links = true',
    "a.toml",
)


def capture(body: bytes, at: datetime = NOW) -> Capture:
    return Capture(URL, at, 200, (("Content-Type", "text/html; charset=utf-8"),), body)


PAGE = capture(
    f"<title>One | A</title><nav><a href=/about>About</a></nav><h1>One</h1><p>Geneva – {WORDS}</p>"
    f'<p>{WORDS}</p><a href="/news/two">Two</a>'.encode()
)


class EndsWhoeverUnpacksIt:
    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (7,)


class HoldsWhoeverUnpacksIt:
    def __init__(self, told: Path) -> None:
        self.told = told

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch '{self.told}'; kill -STOP $PPID",)


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(2) as made:
        yield made


@pytest.mark.parametrize("shares", [{}, {1: 0.9, 2: 0.5}], ids=["a new site", "a site that repeats itself"])
def test_what_they_read_is_what_is_read_here(readers: Readers, shares: dict[int, float]) -> None:
    chrome = SiteChrome(len(shares), shares)
    read = readers.read(PAGE, SOURCE, chrome)
    assert read == read_page(PAGE, Scope(SOURCE), chrome, follow=True)
    assert isinstance(read, Read)
    assert read.statement.text.startswith("Geneva – The organization")
    assert [link.url for link in read.links] == ["https://a.example/about", "https://a.example/news/two"]


def test_a_crawl_with_them_ends_like_one_without(tmp_path: Path) -> None:
    with FixtureSite(at="T0", crawl_delay=0) as site:
        crawl(tmp_path / "here.db", site)
        with Readers(2) as readers:
            crawl(tmp_path / "there.db", site, readers=readers)
    assert end_state(tmp_path / "there.db") == end_state(tmp_path / "here.db")


def test_reading_an_archive_again_with_them_gives_what_it_gives_without(tmp_path: Path) -> None:
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    with FixtureSite(at="T0", crawl_delay=0) as site:
        crawl(here, site)
    shutil.copy(here, there)
    clock = Clock(lambda: NOW)
    source = SOURCES["iom-example"]
    with Archive(here) as archive:
        expected = reextract(archive, source, clock, write=True)
    with Archive(there) as archive, Readers(2) as readers:
        assert reextract(archive, source, clock, write=True, readers=readers) == expected
        assert archive.verify() == []
    assert expected.statements > 20
    assert end_state(there) == end_state(here)


def test_captures_imported_with_them_give_what_they_give_without(tmp_path: Path) -> None:
    days = [NOW - timedelta(days=days) for days in (90, 60, 30, 10)]
    texts = [WORDS, WORDS, WORDS.replace("welcomes", "regrets"), WORDS]
    captures: list[Capture | Failure] = [Failure("https://a.example/x", NOW, "protocol", "no answer in it")]
    captures += [capture(f"<h1>One</h1><p>{text}</p>".encode(), day) for text, day in zip(texts, days, strict=True)]
    captures += [captures[1], replace(PAGE, url="https://elsewhere.example/news/one")]
    found = []
    with Readers(2) as readers:
        for name, used in (("here.db", None), ("there.db", readers)):
            with Archive(tmp_path / name, create=True) as archive:
                found.append(import_captures(archive, [SOURCE], captures, Clock(lambda: NOW), used))
                again = import_captures(archive, [SOURCE], captures, Clock(lambda: NOW), used)
                assert again.known == again.captures == 5
    assert found[0] == found[1]
    assert (found[1].captures, found[1].known, found[1].without_source, len(found[1].failures)) == (5, 1, 1, 1)
    assert end_state(tmp_path / "there.db") == end_state(tmp_path / "here.db")


def test_a_little_is_left_to_whoever_wants_it() -> None:
    with Readers(1, after=2) as readers:
        read = [readers.read(PAGE, SOURCE, SiteChrome()) for _ in range(3)]
        assert read[:2] == [None, None]
        assert isinstance(read[2], Read)
    assert Readers(0).read(PAGE, SOURCE, SiteChrome()) is None


def test_a_process_that_dies_costs_its_page_and_is_replaced() -> None:
    with Readers(1) as readers:
        lost = readers.read(replace(PAGE, body=EndsWhoeverUnpacksIt()), SOURCE, SiteChrome())  # type: ignore[arg-type]
        assert lost == Unread("the process that read it ended with 7")
        assert isinstance(readers.read(PAGE, SOURCE, SiteChrome()), Read)


def test_files_in_the_folder_it_is_called_from_do_not_stand_in_its_way(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "queue.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    with Readers(1) as readers:
        assert isinstance(readers.read(PAGE, SOURCE, SiteChrome()), Read)


def test_whoever_waits_while_they_end_goes_without() -> None:
    readers = Readers(1)
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(readers.read, PAGE, SOURCE, SiteChrome()) for _ in range(6)]
        readers.close()
        found = [one.result(timeout=30) for one in asked]
    assert all(one is None or isinstance(one, Read) for one in found)
    assert None in found


def test_a_page_that_takes_too_long_is_given_up() -> None:
    endless = capture(
        b"<h1>Long</h1>" + b"".join(b"<p>Paragraph %d. %s</p>" % (n, WORDS.encode()) for n in range(4000))
    )
    with Readers(1, limit_s=0.05) as readers:
        assert readers.read(endless, SOURCE, SiteChrome()) == Unread("reading it took more than 0.05 seconds")


def test_a_process_that_something_holds_still_is_given_up_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.readers.FAREWELL_S", 0.1)
    held = replace(PAGE, body=HoldsWhoeverUnpacksIt(tmp_path / "told"))  # type: ignore[arg-type]
    with Readers(1, limit_s=0.5) as readers:
        assert readers.read(held, SOURCE, SiteChrome()) == Unread("reading it took more than 0.5 seconds")


def test_a_run_that_is_to_stop_waits_for_no_page_that_is_being_read(tmp_path: Path) -> None:
    told = tmp_path / "told"
    held = replace(PAGE, body=HoldsWhoeverUnpacksIt(told))  # type: ignore[arg-type]
    with Readers(1) as readers, ThreadPoolExecutor(2) as threads:
        asked = threads.submit(readers.read, held, SOURCE, SiteChrome())
        deadline = time.monotonic() + 30
        while not told.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        readers.give_up()
        assert isinstance(asked.result(timeout=30), Unread)
        assert isinstance(readers.read(PAGE, SOURCE, SiteChrome()), Unread)


def test_a_bug_in_reading_ends_the_run_with_its_traceback(readers: Readers) -> None:
    with pytest.raises(RuntimeError, match=r"reading https://a\.example/news/one raised:\nTraceback"):
        readers.read(replace(PAGE, body=None), SOURCE, SiteChrome())  # type: ignore[arg-type]


def test_a_page_that_could_not_be_read_is_kept_and_is_a_failure_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive(path, create=True) as archive:
        with archive.writing():
            archive.runs.know(SOURCE, as_text(NOW))
            run_id = archive.runs.begin(SOURCE.name, "crawl", "1", as_text(NOW))
            url_id, _ = archive.frontier.add(
                NewUrl(URL, SOURCE.name, "a.example", "statement", "listing"), as_text(NOW)
            )
        job = Job(SOURCE, Scope(SOURCE), run_id, as_text(NOW))
        outcome = Keeper(archive).keep(job, archive.frontier.by_id(url_id), PAGE, Unread("its reader was lost"))
        assert outcome == "extract"
        assert job.tally.failed == 1
    ((kind, message, due, kept),) = rows(
        path, "select f.kind, f.message, u.due_at, c.digest from failures f join urls u on u.id = f.url_id, captures c"
    )
    assert (kind, kept) == ("extract", PAGE.digest)
    assert message.startswith("its reader was lost; ")
    assert due > as_text(NOW)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_they_end_with_the_crawl_however_it_ends(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    source = """
        hosts = ["costarica.iom.example"]
        seeds = ["https://costarica.iom.example/es/news"]
        statement = ['^/es/news/[^/?]+$']
        crawl_delay = 0.3
    """
    (tmp_path / "one.toml").write_text(source)
    with FixtureSite(at="T0", crawl_delay=0) as site:
        command = [sys.executable, "-m", "scraper", "crawl", "--archive", str(tmp_path / "a.db"), "--source-file",
                   str(tmp_path / "one.toml"), "--resolve", f"costarica.iom.example={site.origin}", "--workers", "2"]  # fmt: skip
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while not any("/es/news/" in asked.path for asked in site.requests) and time.monotonic() < deadline:
            time.sleep(0.01)
        child.send_signal(sent)
        # Readers hold our end of standard error as long as they live.
        _, complaints = child.communicate(timeout=60)
    assert child.returncode == code, complaints
    assert b"Traceback" not in complaints


POLITE = replace(SOURCE, crawl_delay=timedelta(seconds=5))
EAGER = replace(SOURCE, crawl_delay=timedelta(0), concurrency=4)


@pytest.mark.parametrize(
    ("sources", "cores", "expected"),
    [
        pytest.param([EAGER], 1, 0, id="one core"),
        pytest.param([POLITE] * 30, 8, 0, id="a page every few seconds"),
        pytest.param([POLITE] * 30 + [EAGER], 2, 2, id="a mirror that may be asked at once"),
        pytest.param([replace(POLITE, crawl_delay=timedelta(seconds=1))] * 50, 4, 4, id="many hosts"),
    ],
)
def test_there_are_as_many_as_pay(sources: list[Source], cores: int, expected: int) -> None:
    assert sensible(sources, cores) == expected
