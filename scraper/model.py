"""The vocabulary: what a capture, a statement, a verdict and a failure are.

Facts (:class:`Capture`) and readings (:class:`Statement`) are different things: a capture is what a
server said at a time, a statement is what the extractor reads in it, and may be read again.
Everything here is frozen, made once and handed on. This file imports nothing of ours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

Precision = Literal["time", "day", "month", "year"]
DateSource = Literal[
    "json-ld", "meta", "microdata", "time", "text", "dateline", "url", "feed", "listing", "sitemap", "header", "api"
]
DiscoveredVia = Literal["feed", "sitemap", "listing", "link", "manual", "import"]
TagScheme = Literal["sdg", "region", "country", "theme", "kind"]
RelationKind = Literal["copy", "edited-copy", "excerpt", "series", "translation"]

# Why a URL yielded no page. `blocked` (401, 403, 429, challenge page) and `http` (other 4xx, 5xx) have a status.
# `stopped`: the run was to end before an answer came; never kept, the URL stays due.
FailureKind = Literal[
    "dns", "connect", "tls", "timeout", "protocol", "truncated", "encoding", "too-large", "redirect", "unsafe-address",
    "robots", "scope", "content-type", "blocked", "http", "soft-404", "empty", "extract", "budget",
    "stopped",
]  # fmt: skip

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")  # characters that stand for words


# --- what a server said -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way to an answer (RFC 9110, 15.4)."""

    url: str  # canonical URL that answered
    status: int
    location: str  # absolute URL that it named


