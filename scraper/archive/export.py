"""Taking statements away: JSON Lines, CSV, Atom, BibTeX, RIS, CSL-JSON and Parquet, as streams of bytes.

Each writer turns rows into chunks as they come, so a million statements need no more memory than one batch.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Literal, get_args
from xml.sax.saxutils import escape, quoteattr

from scraper.archive.cite import Style, cite, csl_item
from scraper.archive.parquet_out import parquet
from scraper.archive.rows import COLUMNS, ExportedStatement
from scraper.archive.text import one_line, printable
from scraper.version import __version__
from scraper.whole import whole_file

Format = Literal["jsonl", "csv", "parquet", "atom", "bibtex", "ris", "csl-json"]
FORMATS: tuple[Format, ...] = get_args(Format)
Rows = Iterable[ExportedStatement]

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Feed:
    """What an Atom feed says of itself (RFC 4287, 4.1.1)."""

    title: str
    updated: str  # ISO 8601, UTC
    address: str  # where the feed lives, or any URI that stays the same: it is the feed's identity
    homepage: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What a format is to those who offer it."""

    extension: str  # without a dot
    name: str  # as a reader calls it
    content_type: str


KINDS: Mapping[Format, Kind] = {
    "jsonl": Kind("jsonl", "JSON Lines", "application/jsonl; charset=utf-8"),
    "csv": Kind("csv", "CSV", "text/csv; charset=utf-8"),
    "parquet": Kind("parquet", "Parquet", "application/vnd.apache.parquet"),
    "atom": Kind("atom", "Atom feed", "application/atom+xml; charset=utf-8"),
    "bibtex": Kind("bib", "BibTeX", "application/x-bibtex; charset=utf-8"),
    "ris": Kind("ris", "RIS", "application/x-research-info-systems; charset=utf-8"),
    "csl-json": Kind("csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json; charset=utf-8"),
}


def export(rows: Rows, to: Format, *, bom: bool = False, feed: Feed | None = None) -> Iterator[bytes]:
    """*rows* in the format *to*, chunk by chunk.

    *bom*: CSV begins with a byte order mark, without which Excel reads Arabic as Latin letters. *feed* is what an Atom
    feed says of itself, and needed for one. Raises :class:`MissingExtra` at once if the format needs a library that
    is not there.
    """
    if to == "atom":
        if feed is None:
            raise ValueError("an Atom feed has a title, an address and a time: give them as `feed`")
        return _atom(rows, feed)
    if to == "csv":
        return _csv(rows, bom=bom)
    return _WRITERS[to](rows)


def to_file(chunks: Iterable[bytes], path: Path) -> int:
    """Write *chunks* to *path*, which appears only when all is written; the number of bytes.

    Raises :class:`OutputExists`, or :class:`ArchiveNotWritable` when there is no room or no right.
    """
    with whole_file(path) as new, new.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
        return file.tell()


# --- tables -----------------------------------------------------------------------------------------------------------


def _jsonl(rows: Rows) -> Iterator[bytes]:
    """One JSON object a line, texts to the character."""
    for row in rows:
        yield (json.dumps(asdict(row), ensure_ascii=False) + "\n").encode()


# What a spreadsheet takes for a formula or for the start of another cell (OWASP, CSV injection), full-width forms
# included; white space before it does not keep Excel from running it.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def _csv(rows: Rows, *, bom: bool) -> Iterator[bytes]:
    """RFC 4180. A text that a spreadsheet would run gets an apostrophe before it, as spreadsheets themselves do."""
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    yield ((BOM if bom else "") + line.getvalue()).encode()
    for row in rows:
        line.seek(0)
        line.truncate()
        writer.writerow([_cell(getattr(row, name)) for name in COLUMNS])
        yield line.getvalue().encode()


def _cell(value: object) -> object:
    text = "; ".join(value) if isinstance(value, tuple) else value
    if not isinstance(text, str):
        return text
    text = printable(text)
    return f"'{text}" if _FORMULA.match(text) else text


# --- citations --------------------------------------------------------------------------------------------------------


def _records(rows: Rows, *, style: Style, end: str) -> Iterator[bytes]:
    for row in rows:
        yield (cite(row.citation, style) + end).encode()


def _csl(rows: Rows) -> Iterator[bytes]:
    """A JSON array with an item a line."""
    before = "[\n"
    for row in rows:
        yield (before + json.dumps(csl_item(row.citation), ensure_ascii=False)).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


# --- feed -------------------------------------------------------------------------------------------------------------


def _atom(rows: Rows, feed: Feed) -> Iterator[bytes]:
    """An Atom feed (RFC 4287) with the whole texts, each statement an entry whose id never changes."""
    homepage = f'\n  <link rel="alternate" href={_attribute(feed.homepage)}/>' if feed.homepage else ""
    is_address = feed.address.startswith(("http://", "https://"))
    self_link = (
        f'\n  <link rel="self" type="application/atom+xml" href={_attribute(feed.address)}/>' if is_address else ""
    )
    yield (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"  <title>{_element(feed.title)}</title>\n  <id>{_element(feed.address)}</id>\n"
        f"  <updated>{_element(feed.updated)}</updated>{self_link}{homepage}\n"
        f"  <generator version={_attribute(__version__)}>statement-scraper</generator>\n"
    ).encode()
    for row in rows:
        yield _entry(row).encode()
    yield b"</feed>\n"


def _entry(row: ExportedStatement) -> str:
    language = f" xml:lang={_attribute(row.language)}" if row.language else ""
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{row.source} {row.url}").urn
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in printable(row.text).split("\n\n") if part.strip())
    published = _instant(row.published)
    lines = [
        f"  <entry{language}>",
        f"    <title>{_element(row.title or row.url)}</title>",
        f"    <id>{identity}</id>",
        f'    <link rel="alternate" href={_attribute(row.url)}/>',
        f"    <updated>{_element(max(filter(None, (row.first_seen, row.changed_at, row.gone_since))))}</updated>",
        f"    <published>{published}</published>" if published else "",
        f"    <author><name>{_element(row.author or row.publisher)}</name></author>",
        *(f"    <category term={_attribute(term)}/>" for term in (*filter(None, [row.kind]), *row.tags)),
        f'    <content type="html">{escape(paragraphs)}</content>',
        "  </entry>\n",
    ]
    return "\n".join(line for line in lines if line)


def _instant(published: str | None) -> str | None:
    """Atom wants a time: a day is given as its beginning, a month or a year not at all."""
    return f"{published}T00:00:00Z" if published and len(published) == len("2022-06-10") else None


def _element(text: str) -> str:
    return escape(one_line(text))


def _attribute(text: str) -> str:
    return quoteattr(one_line(text))


_WRITERS: Mapping[Format, Callable[[Rows], Iterator[bytes]]] = {
    "jsonl": _jsonl,
    "parquet": parquet,
    "bibtex": partial(_records, style="bibtex", end="\n\n"),
    "ris": partial(_records, style="ris", end="\r\n\r\n"),
    "csl-json": _csl,
}
