"""How near a crawl of many hosts comes to the time that politeness alone would take.

Every host asks for the same delay between requests, so that a crawl that never waited for anything else would take as
many delays as a host has requests, however many hosts there are. Pages are short: what is measured is how turns are
kept, not how pages are read. Lateness is told by the server's log: by how much a host's next request came later than
allowed.
"""

from __future__ import annotations

import random
import re
import statistics
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.crawl.cost import Cost, measure
from scraper.demo.server import Asked, LoopbackServer, Request, Response

HOSTS, PAGES = 40, 20  # of a run that ends within half a minute; the target is set for 200 and 100
DELAY_S = 1.0
_PAGE = re.compile(r"/news/\d+")
_WORDS = [
    first + second
    for first in ["ba", "co", "di", "fu", "ge", "ha", "jo", "ki", "lu", "me", "na", "po"]
    for second in ["ran", "sil", "tem", "vor", "zun", "del", "mar"]
]


@dataclass(frozen=True, slots=True)
class Hosts:
    """One crawl of many hosts."""

    hosts: int
    pages: int  # of each
    answered: int  # pages
    cost: Cost
    ideal_s: float  # requests of the busiest host, less one, times the delay
    late_s: float  # median, by which a request came later than its host allowed
    latest_s: float  # 95 of 100 were not later than that
    around_s: float  # before the first request and after the last

    @property
    def over(self) -> float:
        """The time above the ideal, as a share of it."""
        return self.cost.seconds / self.ideal_s - 1


def source(names: list[str], delay_s: float = DELAY_S) -> str:
    """A source file of one listing on each of the hosts *names*."""
    listed = ", ".join(f'"{name}"' for name in names)
    seeds = ", ".join(f'"https://{name}/news"' for name in names)
    return f"hosts = [{listed}]\ncrawl_delay = {delay_s}\nseeds = [{seeds}]\nstatement = ['^/news/.']\nmax_pages = 10000000\n"


def answer(request: Request, pages: int) -> Response:
    """A listing of so many short statements, on every host."""
    if request.target == "/robots.txt":
        return Response(404)
    if _PAGE.fullmatch(request.target):
        name = f"{request.host} {request.target}"
        # No two pages alike: comparing what is alike is not what is measured.
        words = iter(random.Random(name).choices(_WORDS, k=60))
        text = " ".join(
            f"The {one} of the {other} was for a {third}."
            for one, other, third in zip(words, words, words, strict=True)
        )
        page = f"<title>{name}</title><h1>{name}</h1><p>{text}"
        return Response(200, (("Content-Type", "text/html"),), page.encode())
    links = "".join(f'<li><a href="/news/{number}">Statement number {number}</a>' for number in range(pages))
    return Response(200, (("Content-Type", "text/html"),), f"<ul>{links}</ul>".encode())


def run(hosts: int = HOSTS, pages: int = PAGES, delay_s: float = DELAY_S) -> Hosts:
    """Crawl *hosts* hosts of *pages* statements each, *delay_s* seconds between two requests to one."""
    names = [f"h{number}.many.example" for number in range(hosts)]
    with (
        LoopbackServer(lambda request: answer(request, pages)) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        file = Path(folder) / "many.toml"
        file.write_text(source(names, delay_s))
        resolved = [part for name in names for part in ("--resolve", f"{name}={server.origin}")]
        # Bounded: three times the ideal, and a minute.
        cost, _ = measure(["crawl", "--archive", str(Path(folder) / "archive.db"), "--source-file", str(file), "--quiet",
                           "--max-seconds", str(3 * (pages + 2) * delay_s + 60), *resolved])  # fmt: skip
        log = list(server.requests)
    late = sorted(gap - delay_s for gap in _gaps(log))
    answered = sum(bool(_PAGE.fullmatch(one.path)) for one in log)
    span = max(one.at for one in log) - min(one.at for one in log)
    return Hosts(
        hosts, pages, answered, cost, (pages + 1) * delay_s, statistics.median(late), late[int(len(late) * 0.95)],
        cost.seconds - span,
    )  # fmt: skip


def _gaps(log: list[Asked]) -> list[float]:
    times: dict[str, list[float]] = defaultdict(list)
    for one in log:
        times[one.host].append(one.at)
    return [b - a for host in times.values() for a, b in pairwise(sorted(host))]
