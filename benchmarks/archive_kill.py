"""Whether an archive survives being killed while it is written, and a disk that fills up.

usage: python benchmarks/archive_kill.py [--kills 100] [--full 20] [--seed N]

A child process writes pages as a crawl does (capture, statement, search index, relations: one transaction a page) and
says which it has committed; every fifth one compacts the archive instead. It is killed (SIGKILL) at a random moment,
again and again, on one archive that grows. After each kill: nothing that was committed is missing, no page is half
there, `scraper verify` finds nothing, and the next child goes on. Then the same on a small disk that fills up
(a tmpfs, so only where it may be mounted): the child must end with one clear error, and go on when there is room.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scraper.archive.payloads import Payloads
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.archive.verify import verify
from scraper.errors import ArchiveNotWritable
from scraper.model import Capture, Statement

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MENU = "".join(f'<li class="menu-item"><a href="/section/{n}">Section {n}</a></li>' for n in range(80))
TABLES = ("captures", "documents", "versions", "search_content", "events")  # one row each for every page
CLEAN, NO_ROOM = 0, 3


def main() -> None:
    """Kill, fill, report; exit code 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--full", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        with Archive(path, create=True) as archive:
            prepare(archive)
        for number in range(asked.kills):
            task = compact if number % 5 == 4 else write_pages
            committed = run_and_kill(task, path, chance.uniform(0.01, 0.4))
            wrong += tell(f"kill {number + 1}", check(path, committed))
        pages = count(path)
        print(f"killed {asked.kills} times: {pages} pages archived, {wrong} problems", flush=True)
    wrong += fill_up(asked.full, chance)
    sys.exit(1 if wrong else 0)


def prepare(archive: Archive) -> None:
    """What a first run would have written."""
    archive.db.execute(
        "insert into sources (name, title, hosts, added_at) values ('org', 'Org', '[]', ?)", [as_text(FIRST)]
    )


def write_pages(path: Path, say: Callable[[int], None]) -> None:
    """Archive pages until killed, saying each that is committed."""
    with Archive(path) as archive, archive.only_writer():
        number = archive.db.execute("select count(*) from documents").fetchone()[0]
        while True:
            with archive.writing():
                write_page(archive, number)
            say(number)
            number += 1


def write_page(archive: Archive, number: int) -> None:
    """One page, its bytes often a difference from or alike to an earlier one."""
    at = FIRST + timedelta(hours=number)
    chance = random.Random(number)
    words = [f"w{chance.randrange(5000)}" for _ in range(120)]
    text = f"Statement {number}.\n\n{' '.join(words)}"
    url = f"https://org.example/{number}"
    body = f"<html><ul>{MENU}</ul><main>{text}</main></html>".encode() + (os.urandom(3000) if number % 9 == 0 else b"")
    previous = archive.db.execute("select digest from captures order by id desc limit 1").fetchone()
    capture = Capture(url=url, fetched_at=at, status=200, headers=(("Content-Type", "text/html"),), body=body)
    capture_id = archive.facts.add_capture(
        capture,
        source="org",
        via="feed",
        url_id=None,
        run_id=None,
        previous=previous[0] if previous and number % 4 == 0 else None,
    )
    statement = Statement(url=url, title=f"Statement {number}", text=text, language="en", extractor_version="1")
    statement_id, version_id = archive.readings.add(
        statement, source="org", url=url, capture_id=capture_id, seen_at=as_text(at)
    )
    archive.readings.derive(statement_id, as_text(at))
    archive.readings.add_event("new", statement_id, source="org", run_id=None, at=as_text(at), version_id=version_id)


def compact(path: Path, say: Callable[[int], None]) -> None:
    """Compact the whole archive, in one transaction as the command does, until killed."""
    with Archive(path) as archive, archive.only_writer():
        say(archive.db.execute("select count(*) from documents").fetchone()[0] - 1)
        with archive.writing():
            archive.payloads.compact()
        time.sleep(1)  # done before the kill


def run_and_kill(task: Callable[[Path, Callable[[int], None]], None], path: Path, after: float) -> int:
    """Run *task* in a child, kill it *after* seconds past its first word; the last page it said was committed, or -1."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            task(path, lambda number: os.write(writing, b"%d\n" % number) and None)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    said = b""
    deadline: float | None = None
    while deadline is None or time.monotonic() < deadline:
        ready, _, _ = select.select([reading], [], [], 0.005)
        if ready:
            chunk = os.read(reading, 65536)
            if not chunk:
                break
            said += chunk
            deadline = deadline or time.monotonic() + after
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while chunk := os.read(reading, 65536):
        said += chunk
    os.close(reading)
    numbers = said.split(b"\n")[:-1]
    return int(numbers[-1]) if numbers else -1


def check(path: Path, committed: int) -> list[str]:
    """What is wrong after a kill."""
    with Archive(path) as archive:
        counts = {table: archive.db.execute(f"select count(*) from {table}").fetchone()[0] for table in TABLES}
        problems = [str(finding) for finding in verify(archive.db)]
        problems += [f"half a page: {counts}"] if len(set(counts.values())) != 1 else []
        problems += (
            [f"page {committed} was committed, {counts['documents']} are there"]
            if counts["documents"] <= committed
            else []
        )
        last = archive.db.execute("select url, digest from captures order by id desc limit 1").fetchone()
        if last:
            Payloads(archive.db).get(last[1])
    return problems


def fill_up(times: int, chance: random.Random) -> int:
    """Disks that fill up; the number of problems."""
    wrong = done = 0
    for number in range(times):
        with tempfile.TemporaryDirectory() as folder:
            size = chance.randrange(2_000, 6_000)
            mounted = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder], capture_output=True, check=False
            )
            if mounted.returncode:
                print("full disk: skipped, no tmpfs may be mounted here")
                return wrong
            try:
                wrong += tell(f"disk {number + 1} of {size} kB", fill(Path(folder), size))
                done += 1
            finally:
                subprocess.run(["umount", folder], check=True)
    print(f"disk full {done} times: {wrong} problems", flush=True)
    return wrong


def fill(folder: Path, size: int) -> list[str]:
    """Write until the disk is full, look, make room, write on."""
    path = folder / "archive.db"
    with Archive(path, create=True) as archive:
        prepare(archive)
    code, committed = run_until_full(path)
    problems = [] if code == NO_ROOM else [f"the child ended with {code}, not with one clear error"]
    subprocess.run(["mount", "-o", f"remount,size={size + 20_000}k", folder], check=True)
    problems += check(path, committed)
    more = run_and_kill(write_pages, path, 0.2)
    problems += [] if more > committed else ["the next run did not go on"]
    return problems + check(path, more)


def run_until_full(path: Path) -> tuple[int, int]:
    """Exit code of a child that writes until it cannot, and the last page that it committed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            write_pages(path, lambda number: os.write(writing, b"%8d" % number) and None)
        except ArchiveNotWritable:
            code = NO_ROOM
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    said = b""
    while chunk := os.read(reading, 65536):
        said += chunk
    os.close(reading)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), int(said[-8:] or -1)


def count(path: Path) -> int:
    """Pages in the archive."""
    with Archive(path) as archive:
        return int(archive.db.execute("select count(*) from documents").fetchone()[0])


def tell(name: str, problems: list[str]) -> int:
    """Print problems; their number."""
    for problem in problems:
        print(f"{name}: {problem}", flush=True)
    return len(problems)


if __name__ == "__main__":
    main()
