"""How many bytes a stored page takes, beside gzip -6, and what storing it costs.

usage: python benchmarks/archive_bytes.py [--wcxb DIR] [--docs DIR] [--site DIR]... [--levels]

--wcxb   html/*.html[.gz] and ground-truth/*.json of WCXB: its hosts with five pages and more are the heavy templates
--docs   folder of pages with a light template  [default: Debian's PostgreSQL documentation, apt install postgresql-doc-15]
--site   any folder saved from one site
--levels what each compression level would cost and save

Columns: `one more page` is a page that comes to a site that is known (the figure that holds for years of crawling; on
WCXB each page in turn is the new one); `all` is the sum of everything stored for these pages, dictionaries included,
as a crawl leaves it; `compacted` the same after `scraper archive compact`; `re-capture` is the same page fetched
again when only nonces, counters and teasers moved (median). Every body is read back and compared.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from scraper.archive import codec
from scraper.archive.dictionaries import MAX_BYTES
from scraper.archive.opening import open_database
from scraper.archive.payloads import Payloads

DOCS = Path("/usr/share/doc/postgresql-doc-15/html")
NOW = "2026-11-23T06:00:00Z"
PUT_PAGE = 50_000  # bytes of the page that `put` is quoted for


@dataclass(frozen=True)
class Measured:
    """One row of the table; bytes a page."""

    name: str
    pages: int
    raw: float
    gzip: float
    one_more: float
    everything: float
    compacted: float
    recapture: float
    put_ms: float  # CPU, for 50 kB


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wcxb", type=Path)
    parser.add_argument("--docs", type=Path, default=DOCS)
    parser.add_argument("--site", type=Path, action="append", default=[])
    parser.add_argument("--levels", action="store_true")
    parser.add_argument("--pages", type=int, default=600, help="most pages taken of a folder")
    asked = parser.parse_args()
    sites: dict[str, list[bytes]] = {}
    if asked.docs.is_dir():
        sites["light template (documentation)"] = folder(asked.docs, asked.pages)
    else:
        print(f"light template: skipped, {asked.docs} is not there (apt install postgresql-doc-15, or --docs DIR)")
    for path in asked.site:
        sites[path.name] = folder(path, asked.pages)
    heavy = hosts(asked.wcxb) if asked.wcxb else {}
    if not heavy:
        print("heavy templates: skipped, give the WCXB development set with --wcxb DIR")
    if asked.levels:
        levels(sites | heavy)
        return
    print("| site | pages | raw | gzip -6 | one more page | of gzip | all | compacted | re-capture | put, ms a 50 kB |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    each = [measure(name, pages, leave_one_out) for name, pages in sorted(heavy.items())]
    for row in each:
        show(row)
    if each:
        show(together(f"**heavy templates, {len(each)} hosts**", each))
    for name, pages in sites.items():
        show(measure(name, pages, later_ones))


def folder(path: Path, most: int) -> list[bytes]:
    """Pages of a folder, each once, in an order that mixes its parts as years of crawling do."""
    files = sorted(file for file in path.rglob("*") if file.is_file() and ".html" in file.name)
    random.Random(1).shuffle(files)
    return list(dict.fromkeys(file.read_bytes() for file in files[:most]))


def hosts(wcxb: Path) -> dict[str, list[bytes]]:
    """The pages of each host that has five and more."""
    found = defaultdict(list)
    for truth in sorted((wcxb / "ground-truth").glob("*.json")):
        url = json.loads(truth.read_text()).get("url") or ""
        for file in (wcxb / "html" / f"{truth.stem}.html", wcxb / "html" / f"{truth.stem}.html.gz"):
            if url and file.exists():
                data = file.read_bytes()
                found[urlsplit(url).netloc].append(gzip.decompress(data) if file.suffix == ".gz" else data)
    return {host: pages for host, pages in found.items() if len(pages) >= 5}


class Archive:
    """An archive in a temporary folder, and what storing in it took."""

    def __init__(self, folder: str) -> None:
        self.db: Database = open_database(Path(folder) / "archive.db", create=True)
        self.db.execute("insert into sources (name, title, hosts, added_at) values ('site', 'site', '[]', ?)", [NOW])
        self.payloads = Payloads(self.db)
        self.seconds = 0.0

    def keep(self, page: bytes, *, train: bool = True, previous: str | None = None) -> str:
        """Store a page as a crawl does."""
        before = time.process_time()
        digest = self.payloads.put(page, source="site", previous=previous)
        self.seconds += time.process_time() - before
        self.db.execute(
            "insert into captures (url, fetched_at, http_status, headers, digest, size, source, discovered_via) "
            "values (?, ?, 200, '[]', ?, ?, 'site', 'feed')",
            [digest, NOW, digest, len(page)],
        )
        if train:
            self.payloads.train("site", NOW)
        return digest

    def size(self, digest: str | None = None) -> int:
        """Bytes of one body as stored, or of all with all dictionaries."""
        where = "where digest = ?" if digest else ""
        sql = f"select coalesce(sum(length(data)), 0) from payloads {where}"
        (bodies,) = self.db.execute(sql, [digest] if digest else []).fetchone()
        (extra,) = self.db.execute("select coalesce(sum(length(data)), 0) from dictionaries").fetchone()
        return int(bodies if digest else bodies + extra)


def measure(name: str, pages: Sequence[bytes], one_more: Callable[[Sequence[bytes]], float]) -> Measured:
    """Everything about the pages of one site."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(folder)
        with archive.db.atomic():
            digests = [archive.keep(page) for page in pages]
            seconds, everything = archive.seconds, archive.size()
            again = {
                archive.keep(noise(page), train=False, previous=digest): noise(page)
                for page, digest in zip(pages, digests, strict=True)
            }
            recaptures = [archive.size(digest) for digest in again]
            read_back(archive, dict(zip(digests, pages, strict=True)) | again)
            archive.db.execute(
                "delete from captures where digest not in (select value from json_each(?))", [json.dumps(digests)]
            )
            archive.db.execute(
                "delete from payloads where digest not in (select value from json_each(?))", [json.dumps(digests)]
            )
            archive.payloads.compact()
            read_back(archive, dict(zip(digests, pages, strict=True)))
            compacted = archive.size()
        archive.db.close()
    count, raw = len(pages), sum(map(len, pages))
    return Measured(
        name, count, raw / count, sum(len(gzip.compress(page, 6)) for page in pages) / count, one_more(pages),
        everything / count, compacted / count, statistics.median(recaptures), seconds * 1000 * PUT_PAGE / raw,
    )  # fmt: skip


