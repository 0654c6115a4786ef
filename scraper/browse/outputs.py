"""What is taken away rather than read: exports of a search, citations, feeds, captured bytes; and our static files."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace

from datasette import Request, Response
from datasette.utils.asgi import AsgiStream, AsgiWriter
from markupsafe import escape

from scraper.browse import feeds, prose, security
from scraper.browse.pages import capture, changes, search, statement
from scraper.browse.pages.lists import Listed, by_ids
from scraper.browse.rooms import Asked, Export
from scraper.browse.site import MEDIA_TYPES, Site, static_bytes
from scraper.browse.words import EVENTS
from scraper.errors import ArchiveError, QueryError

FEED_ENTRIES = 40
SHOWN_BYTES = 4_000_000  # a longer page is handed over as a file only


async def search_export(site: Site, request: Request) -> Response:
    """The search of this address as a feed or a file."""
    asked, _ = search.asked_from(request.args)
    extension = request.url_vars["extension"]
    try:
        if extension == "atom":
            return await _search_feed(site, request, asked)
        export = next((export for export in site.rooms.exports if export.extension == extension), None)
        if export is None:
            return await site.missing(request, f"A search cannot be had as .{extension}.")

        return await _streamed(site, export, asked)
    except QueryError as error:
        return Response.text(str(error), status=400)


async def _streamed(site: Site, export: Export, asked: Asked) -> AsgiStream:
    """An export as it is written: no size limit, no more memory than one batch, and none of the pages' connections."""
    loop = asyncio.get_running_loop()
    conn = site.connect()
    try:
        chunks = export.write(conn, asked)
        first = await loop.run_in_executor(None, next, chunks, None)  # a query that cannot be read fails here
    except BaseException:
        conn.close()
        raise

    async def send(writer: AsgiWriter) -> None:
        chunk = first
        try:
            while chunk is not None:
                # Not AsgiWriter.write: it encodes, and Parquet is no text.
                await writer.send({"type": "http.response.body", "body": chunk, "more_body": True})
                chunk = await loop.run_in_executor(None, _gathered, chunks)
        finally:
            conn.close()

    name = f'attachment; filename="statements.{export.extension}"'
    return AsgiStream(
        send,
        headers={"Content-Disposition": name, "Content-Security-Policy": security.FILE},
        content_type=export.content_type,
    )


def _gathered(chunks: Iterator[bytes], most: int = 65_536) -> bytes | None:
    """Some chunks at once, because each step crosses threads; None at the end."""
    taken = bytearray()
    for chunk in chunks:
        taken += chunk
        if len(taken) >= most:
            break
    return bytes(taken) or None


async def _search_feed(site: Site, request: Request, asked: Asked) -> Response:
    newest = replace(asked, order="date")

    def read(conn: sqlite3.Connection) -> tuple[list[Listed], dict[str, str]]:
        ids = search.find(conn, site.rooms, site.columns.get(conn), newest).page(FEED_ENTRIES, 0)
        found = by_ids(conn, ids)
        return [found[number] for number in ids if number in found], site.titles(conn)

    listed, titles = await site.read(read)
    query = search.address(newest)
    entries = [
        feeds.Entry(
            id=site.absolute(request, f"/statements/{item.id}"),
            title=item.name,
            updated=item.first_seen,
            published=item.published,
            summary=item.lead,
            author=titles.get(item.source, item.source),
            language=item.language,
        )
        for item in listed
    ]
    about = f"“{asked.words}”" if asked.words else "statements"
    return _feed(
        site, request, f"{site.title}: {about}", own=f"/search.atom?{query}", page=f"/search?{query}", entries=entries
    )


