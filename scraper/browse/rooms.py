"""What browsing needs of the archive's own code, as values: this room imports no other, so it is told.

``scraper/plugin.py`` fills a :class:`Rooms`; tests may fill it with anything of the same shape.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

Order = Literal["relevance", "date"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One search as a reader asks it; None and "" mean no restriction."""

    words: str = ""
    source: str | None = None
    kind: str | None = None
    language: str | None = None
    country: str | None = None
    status: str | None = None  # live, gone, moved or error
    since: str | None = None  # YYYY, YYYY-MM or YYYY-MM-DD; that day, month or year included
    until: str | None = None
    changed: bool = False  # only statements with more than one state
    copies: bool = False  # show copies of other statements too
    order: Order = "relevance"


@dataclass(frozen=True, slots=True)
class Passage:
    """Some words of a text as published, and where in them the words that were asked for stand."""

    text: str
    highlights: Sequence[tuple[int, int]]
    cut_before: bool = False  # whether its paragraph begins before it
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One statement found, with what it is shown by."""

    statement_id: int
    passages: Sequence[Passage]
    title_highlights: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """A way to take a search away."""

    extension: str  # of the address, without a dot
    name: str  # as a reader calls it
    content_type: str
    write: Callable[[sqlite3.Connection, Asked], Iterator[bytes]]  # all that was asked for, newest first


@dataclass(frozen=True, slots=True)
class CiteStyle:
    """A form of citation."""

    key: str  # as the cite function knows it
    extension: str
    name: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two texts compared word by word."""

    html: Markup  # escaped paragraphs with <del> and <ins>
    added: int  # words; characters where a script has no spaces
    removed: int


@dataclass(frozen=True, slots=True)
class Rooms:
    """The functions handed in. All are pure or only read."""

    register: Callable[[sqlite3.Connection], None]  # SQL functions for searching, on each new connection
    # Which statements match the words, with their rank (lower is better), in any order; None if no words were asked for.
    match: Callable[[sqlite3.Connection, Asked], list[tuple[int, float]] | None]  # raises QueryError
    # Which statements the restrictions leave, those on copies apart; None if there are no others.
    narrow: Callable[[sqlite3.Connection, Asked], set[int] | None]
    # What the statements numbered so are shown by, in that order.
    show: Callable[[sqlite3.Connection, Asked, Sequence[int]], list[Hit]]
    compare: Callable[[str, str], Compared]  # whole texts
    compare_briefly: Callable[[str, str], Compared]  # only the changes with a sentence around each
    cite: Callable[[sqlite3.Connection, int, str], str]  # statement id, style key
    body: Callable[[sqlite3.Connection, str], bytes]  # digest; raises ArchiveError
    decode: Callable[[bytes, str | None], str]  # HTML bytes and Content-Type
    exports: Sequence[Export]
    cite_styles: Sequence[CiteStyle]
