"""How fast the pages are: p50 and p95 of every page over HTTP, at 100,000 statements, while a crawl writes.

Wall time on a busy machine says little, so the processor time that the server spent on each request stands beside it,
counting for the next page included, and the limits are held against that.

usage: python benchmarks/browse.py [--statements 100000] [--archive FILE] [--requests 40] [--python EXECUTABLE]...

The server runs on one core. A writer adds or edits a statement every second, as a polite crawl does. ``--python`` names
further interpreters with another datasette installed beside this package; each gets its own column of the table.
The archive is invented (tests/browse/invented.py) and kept in FILE if that is given.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browse"))

Figures = tuple[float, float, float, float, int]  # wall p50, wall p95, CPU p50, CPU p95 in ms; kB

PAGES = {
    "front page": "/",
    "search: common word": f"/search?q={quote('families')}",
    "search: two words": f"/search?q={quote('floods Khartoum')}",
    "search: phrase": f"/search?q={quote('“embankment before the rains”')}",
    "search: prefix": f"/search?q={quote('embank*')}",
    "search: Arabic": f"/search?q={quote('الفيضانات')}",
    "search: Chinese": f"/search?q={quote('洪水')}",
    "search: rare": f"/search?q={quote('declaration rivers')}",
    "search: common, one source and year": f"/search?q={quote('families')}&source=rivers&since=2023&until=2023",
    "search: common, by date": f"/search?q={quote('families')}&sort=date",
    "search: nothing asked, newest first": "/search?sort=date",
    "search: taken down": "/search?status=gone",
    "search: one country": "/search?country=SD",
    "search: page 40": f"/search?q={quote('families')}&page=40",
    "statement": "/statements/{some}",
    "statement with versions": "/statements/{edited}",
    "comparison": "/statements/{edited}/compare",
    "capture": "/captures/{some}",
    "changes": "/changes",
    "changes: new ones": "/changes?what=new",
    "changes: one source": "/changes?what=revised&source=weather",
    "coverage": "/coverage",
    "coverage of one source": "/coverage/water",
    "countries": "/countries",
    "one country": "/countries/SD",
    "tag": "/tagged?scheme=sdg&tag=10",
    "about": "/about",
    "feed of a search": f"/search.atom?q={quote('families')}",
    "feed of changes": "/changes.atom",
    "table: statements": "/archive/statements",
    "table: statements of one source": "/archive/statements?source=rivers",
    "table: captures": "/archive/captures",
    "table: mentions": "/archive/mentions",
    "table: events": "/archive/events",
    "tables and SQL": "/data",
    "query: edits": "/archive/silent_edits",
}


def main() -> None:
    """Build, serve, ask, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--only", default="", help="pages whose name contains this")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.archive or Path(folder) / "archive.db"
        if not path.exists():
            from invented import build

            build(path, options.statements)
        figures = {}
        for python in [sys.executable, *options.python]:
            with writing(path), serving(python, path) as (port, version, process):
                print(
                    f"datasette {version}, {path.stat().st_size / 1e6:.0f} MB, load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
                figures[version] = measure(port, process, addresses(path, options.only), options.requests)
    table(figures, options.only)


def addresses(path: Path, only: str) -> dict[str, str]:
    """The pages to ask for, with real numbers in them."""
    conn = sqlite3.connect(path)
    some = conn.execute("select max(id) / 2 from documents").fetchone()[0]
    edited = conn.execute("select max(id) from documents where revision_count > 1").fetchone()[0]
    conn.close()
    return {name: page.format(some=some, edited=edited) for name, page in PAGES.items() if only in name}


@contextmanager
def writing(path: Path):
    """A crawl beside the readers: one transaction a second that adds an edit, as archiving a page does."""
    stop = threading.Event()

    def write() -> None:
        conn = sqlite3.connect(path, isolation_level=None, timeout=30)
        conn.execute("pragma synchronous = normal")
        while not stop.wait(1.0):
            conn.execute("begin immediate")
            conn.execute(
                "update documents set last_seen = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') where id = abs(random()) % 1000 + 1"
            )
            conn.execute(
                "insert into events (at, source, statement_id, what) values ('2019-01-01T00:00:00Z', 'rivers', 1, 'new')"
            )
            conn.execute("update search_content set lead = lead || '' where statement_id = abs(random()) % 1000 + 1")
            conn.execute("commit")
        conn.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def serving(python: str, path: Path):
    """Datasette on one core, with our settings; yields port, version and process."""
    version = subprocess.run(
        [python, "-c", "import datasette; print(datasette.__version__)"], capture_output=True, text=True, check=True
    ).stdout.strip()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = Path(tempfile.mkdtemp()) / "archive.db"
    named.symlink_to(path.resolve())
    core = max(os.sched_getaffinity(0))
    server = subprocess.Popen(
        [python, "-m", "datasette", "serve", str(named), "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.sched_setaffinity(server.pid, {core})  # before it has started a thread: they inherit it
    try:
        for _ in range(200):
            try:
                ask(port, "/robots.txt")
                break
            except OSError:
                time.sleep(0.1)
        yield port, version, server.pid
    finally:
        server.terminate()
        server.wait(20)
        named.unlink()
        named.parent.rmdir()


def measure(port: int, process: int, pages: dict[str, str], requests: int) -> dict[str, Figures]:
    """Page -> figures. Pages are asked for in turn, so that no page has the counting of the others' time to itself."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    sizes: dict[str, int] = {}
    for number in range(requests + 1):
        for name, page in pages.items():
            spent, began = cpu_ms(process), time.perf_counter()
            status, body = ask(port, page)
            if status != 200:
                sys.exit(f"{page}: HTTP {status}")
            if number:  # the first round fills caches
                times[name].append(((time.perf_counter() - began) * 1000, cpu_ms(process) - spent))
            sizes[name] = len(body) // 1000
    return {
        name: (*spread([wall for wall, _ in took]), *spread([cpu for _, cpu in took]), sizes[name])
        for name, took in times.items()
    }


def spread(values: list[float]) -> tuple[float, float]:
    """Median and 95th percentile (nearest rank)."""
    return statistics.median(values), sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def cpu_ms(process: int) -> float:
    """Processor time that *process* has used so far, its ended threads included, to the microsecond.

    The kernel's number for another process's clock is made as clock_getcpuclockid(3) makes it.
    """
    return time.clock_gettime((~process << 3) | 2) * 1000


def ask(port: int, page: str) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", page)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def table(figures: dict[str, dict[str, Figures]], only: str) -> None:
    """Print the figures as Markdown, and what is above its limit."""
    versions = list(figures)
    print("| page | " + " | ".join(f"{v}: p50 | p95 ms | CPU p50 | p95 ms | kB" for v in versions) + " |")
    print("|---|" + "--:|" * (5 * len(versions)))
    slow = []
    for name in [page for page in PAGES if only in page]:
        cells = []
        for version in versions:
            wall, wall95, cpu, cpu95, size = figures[version][name]
            cells.append(f"{wall:.0f} | {wall95:.0f} | {cpu:.0f} | {cpu95:.0f} | {size}")
            limit = 200 if "search" in name else 100
            if cpu95 > limit:
                slow.append(f"{name} ({version}): p95 {cpu95:.0f} ms of CPU, limit {limit}")
        print(f"| {name} | " + " | ".join(cells) + " |")
    print("\n" + ("\n".join(slow) if slow else "every page within its limit (p95 of CPU: 100 ms; search 200 ms)"))


if __name__ == "__main__":
    main()