async def changes_feed(site: Site, request: Request) -> Response:
    """Edits, disappearances and returns as a feed; each kind is an entry of its own."""
    source = request.args.get("source") or None
    what = request.args.get("what")
    kinds = (what,) if what in changes.KINDS else changes.TELLING

    def read(conn: sqlite3.Connection) -> tuple[list[changes.Change], dict[str, str]]:
        return changes.latest(conn, limit=FEED_ENTRIES, kinds=kinds, source=source), site.titles(conn)

    found, titles = await site.read(read)
    entries = [
        feeds.Entry(
            id=f"{site.absolute(request, f'/statements/{change.statement.id}')}#event-{change.id}",
            link=site.absolute(
                request,
                f"/statements/{change.statement.id}" + (f"/compare?to={change.number}" if change.number else ""),
            ),
            title=f"{EVENTS[change.what]}: {change.statement.name}",
            updated=change.at,
            published=None,
            summary=change.detail or EVENTS[change.what],
            author=titles.get(change.source, change.source),
            language=change.statement.language,
        )
        for change in found
    ]
    return _feed(site, request, f"{site.title}: changes", own="/changes.atom", page="/changes", entries=entries)


def _feed(site: Site, request: Request, title: str, *, own: str, page: str, entries: Sequence[feeds.Entry]) -> Response:
    text = feeds.atom(title, site.absolute(request, own), site.absolute(request, page), entries)
    return Response(text, content_type="application/atom+xml; charset=utf-8", headers=site.headers())


async def citation(site: Site, request: Request) -> Response:
    """A citation of one statement, in the style that the extension names."""
    statement_id = min(int(request.url_vars["id"]), 2**63 - 1)
    style = next((s for s in site.rooms.cite_styles if s.extension == request.url_vars["extension"]), None)
    if style is None or not await site.read(lambda conn: statement.exists(conn, statement_id)):
        return await site.missing(request, "No such citation.")
    text = await site.read(lambda conn: site.rooms.cite(conn, statement_id, style.key))
    return _file(text.encode(), style.content_type, f"statement-{statement_id}.{style.extension}")


async def captured_page(site: Site, request: Request) -> Response:
    """The words of a captured page, for the sandboxed frame: nothing in it can run, move or fetch."""
    try:
        page, body = await _captured(site, request)
    except (LookupError, ArchiveError) as error:
        return await site.missing(request, str(error))
    if not page.shown or len(body) > SHOWN_BYTES:
        shown = escape(
            "This capture is no page that could be shown here; its bytes can be downloaded beside this frame."
        )
    elif (page.content_type or "").lower().startswith("text/plain"):
        shown = prose.paragraphs(site.rooms.decode(body, page.content_type))
    else:
        shown = prose.page_as_it_was(site.rooms.decode(body, page.content_type))
    html = (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Capture {page.id}</title><style>{security.CAPTURE_STYLE}</style></head><body>{shown}</body></html>"
    )
    return Response.html(html, headers=site.headers(security.CAPTURE))


async def captured_bytes(site: Site, request: Request) -> Response:
    """The bytes exactly as they came, as a file that no browser opens by itself."""
    try:
        page, body = await _captured(site, request)
    except (LookupError, ArchiveError) as error:
        return await site.missing(request, str(error))
    return _file(body, "application/octet-stream", f"capture-{page.id}.bin")


async def _captured(site: Site, request: Request) -> tuple[capture.CapturePage, bytes]:
    capture_id = min(int(request.url_vars["id"]), 2**63 - 1)
    page = await site.read(lambda conn: capture.read(conn, capture_id))
    if page is None:
        raise LookupError(f"No capture {capture_id} in this archive.")
    return page, await site.read(lambda conn: site.rooms.body(conn, page.digest))


async def robots(site: Site, request: Request) -> Response:
    """Statements are open to search engines; SQL, exports and endless combinations of filters are not."""
    closed = [site.data_url(), "/-/", "/search", "/changes", "/tagged", "/captures/"]
    lines = ["User-agent: *", *(f"Disallow: {path if path.startswith('/') else site.at(path)}" for path in closed)]
    lines += ["Allow: /statements/", "Disallow: /statements/*/compare", "Crawl-delay: 1"]
    return Response.text("\n".join(lines) + "\n", headers=site.headers())


async def static_file(request: Request) -> Response:
    """One of our own files; its address changes with it, so it may be kept for ever."""
    name = request.url_vars["name"]
    body = static_bytes(name)
    if body is None:
        return Response.text(f"no file {name}", status=404)
    return Response(
        body.decode(),
        content_type=MEDIA_TYPES[name.rsplit(".", 1)[-1]],
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


def _file(body: bytes, content_type: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": security.FILE,
    }
    return Response(body, content_type=content_type, headers=headers)
