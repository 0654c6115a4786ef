"""Crawls copies of real sites, each served on loopback under its own host name, and compares what was archived.

usage: python -m benchmarks.real_sites [SITE...] [--keep FOLDER] [--show]

SITE is openehr, ucf-news, djln or ocha-whd-2023 (default: all whose data is there). Each is crawled by the command
line with the source file beside this one, into an archive that is thrown away (kept in FOLDER with --keep), and judged
against the copy's own files (see truth.py):

  articles  what the copy has                          requests    pages asked for, listings included
  missed    articles that the archive does not know    wrong       statements that are no article
  twice     articles archived under two addresses      dates       right, wrong, missed, and found where none is printed

An article that the publisher posted twice word for word is one statement with two addresses: fewer statements than articles.

Exit code 1 if an article is missed, archived twice or archived wrongly.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.crawl.cost import Cost, measure
from benchmarks.real_sites.server import COPIES, RealSites, available, data_folder, unpack
from benchmarks.real_sites.truth import SITES, Site
from scraper.archive.store import Archive

HERE = Path(__file__).parent
SHOWN = 20  # addresses listed of each kind with --show


@dataclass(frozen=True, slots=True)
class Result:
    """One site, crawled and judged."""

    site: Site
    articles: int  # that the copy has
    requests: int
    statements: int
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    twice: tuple[str, ...]
    dates_right: int
    dates_missed: tuple[str, ...]
    dates_wrong: tuple[str, ...]  # URL, what is printed, what was archived
    dates_extra: tuple[str, ...]  # the page prints none; URL, what was archived and where from
    cost: Cost

    @property
    def good(self) -> bool:
        """Whether every article is there once and nothing else is."""
        return not (self.missed or self.wrong or self.twice)


def crawl(site: Site, folder: Path) -> Result:
    """Serve, crawl and judge one site; the archive is left in *folder*."""
    path = folder / f"{site.name}.db"
    with RealSites([site.host]) as running:
        resolve = [f"--resolve={host}={address}" for host, address in running.resolve.items()]
        command = ["crawl", "--source-file", str(HERE / site.source_file), *resolve, "--archive", str(path), "--json"]
        cost, _ = measure(command)
        requests = len(running.requests)
    copy = next(copy for copy in COPIES if copy.host == site.host)
    return judge(site, site.truth(unpack(copy)), path, requests, cost)


def judge(site: Site, truth: Mapping[str, date | None], path: Path, requests: int, cost: Cost) -> Result:
    """What the archive at *path* holds, beside what it should."""
    with Archive(path, readonly=True) as archive:
        held = archive.rows("select id, url, published, published_source from documents")
        aliases = dict(archive.db.execute("select url, statement_id from aliases").fetchall())
    by_id = {row["id"]: row for row in held}
    found = {row["url"]: row for row in held} | {url: by_id[statement] for url, statement in aliases.items()}
    covered = Counter(found[url]["id"] for url in truth if url in found)
    dates = [(url, on, found[url]) for url, on in truth.items() if url in found]
    return Result(
        site, len(truth), requests, len(held),
        missed=tuple(url for url in truth if url not in found),
        wrong=tuple(row["url"] for row in held if not covered[row["id"]]),
        twice=tuple(row["url"] for row in held if row["url"] not in truth and covered[row["id"]]),
        dates_right=sum(on is not None and row["published"] == on.isoformat() for _, on, row in dates),
        dates_missed=tuple(f"{url}  {on}" for url, on, row in dates if on and not row["published"]),
        dates_wrong=tuple(
            f"{url}  {on} printed, {row['published']} from {row['published_source']}"
            for url, on, row in dates if on and row["published"] and row["published"] != on.isoformat()
        ),
        dates_extra=tuple(
            f"{url}  {row['published']} from {row['published_source']}" for url, on, row in dates
            if on is None and row["published"]
        ),
        cost=cost,
    )  # fmt: skip


HEAD = (
    "| site | articles | requests | statements | missed | wrong | twice | dates right / wrong / missed / extra "
    "| seconds | pages/s | CPU s per 1,000 | peak MB |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def line(result: Result) -> str:
    """One site as a line of the table."""
    dates = f"{result.dates_right} / {len(result.dates_wrong)} / {len(result.dates_missed)} / {len(result.dates_extra)}"
    cost, pages = result.cost, max(result.requests, 1)
    return (
        f"| {result.site.name} | {result.articles} | {result.requests} | {result.statements} | {len(result.missed)} "
        f"| {len(result.wrong)} | {len(result.twice)} | {dates} | {cost.seconds:.1f} | {pages / cost.seconds:.0f} "
        f"| {1000 * cost.cpu_s / pages:.1f} | {cost.peak_mb:.0f} |"
    )


def show(result: Result) -> None:
    """The addresses behind the counts."""
    for name in ("missed", "wrong", "twice", "dates_wrong", "dates_missed", "dates_extra"):
        for text in getattr(result, name)[:SHOWN]:
            print(f"  {result.site.name}: {name.replace('_', ' ')}: {text}")


def main(argv: Sequence[str] | None = None) -> int:
    """Crawl what is asked for and there; print the table."""
    names = [site.name for site in SITES]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.real_sites",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("site", nargs="*", metavar="SITE", help=", ".join(names))
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the archives there")
    parser.add_argument("--show", action="store_true", help="list the addresses behind the counts")
    parser.add_argument("--json", action="store_true", help="results as JSON instead of a table")
    asked = parser.parse_args(argv)
    if unknown := [name for name in asked.site if name not in names]:
        parser.error(f"no such site: {unknown[0]}; one of {', '.join(names)}")
    there = {copy.host for copy in available()}
    wanted = [site for site in SITES if not asked.site or site.name in asked.site]
    for site in wanted:
        if site.host not in there:
            print(
                f"{site.name}: skipped, its copy is not in {data_folder()}/sites (SCRAPER_BENCH_DATA names another folder)",
                file=sys.stderr,
            )
    good = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows = [site for site in wanted if site.host in there]
        if rows and not asked.json:
            print(HEAD)
        for site in rows:
            for leftover in folder.glob(f"{site.name}.db*"):
                leftover.unlink()
            result = crawl(site, folder)
            good = good and result.good
            print(_as_json(result) if asked.json else line(result), flush=True)
            if asked.show:
                show(result)
    return 0 if good else 1


def _as_json(result: Result) -> str:
    figures = {
        "site": result.site.name, "articles": result.articles, "requests": result.requests,
        "statements": result.statements, "missed": len(result.missed), "wrong": len(result.wrong),
        "twice": len(result.twice), "dates_right": result.dates_right, "dates_wrong": len(result.dates_wrong),
        "dates_missed": len(result.dates_missed), "dates_extra": len(result.dates_extra),
        "seconds": round(result.cost.seconds, 2), "cpu_s": round(result.cost.cpu_s, 2),
        "peak_mb": round(result.cost.peak_mb, 1),
    }  # fmt: skip
    return json.dumps(figures)


if __name__ == "__main__":
    raise SystemExit(main())
