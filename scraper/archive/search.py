"""Searching statements by their words, in every language of the archive, and keeping the index that makes it possible.

The index sees only titles and bodies that the extractor read, never a page's menus or markup, so a search finds only
the statements that speak of a thing.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from scraper.archive.counts import Count, by_month, facets
from scraper.archive.filters import Executes, Filters, Selection, languages_of, select
from scraper.archive.folding import fold, fold_with_forms
from scraper.archive.matching import Finder
from scraper.archive.passages import Passage, Span, highlights, marked, passages
from scraper.archive.query import MATCHES_NOTHING, parse
from scraper.errors import QueryError

__all__ = [
    "Count",
    "Filters",
    "Hit",
    "Order",
    "Passage",
    "Results",
    "by_month",
    "facets",
    "folded",
    "index",
    "register",
    "search",
]

Order = Literal["relevance", "date"]

# bm25 weights of title, lead and body: a word in the title says what a statement is about.
RANK = "bm25(10.0, 2.0, 1.0)"
_MATCHING = "from search s where s.search match :expression"
_FEW = 2_000  # up to here, sorting the hits is cheaper than walking the archive by date until enough are found

# Hit's facts -> expression over `documents d`
_FACTS = {
    "statement_id": "d.id",
    "copies": "(select count(*) from documents c where c.duplicate_of = d.id)",
} | {
    column: f"d.{column}"
    for column in (
        "source", "url", "title", "published", "published_precision", "language", "kind", "place", "author", "words",
        "status", "gone_since", "revision_count", "duplicate_of",
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """One statement that was found."""

    statement_id: int
    source: str
    url: str
    title: str | None
    published: str | None  # YYYY, YYYY-MM or YYYY-MM-DD
    published_precision: str | None
    language: str | None
    kind: str | None
    place: str | None
    author: str | None
    words: int
    status: str
    gone_since: str | None
    revision_count: int
    duplicate_of: int | None
    copies: int  # statements that repeat this one word for word
    score: float | None  # higher is better; None in a listing by date without words
    title_highlights: tuple[Span, ...] = ()  # character offsets into `title`
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found."""

    total: int  # statements found, all pages together
    hits: tuple[Hit, ...]


def index(db: Executes, statement_id: int, *, title: str, lead: str, body: str, language: str | None) -> None:
    """Make a statement's words findable, in place of those it had. Writes nothing if they are the same.

    Runs inside the caller's transaction. Plain INSERT and UPDATE only: OR REPLACE would corrupt the index.
    """
    words = folded(title=title, lead=lead, body=body, language=language)
    held = db.execute("select title, lead, body from search_content where statement_id = ?", [statement_id]).fetchone()
    if held is None:
        db.execute(
            "insert into search_content (statement_id, title, lead, body) values (?, ?, ?, ?)", [statement_id, *words]
        )
    elif tuple(held) != words:
        db.execute(
            "update search_content set title = ?, lead = ?, body = ? where statement_id = ?", [*words, statement_id]
        )


def folded(*, title: str, lead: str, body: str, language: str | None) -> tuple[str, str, str]:
    """Title, lead and body as the index holds them."""
    return fold_with_forms(title, language), fold(lead, language), fold_with_forms(body, language)


def search(
    db: Executes,
    query: str,
    *,
    filters: Filters | None = None,
    limit: int = 20,
    offset: int = 0,
    order: Order = "relevance",
) -> Results:
    """Statements that match *query* and *filters*, best first or newest first, with the passages that say why.

    A blank query lists what the filters leave, newest first. Words are found in all inflected forms of all languages
    of the archive, or of the language that the filters name. Raises :class:`QueryError` for a query that cannot be
    read.
    """
    selection = select(db, query, filters or Filters())
    total = _total(db, selection)
    if not total or limit <= 0:
        return Results(total, ())
    page = {"limit": limit, "offset": max(0, offset)}
    ranked = selection.expression is not None and order == "relevance"
    found = _best(db, selection, page) if ranked else _newest(db, selection, page, total)
    return Results(total, tuple(_hits(db, selection, found)))


