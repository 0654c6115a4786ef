"""What archiving one page costs, in a small archive and in a large one: CPU, reading the page not counted.

usage: python benchmarks/archive_page.py [--small 1000] [--large 100000] [--pages 500] [--rounds 3] [--archive FILE]

Pages of about 50 kB in one template, each with an invented statement of about 300 words in one of six languages, go
through the pipeline as a crawl would keep them: capture, statement, text, search index, relations, request log,
frontier and diary, one transaction each. The statements are given, so that what is measured is the archive and not the
extractor. Both archives are filled through the same pipeline and measured in turns, so that what else the machine does
weighs on both alike. FILE holds the large one for another time.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from archive_search import documents

from scraper import dom, history
from scraper.archive.frontier import Entry, NewUrl
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.config import parse_source
from scraper.crawler.scope import Scope
from scraper.job import Job
from scraper.keep import Keeper
from scraper.model import Capture, Link, Mention, Published, Statement
from scraper.reading import Read

Kept = tuple[Capture, Statement]

HOST = "pages.example"
SOURCE = f'title = "Pages"\nhosts = ["{HOST}"]\nseeds = ["https://{HOST}/"]\nstatement = ["^/news/"]\n'
START = datetime(2026, 11, 23, 6, tzinfo=UTC)
EMPTY = dom.parse("")
GROWING = 200  # pages a transaction while the archive grows, where nobody measures
MENU = "".join(
    f'<li class="menu-item menu-item--level-{n % 4}"><a href="/section/{n}" data-path="node/{n * 37 % 991}">'
    f"Section {n * 7919 % 1000}</a></li>\n"
    for n in range(450)
)


def pages(start: int, count: int) -> Iterator[Kept]:
    """Pages from number *start* on, *count* at most, and what the extractor would read in them."""
    for number, document in enumerate(islice(documents(start + count), start, None), start):
        url = f"https://{HOST}/news/{number}"
        text = "".join(f"<p>{paragraph}</p>" for paragraph in document.text.split("\n\n"))
        body = (
            f"<!doctype html><title>{document.title}</title><ul>{MENU}</ul><main>{text}</main><!-- {number * 7919} -->"
        )
        year, month, day = (int(part) for part in document.published.split("-"))
        yield (
            Capture(
                url=url,
                fetched_at=START + timedelta(seconds=number),
                status=200,
                headers=(("Content-Type", "text/html; charset=utf-8"), ("Date", str(number)), ("ETag", f'"{number}"')),
                body=body.encode(),
                request_headers=(("User-Agent", "statement-scraper"), ("Accept", "text/html")),
                address="127.0.0.1",
            ),
            Statement(
                url=url,
                title=document.title,
                text=document.text,
                published=Published(datetime(year, month, day, tzinfo=UTC).date(), "day", "meta", document.published),
                language=document.language,
                kind=document.kind,
                place="Geneva",
                canonical_url=url,
                links=tuple(Link(f"https://{HOST}/news/{number // 3 + n}", "more") for n in range(4)),
                mentions=tuple(Mention(country, 2) for country in document.countries),
                confidence=0.9,
                extractor_version="bench",
            ),
        )


class Archiving:
    """Keeps pages in an archive as a run does."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        source = parse_source(SOURCE, "pages.toml")
        with archive.writing():
            archive.runs.know(source, as_text(START))
            run_id = archive.runs.begin(source.name, "bench", "bench", as_text(START))
        self._job = Job(source, Scope(source), run_id, as_text(START))
        self._keeper = Keeper(archive)

    def keep(self, page: Kept, entry: Entry) -> None:
        """Keep one page."""
        history.read_page = lambda *_capture, **_options: Read(page[1])
        outcome = self._keeper.keep(self._job, entry, page[0])
        assert outcome == "new", outcome

    def known(self, page: Kept) -> Entry:
        """The page's URL in the frontier, where a listing would have put it."""
        url = page[0].url
        new = NewUrl(url, self._job.source.name, HOST, "statement", "listing", f"https://{HOST}/")
        url_id, _ = self._archive.frontier.add(new, as_text(START))
        return self._archive.frontier.by_id(url_id)


def grow(archive: Archive, upto: int, coming: Iterator[Kept]) -> None:
    """Fill the archive up to so many statements."""
    archiving = Archiving(archive)
    (have,) = archive.db.execute("select count(*) from documents").fetchone()
    for start in range(have, upto, GROWING):
        with archive.writing():
            for page in islice(coming, min(GROWING, upto - start)):
                archiving.keep(page, archiving.known(page))


def measure(archive: Archive, batch: Sequence[Kept]) -> tuple[float, float]:
    """Milliseconds of CPU, and those of them in the kernel, for each page of *batch*, one transaction each."""
    archiving = Archiving(archive)
    with archive.writing():
        entries = [archiving.known(page) for page in batch]
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.process_time()
    for page, entry in zip(batch, entries, strict=True):
        archiving.keep(page, entry)
    spent, after = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF)
    return spent / len(batch) * 1e3, (after.ru_stime - before.ru_stime) / len(batch) * 1e3


def main() -> None:
    """Fill, measure in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--archive", type=Path)
    options = parser.parse_args()
    further = options.pages * (options.rounds + 1)
    with tempfile.TemporaryDirectory() as folder:
        large, small = options.archive or Path(folder) / "large.db", Path(folder) / "small.db"
        with Archive(large, create=True) as one, Archive(small, create=True) as other:
            (have,) = one.db.execute("select count(*) from documents").fetchone()
            coming = {
                one: pages(have, max(0, options.large - have) + further),
                other: pages(0, options.small + further),
            }
            grow(one, options.large, coming[one])
            grow(other, options.small, coming[other])
            spent: dict[Archive, list[tuple[float, float]]] = {other: [], one: []}
            for _ in range(options.rounds + 1):
                for archive, costs in spent.items():
                    costs.append(measure(archive, list(islice(coming[archive], options.pages))))
            print("| statements in the archive | ms of CPU a page | of those in the kernel | MB |\n|--:|--:|--:|--:|")
            for archive, costs in spent.items():
                (count,) = archive.db.execute("select count(*) from documents").fetchone()
                middle = sorted(costs[1:])[options.rounds // 2]  # the first round fills caches, as in any run
                size = archive.path.stat().st_size / 1e6
                print(f"| {count:,} | {middle[0]:.2f} | {middle[1]:.2f} | {size:,.0f} |")


if __name__ == "__main__":
    main()
