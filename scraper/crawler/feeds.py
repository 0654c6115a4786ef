"""A feed's bytes to what it lists: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed. Never raises, whatever the bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from scraper import dom
from scraper.charset import clean_text
from scraper.crawler.stamps import read_stamp
from scraper.json_values import read_json_bytes
from scraper.model import Published
from scraper.urls import join_url

MAX_BYTES = 4 * 1024 * 1024  # seven times the largest feed seen (593 kB: every post with its body)
MAX_ENTRIES = 10_000
# What keeps feedparser's time bounded. Measured: 100 kB of empty lines before the first element took it 66 s, 20,000
# attributes of one element 4 s, 100,000 links of one item would take 17 s, and any tag costs it about 30 microseconds.
MAX_TAGS = 40_000  # enough for 2,500 items
MAX_REFERENCES = 200_000  # "&..."; broken XML costs feedparser 3 microseconds for each
LONG_TEXT = 2000  # bytes; longer CDATA are bodies, which nobody here reads
_LONG_TAG = re.compile(rb"<[A-Za-z][^<>]{4096,}>?")
# References to the halves of a character beyond the sixteenth bit, as UTF-16 has them: no XML may hold one.
_HALVES = re.compile(rb"(?:&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5[5-7][0-9]{3});)+")
_LONG_SPACE = re.compile(rb"[ \t\r\n\f\v]{64,}")


class _Entry(NamedTuple):
    url: str
    title: str | None
    published: Published | None


class Entry(_Entry):
    """One item of a feed: unpacks as (url, title, published)."""

    updated: Published | None  # when it says it was last changed; never taken for the date of publication

    def __new__(
        cls, url: str, title: str | None, published: Published | None, updated: Published | None = None
    ) -> Self:
        """An item; *url* is absolute, *title* plain text."""
        entry = super().__new__(cls, url, title, published)
        entry.updated = updated
        return entry


@dataclass(frozen=True, slots=True)
class FeedPage:
    """What one feed document lists."""

    entries: list[Entry] = field(default_factory=list)  # in its order, each URL once
    problems: list[str] = field(default_factory=list)  # one line each
    next_url: str | None = None  # the document that continues this one (RFC 5005), absolute


def parse_feed(body: bytes, url: str) -> FeedPage:
    """The feed in *body*, fetched from *url*: what can be read of it, and what could not be.

    Links are made absolute; an item without one is a problem. Dates are machine-written or None.
    """
    problems: list[str] = []
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if not start:
        return FeedPage(problems=["empty document"])
    if start.startswith((b"<!doctype html", b"<html")):
        return FeedPage(problems=["a web page, not a feed"])
    if len(body) > MAX_BYTES:
        problems.append(f"longer than {MAX_BYTES >> 20} MiB: the rest was not read")
        body = body[:MAX_BYTES]
    items: Iterator[Entry | None]
    if start[:1] in b"{[":
        items, next_url = _read_json(body, url, problems)
    else:
        items, next_url = _read_xml(body, url, problems)
    entries: dict[str, Entry] = {}
    nameless = 0
    for entry in items:
        if entry is None:
            nameless += 1
        elif len(entries) < MAX_ENTRIES:
            entries.setdefault(entry.url, entry)
    if nameless:
        problems.append(f"{nameless} items without a link that can be followed")
    if not entries and not problems:
        problems.append("lists nothing")
    return FeedPage(list(entries.values()), problems, next_url)


# --- RSS and Atom -----------------------------------------------------------------------------------------------------


def _read_xml(body: bytes, url: str, problems: list[str]) -> tuple[Iterator[Entry | None], str | None]:
    import feedparser  # its parsers are needed by feeds only

    try:
        # In a stream: feedparser opens bytes that name a file, and fetches text that names a URL.
        parsed = feedparser.parse(
            io.BytesIO(_tamed(body, problems)),
            response_headers={"content-location": url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # third-party code over hostile bytes; what it cannot read is a problem, not a crash
        problems.append(f"cannot be read as a feed ({type(error).__name__})")
        return iter(()), None
    if not parsed.get("version"):
        problems.append("no feed: neither RSS nor Atom nor JSON Feed")
        if not parsed.entries:
            return iter(()), None
    elif parsed.get("bozo") and _is_broken(parsed.get("bozo_exception")):
        problems.append(f"broken XML, read as far as possible ({_one_line(parsed.get('bozo_exception'))})")
    following = (link.get("href") for link in parsed.feed.get("links", ()) if link.get("rel") == "next")
    next_url = next((joined for href in following if href and (joined := join_url(url, href))), None)
    return (_from_xml(item, url, parsed.get("version", "")) for item in parsed.entries), next_url


def _from_xml(item: dict[str, object], base: str, version: str) -> Entry | None:
    # FeedBurner rewrites links; what it keeps as the original is the publisher's own.
    link = item.get("feedburner_origlink") or item.get("link")
    target = join_url(base, link) if isinstance(link, str) and link.strip() else None
    if target is None:
        return None
    printed, changed = _plain(item, "published"), _plain(item, "updated")
    updated = read_stamp(changed, "feed")
    published = read_stamp(printed, "feed")
    if not printed and version.startswith("rss"):
        # RSS has no date of change: what feedparser calls `updated` is Dublin Core's plain `date`.
        published, updated = read_stamp(changed, "feed", confidence=0.8), None
    return Entry(target, _title(_plain(item, "title")), published, updated)


def _plain(item: dict[str, object], key: str) -> str:
    # Not item.get(): feedparser answers for an absent `updated` with `published`.
    value = dict.get(item, key)
    return value if isinstance(value, str) else ""


def _title(printed: str) -> str | None:
    """A title as plain text: feeds carry tags and entities in it, escaped once or twice."""
    if "<" in printed or "&" in printed:
        body = dom.parse(printed[:2000]).body
        printed = body.text(separator=" ") if body is not None else ""
    return " ".join(clean_text(printed).split())[:1000] or None


def _tamed(body: bytes, problems: list[str]) -> bytes:
    """*body* without what we do not read and what makes the parser slow."""
    body = _LONG_TAG.sub(b" ", _LONG_SPACE.sub(b"\n", b"".join(_without_bodies(body))))
    for mark, most, name in ((b"<", MAX_TAGS, "tags"), (b"&", MAX_REFERENCES, "references")):
        pieces = body.split(mark, most)
        if len(pieces) > most:
            problems.append(f"more than {most} {name}: the rest was not read")
            body = mark.join(pieces[:-1])
    return _HALVES.sub(_joined, body)


def _joined(halves: re.Match[bytes]) -> bytes:
    """References to halves as one to their whole, where both are there, or to U+FFFD."""
    numbers = (piece.strip(b"&#;").lower() for piece in halves[0].split(b";")[:-1])
    text = "".join(chr(int(number[1:], 16) if number[:1] == b"x" else int(number)) for number in numbers)
    return "".join(f"&#{ord(letter)};" for letter in clean_text(text)).encode()


def _without_bodies(body: bytes) -> Iterator[bytes]:
    at = 0
    while (start := body.find(b"<![CDATA[", at)) >= 0 and (end := body.find(b"]]>", start)) >= 0:
        end += len(b"]]>")
        yield body[at : start if end - start > LONG_TEXT else end]
        at = end
    yield body[at:]


def _is_broken(error: object) -> bool:
    """Whether feedparser's complaint is about the document rather than about its HTTP headers."""
    return type(error).__name__ not in {"NonXMLContentType", "CharacterEncodingOverride", "NoneType"}


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:120]


# --- JSON Feed --------------------------------------------------------------------------------------------------------


def _read_json(body: bytes, url: str, problems: list[str]) -> tuple[Iterator[Entry | None], str | None]:
    try:
        document = read_json_bytes(body)
    except (ValueError, RecursionError) as error:
        problems.append(f"broken JSON ({_one_line(error)})")
        return iter(()), None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        problems.append("no feed: a JSON document without a list of items")
        return iter(()), None
    following = document.get("next_url")
    next_url = join_url(url, following) if isinstance(following, str) and following else None
    return (_from_json(item, url) for item in items), next_url


def _from_json(item: object, base: str) -> Entry | None:
    """An item of a JSON Feed (version 1.1); `url` is the page, `external_url` what it speaks of."""
    if not isinstance(item, dict):
        return None
    texts = {key: value for key, value in item.items() if isinstance(value, str)}
    link = texts.get("url") or texts.get("external_url") or texts.get("id", "")
    target = join_url(base, link) if link.strip() and (link == texts.get("url") or "://" in link) else None
    if target is None:
        return None
    published = read_stamp(texts.get("date_published", ""), "feed")
    return Entry(target, _title(texts.get("title", "")), published, read_stamp(texts.get("date_modified", ""), "feed"))
