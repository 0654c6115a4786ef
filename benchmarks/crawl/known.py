"""What a million known URLs cost: memory of a run, and time to pick the next URL.

The URLs are written into the frontier directly, on 200 hosts; a small crawl (one sitemap, 20 statements) then runs over
them in a process of its own, and its peak memory is held against the same crawl with a thousand.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.crawl.cost import measure
from scraper.archive.store import Archive
from scraper.config import parse_source
from scraper.demo.server import LoopbackServer, Request, Response

HOSTS = 200
PAGES = 20
SOURCE = """\
hosts = ["known.example"]
crawl_delay = 0
sitemaps = ["https://known.example/sitemap.xml"]
statement = ['^/news/.']
"""
_INSERT = """
with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < :count)
insert into urls (url, source, host, role, state, discovered_via, first_seen, due_at, checks)
select 'https://h' || (i % :hosts) || '.known.example/news/' || i, 'known', 'h' || (i % :hosts) || '.known.example',
       'statement', 'waiting', 'sitemap', '2026-01-01T00:00:00Z',
       strftime('%Y-%m-%dT%H:%M:%SZ', '2099-01-01', '+' || i || ' seconds'), 1
from n
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What was found with so many URLs known."""

    urls: int
    peak_mb: float  # resident, of a small crawl
    pick_ms: float  # processor time to lease the next URL of a host, with all of them queued: median


def run(counts: tuple[int, ...] = (1_000, 1_000_000)) -> list[Known]:
    """The figures for each of *counts*."""
    with LoopbackServer(_answer) as server:
        return [_measured(count, server.origin) for count in counts]


def _measured(count: int, origin: str) -> Known:
    with tempfile.TemporaryDirectory() as folder:
        path, file = Path(folder) / "archive.db", Path(folder) / "known.toml"
        file.write_text(SOURCE)
        _fill(path, count)
        cost, _ = measure(["crawl", "--archive", str(path), "--source-file", str(file), "--resolve",
                           f"known.example={origin}", "--quiet"])  # fmt: skip
        with Archive(path) as archive, archive.writing():
            archive.db.execute("update urls set state = 'queued' where checks = 1")
            return Known(count, cost.peak_mb, _pick_ms(archive))


def _fill(path: Path, count: int) -> None:
    with Archive(path, create=True) as archive, archive.writing():
        archive.runs.know(parse_source(SOURCE, "known.toml", least_delay=timedelta(0)), "2026-01-01T00:00:00Z")
        archive.db.execute(_INSERT, {"count": count, "hosts": HOSTS})


def _pick_ms(archive: Archive) -> float:
    times = []
    for number in range(HOSTS):
        began = time.process_time_ns()
        archive.frontier.lease(f"h{number}.known.example", {"known": 1})
        times.append((time.process_time_ns() - began) / 1e6)
    return statistics.median(times)


def _answer(request: Request) -> Response:
    if request.target == "/robots.txt":
        return Response(404)
    if request.target == "/sitemap.xml":
        entries = "".join(f"<url><loc>https://known.example/news/new-{n}</loc></url>" for n in range(PAGES))
        return Response(200, (("Content-Type", "application/xml"),), f"<urlset>{entries}</urlset>".encode())
    page = f"<title>{request.target}</title><h1>{request.target}</h1><p>" + "The delegation spoke at length. " * 40
    return Response(200, (("Content-Type", "text/html"),), page.encode())
