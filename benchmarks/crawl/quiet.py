"""What a run costs in which nothing has changed: every page is asked for and every answer is 304.

A site of many statements, listed in one sitemap without dates, is crawled once and again sixty days later, when all of
them are due. The server stands in this process, the crawl in another.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crawl.cost import measure
from scraper.demo.server import LoopbackServer, Request, Response

SOURCE = """\
hosts = ["quiet.example"]
crawl_delay = 0
max_rechecks = 1000000
max_pages = 1000000
sitemaps = ["https://quiet.example/sitemap.xml"]
statement = ['^/news/.']
"""
FIRST, LATER = "2026-01-01T06:00:00Z", "2026-06-01T06:00:00Z"


@dataclass(frozen=True, slots=True)
class Quiet:
    """One run in which nothing had changed."""

    urls: int
    not_modified: int  # answers 304
    urls_per_s: float
    cpu_per_1000: float


def run(urls: int = 10_000) -> Quiet:
    """Crawl a site of *urls* statements twice and measure the second time."""
    # No page is called 404: short pages of that name are taken for what they say.
    entries = "".join(f"<url><loc>https://quiet.example/news/n{number}</loc></url>" for number in range(urls))
    sitemap = f"<urlset>{entries}</urlset>".encode()
    answered: list[int] = []

    def answer(request: Request) -> Response:
        if request.target == "/robots.txt":
            return Response(404)
        if request.target == "/sitemap.xml":
            return Response(200, (("Content-Type", "application/xml"),), sitemap)
        headers = (("Content-Type", "text/html"), ("ETag", '"1"'))
        if "if-none-match" in request.headers:
            answered.append(304)
            return Response(304, headers)
        page = (
            f"<title>{request.target}</title><h1>{request.target}</h1><p>"
            + f"{request.target} was discussed at length. " * 20
        )
        return Response(200, headers, page.encode())

    with LoopbackServer(answer) as server, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "quiet.toml"
        file.write_text(SOURCE)
        command = ["crawl", "--archive", str(Path(folder) / "archive.db"), "--source-file", str(file), "--quiet",
                   "--resolve", f"quiet.example={server.origin}", "--now"]  # fmt: skip
        measure([*command, FIRST])
        answered.clear()
        cost, _ = measure([*command, LATER])
    return Quiet(urls, len(answered), len(answered) / cost.seconds, 1000 * cost.cpu_s / max(1, len(answered)))
