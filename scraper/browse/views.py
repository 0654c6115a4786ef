"""The pages: a request to what it asks for, what was read to a template. No page writes."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from datasette import Request, Response
from markupsafe import Markup

from scraper.browse import charts, lines, prose
from scraper.browse.pages import capture, changes, countries, coverage, data, front, metadata, search, statement, tagged
from scraper.browse.queries import QUERIES
from scraper.browse.rooms import Asked, Order
from scraper.browse.site import Site
from scraper.browse.words import country_name, day_words, month_words, plural
from scraper.errors import QueryError

ORDERS: tuple[tuple[Order, str], ...] = (("relevance", "Best match"), ("date", "Newest first"))


async def front_page(site: Site, request: Request) -> Response:
    """What is here."""

    def read(conn: sqlite3.Connection) -> tuple[front.FrontPage, dict[str, str]]:
        return front.read(conn, site.columns.get(conn), site.sources.get(conn), site.coverage.get(conn)), site.titles(
            conn
        )

    page, titles = await site.read(read)

    def month(key: str) -> str:
        return site.at(f"/search?{search.narrowed(Asked(order='date'), key)}")

    return await site.page(
        request,
        "front",
        page=page,
        titles=titles,
        chart=charts.strip(charts.by_month(page.months, month), "Statements by month of publication", 150),
        years=charts.year_totals(page.months),
        parquet=any(export.extension == "parquet" for export in site.rooms.exports),
        archive_citation=_archive_citation(site, request, page),
        dataset=metadata.dataset(
            site.title, site.absolute(request, "/"), page.first, page.last, [line.count.title for line in page.sources]
        ),
    )


def _archive_citation(site: Site, request: Request, page: front.FrontPage) -> str:
    span = f", {page.first[:4]}–{page.last[:4]}" if page.first and page.last else ""
    seen = f" Last updated {day_words(page.looked_at)}." if page.looked_at else ""
    return f"{site.title}: {plural(page.statements, 'statement')}{span}.{seen} {site.absolute(request, '/')}"


async def search_page(site: Site, request: Request) -> Response:
    """What was found."""
    asked, number = search.asked_from(request.args)

    def read(conn: sqlite3.Connection) -> tuple[search.SearchPage, dict[str, str]]:
        titles = site.titles(conn)
        return search.read(conn, site.rooms, site.columns.get(conn), asked, number, titles), titles

    def to(query: str) -> str:
        return site.at(f"/search?{query}" if query else "/search")

    context: dict[str, Any] = {"asked": asked, "to": to, "exports": site.rooms.exports, "here": "search"}
    context["kept"] = [(name, value) for name, value in parse_qsl(search.address(asked)) if name != "q"]
    try:
        page, titles = await site.read(read)
    except QueryError as error:
        return await site.page(request, "search", status=400, problem=str(error), page=None, **context)
    address = functools.partial(search.narrowed, asked)

    def chosen(period: str) -> bool:
        return period == asked.since == asked.until

    return await site.page(
        request,
        "search",
        page=page,
        titles=titles,
        problem=None,
        chart=charts.strip(
            charts.by_month(page.months, lambda month: to(address(month)), chosen),
            "Results by month of publication",
        ),
        years=[
            (year, count, to(address(year)), chosen(year))
            for year, count in charts.year_totals(page.months)
            if year != "unknown"
        ],
        undated=page.months.get("unknown", 0),
        facet_names=search.FACET_NAMES,
        switches=_switches(asked, page.became, to),
        sorts=[(label, to(search.address(replace(asked, order=by))), by == asked.order) for by, label in ORDERS],
        here_query=search.address(asked),
        page_address=lambda n: to(search.address(asked, n)),
        export_address=lambda export: site.at(f"/search.{export.extension}?{search.address(asked)}"),
        passage=lambda found: prose.marked(found.text, found.highlights),
        titled=lambda line: prose.marked(line.statement.name, line.title_highlights),
        **context,
    )  # fmt: skip


def _switches(
    asked: Asked, became: Mapping[str, int], to: Callable[[str], str]
) -> list[tuple[str, str, bool, int | None]]:
    """Status restrictions: label, address, whether in force, how many of the results they leave (None: not known)."""

    def status(value: str) -> str:
        return to(search.address(replace(asked, status=None if asked.status == value else value)))

    return [
        (
            "Edited after publication",
            to(search.address(replace(asked, changed=not asked.changed))),
            asked.changed,
            became.get("changed", 0),
        ),
        ("Taken down", status("gone"), asked.status == "gone", became.get("gone", 0)),
        ("Moved", status("moved"), asked.status == "moved", became.get("moved", 0)),
        ("Show copies too", to(search.address(replace(asked, copies=not asked.copies))), asked.copies, None),
    ]


async def statement_page(site: Site, request: Request) -> Response:
    """One statement as an article."""
    statement_id = _number(request, "id")

    def read(conn: sqlite3.Connection) -> tuple[statement.StatementPage | None, dict[str, str], str | None]:
        found = statement.read(conn, statement_id)
        plain = site.rooms.cite(conn, statement_id, "plain") if found and site.rooms.cite_styles else None
        return found, site.titles(conn), plain

    page, titles, citation = await site.read(read)
    if page is None:
        return await site.missing(request, f"No statement {statement_id} in this archive.")
    address = site.absolute(request, f"/statements/{statement_id}")
    return await site.page(
        request,
        "statement",
        page=page,
        titles=titles,
        body=prose.article(page.text, page.markdown),
        contact=prose.paragraphs(page.document.contact or ""),
        address=address,
        metas=metadata.metas(page, address),
        json_ld=metadata.json_ld(page, address),
        citation=citation,
        cite_styles=site.rooms.cite_styles,
        here="",
    )


async def compare_page(site: Site, request: Request) -> Response:
    """Two states of a statement, word by word."""
    statement_id = _number(request, "id")

    def read(conn: sqlite3.Connection) -> tuple[statement.StatementPage | None, list[statement.Version]]:
        found = statement.read(conn, statement_id)
        return found, list(found.versions) if found else []

    page, versions = await site.read(read)
    if page is None or not versions:
        return await site.missing(request, f"No statement {statement_id} in this archive.")
    by_number = {version.number: version for version in versions}
    newest = versions[0].number
    new = by_number.get(_argument(request, "to", newest), versions[0])
    old = by_number.get(_argument(request, "from", max(new.number - 1, versions[-1].number)), versions[-1])
    compared = site.rooms.compare(old.text, new.text)
    return await site.page(
        request, "compare", page=page, doc=page.document, versions=versions, old=old, new=new, compared=compared,
        title=_short_change(site, old.title, new.title), text=compared.html,
        contact=_short_change(site, old.contact, new.contact), here="",
    )  # fmt: skip


async def changes_page(site: Site, request: Request) -> Response:
    """What happened, newest first."""
    what = request.args.get("what")
    kinds = (what,) if what in changes.KINDS else changes.TELLING
    source = request.args.get("source") or None
    before = changes.cursor_of(request.args.get("before"))

    def read(conn: sqlite3.Connection) -> tuple[changes.ChangesPage, dict[str, str]]:
        return changes.read(conn, kinds=kinds, source=source, before=before), site.titles(conn)

    page, titles = await site.read(read)
    brief = {
        event: (
            site.rooms.compare_briefly(texts.old, texts.new),
            _short_change(site, texts.old_title, texts.new_title),
            _short_change(site, texts.old_contact, texts.new_contact),
        )
        for event, texts in page.texts.items()
    }
    return await site.page(
        request, "changes", page=page, titles=titles, brief=brief, what=what if what in changes.KINDS else None,
        source=source, kinds=changes.KINDS, later=before is not None,
    )  # fmt: skip


def _short_change(site: Site, old: str | None, new: str | None) -> Markup | None:
    return None if old == new else site.rooms.compare(old or "", new or "").html


async def coverage_page(site: Site, request: Request) -> Response:
    """How complete the archive is; with a source, its months."""
    source = request.url_vars.get("source")

    def read(conn: sqlite3.Connection) -> tuple[coverage.CoveragePage, dict[str, str]]:
        return coverage.read(conn, site.coverage.get(conn), source), site.titles(conn)

    page, titles = await site.read(read)
    if source and not page.sources:
        return await site.missing(request, f"No publisher is called “{source}” in this archive.")
    return await site.page(request, "coverage", page=page, titles=titles, source=source, here="coverage")


async def countries_page(site: Site, request: Request) -> Response:
    """Which countries the statements speak of; with a country, who speaks of it when."""
    source = request.args.get("source") or None
    country = request.url_vars.get("country")

    def read(conn: sqlite3.Connection) -> tuple[countries.CountriesPage, dict[str, str]]:
        titles = site.titles(conn)
        return countries.read(site.countries.get(conn), titles, source, country), titles

    page, titles = await site.read(read)
    if country and page.chosen is None:
        return await site.missing(request, f"No statement in this archive speaks of {country_name(country)}.")

    def picture(years: Mapping[str, int], top: int, label: str) -> Markup:
        return charts.spark([years.get(year, 0) for year in page.years], top, label)

    return await site.page(
        request, "countries", page=page, titles=titles, source=source, picture=picture, pictured=countries.PICTURED,
        chart=_by_year(site, page),
    )  # fmt: skip


def _by_year(site: Site, page: countries.CountriesPage) -> Markup:
    """The chosen country's statements by year; a click leads to them."""
    chosen = page.chosen
    if chosen is None:
        return Markup("")

    def read(year: str) -> str:
        return site.at(f"/search?{search.narrowed(Asked(country=chosen.code, order='date'), year)}")

    bars = [charts.Bar(year, chosen.years.get(year, 0), read(year)) for year in page.years]
    return charts.strip(bars, f"Statements that speak of {chosen.name}, by year")


