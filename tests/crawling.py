"""Crawling the fixture site in tests, as `scraper demo` does it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scraper import config
from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.crawler.fetch import Fetcher
from scraper.demo.site import FixtureSite
from scraper.run import Budget, Crawl, Report

SOURCES = config.catalogue("scraper.demo.sources", least_delay=timedelta(0))


def crawl(path: Path, site: FixtureSite, now: datetime | None = None, *, sources: list[str] | None = None,
          budget: Budget | None = None) -> Report:  # fmt: skip
    """One run over the fixture site as it is, at *now* (default: the site's own clock)."""
    clock = Clock.starting_at(now or site.state.at)
    chosen = [SOURCES[name] for name in sources or SOURCES]
    with (
        Archive(path, create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve=site.resolve, now=clock.now, sleep=clock.sleep) as fetcher,
    ):
        archive.claim_for("demo", clock.now())
        return Crawl(archive, chosen, fetcher, clock=clock, budget=budget or Budget(), command="demo").run()


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
