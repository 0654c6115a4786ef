"""Datasette's own table pages: what they should know of the archive, and how a cell reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
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
_LISTS = frozenset({"languages", "warnings", "changed", "hosts", "problems"})


def described(conn: sqlite3.Connection) -> dict[str, Any]:
    """The archive's tables in datasette's terms, with the descriptions that the file carries."""
    names = [
        name
        for (name,) in conn.execute(
            "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' order by name"
        )
    ]
    descriptions: dict[str, dict[str, str]] = {}
    for table, column, text in conn.execute("select table_name, column_name, description from descriptions"):
        descriptions.setdefault(table, {})[column] = text
    return config.database(descriptions, names)


def cell(site: Site, table: str | None, column: str, value: object) -> Markup | None:
    """How *value* reads in *column*; None leaves it to datasette. *table* is None in the result of a query."""
    if isinstance(value, dict):  # a foreign key with its label
        return _labelled(site, column, value)
    if value is None or isinstance(value, bytes):
        return None
    if isinstance(value, int | float):
        return _number(site, table, column, value)
    return _text(column, value) if isinstance(value, str) else None


def _labelled(site: Site, column: str, value: dict[str, Any]) -> Markup | None:
    if column not in _STATEMENT_IDS:
        return None
    return _link(site.at(f"/statements/{int(value['value'])}"), str(value.get("label") or value["value"]))


def _number(site: Site, table: str | None, column: str, value: float) -> Markup | None:
    if column in _STATEMENT_IDS or (column == "id" and table in ("statements", "documents", None)):
        return _link(site.at(f"/statements/{int(value)}"), str(value))
    if column == "capture_id" or (column == "id" and table == "captures"):
        return _link(site.at(f"/captures/{int(value)}"), str(value))
    if column in ("confidence", "score"):
        return Markup("{}").format(round(value, 2))
    if column == "size":
        return Markup("{}").format(file_size(int(value)))
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