def register(conn: sqlite3.Connection) -> None:
    """Give SQL the same functions that searching uses here; for `scraper sql`, notebooks and datasette.

    ``search_query(q)``: a query as FTS5's MATCH takes it; matches nothing if it cannot be read.
    ``search_fold(text, language)``: a text as the index holds it.
    ``search_passage(text, q)``: the passage of a text that shows most of the query, ``**`` around what was found;
    two more arguments give other marks.
    """

    def query_function(query: object) -> str:
        try:
            return parse(str(query or "")).expression(languages_of(conn))
        except QueryError:
            return MATCHES_NOTHING

    def passage_function(text: object, query: object, before: object = "**", after: object = "**") -> str:
        try:
            parsed, languages = parse(str(query or "")), languages_of(conn)
        except QueryError:
            return ""
        # The text's language is not given: the one in which most is found is the likeliest.
        finder = Finder(parsed.variants(languages))
        cut = (passages(str(text or ""), code, finder, at_most=1) for code in languages or (None,))
        best = max((one[0] for one in cut if one), key=lambda passage: len(passage.highlights), default=None)
        return marked(best, str(before), str(after)) if best else ""

    conn.create_function("search_query", 1, query_function)
    conn.create_function("search_fold", 2, lambda text, language: fold(str(text or ""), language), deterministic=True)
    conn.create_function("search_passage", 2, passage_function)
    conn.create_function("search_passage", 4, passage_function)


def _total(db: Executes, selection: Selection) -> int:
    if selection.expression is None:
        sql = f"select count(*) from documents d {selection.where()}"
    else:
        sql = f"select count(*) {_MATCHING}{_narrowed(selection)}"
    (total,) = db.execute(sql, selection.parameters).fetchone()
    return int(total)


def _best(db: Executes, selection: Selection, page: dict[str, int]) -> list[tuple[int, float]]:
    rows = db.execute(
        f"select s.rowid, -s.rank {_MATCHING} and s.rank match '{RANK}'{_narrowed(selection)} "
        "order by s.rank limit :limit offset :offset",
        selection.parameters | page,
    )
    return rows.fetchall()


def _newest(db: Executes, selection: Selection, page: dict[str, int], total: int) -> list[tuple[int, float | None]]:
    rows = db.execute(
        f"select d.id, null from documents d {selection.where(few=total <= _FEW)} "
        "order by d.published desc, d.id desc limit :limit offset :offset",
        selection.parameters | page,
    )
    return rows.fetchall()


def _narrowed(selection: Selection) -> str:
    """The filters, as conditions on the statement of each index row.

    Asked row by row, in the index's order: making a set of all that pass the filters first took 80 ms longer.
    """
    if not selection.conditions:
        return ""
    return f" and exists (select 1 from documents d where d.id = s.rowid and {' and '.join(selection.conditions)})"


def _hits(db: Executes, selection: Selection, found: list[Any]) -> list[Hit]:
    scores = {int(statement_id): score for statement_id, score in found}
    marks = ", ".join("?" * len(scores))
    rows = db.execute(
        f"select coalesce(t.text, ''), {', '.join(_FACTS.values())} from documents d "
        f"left join versions v on v.id = d.version_id left join texts t on t.id = v.text_id where d.id in ({marks})",
        list(scores),
    )
    finder = Finder(selection.query.variants(selection.languages) if selection.query else ())
    hits = {}
    for text, *columns in rows:
        facts = dict(zip(_FACTS, columns, strict=True))
        statement_id, title, language = facts["statement_id"], facts["title"], facts["language"]
        hits[statement_id] = Hit(
            **facts,
            score=scores[statement_id],
            title_highlights=highlights(title or "", language, finder),
            passages=passages(text, language, finder),
        )
    return [hits[statement_id] for statement_id in scores if statement_id in hits]
