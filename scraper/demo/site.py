"""The fixture site as one object: every virtual host on one loopback port, at a chosen point of its timeline.

``python -m scraper.demo.site --at T0`` serves it to a developer.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scraper.demo import discovery, families, furniture, listings, neighbours, nodes, render, traps
from scraper.demo.content import read_content
from scraper.demo.noise import Noise
from scraper.demo.server import Request, Response, VirtualHosts
from scraper.demo.timeline import State, crawls, state
from scraper.demo.visit import Visit

_SMALL = 600  # bytes: below, compressing is not worth it


class FixtureSite(VirtualHosts):
    """A running fixture site; a context manager.

    *at* names a crawl of the timeline, "T0" to "T5"; assigning to :attr:`at` moves it. *crawl_delay* is what robots.txt
    asks for, in seconds; None leaves the line out. *noise_seed* makes the noise repeatable: the n-th request gets the
    same accidents in every run. *robots* gives hosts another robots.txt (:func:`scraper.demo.discovery.robots`).
    *folder* is where the site's files are, *port* 0 takes any, *clock* gives the log's times in seconds.

    Raises FileNotFoundError if the site's files are nowhere, ValueError for a crawl that the timeline does not have.
    """

    def __init__(
        self,
        at: str = "T0",
        *,
        crawl_delay: float | None = None,
        noise_seed: int | None = None,
        robots: Mapping[str, str] | None = None,
        folder: Path | None = None,
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._content = read_content(folder)
        self._state: State = state(self._content, at)
        self._families = families.hosts(families.families_folder()) if folder is None else []
        self._crawl_delay = crawl_delay
        self._seed = noise_seed if noise_seed is not None else random.SystemRandom().getrandbits(64)
        self._robots = dict(robots or {})
        self._hits: Counter[tuple[str, str]] = Counter()
        self._asked = 0
        self._lock = threading.Lock()
        super().__init__(self._answer, port=port, clock=clock)

    @property
    def at(self) -> str:
        """The crawl of the timeline that is being served."""
        return self._state.name

    @at.setter
    def at(self, name: str) -> None:
        self._state = state(self._content, name)

    @property
    def crawls(self) -> list[str]:
        """Names of all crawls of the timeline, in order."""
        return crawls(self._content)

    @property
    def state(self) -> State:
        """What is up and what is not, at this crawl."""
        return self._state

    @property
    def hosts(self) -> list[str]:
        """Every virtual host."""
        tables = self._content.tables["hosts"]
        return [*tables["host"], *tables["redirect"], *self._families]

    def _answer(self, request: Request) -> Response:
        with self._lock:
            self._asked += 1
            number = self._asked
            hits = self._hits[request.host, request.target]
            self._hits[request.host, request.target] += 1
        if request.host in ("127.0.0.1", "localhost"):  # a developer's browser, which knows no *.example
            request = Request("www.iom.example", request.target, request.method, request.headers)
        current = self._state
        chance = random.Random(f"{self._seed}:{number}")  # noqa: S311  nothing here is secret
        noise = Noise(chance, current.at)
        visit = Visit(request, self._content, current, noise, hits)
        return _compressed(request, self._route(visit))

    def _route(self, visit: Visit) -> Response:
        tables = self._content.tables["hosts"]
        elsewhere = tables["redirect"] | visit.state.renamed
        if visit.host in elsewhere:
            return Response(301, (("Location", f"https://{elsewhere[visit.host]}{visit.request.target}"),))
        small = visit.host in self._families
        if not small and visit.host not in tables["host"]:
            return Response(421, (("Content-Type", "text/plain"),), b"no such host on this server\n")
        if visit.path == "/robots.txt":
            usual = "open" if small else "stock"
            return discovery.robots(visit, self._robots.get(visit.host, usual), self._crawl_delay)
        if small:
            return families.answer(families.families_folder(), visit.request)
        if visit.about_host["family"] != "iom":
            return neighbours.answer(visit)
        parts = (traps.answer, discovery.answer, nodes.answer, listings.answer, furniture.answer)
        return next(filter(None, (part(visit) for part in parts)), None) or render.not_found(visit)


def _compressed(request: Request, response: Response) -> Response:
    """The same response in gzip, where the client takes it and the answer is not a trap about lengths and encodings."""
    plain = {name.lower() for name, _ in response.headers}.isdisjoint({"content-encoding", "x-as-is"})
    if "gzip" not in request.headers.get("accept-encoding", "") or not plain or len(response.body) < _SMALL:
        return response
    if response.length is not None or response.drip is not None:
        return response
    headers = (*response.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return Response(response.status, headers, gzip.compress(response.body, 1, mtime=0), reason=response.reason)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the site until interrupted, and say how to reach it."""
    parser = argparse.ArgumentParser(prog="python -m scraper.demo.site", description="Serve the fixture site.")
    parser.add_argument("--at", default="T0", help="the crawl of the timeline to show, T0 to T5")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes any")
    parser.add_argument("--crawl-delay", type=float, default=None, help="what robots.txt asks for, in seconds")
    args = parser.parse_args(argv)
    with FixtureSite(args.at, crawl_delay=args.crawl_delay, port=args.port) as site:
        lines = [f"{site.origin}/ shows www.iom.example at {site.at}; all hosts, by their Host header:"]
        lines += [f"  --resolve {host}={address}" for host, address in site.resolve.items()]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
