"""What every adapter is, and what they share: reading JSON that may be anything, and writing it down as a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import escape
from typing import Any, Literal, Protocol

from scraper.crawler.stamps import read_stamp
from scraper.json_values import read_json_bytes
from scraper.model import Capture, Published, Sighting, Statement

Json = Any  # what `json.loads` gives; looked into only through the functions below


@dataclass(frozen=True, slots=True)
class Start:
    """Where an interface's lists begin; looked at in every run."""

    url: str
    role: Literal["feed", "listing"]


@dataclass(frozen=True, slots=True)
class Listed:
    """What one answer of a list names."""

    sightings: tuple[Sighting, ...] = ()  # public URLs
    next_urls: tuple[str, ...] = ()  # further answers of the same list
    problems: tuple[str, ...] = ()  # one line each


@dataclass(frozen=True, slots=True)
class Note:
    """What a publisher itself says of one revision."""

    at: datetime  # aware
    text: str


@dataclass(frozen=True, slots=True)
class ApiPage:
    """A document as an interface gave it, written down as a page; `html` is "" where the answer holds no document."""

    url: str  # the public one
    html: str = ""
    # Fields of `Statement` that the interface states; they win over what the extractor reads in the page.
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()  # the publisher's own account of its revisions, newest first
    warnings: tuple[str, ...] = ()


class Adapter(Protocol):
    """One publisher's interface. Pure: addresses and answers in, values out."""

    @property
    def starts(self) -> tuple[Start, ...]:
        """Where its lists begin."""

    @property
    def problem(self) -> str | None:
        """Why it cannot work as the source file has it, and what to do; None if it can."""

    @property
    def statements(self) -> re.Pattern[str]:
        """How the public URLs of its documents look, for source files that do not say."""

    def lists(self, url: str) -> bool:
        """Whether *url* is an answer of one of its lists."""

    def read_listing(self, capture: Capture) -> Listed:
        """What a list's answer names. Never raises: what cannot be read is a problem."""

    def fetch_url(self, public_url: str) -> str | None:
        """Where the interface gives the document at *public_url*; None if its page is to be fetched itself."""

    def public_url(self, url: str) -> str | None:
        """The document that :meth:`fetch_url` leads to *url* for; None if *url* is no document of the interface."""

    def as_page(self, capture: Capture) -> ApiPage:
        """A document's answer as a page. Never raises."""


def with_facts(statement: Statement, page: ApiPage) -> Statement:
    """*statement*, read from *page*, with what the interface states beside the text; sources say "api"."""
    stated = {name: value for name, value in page.facts.items() if value}
    sources = {**statement.sources, **dict.fromkeys(stated, "api")}
    warnings = tuple(dict.fromkeys((*page.warnings, *statement.warnings)))
    return replace(statement, sources=sources, warnings=warnings, **stated)


# --- JSON from strangers ----------------------------------------------------------------------------------------------


def read_json(capture: Capture) -> Json:
    """The body as JSON; None if it is not."""
    try:
        return read_json_bytes(capture.body)
    except (ValueError, RecursionError):
        return None


def dig(value: Json, *keys: str | int) -> Json:
    """What stands in *value* under one key in another; None where there is nothing."""
    for key in keys:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
            value = value[key]
        else:
            return None
    return value


def text_at(value: Json, *keys: str | int) -> str:
    """The text that stands there, without the white space around it; "" if there is none."""
    found = dig(value, *keys)
    return found.strip() if isinstance(found, str) else ""


def list_at(value: Json, *keys: str | int) -> list[Json]:
    """The list that stands there; empty if there is none."""
    found = dig(value, *keys)
    return found if isinstance(found, list) else []


def date_at(value: Json, *keys: str | int) -> Published | None:
    """The machine-written date that stands there."""
    return read_stamp(text_at(value, *keys), "api")


def listed_date(published: Published | None) -> Published | None:
    """A document's date as a list gave it."""
    return replace(published, source="listing") if published else None


# --- the page ---------------------------------------------------------------------------------------------------------


def write_page(
    url: str, title: str, body: str, *, language: str = "", translations: Sequence[tuple[str, str]] = ()
) -> str:
    """A page that says what the interface said and nothing more; "" if there is neither title nor body.

    *body* is HTML as the interface gave it, *translations* are (language, public URL).
    """
    if not title and not body:
        return ""
    return "\n".join(_lines(url, title, body, language, translations))


def _lines(url: str, title: str, body: str, language: str, translations: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
    yield f"<title>{escape(title)}</title>"
    yield f'<link rel="canonical" href="{escape(url)}">'
    for code, target in translations:
        yield f'<link rel="alternate" hreflang="{escape(code)}" href="{escape(target)}">'
    yield f"</head>\n<body><main><article>\n<h1>{escape(title)}</h1>\n{body}\n</article></main></body></html>"
