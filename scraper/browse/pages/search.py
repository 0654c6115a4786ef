"""The search page: what is asked, as an address that can be shared; what was found, with counts that narrow it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from heapq import nsmallest
from typing import Any
from urllib.parse import urlencode

from scraper.browse.columns import Columns
from scraper.browse.pages.lists import Listed, by_ids
from scraper.browse.rooms import Asked, Hit, Passage, Rooms
from scraper.browse.words import STATUS, country_name, day_words, language_name

PAGE = 20
MOST_PAGES = 500  # deeper pages cost more and are read by nobody; narrowing is offered instead
FACET_VALUES = 12
FACETS = ("source", "kind", "language", "country")
FACET_NAMES = {"source": "Publisher", "kind": "Kind", "language": "Language", "country": "Country spoken of"}

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?\Z")
_DEFAULTS = Asked()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value that a search can be narrowed to."""

    value: str
    words: str
    count: int
    address: str  # query string with it, or without it if it is chosen
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One restriction in force, and the query string without it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One statement found."""

    hit: Hit
    statement: Listed

    @property
    def passages(self) -> Sequence[Passage]:
        """The passages that were found; none where only the title matched or nothing was asked: the lead tells more."""
        return [passage for passage in self.hit.passages if passage.highlights]

    @property
    def title_highlights(self) -> Sequence[tuple[int, int]]:
        """What to mark in the title; nothing where the address stands for a title."""
        return self.hit.title_highlights if self.statement.title else ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results and everything that leads on from it."""

    asked: Asked
    total: int
    lines: Sequence[Line]
    facets: Mapping[str, Sequence[FacetValue]]
    became: Mapping[str, int]  # "changed", "gone", "moved" -> how many of the results
    months: Mapping[str, int]
    number: int  # of this page, from 1
    pages: int
    chips: Sequence[Chip]


def asked_from(args: Mapping[str, Any]) -> tuple[Asked, int]:
    """The search and page number that an address names. What cannot be meant is left out, never an error.

    >>> asked_from({"q": " floods ", "since": "2022-06", "until": "never", "sort": "date", "page": "2"})
    (Asked(words='floods', source=None, kind=None, language=None, country=None, status=None, since='2022-06', until=None, changed=False, copies=False, order='date'), 2)
    """  # noqa: E501

    def text(name: str) -> str | None:
        return str(args.get(name) or "").strip()[:400] or None

    def day(name: str) -> str | None:
        value = text(name)
        return value if value and _DATE.match(value) else None

    words = text("q") or ""
    status = text("status")
    page = str(args.get("page") or "1")
    return Asked(
        words=words,
        source=text("source"),
        kind=text("kind"),
        language=text("language"),
        country=text("country"),
        status=status if status in STATUS else None,
        since=day("since"),
        until=day("until"),
        changed=bool(text("changed")),
        copies=bool(text("copies")),
        order="date" if args.get("sort") == "date" else "relevance",
    ), min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and int(page[:6]) > 0 else 1


def address(asked: Asked, page: int = 1) -> str:
    """The query string of a search: only what differs from the defaults, in one order, so that it can be compared.

    >>> address(Asked(words="river bank", changed=True, order="date"), page=3)
    'q=river+bank&changed=1&sort=date&page=3'
    """
    names = {"words": "q", "order": "sort"}
    pairs = []
    for field in fields(Asked):
        value = getattr(asked, field.name)
        if value != getattr(_DEFAULTS, field.name):
            pairs.append((names.get(field.name, field.name), "1" if value is True else str(value)))
    if page > 1:
        pairs.append(("page", str(page)))
    return urlencode(pairs)


