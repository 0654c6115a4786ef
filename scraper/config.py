"""A source's TOML file to a frozen :class:`Source`, or one precise error.

A source is an institution's statement pages: where they are listed, how their URLs look, how politely we ask.
The file is read once, checked whole, and never consulted again. Keys are documented in :data:`KEYS`, which is
also what ``scraper sources check`` and the README quote.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper.errors import SourceFileError, SourceNotFound, UnreadableInput
from scraper.version import __version__

USER_AGENT = f"statement-scraper/{__version__}"
MIN_DELAY = timedelta(seconds=1)  # between two requests to a host that is not explicitly mapped to a local address
MAX_DELAY = timedelta(hours=1)
DEFAULT_DELAY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Source:
    """One institution's statements: where to look, what counts, how to behave.

    Patterns are regular expressions searched in ``path`` or ``path?query`` of a canonical URL; a pattern may
    name a host by starting with ``//host/``. `exclude` wins over `statement`.
    """

    name: str
    title: str
    hosts: tuple[str, ...]  # the first is the main one; all others belong to the same publisher
    seeds: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    statement: tuple[re.Pattern[str], ...] = ()
    listing: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()
    digest: tuple[re.Pattern[str], ...] = ()
    languages: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    keep_parameters: tuple[str, ...] = ()
    drop_parameters: tuple[str, ...] = ()
    crawl_delay: timedelta = DEFAULT_DELAY
    concurrency: int = 1
    user_agent: str = USER_AGENT
    contact: str | None = None
    max_pages: int = 2000
    max_rechecks: int = 500
    max_listing_pages: int = 200
    follow_links: bool = False
    adapter: str | None = None
    adapter_url: str | None = None
    adapter_options: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None
    rights: str | None = None
    homepage: str | None = None
    minimum: Mapping[str, float] = field(default_factory=dict)
    maximum: Mapping[str, float] = field(default_factory=dict)
    file: str = ""
    toml: str = ""

    @property
    def agent_header(self) -> str:
        """The User-Agent to send: product and version, with the contact that RFC 9110 (10.1.5) asks robots to give."""
        if not self.contact or self.contact in self.user_agent:
            return self.user_agent
        contact = f"mailto:{self.contact}" if "@" in self.contact and "://" not in self.contact else self.contact
        return f"{self.user_agent} (+{contact})"


# key -> what it means. The order is the order of the documentation.
KEYS: Mapping[str, str] = {
    "name": "short name, letters, digits and hyphens; the file's name if left out",
    "title": "the institution's name as a reader knows it",
    "homepage": "where a reader would start",
    "hosts": "host names that belong to the publisher, the main one first; links to other hosts are recorded, not followed",
    "aliases": "table: host name = the host name it is another name of (apex = www)",
    "seeds": "URLs of listing pages to walk, newest first",
    "feeds": "URLs of RSS, Atom or JSON feeds",
    "sitemaps": "URLs of sitemaps; those that robots.txt names are used as well",
    "statement": "regular expressions; a URL whose path matches one is a statement",
    "listing": "regular expressions; a URL whose path matches one is a listing page",
    "exclude": "regular expressions; a URL whose path matches one is never fetched",
    "digest": "regular expressions; a URL whose path matches one holds several statements: kept as kind 'digest'",
    "languages": "language codes (BCP 47) that are archived; empty means all",
    "keep_parameters": "query parameters that name a document and are never dropped",
    "drop_parameters": "query parameters that never matter, besides the known trackers",
    "crawl_delay": "seconds between two requests to a host; robots.txt may ask for more, never for less",
    "concurrency": "requests under way at once for each host",
    "user_agent": "User-Agent product; some firewalls let only a plain one pass, some only a browser-like one",
    "contact": "mail address or URL that a webmaster can write to, appended to the user agent",
    "max_pages": "most pages fetched in one run",
    "max_rechecks": "most statements already archived that one run looks at again, the most overdue first",
    "max_listing_pages": "most listing pages walked in one run for each seed",
    "follow_links": "true: links inside pages are followed as a last resort of discovery",
    "adapter": "an API to use instead of pages: 'govuk', 'who', 'presscorner', 'reliefweb'",
    "adapter_url": "the API's address, if it is not the usual one",
    "adapter_options": "table of texts that the adapter documents, such as `appname` for ReliefWeb",
    "kind": "what a statement is if neither page nor URL says so",
    "rights": "one sentence on what may be done with the texts",
    "minimum": "table: figure = the least that is right; less is reported with its likely cause (see FIGURES)",
    "maximum": "table: figure = the most that is right",
}  # fmt: skip

# What `minimum` and `maximum` may speak of. Shares are between 0 and 1.
FIGURES: Mapping[str, str] = {
    "statements": "statements in the archive",
    "per_month": "statements published in the last 30 days, or first seen then where the day is unknown",
    "dated": "share of statements with a date",
    "titled": "share of statements with a title",
    "words": "words of the statement in the middle, by length",
}

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_HOST = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?\Z")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
ADAPTERS = frozenset({"govuk", "who", "presscorner", "reliefweb"})


class _Reader:
    """Takes one key after another out of a TOML table and complains precisely."""

    def __init__(self, file: str, table: Mapping[str, Any]) -> None:
        self.file = file
        self.table = table

    def wrong(self, key: str, expected: str, found: object) -> SourceFileError:
        return SourceFileError(self.file, key, expected, found)

    def text(self, key: str) -> str | None:
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or "\n" in value.strip():
            raise self.wrong(key, "one line of text", value)
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.table.get(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(item, str) and item.strip() for item in values):
            raise self.wrong(key, "a text or a list of texts", value)
        return tuple(item.strip() for item in values)

    def urls(self, key: str) -> tuple[str, ...]:
        for url in (found := self.texts(key)):
            try:
                parts = urlsplit(url)
            except ValueError:
                raise self.wrong(key, "an address starting with http:// or https://", url) from None
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise self.wrong(key, "an address starting with http:// or https://", url)
        return found

    def patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        compiled = []
        for pattern in self.texts(key):
            try:
                compiled.append(re.compile(pattern))
            except re.error as error:
                raise self.wrong(key, f"a regular expression ({error})", pattern) from error
        return tuple(compiled)

    def number(self, key: str, default: int | None, at_least: int) -> int | None:
        value = self.table.get(key, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
            raise self.wrong(key, f"a whole number >= {at_least}", value)
        return value

    def count(self, key: str, default: int, at_least: int = 1) -> int:
        found = self.number(key, default, at_least)
        return default if found is None else found

    def seconds(self, key: str, default: timedelta, at_least: timedelta) -> timedelta:
        value = self.table.get(key)
        if value is None:
            return max(default, at_least)
        least = at_least.total_seconds()
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not least <= value <= MAX_DELAY.total_seconds()
        ):
            raise self.wrong(key, f"seconds >= {least:g}", value)
        return timedelta(seconds=value)

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false", value)
        return value

    def table_of_texts(self, key: str) -> dict[str, str]:
        value = self.table.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self.wrong(key, "a table of texts", value)
        return dict(value)

    def figures(self, key: str) -> dict[str, float]:
        table = self.table.get(key, {})
        if not isinstance(table, dict):
            raise self.wrong(key, "a table of numbers, such as { per_month = 2 }", table)
        for name, value in table.items():
            if name not in FIGURES:
                near = difflib.get_close_matches(name, FIGURES, n=1)
                hint = f" (did you mean {near[0]!r}?)" if near else ""
                raise self.wrong(f"{key}.{name}", f"one of {', '.join(FIGURES)}{hint}", value)
            share = name in {"dated", "titled"}
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= (1 if share else 1e9):
                raise self.wrong(f"{key}.{name}", "a share from 0 to 1" if share else "a number >= 0", value)
        return {name: float(value) for name, value in table.items()}

    def each(self, key: str, pattern: re.Pattern[str], expected: str) -> tuple[str, ...]:
        for value in (found := self.texts(key)):
            if not pattern.match(value):
                raise self.wrong(key, expected, value)
        return found


def parse_source(text: str, file: str, *, least_delay: timedelta = MIN_DELAY) -> Source:
    """A source file's *text* as a checked :class:`Source`; *file* names it in complaints.

    *least_delay* is the shortest crawl delay allowed; 0 only where every host is mapped to a local address.
    Raises :class:`SourceFileError`.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceFileError(file, "whole file", f"valid TOML ({error})", "text that is not") from error
    if unknown := sorted(table.keys() - KEYS.keys()):
        near = difflib.get_close_matches(unknown[0], KEYS, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else f" (one of {', '.join(KEYS)})"
        raise SourceFileError(file, unknown[0], f"a known key{hint}", table[unknown[0]])
    read = _Reader(file, table)
    name = read.text("name") or Path(file).stem
    if not _NAME.match(name):
        raise read.wrong("name", "lower-case letters, digits and hyphens", name)
    seeds, feeds, sitemaps = read.urls("seeds"), read.urls("feeds"), read.urls("sitemaps")
    adapter = read.text("adapter")
    if adapter and adapter not in ADAPTERS:
        raise read.wrong("adapter", f"one of {', '.join(sorted(ADAPTERS))}", adapter)
    if not (seeds or feeds or sitemaps or adapter):
        raise SourceFileError(file, "seeds", "at least one address in seeds, feeds or sitemaps", "none")
    hosts = read.each("hosts", _HOST, "a host name such as www.example.org, without https://")
    hosts = hosts or tuple(dict.fromkeys(urlsplit(url).netloc.lower() for url in (*seeds, *feeds, *sitemaps)))
    if not hosts:
        raise SourceFileError(file, "hosts", "at least one host name", "none")
    statement = read.patterns("statement")
    if not statement and not adapter:
        raise SourceFileError(file, "statement", "at least one regular expression for statement paths", "none")
    return Source(
        name=name,
        title=read.text("title") or name,
        homepage=read.text("homepage"),
        hosts=hosts,
        seeds=seeds,
        feeds=feeds,
        sitemaps=sitemaps,
        statement=statement,
        listing=read.patterns("listing"),
        exclude=read.patterns("exclude"),
        digest=read.patterns("digest"),
        languages=read.each("languages", _LANGUAGE, "language codes such as en or pt-BR"),
        aliases={key.lower(): value.lower() for key, value in read.table_of_texts("aliases").items()},
        keep_parameters=read.texts("keep_parameters"),
        drop_parameters=read.texts("drop_parameters"),
        crawl_delay=read.seconds("crawl_delay", DEFAULT_DELAY, least_delay),
        concurrency=read.count("concurrency", 1),
        user_agent=read.text("user_agent") or USER_AGENT,
        contact=read.text("contact"),
        max_pages=read.count("max_pages", 2000),
        max_rechecks=read.count("max_rechecks", 500, 0),
        max_listing_pages=read.count("max_listing_pages", 200),
        follow_links=read.flag("follow_links"),
        adapter=adapter,
        adapter_url=(read.urls("adapter_url") or (None,))[0],
        adapter_options=read.table_of_texts("adapter_options"),
        kind=read.text("kind"),
        rights=read.text("rights"),
        minimum=read.figures("minimum"),
        maximum=read.figures("maximum"),
        file=file,
        toml=text,
    )


def read_source(path: Path, *, least_delay: timedelta = MIN_DELAY) -> Source:
    """The source in the file at *path*. Raises :class:`UnreadableInput` or :class:`SourceFileError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableInput(path, f"cannot be read as a source file ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise SourceFileError(path.name, "whole file", "UTF-8 text", f"byte {error.start} is not") from error
    return parse_source(text, path.name, least_delay=least_delay)


def check_delay(source: Source, mapped: Collection[str]) -> Source:
    """*source*, if it waits long enough between requests to every host that is not *mapped* to a local address.

    Raises :class:`SourceFileError` otherwise: strangers' servers are never asked more than once in :data:`MIN_DELAY`.
    """
    if source.crawl_delay < MIN_DELAY and (strangers := [host for host in source.hosts if host not in mapped]):
        raise SourceFileError(
            source.file,
            "crawl_delay",
            f"seconds >= {MIN_DELAY.total_seconds():g} (less only where --resolve maps every host; {strangers[0]} is not mapped)",
            source.crawl_delay.total_seconds(),
        )
    return source


def catalogue(package: str = "scraper.sources", *, least_delay: timedelta = MIN_DELAY) -> dict[str, Source]:
    """Every source that ships in the folder of *package*, by name."""
    found = {}
    for entry in sorted(files(package).iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            source = parse_source(entry.read_text(encoding="utf-8"), entry.name, least_delay=least_delay)
            found[source.name] = source
    return found


def find_source(name: str, known: Mapping[str, Source]) -> Source:
    """The source called *name*. Raises :class:`SourceNotFound`, with the nearest name as a hint."""
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name.lower(), known, n=1)
    raise SourceNotFound(name, sorted(known), near[0] if near else None)
