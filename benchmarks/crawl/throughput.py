"""Pages a second and processor seconds a page, beside Scrapy: 2,000 pages, links followed, bodies kept.

Both follow the links of the same pages, from the same server, in the same minutes, each on one core. Ours also reads
each page, compares it with all others, makes it searchable and commits it by itself; Scrapy keeps the raw bodies and
commits every fifty. Where there are more cores, ours runs once more on all of them, with as many readers as it chooses.
A run counts only if every page is there with its right SHA-256 and nothing forbidden was asked.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.crawl.cost import Cost, measure, run_python
from benchmarks.crawl.pages import Page, documentation_pages, statement_pages
from benchmarks.crawl.site import CLIENT_CORE, CORES, StaticSite
from scraper.archive.store import Archive

HOST = "pages.example"
PAGES = 2000
SOURCE = """\
title = "Benchmark"
hosts = ["{host}"]
seeds = ["http://{host}/"]
statement = ['^/(?!list/|private/|index\\.html).+\\.html$']
listing = ['^/list/']
exclude = ['^/section-\\d', '^/about/\\d']
follow_links = true
crawl_delay = 0
concurrency = 16
max_pages = 100000
max_listing_pages = 100000
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of the whole site."""

    program: str
    pages: int  # bodies kept
    cost: Cost

    @property
    def pages_per_s(self) -> float:
        """Pages kept each second."""
        return self.pages / self.cost.seconds

    @property
    def cpu_per_1000(self) -> float:
        """Processor seconds for a thousand pages."""
        return 1000 * self.cost.cpu_s / self.pages


def run(*, pages: int = PAGES, documentation: bool = False, repeat: int = 1) -> tuple[str, list[Run]]:
    """The site in words, and the runs: median of *repeat* for each program, interleaved."""
    bodies: Sequence[Page] = list(documentation_pages() if documentation else statement_pages(pages))
    wanted = {path: hashlib.sha256(body).hexdigest() for path, body in bodies}
    with StaticSite(bodies) as site:
        words = f"{site.count} pages of {site.bytes // site.count // 1000} kB from {site.server}"
        del bodies
        programs = [client for client in ("httpx2", "httpx") if find_spec(client)]
        runs = [_ours(site, client, wanted) for _ in range(repeat) for client in programs]
        if len(CORES) > 1:
            runs += [_ours(site, programs[0], wanted, spread=True) for _ in range(repeat)]
        if find_spec("scrapy"):
            runs += [_scrapy(site, wanted) for _ in range(repeat)]
    return words, [
        _median([one for one in runs if one.program == name]) for name in dict.fromkeys(r.program for r in runs)
    ]


def _ours(site: StaticSite, client: str, wanted: Mapping[str, str], *, spread: bool = False) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        path, source = Path(folder) / "archive.db", Path(folder) / "benchmark.toml"
        source.write_text(SOURCE.format(host=HOST))
        command = [
            "crawl",
            "--source-file",
            str(source),
            "--resolve",
            f"{HOST}={site.origin}",
            "--archive",
            str(path),
            "--json",
        ]
        cost, _ = measure(command, core=None if spread else CLIENT_CORE, client=client)
        with Archive(path, readonly=True) as archive:
            rows = archive.db.execute("select url, digest from captures where http_status = 200").fetchall()
    name = f"ours, {client}, {len(CORES)} cores" if spread else f"ours, {client}"
    return Run(name, _checked(dict(rows), f"http://{HOST}", wanted, site), cost)


def _scrapy(site: StaticSite, wanted: Mapping[str, str]) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scrapy.db"
        done = run_python(["-m", "benchmarks.crawl.scrapy_run", site.origin, str(path)], core=CLIENT_CORE)
        if done.returncode:
            raise RuntimeError(f"Scrapy ended with {done.returncode}: {done.stderr[-2000:]}")
        told = json.loads(done.stdout)
        with closing(sqlite3.connect(path)) as db:
            rows = db.execute("select url, sha256 from pages where status = 200").fetchall()
    return Run(f"Scrapy {told['version']}", _checked(dict(rows), site.origin, wanted, site), Cost(**told["cost"]))


def _checked(found: Mapping[str, str], origin: str, wanted: Mapping[str, str], site: StaticSite) -> int:
    """How many pages were kept. Raises RuntimeError if any is missing or differs, or a forbidden one was asked for."""
    for path, digest in wanted.items():
        if path == "/index.html":
            path = "/"  # noqa: PLW2901 - the address by which it is linked
        if found.get(origin + path) != digest:
            raise RuntimeError(f"{path} was not kept as it was served")
    if any(path.startswith("/private/") for path in site.asked()):
        raise RuntimeError("a page that robots.txt forbids was asked for")
    return len(wanted)


def _median(runs: Sequence[Run]) -> Run:
    middle = statistics.median_low([one.cost.cpu_s for one in runs])
    return next(one for one in runs if one.cost.cpu_s == middle)
