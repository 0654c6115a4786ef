"""What an archive's memory of a site is worth: texts read with it and without, and what remembering costs.

usage: python -m benchmarks.real_sites --keep FOLDER, then python -m benchmarks.real_sites.furniture FOLDER/*.db [--show 30]

Furniture is, with hindsight, what stands on three pages in ten of one source's statements, in blocks of the same words.
The latest capture of each statement is read twice: as if nothing were known, and with what the archive knew at the end.

  with furniture   texts that hold a line of it, without and with the memory
  its words        how many words of it they hold
  own words lost   of all words that are no furniture: left out only because of the memory
  empty            texts that the memory took away; none ever
  ms a page        of CPU: the blocks' fingerprints; keeping and counting them; reading the page, for comparison
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from scraper.archive.store import Archive
from scraper.config import parse_source
from scraper.crawler.scope import Scope
from scraper.extractor.site_chrome import fingerprints
from scraper.extractor.statement import read_page
from scraper.history import History
from scraper.job import Job
from scraper.model import Capture, SiteChrome
from scraper.reading import Read, markup

COMMON = 0.3  # of the pages
_LINES = re.compile(r"\n+")
_NUMBER = re.compile(r"\d+")


@dataclass(slots=True)
class Worth:
    """What the memory did to one source's texts."""

    texts: int = 0
    changed: int = 0
    empty: int = 0
    furnished: Counter[bool] = field(default_factory=Counter)  # texts with furniture, by with memory
    furniture: Counter[bool] = field(default_factory=Counter)  # words of it
    words: int = 0  # that are none, without the memory
    lost: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)  # URL and line
    spent: Counter[str] = field(default_factory=Counter)  # CPU seconds


def main() -> None:
    """Read each archive's statements twice, print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", nargs="+", type=Path)
    parser.add_argument("--show", type=int, default=0, help="lines left out that are no furniture, so many a source")
    asked = parser.parse_args()
    print("| source | texts | changed | with furniture | its words | own words lost | empty | ms a page |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for path in asked.archives:
        with Archive(path) as archive:
            for row in archive.rows("select name, toml from sources where toml <> ''"):
                worth = judge(archive, row["name"], row["toml"])
                print(_row(row["name"], worth), flush=True)
                for url, line in worth.left_out[: asked.show]:
                    print(f"    {url}\n      - {line}")


def judge(archive: Archive, name: str, toml: str) -> Worth:
    """Read the statements of one source with and without its memory."""
    source = parse_source(toml, name, least_delay=timedelta(0))
    job, reader, worth = Job(source, Scope(source), 0, ""), History(archive), Worth()
    known = archive.chrome.newest(name)
    seen: Counter[str] = Counter()
    read = []
    for url, capture in _captures(archive, name):
        read.append((url, *_twice(job, reader, archive, capture, known, worth)))
        seen.update(set(map(_words, read_page(markup(capture), capture.url)[0].b_text)))
    common = {words for words, times in seen.items() if times >= COMMON * len(read)}
    for url, before, better in read:
        _compare(worth, url, before, better, common)
    _remember(archive, name, [before for _, before, _ in read], worth)
    return worth


def _captures(archive: Archive, name: str) -> Iterator[tuple[str, Capture]]:
    for url, number in archive.db.execute(
        "select url, capture_id from documents where source = ? order by id", [name]
    ).fetchall():
        yield url, archive.facts.capture(number)


def _twice(
    job: Job, reader: History, archive: Archive, capture: Capture, known: SiteChrome, worth: Worth
) -> tuple[Read, Read]:
    entry = archive.frontier.get(job.scope.canonical(capture.requested_url or capture.url))
    assert entry is not None
    began = time.process_time()
    plain = reader.read_page(job, entry, capture, chrome=SiteChrome())
    worth.spent["reading"] += time.process_time() - began
    layout = read_page(markup(capture), capture.url)[0]
    began = time.process_time()
    fingerprints(layout)
    worth.spent["fingerprints"] += time.process_time() - began
    return plain, reader.read_page(job, entry, capture, chrome=known)


def _compare(worth: Worth, url: str, plain: Read, better: Read, common: set[int]) -> None:
    worth.texts += 1
    before, after = plain.statement.text, better.statement.text
    worth.changed += before != after
    worth.empty += bool(before) and not after
    for with_memory, text in ((False, before), (True, after)):
        lines = [line for line in _LINES.split(text) if _words(line) in common]
        worth.furnished[with_memory] += bool(lines)
        worth.furniture[with_memory] += sum(len(line.split()) for line in lines)
    kept = Counter(_LINES.split(after))
    for line in _LINES.split(before):
        if _words(line) in common:
            continue
        worth.words += len(line.split())
        if kept[line]:
            kept[line] -= 1
        else:
            worth.lost += len(line.split())
            worth.left_out.append((url, line))


def _words(line: str) -> str:
    """A line or block as it counts here: which numbers it holds, and what marks it as an item, does not matter."""
    return " ".join(_NUMBER.sub("0", line.removeprefix("- ").casefold()).split())


def _remember(archive: Archive, name: str, read: list[Read], worth: Worth) -> None:
    """Count all pages once more, one transaction for a hundred of them as a run's cost beside others; undone at the end."""
    db = archive.db
    db.execute("begin")
    ids = [row[0] for row in db.execute("select id from documents where source = ? order by id", [name]).fetchall()]
    began = time.process_time()
    for number, page in zip(ids, read, strict=True):
        archive.chrome.count(name, number, page.statement.language or "", page.blocks, "")
    worth.spent["counting"] += time.process_time() - began
    db.execute("rollback")


def _row(name: str, worth: Worth) -> str:
    cost = " + ".join(f"{worth.spent[part] / worth.texts * 1e3:.2f}" for part in ("fingerprints", "counting"))
    return (
        f"| {name} | {worth.texts:,} | {worth.changed:,} | {worth.furnished[False]:,} → {worth.furnished[True]:,} "
        f"| {worth.furniture[False]:,} → {worth.furniture[True]:,} | {worth.lost:,} of {worth.words:,} | {worth.empty} "
        f"| {cost} (reading: {worth.spent['reading'] / worth.texts * 1e3:.1f}) |"
    )


if __name__ == "__main__":
    main()