def read_back(archive: Archive, bodies: dict[str, bytes]) -> None:
    """Every body must be what was put."""
    for digest, body in bodies.items():
        assert archive.payloads.get(digest) == body


def leave_one_out(pages: Sequence[bytes]) -> float:
    """Bytes of a page when the site's other pages are known, each page in turn."""
    total = 0
    for number, page in enumerate(pages):
        with tempfile.TemporaryDirectory() as folder:
            archive = Archive(folder)
            others = [*pages[:number], *pages[number + 1 :]]
            room = list(that_fit(others))
            archive.payloads.dictionaries.add("site", room, now=NOW, last_payload=0)
            total += archive.size(archive.keep(page, train=False))
            archive.db.close()
    return total / len(pages)


def that_fit(pages: Sequence[bytes]) -> Iterator[bytes]:
    """As many pages as a dictionary may hold."""
    room = MAX_BYTES
    for page in pages:
        if len(page) <= room:
            room -= len(page)
            yield page


def later_ones(pages: Sequence[bytes]) -> float:
    """Bytes of a page that comes when two thirds of the site are stored, the mean of the last third."""
    known = len(pages) * 2 // 3
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(folder)
        with archive.db.atomic():
            for page in pages[:known]:
                archive.keep(page)
            sizes = [archive.size(archive.keep(page, train=False)) for page in pages[known:]]
        archive.db.close()
    return statistics.mean(sizes)


def noise(page: bytes) -> bytes:
    """The same page a day later: nonces, tokens, a counter, a time in a comment, two teasers in another order."""
    page = re.sub(rb'(nonce|csrf[-\w]*|token)(["\']?\s*[=:]\s*["\'])[\w+/=-]{6,}', rb"\g<1>\g<2>Zk81qP0xk2", page)
    page = re.sub(rb"(?<=[?&]v=)\w+|(?<=\?itok=)\w+", b"9f3a", page)
    page = re.sub(rb"\b\d{1,3}(,\d{3})* (views|comments|shares)", b"1,234 views", page)
    teasers = [found.span() for found in re.finditer(rb"<li\b.{20,400}?</li>", page, re.DOTALL)][-2:]
    if len(teasers) == 2 and teasers[0][1] <= teasers[1][0]:
        (a, b), (c, d) = teasers
        page = page[:a] + page[c:d] + page[b:c] + page[a:b] + page[d:]
    middle = len(page) // 2
    return page[:middle] + b"<!-- 5f2c9e1b7a served 2026-11-24T06:04:11Z by web-07 -->" + page[middle:]


def together(name: str, rows: Sequence[Measured]) -> Measured:
    """The mean over all pages of all rows."""
    pages = sum(row.pages for row in rows)

    def mean(column: str) -> float:
        return sum(getattr(row, column) * row.pages for row in rows) / pages

    columns = ("raw", "gzip", "one_more", "everything", "compacted", "recapture", "put_ms")
    return Measured(name, pages, *(mean(column) for column in columns))


def show(row: Measured) -> None:
    """One line of the table."""
    print(
        f"| {row.name} | {row.pages} | {row.raw:,.0f} | {row.gzip:,.0f} | {row.one_more:,.0f} | {row.one_more / row.gzip:.0%} "
        f"| {row.everything / row.gzip:.0%} | {row.compacted / row.gzip:.0%} | {row.recapture:,.0f} | {row.put_ms:.2f} |",
        flush=True,
    )


def levels(sites: dict[str, list[bytes]]) -> None:
    """Why the levels are what they are: pages of each site through a dictionary of its others, and differences."""
    print("| site | level | bytes of a new page, of gzip | ms a 50 kB | difference, bytes | ms a 50 kB |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, pages in sites.items():
        known = list(that_fit(pages[: max(4, len(pages) // 2)][:64]))
        tested = pages[len(known) :][:100] or pages
        through = codec.dictionary(b"".join(known))
        raw, zipped = sum(map(len, tested)), sum(len(gzip.compress(page, 6)) for page in tested)
        for level in (1, 3, 6, 9, 12, 17, 19):
            codec.with_dictionary(b"x", through, level)  # builds its tables
            size, seconds = timed(partial(codec.with_dictionary, through=through, level=level), tested)
            pairs = [(noise(page), page) for page in tested]
            moved, moved_seconds = timed(lambda pair, level=level: codec.patch(*pair, level), pairs)
            print(
                f"| {name} | {level} | {size / zipped:.1%} | {seconds * 1000 * PUT_PAGE / raw:.2f} | "
                f"{moved / len(tested):,.0f} | {moved_seconds * 1000 * PUT_PAGE / raw:.2f} |",
                flush=True,
            )


def timed(write: Callable[[Any], bytes], items: Sequence[Any]) -> tuple[int, float]:
    """Bytes and CPU seconds of writing all *items*."""
    before = time.process_time()
    size = sum(len(write(item)) for item in items)
    return size, time.process_time() - before


if __name__ == "__main__":
    main()
