"""Crawling in tests: the fixture site as `scraper demo` does it, and small sites of a few pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scraper import config
from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.config import Source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from scraper.demo.site import FixtureSite
from scraper.readers import Readers
from scraper.run import Budget, Crawl, Report
from tests.clock import NOW

SOURCES = config.catalogue("scraper.demo.sources", least_delay=timedelta(0))


def crawl(path: Path, site: FixtureSite, now: datetime | None = None, *, sources: list[str] | None = None,
          budget: Budget | None = None, readers: Readers | None = None) -> Report:  # fmt: skip
    """One run over the fixture site as it is, at *now* (default: the site's own clock)."""
    clock = Clock.starting_at(now or site.state.at)
    chosen = [SOURCES[name] for name in sources or SOURCES]
    with (
        Archive(path, create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve=site.resolve, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        archive.claim_for("demo", clock.now())
        return Crawl(
            archive, chosen, fetcher, clock=clock, budget=budget or Budget(), command="demo", readers=readers
        ).run()


def crawl_pages(path: Path, source: Source, pages: Mapping[str, str | bytes], *, runs: int = 1) -> list[str]:
    """So many runs over a small site on loopback; the targets that were asked for, robots.txt aside.

    *pages* are its targets and what they answer: HTML, or the bytes of a PDF where a target ends so. There is nothing else.
    """

    def answer(request: Request) -> Response:
        page = pages.get(request.target)
        kind = "application/pdf" if request.target.endswith(".pdf") else "text/html; charset=utf-8"
        body = page.encode() if isinstance(page, str) else page
        return Response(200 if body else 404, (("Content-Type", kind),), body or b"")

    clock = Clock.starting_at(NOW)
    with LoopbackServer(answer) as server, Archive(path, create=True) as archive, archive.only_writer():
        mapped = dict.fromkeys(source.hosts, server.origin)
        with Fetcher(resolve=mapped, now=clock.now, sleep=clock.sleep) as fetcher:
            for _ in range(runs):
                Crawl(archive, [source], fetcher, clock=clock).run()
        return [asked.path for asked in server.requests if asked.path != "/robots.txt"]


def rows(path: Path, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a query finds in the archive at *path*."""
    with Archive(path, readonly=True) as archive:
        return archive.db.execute(sql, parameters).fetchall()


# What an archive says, without what differs between two equal archives: row numbers and times of day.
END_STATE = """
select d.url, d.title, d.published, d.language, d.kind, d.place, d.words, d.status, d.revision_count,
       o.url as duplicate_of, t.digest, d.contact
from documents d left join documents o on o.id = d.duplicate_of
join versions v on v.id = d.version_id join texts t on t.id = v.text_id order by d.url
"""
END_RELATIONS = """
select a.url, b.url, r.kind, r.score from relations r join documents a on a.id = r.statement_id
join documents b on b.id = r.other_id order by 1, 2, 3
"""


def end_state(path: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Statements, relations and aliases of an archive, comparable with another's."""
    aliases = "select a.url, d.url from aliases a join documents d on d.id = a.statement_id order by 1"
    return rows(path, END_STATE), rows(path, END_RELATIONS), rows(path, aliases)
