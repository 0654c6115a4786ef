"""How near a crawl of many hosts comes to the time that politeness alone would take.

Every host asks for a second between requests, so that a crawl that never waited for anything else would take as many
seconds as a host has requests, however many hosts there are.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crawl.cost import measure
from scraper.demo.server import LoopbackServer, Request, Response

DELAY_S = 1.0
_PAGE = re.compile(r"/news/\d+")


@dataclass(frozen=True, slots=True)
class Hosts:
    """One crawl of many hosts."""

    hosts: int
    pages: int  # of each
    seconds: float
    ideal_s: float  # requests of the busiest host, less one, times the delay
    archived: int  # pages answered


def run(hosts: int = 40, pages: int = 20) -> Hosts:
    """Crawl *hosts* hosts of *pages* statements each."""
    names = [f"h{number}.many.example" for number in range(hosts)]
    asked: Counter[str] = Counter()
    answered = 0

    def answer(request: Request) -> Response:
        nonlocal answered
        host = request.host
        asked[host] += 1
        if request.target == "/robots.txt":
            return Response(404)
        if _PAGE.fullmatch(request.target):
            answered += 1
            words = f"{host} spoke of {request.target} at length. " * 20
            return Response(
                200, (("Content-Type", "text/html"),), f"<h1>{host} {request.target}</h1><p>{words}".encode()
            )
        links = "".join(f'<li><a href="/news/{number}">Statement number {number}</a>' for number in range(pages))
        return Response(200, (("Content-Type", "text/html"),), f"<ul>{links}</ul>".encode())

    with LoopbackServer(answer) as server, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "many.toml"
        listed = ", ".join(f'"{name}"' for name in names)
        seeds = ", ".join(f'"https://{name}/news"' for name in names)
        file.write_text(f"hosts = [{listed}]\ncrawl_delay = {DELAY_S}\nseeds = [{seeds}]\nstatement = ['^/news/.']\n")
        resolved = [part for name in names for part in ("--resolve", f"{name}={server.origin}")]
        cost, _ = measure(["crawl", "--archive", str(Path(folder) / "archive.db"), "--source-file", str(file), "--quiet",
                           *resolved])  # fmt: skip
    return Hosts(hosts, pages, cost.seconds, (max(asked.values()) - 1) * DELAY_S, answered)
