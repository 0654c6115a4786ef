"""What a SIGKILL costs: a crawl of many hosts is killed at random moments and started again until it ends by itself.

The judges are the server's log (which pages were asked for more than once) and the archive (which were kept, how often).
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.crawl.cost import PROJECT
from benchmarks.crawl.hosts import answer, source
from scraper.archive.store import Archive
from scraper.demo.server import LoopbackServer
from scraper.run import WORKERS

DELAY_S = 0.1
PATIENCE_S = 120.0  # for one run to come to the moment at which it is killed, or to its end


@dataclass(frozen=True, slots=True)
class Killed:
    """One crawl, killed again and again."""

    hosts: int
    pages: int  # of all hosts
    kills: int
    archived: int  # statements in the archive at the end
    kept_twice: int  # pages of which the archive has more than one capture
    asked_twice: int  # pages that the server was asked for more than once
    most_at_once: int  # of those, the most that one kill caused
    in_flight: int  # pages that can be in flight when a run is killed


def run(hosts: int = 40, pages: int = 25, kills: int = 20) -> Killed:
    """Crawl *hosts* hosts of *pages* statements each, killed *kills* times. Raises RuntimeError if the last run fails."""
    names = [f"h{number}.many.example" for number in range(hosts)]
    chance = random.Random(1)
    with (
        LoopbackServer(lambda request: answer(request, pages)) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        (Path(folder) / "many.toml").write_text(source(names, DELAY_S))
        command = [sys.executable, "-m", "scraper", "crawl", "--archive", f"{folder}/archive.db", "--source-file",
                   f"{folder}/many.toml", "--quiet"]  # fmt: skip
        command += [part for name in names for part in ("--resolve", f"{name}={server.origin}")]
        ends = [0]
        for _ in range(kills):
            enough = ends[-1] + chance.randint(1, max(2, hosts * pages // kills))
            _run(command, server, enough)
            ends.append(len(server.requests))
        _run(command, server, None)
        log = [f"{one.host}{one.path}" if "/news/" in one.path else "" for one in server.requests]
        kept = _kept(Path(folder) / "archive.db")
    asked = Counter(filter(None, log))
    after = [len(set(filter(None, log[first:last])) & set(log[last:])) for first, last in pairwise(ends)]
    return Killed(
        hosts, hosts * pages, kills, len(kept), sum(count > 1 for count in kept), sum(count > 1 for count in asked.values()),
        max(after), min(WORKERS, hosts),
    )  # fmt: skip


def _run(command: list[str], server: LoopbackServer, enough: int | None) -> None:
    """Run *command* until the server was asked *enough* times, then kill it; None: to its end."""
    deadline = time.monotonic() + PATIENCE_S
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and (enough is None or len(server.requests) < enough):
            if time.monotonic() > deadline:
                break
            time.sleep(0.002)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        _, complaints = process.communicate(timeout=30)
    if enough is None and process.returncode != 0:
        raise RuntimeError(f"the last run ended with {process.returncode}: {complaints.strip()}")


def _kept(path: Path) -> list[int]:
    """Captures of each statement in the archive."""
    with Archive(path, readonly=True) as archive:
        rows = archive.rows("select count(*) as n from documents d join captures c on c.url = d.url group by d.id")
    return [row["n"] for row in rows]