@dataclass(frozen=True, slots=True)
class Asked:
    """One request on the wire, as the request log has it: second tries and redirects are requests too."""

    url: str  # as sent
    at: datetime  # aware, UTC: when it was sent
    apart: timedelta | None  # since the host was last asked or began to answer; None: never, as far as is known
    status: int | None  # HTTP status; None: no answer
    size: int  # bytes received, headers included, before decoding
    elapsed: timedelta  # until the answer was complete or given up
    why: str | None = None  # why it brought nothing, in one line


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server gave to ask "has it changed?" with (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP response exactly as it arrived; a fact, never edited."""

    url: str  # canonical form of the URL that answered, after redirects
    fetched_at: datetime  # aware, UTC
    status: int  # HTTP status
    headers: tuple[tuple[str, str], ...]  # as received, in order, names as sent
    body: bytes  # after Content-Encoding, before charset decoding
    requested_url: str = ""  # where the way began; "" means `url`
    hops: tuple[Hop, ...] = ()  # redirects between `requested_url` and `url`
    request_headers: tuple[tuple[str, str], ...] = ()  # as sent, without secrets
    address: str | None = None  # the IP address that answered
    elapsed: timedelta = timedelta(0)  # from the first byte sent to the last received
    attempts: int = 1  # tries it took, this one included
    asked: tuple[Asked, ...] = ()  # every request it took, in order; () where somebody else made it

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case; None if it was not sent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def content_type(self) -> str | None:
        """The Content-Type as sent, parameters included."""
        return self.header("content-type")

    @property
    def digest(self) -> str:
        """SHA-256 of the body, hexadecimal: the payload digest of WARC (ISO 28500, 5.8) over decoded content."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def validators(self) -> Validators:
        """The validators to send with the next request for this URL."""
        return Validators(self.header("etag"), self.header("last-modified"))


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that what we hold is current (304)."""

    url: str
    fetched_at: datetime
    headers: tuple[tuple[str, str], ...] = ()
    requested_url: str = ""
    hops: tuple[Hop, ...] = ()
    elapsed: timedelta = timedelta(0)
    attempts: int = 1
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A URL that yielded no page; a value, because the run goes on."""

    url: str
    at: datetime  # aware, UTC
    kind: FailureKind
    message: str  # one line for a person: what happened and what to do
    status: int | None = None  # HTTP status, if the server got that far
    retry_after: timedelta | None = None  # how long the server asked us to stay away from its host
    hops: tuple[Hop, ...] = ()
    attempts: int = 1
    asked: tuple[Asked, ...] = ()  # (): it was decided without asking


Arrival = Capture | NotModified | Failure


# --- what a page was found by -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    """A date and how we know it. Never a guess without saying so."""

    on: date
    precision: Precision  # what of `on` is known: for "month" the day is 1 and means nothing
    source: DateSource
    printed: str  # the characters it was read from
    at: datetime | None = None  # aware, when precision is "time"
    confidence: float = 1.0  # 0..1


@dataclass(frozen=True, slots=True)
class Sighting:
    """A URL that somebody listed, and what they said about it."""

    url: str  # absolute; canonical form is made by the pipeline
    discovered_via: DiscoveredVia
    listed_on: str | None = None  # URL of the feed, sitemap or listing
    title: str | None = None
    published: Published | None = None  # source is "feed", "listing" or "sitemap"
    lastmod: str | None = None  # sitemap's lastmod, as printed
    language: str | None = None  # BCP 47, from hreflang
    printed: str | None = None  # a date in the words of the page beside the link, where no machine-written one is


# --- what the extractor reads -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Translation:
    """The same statement in another language, as the page declares it (hreflang)."""

    language: str  # BCP 47, or "x-default"
    url: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A subject that the page itself gives, never the options of a filter form."""

    scheme: TagScheme
    tag: str  # SDGs as "10" with the words left to display; other schemes as printed


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside the statement's body, or to a file that belongs to it."""

    url: str  # absolute
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """How often the body speaks of a country."""

    country: str  # ISO 3166-1 alpha-2
    count: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What the extractor reads in one capture. Absent facts are None or empty, never filler."""

    url: str
    title: str | None
    text: str  # paragraphs separated by "\n\n"; "" when the page has no body
    markdown: str = ""
    published: Published | None = None
    modified: Published | None = None
    printed_date: str | None = None  # a date the page prints but that we cannot convert for sure
    language: str | None = None  # BCP 47, of the text
    languages: tuple[str, ...] = ()  # all that a mixed page is written in, the main one first
    kind: str | None = None  # "press release", "statement", "speech", "news", "advisory", "digest" ...
    scope: str | None = None  # "global" or "local", where the publisher says so
    place: str | None = None  # the dateline's, as printed
    author: str | None = None  # or speaker
    contact: str | None = None
    canonical_url: str | None = None  # what the page declares, absolute; believed or not by the pipeline
    translations: tuple[Translation, ...] = ()
    tags: tuple[Tag, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[Link, ...] = ()
    mentions: tuple[Mention, ...] = ()
    confidence: float = 0.0  # 0..1: expected word F1 of the text: right words kept, wrong ones left out
    sources: Mapping[str, str] = field(default_factory=dict)  # field name -> where it was read
    warnings: tuple[str, ...] = ()  # "no body", "attachment only", "mixed languages", "digest" ...
    extractor_version: str = ""

    @property
    def words(self) -> int:
        """Number of words: what stands between white space, and in Chinese and Japanese each character.

        >>> Statement("", None, "Geneva – 8 July").words, Statement("", None, "国际移民组织。IOM").words
        (4, 7)
        """
        if self.text.isascii() or not (unspaced := len(_UNSPACED.findall(self.text))):
            return len(self.text.split())
        return unspaced + sum(any(map(str.isalnum, piece)) for piece in _UNSPACED.sub(" ", self.text).split())


# --- what is known of a site ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SiteChrome:
    """Which blocks the pages of one source repeat, as the archive knew it at one moment: menus, offices, share bars."""

    number: int = 0  # of that moment in its archive; 0 before anything is known
    shares: Mapping[int, float] = field(default_factory=dict)  # fingerprint of a block -> share of pages that have it

    def shares_of(self, blocks: Sequence[int]) -> Sequence[float]:
        """On what share of the source's pages each of *blocks* is known to stand; empty if none is known at all."""
        known = self.shares.get
        return [known(block, 0.0) for block in blocks] if self.shares else ()
