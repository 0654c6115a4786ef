"""Datasette's own table pages: what they should know of the archive, and how a cell reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from scraper.browse import config
from scraper.browse.words import (
    country_name,
    day_words,
    direction,
    file_size,
    json_list,
    language_name,
    time_words,
    web_address,
)

if TYPE_CHECKING:
    from scraper.browse.site import Site

CLIP = 240  # characters of a text in a table

_DAYS = frozenset({"published", "modified", "day"})
_TIMES = frozenset({
    "first_seen", "last_seen", "seen_from", "seen_until", "fetched_at", "at", "started_at", "finished_at", "gone_since",
    "changed_at", "added_at", "resolved_at", "made_at", "due_at",
})  # fmt: skip
_STATEMENT_IDS = frozenset({"statement_id", "other_id", "duplicate_of", "next_id"})
_STATEMENTS = ("statements", "documents")
_LISTS = frozenset({"languages", "warnings", "changed", "hosts", "problems"})


def names(conn: sqlite3.Connection) -> list[str]:
    """All tables and views, in order."""
    rows = conn.execute("select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%'")
    return sorted(name for (name,) in rows)


def counted(conn: sqlite3.Connection) -> list[str]:
    """The tables whose rows datasette counts: no views, which cost a query each."""
    rows = conn.execute("select name from sqlite_master where type = 'table'")
    return sorted(name for (name,) in rows)


def descriptions(conn: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """What every table and column means, as the file itself says."""
    found: dict[str, dict[str, str]] = {}
    for table, column, text in conn.execute("select table_name, column_name, description from descriptions"):
        found.setdefault(table, {})[column] = text
    return found


def described(conn: sqlite3.Connection) -> dict[str, Any]:
    """The archive's tables in datasette's terms."""
    return config.database(descriptions(conn), names(conn))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as datasette asks for it."""

    table: str | None  # None in the result of a query
    column: str
    value: Any
    row: Any  # sqlite3.Row or datasette's own kind of row


def cell(site: Site, of: Cell) -> Markup | None:
    """How a cell reads; None leaves it to datasette."""
    if isinstance(of.value, dict):  # a foreign key with its label
        return _labelled(site, of)
    if isinstance(of.value, int | float):
        return _number(site, of)
    if not isinstance(of.value, str):
        return None
    if of.column == "title" and of.table in _STATEMENTS:
        return _link(site.at(f"/statements/{int(of.row['id'])}"), _clipped(of.value, CLIP))
    return _text(of.column, of.value)


def _labelled(site: Site, of: Cell) -> Markup | None:
    if of.column not in _STATEMENT_IDS:
        return None
    return _link(site.at(f"/statements/{int(of.value['value'])}"), str(of.value.get("label") or of.value["value"]))


def _number(site: Site, of: Cell) -> Markup | None:
    number = of.value
    if of.column in _STATEMENT_IDS or (of.column == "id" and of.table in (*_STATEMENTS, None)):
        return _link(site.at(f"/statements/{int(number)}"), str(number))
    if of.column == "capture_id" or (of.column == "id" and of.table == "captures"):
        return _link(site.at(f"/captures/{int(number)}"), str(number))
    if of.column in ("confidence", "score"):
        return Markup("{}").format(round(number, 2))
    if of.column == "size":
        return Markup("{}").format(file_size(int(number)))
    return None


def _text(column: str, value: str) -> Markup:
    for columns, written in _WRITTEN:
        if column in columns:
            return written(value)
    return Markup('<span dir="auto" class="cell-text">{}</span>').format(_clipped(value, CLIP))


def _address(value: str) -> Markup:
    shown = _clipped(value, 80)
    if web_address(value) is None:
        return Markup('<span dir="ltr">{}</span>').format(shown)
    return Markup('<a href="{}" rel="noopener noreferrer nofollow" dir="ltr">{}</a>').format(value, shown)


def _coded(words: Callable[[str], str]) -> Callable[[str], Markup]:
    """A code in words, with the code itself as its title."""
    return lambda value: Markup('<span title="{}">{}</span>').format(value, words(value))


# columns -> how their texts are written
_WRITTEN: tuple[tuple[frozenset[str], Callable[[str], Markup]], ...] = (
    (_DAYS, lambda value: Markup('<time datetime="{0}" title="{0}">{1}</time>').format(value, day_words(value))),
    (_TIMES, lambda value: Markup('<time datetime="{}">{}</time>').format(value, time_words(value))),
    (frozenset({"language", "other_language"}), _coded(language_name)),
    (frozenset({"country"}), _coded(country_name)),
    (frozenset({"digest"}), lambda value: Markup('<code title="{}">{}…</code>').format(value, value[:12])),
    (_LISTS, lambda value: Markup('<span dir="auto">{}</span>').format(", ".join(map(str, json_list(value))))),
    (frozenset({"url", "homepage", "listed_on", "requested_url"}), _address),
)


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _link(address: str, words: str) -> Markup:
    return Markup('<a href="{}"><span dir="{}">{}</span></a>').format(address, direction(None), words)
