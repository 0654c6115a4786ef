"""How a cell of datasette's own table pages reads: dates, languages and addresses in words, long texts clipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

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
# A column with titles -> the one with the numbers of their statements; the last two are of saved queries.
_TITLES = {"title": "id", "other_title": "other_id", "next_title": "next_id"}
_LISTS = frozenset({"languages", "warnings", "changed", "hosts", "problems"})
_ADDRESSES = frozenset({"url", "homepage", "listed_on", "requested_url"})


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
    page = _page_behind(of)
    return _text(of.column, of.value) if page is None else _link(site.at(page), _shown(of))


def _page_behind(of: Cell) -> str | None:
    """The page that a text leads to: a title to its statement, what changed to the comparison with the version before."""
    if of.column in _TITLES and of.table in (*_STATEMENTS, None):
        number = _beside(of, _TITLES[of.column])
        return None if number is None else f"/statements/{number}"
    if of.column == "changed":
        statement = _beside(of, "statement_id", *(() if of.table else ("id",)))
        version = _beside(of, "number", *(() if of.table else ("version",)))
        if statement is not None and version is not None and version > 1:
            return f"/statements/{statement}/compare?from={version - 1}&to={version}"
    return None


def _shown(of: Cell) -> str:
    return _listed(of.value) if of.column in _LISTS else _clipped(of.value, CLIP)


def _beside(of: Cell, *columns: str) -> int | None:
    """The number in the first of *columns* that the row has; None if it has none of them."""
    for column in columns:
        if column in of.row.keys():  # noqa: SIM118 - a sqlite3.Row looks for values otherwise
            found = of.row[column]
            value = found.get("value") if isinstance(found, dict) else found
            return value if isinstance(value, int) else None
    return None


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
        return _filled("%s", str(round(number, 2)))
    if of.column == "size":
        return _filled("%s", file_size(int(number)))
    return None


def _text(column: str, value: str) -> Markup:
    written = _WRITTEN.get(column)
    return written(value) if written else _filled('<span dir="auto" class="cell-text">%s</span>', _clipped(value, CLIP))


def _day(value: str) -> Markup:
    return _filled('<time datetime="%s" title="%s">%s</time>', value, value, day_words(value))


def _time(value: str) -> Markup:
    return _filled('<time datetime="%s">%s</time>', value, time_words(value))


def _digest(value: str) -> Markup:
    return _filled('<code title="%s">%s…</code>', value, value[:12])


def _list(value: str) -> Markup:
    return _filled('<span dir="auto">%s</span>', _listed(value))


def _listed(value: str) -> str:
    return ", ".join(map(str, json_list(value)))


def _address(value: str) -> Markup:
    shown = _clipped(value, 80)
    if web_address(value) is None:
        return _filled('<span dir="ltr">%s</span>', shown)
    return _filled('<a href="%s" rel="noopener noreferrer nofollow" dir="ltr">%s</a>', value, shown)


def _coded(words: Callable[[str], str]) -> Callable[[str], Markup]:
    """A code in words, with the code itself as its title."""
    return lambda value: _filled('<span title="%s">%s</span>', value, words(value))


# column -> how its texts are written
_WRITTEN: Mapping[str, Callable[[str], Markup]] = {
    **dict.fromkeys(_DAYS, _day),
    **dict.fromkeys(_TIMES, _time),
    **dict.fromkeys(_LISTS, _list),
    **dict.fromkeys(_ADDRESSES, _address),
    **dict.fromkeys(("language", "other_language"), _coded(language_name)),
    "country": _coded(country_name),
    "digest": _digest,
}


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _link(address: str, words: str) -> Markup:
    return _filled('<a href="%s"><span dir="%s">%s</span></a>', address, direction(None), words)


def _filled(html: str, *values: str) -> Markup:
    """*html* with *values*, each escaped. A page has some hundred cells; Markup's own ``format`` takes four times as long."""
    return Markup(html % tuple(map(escape, values)))  # noqa: S704 - every value is escaped, and html is ours
