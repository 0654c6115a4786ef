"""A sitemap's bytes to what it lists: index, urlset, text, compressed or not. Never raises, whatever the bytes.

Source: sitemaps.org, "Sitemaps XML format" (limits, single host), with Google's news and hreflang extensions. Entities
are refused, so there are no bombs and nothing outside the document is read.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple, Self
from xml.parsers import expat
from xml.sax.saxutils import unescape

from scraper.crawler.feeds import parse_feed
from scraper.crawler.stamps import read_stamp
from scraper.model import Published
from scraper.urls import MAX_URL, host, join_url

LISTS_NOTHING = "lists nothing"  # the problem of a sitemap that is sound and empty
MAX_ENTRIES = 50_000  # of one document (sitemaps.org)
MAX_BYTES = 50 * 1024 * 1024  # uncompressed (sitemaps.org)
CHUNK = 64 * 1024  # bytes of gzip unpacked at a time
MAX_ALTERNATES = 200  # of one entry: every language of the world's largest institutions, three times over

_ENTRIES = frozenset({"url", "sitemap"})
_TEXTS = frozenset({"loc", "lastmod", "news:publication_date", "news:title", "news:language"})
# For what expat gave up on: the elements that matter, wherever they are, in one pass.
_LOOSE = re.compile(r"<(url|sitemap|loc|lastmod)\b[^<>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]]*)")


class _Listed(NamedTuple):
    loc: str
    lastmod: str | None


class Listed(_Listed):
    """One entry: unpacks as (loc, lastmod), the URL absolute, lastmod as printed."""

    alternates: tuple[tuple[str, str], ...]  # (language, URL) as hreflang says
    title: str | None  # the three fields of news sitemaps
    published: Published | None
    language: str | None

    def __new__(
        cls,
        loc: str,
        lastmod: str | None = None,
        alternates: tuple[tuple[str, str], ...] = (),
        title: str | None = None,
        published: Published | None = None,
        language: str | None = None,
    ) -> Self:
        """An entry of a sitemap."""
        listed = super().__new__(cls, loc, lastmod)
        listed.alternates = alternates
        listed.title = title
        listed.published = published
        listed.language = language
        return listed


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """What one sitemap document lists."""

    urls: list[Listed] = field(default_factory=list)  # pages, each once
    sitemaps: list[Listed] = field(default_factory=list)  # further sitemaps, each once
    problems: list[str] = field(default_factory=list)  # one line each
    foreign: list[Listed] = field(default_factory=list)  # pages and sitemaps on other hosts: refused, but remembered


def parse_sitemap(body: bytes, url: str) -> SitemapPage:
    """The sitemap in *body*, fetched from *url*: what can be read of it, and what could not be.

    Gzip is recognised by its content, whatever name and header say. Entries on another host than the sitemap's own
    (``www.`` aside) are kept apart: a sitemap speaks for its host only.
    """
    problems: list[str] = []
    body = _inflated(body, problems).lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if len(body) > MAX_BYTES:
        problems.append(f"longer than {MAX_BYTES >> 20} MiB: the rest was not read")
        body = body[:MAX_BYTES]
    reader = _Reader(url, problems)
    head = body[:256].lower()
    if not body:
        problems.append("empty document")
    elif head.startswith((b"<!doctype html", b"<html")):
        problems.append("a web page, not a sitemap")
    elif head[:1] == b"<" or body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        _read_xml(body, reader)
    else:
        for line in body.decode("utf-8", "replace").splitlines():
            reader.add_line(line)
    return reader.page()


def _inflated(body: bytes, problems: list[str]) -> bytes:
    """*body* unpacked if it is gzip, up to one byte more than is read; what a broken stream gave before it broke."""
    if body[:2] != b"\x1f\x8b":
        return body
    unpacked = bytearray()
    inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    # In pieces, the checksum apart: an error takes with it all that its piece would have given.
    ends = [*range(CHUNK, len(body) - 8, CHUNK), len(body) - 8, len(body)]
    try:
        for start, end in zip([0, *ends], ends, strict=False):
            piece = body[start:end]
            while piece and len(unpacked) <= MAX_BYTES:
                unpacked += inflate.decompress(piece, MAX_BYTES + 1 - len(unpacked))
                piece = inflate.unused_data
                if piece:  # another member follows (RFC 1952, 2.2)
                    inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    except zlib.error as error:
        problems.append(f"broken gzip, read as far as possible ({error})")
    else:
        if not inflate.eof and len(unpacked) <= MAX_BYTES:
            problems.append("gzip cut short, read as far as possible")
    return bytes(unpacked)


# --- XML --------------------------------------------------------------------------------------------------------------


class _EntityDeclared(Exception):
    """The document declares an entity, which no sitemap needs."""


def _read_xml(body: bytes, reader: _Reader) -> None:
    """By expat as far as it goes, then by looking for the elements themselves."""
    handler = _Handler(reader)
    try:
        handler.parse(body)
    except _EntityDeclared:
        reader.problems.append("declares entities: refused")
    except _Full:
        pass
    except (expat.ExpatError, ValueError, LookupError) as error:
        reader.problems.append(f"broken XML, read as far as possible ({error})")
        _read_loosely(body[handler.entry_at :], "sitemap" if b"<sitemapindex" in body[:2048] else "url", reader)
    else:
        if handler.root in {"rss", "feed", "rdf:RDF"}:  # the protocol allows a feed in place of a sitemap
            page = parse_feed(body, reader.url)
            reader.problems.extend(page.problems)
            for entry in page.entries:
                reader.add("url", {"loc": entry.url}, title=entry.title, published=entry.published)
        elif handler.root.rpartition(":")[2] not in {"urlset", "sitemapindex"}:
            reader.problems.append(f"no sitemap: its root element is {handler.root[:40]!r}")


class _Handler:
    """Expat's events, gathered into entries."""

    def __init__(self, reader: _Reader) -> None:
        self.root = ""
        self.entry_at = 0  # where the entry in hand begins, in bytes
        self._reader = reader
        self._prefix = ""  # of the sitemap's own elements, with its colon
        self._kind: str | None = None
        self._texts: dict[str, str] = {}
        self._alternates: list[tuple[str, str]] = []
        self._open: str | None = None
        self._parser = expat.ParserCreate()

    def parse(self, body: bytes) -> None:
        parser = self._parser
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        parser.Parse(body, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.root:
            self.root = name
            self._prefix = name.rpartition(":")[0] + ":" if ":" in name else ""
        own = name.removeprefix(self._prefix)
        if own in _ENTRIES:
            self._finish()  # one that was never closed
            self._kind, self._texts, self._alternates = own, {}, []
            self.entry_at = self._parser.CurrentByteIndex
        elif self._kind and own in _TEXTS:
            self._open = own
        elif self._kind and name.endswith(":link") and attributes.get("rel") == "alternate":
            language, href = attributes.get("hreflang"), attributes.get("href")
            if language and href and len(self._alternates) < MAX_ALTERNATES:
                self._alternates.append((language, href))

    def _characters(self, text: str) -> None:
        if self._open:
            held = self._texts.get(self._open, "")
            self._texts[self._open] = (held + text)[: MAX_URL + 1]

    def _end(self, name: str) -> None:
        own = name.removeprefix(self._prefix)
        if own == self._open:
            self._open = None
        elif own == self._kind:
            self._finish()

    def _finish(self) -> None:
        """Hand on the entry in hand, if there is one."""
        if self._kind:
            published = read_stamp(self._texts.get("news:publication_date", ""), "sitemap")
            title = " ".join(self._texts.get("news:title", "").split()) or None
            self._reader.add(self._kind, self._texts, self._alternates, title, published)
        self._kind = None

    def _entity(self, *_: object) -> None:
        raise _EntityDeclared


def _read_loosely(body: bytes, kind: str, reader: _Reader) -> None:
    """What looks like entries in a document that is no XML: unescaped ampersands, tags never closed."""
    entry: dict[str, str] = {}
    try:
        for match in _LOOSE.finditer(body.decode("utf-8", "replace")):
            name, text = match[1], unescape(match[2])
            if (name in _ENTRIES or (name == "loc" and "loc" in entry)) and entry:
                reader.add(kind, entry)
                entry = {}
            if name in _ENTRIES:
                kind = name
            else:
                entry[name] = text
        if "loc" in entry:
            reader.add(kind, entry)
    except _Full:
        pass


# --- entries ----------------------------------------------------------------------------------------------------------


class _Full(Exception):
    """The document lists more than the protocol allows."""


class _Reader:
    """Entries as they are found, checked and counted."""

    def __init__(self, url: str, problems: list[str]) -> None:
        self.url = url
        self.problems = problems
        self._own = host(url).removeprefix("www.")
        self._found: dict[str, dict[str, Listed]] = {"url": {}, "sitemap": {}, "foreign": {}}
        self._seen = 0
        self._unreadable = 0

    def add(
        self,
        kind: str,
        texts: dict[str, str],
        alternates: list[tuple[str, str]] | None = None,
        title: str | None = None,
        published: Published | None = None,
    ) -> None:
        """Take one entry; raises :class:`_Full` when there are too many."""
        self._seen += 1
        if self._seen > MAX_ENTRIES:
            self.problems.append(f"more than {MAX_ENTRIES} entries: the rest was not read")
            raise _Full
        printed = texts.get("loc", "").strip()
        loc = join_url(self.url, printed) if printed else None
        if loc is None:
            self._unreadable += 1
            return
        pairs = tuple((language, joined) for language, href in alternates or () if (joined := join_url(self.url, href)))
        lastmod = texts.get("lastmod", "").strip()[:64] or None
        language = texts.get("news:language", "").strip()[:35] or None
        listed = Listed(loc, lastmod, pairs, title, published, language)
        if host(loc).removeprefix("www.") != self._own:
            kind = "foreign"
        elif kind == "sitemap" and loc == self.url:
            self.problems.append("lists itself")
            return
        self._found[kind].setdefault(loc, listed)

    def add_line(self, line: str) -> None:
        """Take one line of a text sitemap (sitemaps.org: one URL a line and nothing else)."""
        if line.strip() and self._seen < MAX_ENTRIES:
            self.add("url", {"loc": line if re.match(r"\s*https?://", line, re.IGNORECASE) else "about:nothing"})

    def page(self) -> SitemapPage:
        """Everything found, with the problems that only the whole shows."""
        if self._unreadable:
            self.problems.append(f"{self._unreadable} entries without a URL that can be followed")
        hosts = Counter(host(loc) for loc in self._found["foreign"])
        for name, count in hosts.most_common(5):
            self.problems.append(f"{count} entries on {name} refused: a sitemap speaks for its own host")
        if not any(self._found.values()) and not self.problems:
            self.problems.append(LISTS_NOTHING)
        return SitemapPage(
            list(self._found["url"].values()),
            list(self._found["sitemap"].values()),
            self.problems,
            list(self._found["foreign"].values()),
        )
