"""The datasette plugin: hands the archive's searching, citing and comparing to the browsing room.

Rooms never import each other; like ``run.py`` and ``cli.py`` this file stands above them and joins two.
Datasette finds :data:`plugin` through the ``datasette`` entry point.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, cast

from markupsafe import Markup

from scraper import dom
from scraper.archive import cite, diff, export, passages, rows, search
from scraper.archive.cited import citation_of
from scraper.archive.filters import select
from scraper.archive.matching import Finder
from scraper.archive.payloads import Payloads
from scraper.browse.plugin import BrowsingPlugin
from scraper.browse.rooms import Asked, CiteStyle, Compared, Export, Hit, Passage, Rooms


def _filters(asked: Asked) -> search.Filters:
    return search.Filters(
        source=asked.source, kind=asked.kind, language=asked.language, country=asked.country, status=asked.status,
        since=asked.since, until=asked.until, changed=asked.changed,
    )  # fmt: skip


def _match(conn: sqlite3.Connection, asked: Asked) -> list[tuple[int, float]] | None:
    selection = select(conn, asked.words, search.Filters(language=asked.language))
    if selection.expression is None:
        return None
    # Ranks and numbers in one walk through the index: finding the best twenty takes as long as ranking all.
    return conn.execute(
        f"select rowid, rank from search where search match ? and rank match '{search.RANK}'", [selection.expression]
    ).fetchall()


def _narrow(conn: sqlite3.Connection, asked: Asked) -> set[int] | None:
    conditions, parameters = _filters(asked).conditions()
    if not conditions:
        return None
    where = " and ".join(conditions)
    return {row[0] for row in conn.execute(f"select d.id from documents d where {where}", parameters)}


def _show(conn: sqlite3.Connection, asked: Asked, ids: Sequence[int]) -> list[Hit]:
    selection = select(conn, asked.words, search.Filters(language=asked.language))
    finder = Finder(selection.query.variants(selection.languages) if selection.query else ())
    marks = ", ".join("?" * len(ids))
    hits = {}
    for statement_id, title, language, text in conn.execute(
        "select d.id, d.title, d.language, coalesce(t.text, '') from documents d "
        f"left join versions v on v.id = d.version_id left join texts t on t.id = v.text_id where d.id in ({marks})",
        list(ids),
    ):
        cut = passages.passages(text, language, finder)
        hits[statement_id] = Hit(
            statement_id,
            [_passage(text, p) for p in cut],
            passages.highlights(title or "", language, finder),
        )
    return [hits[statement_id] for statement_id in ids if statement_id in hits]


def _passage(text: str, cut: passages.Passage) -> Passage:
    before, after = text[: cut.start], text[cut.start + len(cut.text) :]
    return Passage(
        cut.text,
        cut.highlights,
        cut_before=bool(before.strip()) and not before.endswith("\n"),
        cut_after=bool(after.strip()) and not after.startswith("\n"),
    )


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - the archive's differences are escaped where they are made


def _compare(old: str, new: str) -> Compared:
    edits = diff.word_diff(old, new)
    return Compared(_safe(diff.as_html(edits)), *diff.count_words(edits))


def _compare_briefly(old: str, new: str) -> Compared:
    edits = diff.word_diff(old, new)
    parts = [
        ("<p>…</p>" if hunk.cut_before else "") + diff.as_html(hunk.edits) for hunk in diff.hunks(edits, sentences=1)
    ]
    return Compared(_safe("<hr>".join(parts)), *diff.count_words(edits))


def _body(conn: sqlite3.Connection, digest: str) -> bytes:
    return Payloads(cast(Any, conn)).get(digest)  # it asks for no more than execute()


def _cite(conn: sqlite3.Connection, statement_id: int, style: str) -> str:
    text = cite.cite(citation_of(conn, statement_id), cast(cite.Style, style))
    return f"[{text}]\n" if style == "csl-json" else text  # a CSL-JSON file is a list of items


def _writer(to: export.Format, *, bom: bool = False) -> Callable[[sqlite3.Connection, Asked], Iterator[bytes]]:
    def write(conn: sqlite3.Connection, asked: Asked) -> Iterator[bytes]:
        return export.export(
            rows.rows(conn, rows.found_ids(conn, asked.words, replace(_filters(asked), hide_copies=not asked.copies))),
            to,
            bom=bom,
        )

    return write


def _json_array(conn: sqlite3.Connection, asked: Asked) -> Iterator[bytes]:
    """The lines of JSON Lines as one array, which a browser and most libraries read at once."""
    before = b"[\n"
    for line in _writer("jsonl")(conn, asked):
        yield before + line.rstrip(b"\n")
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def _exports() -> Iterator[Export]:
    for to, kind in export.KINDS.items():
        if to == "atom" or (to == "parquet" and find_spec("pyarrow") is None):
            continue  # the site makes feeds itself: their entries lead to its own pages
        yield Export(kind.extension, kind.name, kind.content_type, _writer(to))
        if to == "csv":
            yield Export("excel.csv", "CSV for Excel", kind.content_type, _writer(to, bom=True))
        if to == "jsonl":
            yield Export("json", "JSON", "application/json; charset=utf-8", _json_array)


_CITED: tuple[tuple[cite.Style, str, str, str], ...] = (
    ("bibtex", "bib", "BibTeX", "application/x-bibtex; charset=utf-8"),
    ("ris", "ris", "RIS", "application/x-research-info-systems; charset=utf-8"),
    ("csl-json", "csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json; charset=utf-8"),
    ("plain", "txt", "plain text", "text/plain; charset=utf-8"),
)

ROOMS = Rooms(
    register=search.register,
    match=_match,
    narrow=_narrow,
    show=_show,
    compare=_compare,
    compare_briefly=_compare_briefly,
    cite=_cite,
    body=_body,
    decode=dom.decode_html,
    exports=tuple(_exports()),
    cite_styles=tuple(CiteStyle(*style) for style in _CITED),
)

plugin = BrowsingPlugin(ROOMS)