def read(
    conn: sqlite3.Connection, rooms: Rooms, columns: Columns, asked: Asked, page: int, titles: Mapping[str, str]
) -> SearchPage:
    """Page *page* of a search. Raises :class:`scraper.errors.QueryError` for words that cannot be read."""
    found = find(conn, rooms, columns, asked)
    shown = rooms.show(conn, asked, found.page(PAGE, (page - 1) * PAGE))
    listed = by_ids(conn, [hit.statement_id for hit in shown])
    known = columns.known(found.ids)
    return SearchPage(
        asked=asked,
        total=len(found.ids),
        lines=[Line(hit, listed[hit.statement_id]) for hit in shown if hit.statement_id in listed],
        facets={facet: _values(facet, columns.counts(facet, known), asked, titles) for facet in FACETS},
        became={**dict(columns.counts("status", known)), "changed": columns.edited_among(known)},
        months=columns.by_month(known),
        number=page,
        pages=min(max(1, -(-len(found.ids) // PAGE)), MOST_PAGES),
        chips=_chips(asked, titles),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """All statements that a search finds."""

    ids: Sequence[int]
    ranks: Sequence[tuple[float, int]] | None  # lower is better; None: newest first
    columns: Columns

    def page(self, limit: int, offset: int) -> list[int]:
        """Some of them, best or newest first."""
        if self.ranks is not None:
            return [number for _, number in nsmallest(offset + limit, self.ranks)[offset:]]
        if self.ids is self.columns.newest or self.ids is self.columns.visible:
            return list(self.ids[offset : offset + limit])
        return self.columns.latest(self.ids, limit, offset)


def find(conn: sqlite3.Connection, rooms: Rooms, columns: Columns, asked: Asked) -> Found:
    """All that *asked* finds: one walk through the word index, one through each restriction's, the rest in memory."""
    matched = rooms.match(conn, asked)
    allowed = rooms.narrow(conn, asked)
    hidden = frozenset() if asked.copies else columns.copies
    if matched is None:
        if allowed is None:
            return Found(columns.newest if asked.copies else columns.visible, None, columns)
        return Found(list(allowed - hidden), None, columns)
    if allowed is not None:
        matched = [pair for pair in matched if pair[0] in allowed]
    if hidden:
        matched = [pair for pair in matched if pair[0] not in hidden]
    ranked = asked.order == "relevance"
    return Found([pair[0] for pair in matched], [(pair[1], pair[0]) for pair in matched] if ranked else None, columns)


def narrowed(asked: Asked, period: str) -> str:
    """The query string of the same search within a month or year; without it if that is what is chosen already."""
    if asked.since == asked.until == period:
        return address(replace(asked, since=None, until=None))
    return address(replace(asked, since=period, until=period))


def facet_words(facet: str, value: str, titles: Mapping[str, str]) -> str:
    """A facet's value as a reader says it."""
    if facet == "source":
        return titles.get(value, value)
    if facet == "language":
        return language_name(value)
    return country_name(value) if facet == "country" else value


def _values(
    facet: str, counted: Sequence[tuple[str, int]], asked: Asked, titles: Mapping[str, str]
) -> list[FacetValue]:
    chosen = getattr(asked, facet)
    values = []
    for value, count in counted:
        if chosen is not None and value != chosen:
            continue
        without = address(_with(asked, facet, None if value == chosen else value))
        values.append(FacetValue(value, facet_words(facet, value, titles), count, without, value == chosen))
    return values[:FACET_VALUES]


def _with(asked: Asked, facet: str, value: str | None) -> Asked:
    changed: dict[str, Any] = {facet: value}
    return replace(asked, **changed)


def _chips(asked: Asked, titles: Mapping[str, str]) -> list[Chip]:
    chips = []
    for facet in FACETS:
        value = getattr(asked, facet)
        if value is not None:
            chips.append(Chip(facet_words(facet, value, titles), address(_with(asked, facet, None))))
    if asked.status:
        chips.append(Chip(STATUS[asked.status], address(replace(asked, status=None))))
    if asked.changed:
        chips.append(Chip("edited after publication", address(replace(asked, changed=False))))
    if asked.since or asked.until:
        if asked.since == asked.until:
            span = day_words(asked.since)
        else:
            span = " ".join(
                part
                for part in (
                    f"from {day_words(asked.since)}" if asked.since else "",
                    f"to {day_words(asked.until)}" if asked.until else "",
                )
                if part
            )
        chips.append(Chip(span, address(replace(asked, since=None, until=None))))
    return chips