async def tagged_page(site: Site, request: Request) -> Response:
    """Statements that carry one tag."""
    scheme, tag = request.args.get("scheme") or "", request.args.get("tag") or ""
    number = max(1, _argument(request, "page", 1))

    def read(conn: sqlite3.Connection) -> tuple[tagged.TaggedPage, dict[str, str]]:
        return tagged.read(conn, scheme, tag, number), site.titles(conn)

    page, titles = await site.read(read)
    return await site.page(request, "tagged", page=page, titles=titles, here="")


async def capture_page(site: Site, request: Request) -> Response:
    """One capture beside the text that was read from it."""
    capture_id = _number(request, "id")
    page = await site.read(lambda conn: capture.read(conn, capture_id))
    if page is None:
        return await site.missing(request, f"No capture {capture_id} in this archive.")
    return await site.page(request, "capture", page=page, text=prose.paragraphs(page.text or ""), here="")


async def about_page(site: Site, request: Request) -> Response:
    """How to cite, how to take data away, ready-made questions, rights."""
    sources = await site.read(site.sources.get)
    return await site.page(
        request, "about", sources=sources, queries=QUERIES, month_words=month_words, exports=site.rooms.exports,
        cite_styles=site.rooms.cite_styles,
    )  # fmt: skip


async def data_page(site: Site, request: Request) -> Response:
    """Tables and SQL. Datasette's own page of the database answers when SQL is asked."""

    def read(conn: sqlite3.Connection) -> data.DataPage:
        sources = site.sources.get(conn)
        return data.read(conn, site.described, site.rows.get(conn), sources[0].source if sources else None)

    page = await site.read(read)
    may_sql = await lines.may_ask_sql(site.datasette, request.actor, site.database)
    return await site.page(request, "data", page=page, may_sql=may_sql, file=site.file_to_take())


def _number(request: Request, name: str) -> int:
    """A number in the path, which the route has checked to be digits; too large for SQLite means not there."""
    return min(int(request.url_vars[name]), 2**63 - 1)


def _argument(request: Request, name: str, otherwise: int) -> int:
    text = request.args.get(name) or ""
    return int(text[:9]) if text.isascii() and text.isdigit() else otherwise
