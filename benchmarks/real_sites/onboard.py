"""Follows copies of real sites from an address alone, and judges the proposed source file against the copies' files.

usage: python -m benchmarks.real_sites.onboard

Each start page is given to `scraper sources add`; the proposed patterns are asked about every file of the copy.

  requests   what the look took                articles   what the copy has (see truth.py)
  precision  of what the patterns take         recall     of the articles

Exit code 1 if an article is missed or more than one in a hundred taken is none (of the copies, one page in two thousand is
an article without title and text, and one is the copier's doing).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from benchmarks.real_sites.server import COPIES, RealSites, available, data_folder, unpack
from benchmarks.real_sites.truth import SITES, Site
from scraper.clock import Clock
from scraper.config import parse_source
from scraper.crawler.fetch import Fetcher
from scraper.crawler.scope import Scope
from scraper.propose import propose_source

STARTS = (
    "https://www.openehr.org/", "https://www.openehr.org/news_events/", "https://news.ucf.edu/UCFnews/",
    "https://news.ucf.edu/UCFnews/index?page=newsarchive", "https://djln.example/", "https://djln.example/blog/",
    "https://whd-2023.example/",
)  # fmt: skip
LEAST_PRECISION = 0.99
HEAD = "| start | requests | articles | taken | precision | recall |\n|---|--:|--:|--:|--:|--:|"


@dataclass(frozen=True, slots=True)
class Result:
    """One proposal, judged."""

    start: str
    requests: int
    articles: frozenset[str]
    taken: frozenset[str]

    @property
    def precision(self) -> float:
        """Share of what the patterns take that is an article."""
        return len(self.taken & self.articles) / max(len(self.taken), 1)

    @property
    def recall(self) -> float:
        """Share of the articles that the patterns take."""
        return len(self.taken & self.articles) / max(len(self.articles), 1)


def addresses(host: str, folder: Path) -> Iterator[str]:
    """The address of every file; only the UCF copy has query strings for names, elsewhere they were made part of them."""
    for file in folder.rglob("*"):
        if file.is_file():
            path, mark, query = file.relative_to(folder).as_posix().partition("?")
            escaped = quote(f"?{query}", safe="?=&") if host == "news.ucf.edu" else quote(f"{mark}{query}")
            yield f"https://{host}/{quote(path, safe='/!()*,:@$')}{escaped if mark else ''}"


def judge(start: str, site: Site, folder: Path) -> Result:
    """What a look from *start* proposes, beside what the copy in *folder* holds."""
    clock = Clock.starting_at(None)
    with (
        RealSites([site.host]) as running,
        Fetcher(resolve=running.resolve, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        proposal = propose_source(start, fetcher, clock, local=True)
    scope = Scope(parse_source(proposal.toml, f"{proposal.name}.toml", least_delay=timedelta(0)))
    keys = {scope.canonical(url) for url in addresses(site.host, folder)}
    taken = frozenset(key for key in keys if scope.role(key) == "statement" and scope.refuses(key) is None)
    return Result(start, proposal.requests, frozenset(map(scope.canonical, site.truth(folder))), taken)


def main() -> int:
    """Judge every start page whose copy is there; print the table."""
    there = {copy.host: copy for copy in COPIES if copy in available()}
    sites = {site.host: site for site in SITES}
    good = True
    print(HEAD)
    for start in STARTS:
        host = start.split("/")[2]
        if host not in there:
            print(f"{start}: skipped, its copy is not in {data_folder()}/sites", file=sys.stderr)
            continue
        result = judge(start, sites[host], unpack(there[host]))
        good = good and result.recall == 1 and result.precision >= LEAST_PRECISION
        print(
            f"| {result.start} | {result.requests} | {len(result.articles)} | {len(result.taken)} "
            f"| {result.precision:.3f} | {result.recall:.3f} |",
            flush=True,
        )
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
