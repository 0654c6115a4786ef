"""What a search is narrowed to, and which statements remain: filters and query as SQL conditions.

The order of work is what makes it fast (measured at 100,000 statements): the full-text index gives row numbers, the
filters are conditions on the narrow `documents` table, and texts are read only for what is shown.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from scraper.archive.query import Query, parse

Choice = str | tuple[str, ...] | None  # one value, any of several, or whatever there is


class Executes(Protocol):
    """What is asked of a database here: sqlite3's connection and sqlite-utils' Database both do."""

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ..., /) -> sqlite3.Cursor:
        """Run one statement."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What statements must be, besides matching the query. None asks for nothing."""

    source: Choice = None
    kind: Choice = None
    language: Choice = None  # BCP 47; "en" takes "en-GB" in
    country: Choice = None  # ISO 3166-1 alpha-2: the text speaks of it
    status: Choice = None  # live, gone, moved, error
    since: str | date | None = None  # YYYY, YYYY-MM or YYYY-MM-DD, inclusive; a date known only by month or year
    until: str | date | None = None  # stays in when any day of it would
    hide_copies: bool = False  # leave out what repeats another statement word for word
    changed: bool = False  # only statements of which more than one state was seen

    def conditions(self) -> tuple[list[str], dict[str, Any]]:
        """SQL conditions on `documents d`, and their parameters."""
        made = _Conditions()
        for column in ("source", "kind", "status"):
            made.any_of(column, [(f"d.{column} = :{{0}}", value) for value in _values(getattr(self, column))])
        made.any_of(
            "language",
            [
                # "." is the character after "-": everything that begins with the tag and a hyphen
                ("(d.language = :{0} or (d.language >= :{0} || '-' and d.language < :{0} || '.'))", value)
                for value in _values(self.language)
            ],
        )
        if countries := [value.upper() for value in _values(self.country)]:
            names = made.bind("country", countries)
            made.sql.append(f"d.id in (select statement_id from mentions where country in ({names}))")
        if self.since:
            made.since(str(self.since))
        if self.until:
            made.sql.append("d.published <= :until || '~'")  # "~" sorts behind every digit and hyphen
            made.parameters["until"] = str(self.until)
        if self.hide_copies:
            made.sql.append("d.duplicate_of is null")
        if self.changed:
            made.sql.append("d.revision_count > 1")
        return made.sql, made.parameters


class _Conditions:
    """SQL conditions and parameters as they are put together."""

    def __init__(self) -> None:
        self.sql: list[str] = []
        self.parameters: dict[str, Any] = {}

    def bind(self, name: str, values: Sequence[str]) -> str:
        names = [f"{name}_{n}" for n in range(len(values))]
        self.parameters.update(zip(names, values, strict=True))
        return ", ".join(f":{name}" for name in names)

    def any_of(self, name: str, alternatives: Sequence[tuple[str, str]]) -> None:
        if alternatives:
            self.bind(name, [value for _, value in alternatives])
            parts = [sql.format(f"{name}_{n}") for n, (sql, _) in enumerate(alternatives)]
            self.sql.append(f"({' or '.join(parts)})")

    def since(self, first: str) -> None:
        """Published on *first* or later, or in the month or year of *first* when no more is known."""
        self.sql.append("(d.published >= :since or d.published in (:since_year, :since_month))")
        self.parameters |= {"since": first, "since_year": first[:4], "since_month": first[:7]}


@dataclass(frozen=True, slots=True)
class Selection:
    """The statements that a query and filters leave, as SQL over `documents d`."""

    query: Query | None  # None: no words were given
    expression: str | None  # the query for FTS5
    languages: tuple[str, ...]  # that the words were looked up in
    conditions: tuple[str, ...]
    parameters: dict[str, Any]

    def where(self, *, few: bool = True) -> str:
        """The WHERE clause. *few*: start from the index's row numbers; else walk `documents` in its own order."""
        found = "d.id in (select rowid from search where search match :expression)"
        parts = list(self.conditions)
        if self.expression is not None:
            parts.insert(0, found if few else f"+{found}")
        return f"where {' and '.join(parts)}" if parts else ""


def select(db: Executes, query: str, filters: Filters) -> Selection:
    """Read *query* and *filters*. A blank query selects by the filters alone. Raises :class:`QueryError`."""
    conditions, parameters = filters.conditions()
    if not query.strip():
        return Selection(None, None, (), tuple(conditions), parameters)
    parsed = parse(query)
    languages = _values(filters.language) or languages_of(db)
    expression = parsed.expression(languages)
    return Selection(parsed, expression, languages, tuple(conditions), parameters | {"expression": expression})


def languages_of(db: Executes) -> tuple[str, ...]:
    """All languages (BCP 47) that statements of the archive are in; skips along the index, so it costs microseconds."""
    rows = db.execute(
        "with recursive found(language) as (select min(language) from documents union all "
        "select (select min(language) from documents where language > found.language) from found "
        "where found.language is not null) select language from found where language is not null"
    )
    return tuple(language for (language,) in rows)


def _values(choice: Choice) -> tuple[str, ...]:
    if not choice:
        return ()
    return (choice,) if isinstance(choice, str) else tuple(choice)
