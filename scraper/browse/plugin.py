"""The datasette plugin: which hooks it answers, and which address leads to which page.

It wakes only for databases that are archives of ours; in any other datasette it changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import parse_qs, urlencode
from weakref import WeakKeyDictionary

from datasette import Forbidden, NotFound, Request, Response, hookimpl
from jinja2 import Environment
from markupsafe import Markup

from scraper.browse import archives, cells, config, lines, narrow, outputs, security, views
from scraper.browse.jinja import furnish
from scraper.browse.queue import Queue
from scraper.browse.rooms import Rooms
from scraper.browse.site import STATIC_PATH, Site

if TYPE_CHECKING:
    from datasette.app import Datasette

View = Callable[[Site, Request], Awaitable[Response]]
Hook = TypeVar("Hook", bound=Callable[..., object])

PAGES: tuple[tuple[str, View], ...] = (
    (r"^/$", views.front_page),
    (r"^/search$", views.search_page),
    (r"^/search\.(?P<extension>[a-z.-]+)$", outputs.search_export),
    (r"^/statements/(?P<id>\d+)$", views.statement_page),
    (r"^/statements/(?P<id>\d+)\.(?P<extension>[a-z.-]+)$", outputs.citation),
    (r"^/statements/(?P<id>\d+)/compare$", views.compare_page),
    (r"^/captures/(?P<id>\d+)$", views.capture_page),
    (r"^/captures/(?P<id>\d+)/page$", outputs.captured_page),
    (r"^/captures/(?P<id>\d+)/bytes$", outputs.captured_bytes),
    (r"^/changes$", views.changes_page),
    (r"^/changes\.atom$", outputs.changes_feed),
    (r"^/coverage$", views.coverage_page),
    (r"^/coverage/(?P<source>[a-z0-9-]+)$", views.coverage_page),
    (r"^/countries$", views.countries_page),
    (r"^/countries/(?P<country>[A-Z]{2})$", views.countries_page),
    (r"^/tagged$", views.tagged_page),
    (r"^/data$", views.data_page),
    (r"^/about$", views.about_page),
    (r"^/robots\.txt$", outputs.robots),
)


def hook(function: Hook) -> Hook:
    """Mark *function* as datasette's hook of its name; keeps its type, which pluggy's own mark does not."""
    return cast(Hook, hookimpl(function))


def hook_around(function: Hook) -> Hook:
    """Mark *function* as one that is given what the other plugins answered, and returns what counts."""
    return cast(Hook, hookimpl(wrapper=True)(function))


class BrowsingPlugin:
    """Our plugin with the functions of the other rooms that its pages call."""

    # Datasette looks for templates beside the module that a plugin is named after.
    __name__ = "scraper.browse"

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self._sites: WeakKeyDictionary[Datasette, Site | None] = WeakKeyDictionary()

    def site(self, datasette: Datasette) -> Site | None:
        """The first archive of *datasette*; None if it has none, and the plugin sleeps."""
        if datasette not in self._sites:
            found = archives.find(datasette)
            self._sites[datasette] = Site(datasette, found[0], self.rooms) if found else None
        return self._sites[datasette]

    # --- pages --------------------------------------------------------------------------------------------------------

    @hook
    def register_routes(self, datasette: Datasette) -> list[tuple[str, Any]]:
        """Our addresses, before datasette's own."""
        site = self.site(datasette)
        if site is None:
            return []
        routes: list[tuple[str, Any]] = [(path, _handler(site, view)) for path, view in PAGES]
        routes.append((rf"^{STATIC_PATH}(?P<name>[a-z.-]+)$", outputs.static_file))
        return routes

    @hook
    def prepare_jinja2_environment(self, env: Environment, datasette: Datasette) -> None:
        """Filters of our templates."""
        if self.site(datasette):
            furnish(env)

    @hook
    def extra_template_vars(self, datasette: Datasette) -> dict[str, Any]:
        """For the base template: whether this is an archive's site, and how to link to its pages."""
        site = self.site(datasette)
        return {**site.names(), "narrow": config.NARROW} if site else {}

    @hook
    def extra_css_urls(self, datasette: Datasette, view_name: str | None) -> list[str]:
        """Datasette's own pages in our colours."""
        site = self.site(datasette)
        ours = (view_name or "").startswith("statements_")
        return [site.asset("statements.css"), site.asset("tables.css")] if site and not ours else []

    @hook
    def asgi_wrapper(self, datasette: Datasette) -> Callable[[security.App], security.App]:
        """Security headers on every answer; a queue before free SQL."""

        def wrap(app: security.App) -> security.App:
            site = self.site(datasette)
            return security.guarded(Queue(_led_on(narrow.noting(app, site.data_url()), site))) if site else app

        return wrap

    @hook_around
    def handle_exception(
        self, datasette: Datasette, request: Request, exception: Exception
    ) -> Generator[None, list[Any], list[Any]]:
        """An address that nothing has: a page with a way on, and no stack in the log for each such request."""
        others = yield
        site = self.site(datasette)
        if site is None or not isinstance(exception, NotFound):
            return others
        return [lambda: _nowhere(site, request, str(exception))]

    # --- tables -------------------------------------------------------------------------------------------------------

    @hook
    def render_cell(
        self,
        row: Mapping[str, object],
        value: object,
        column: str,
        table: str | None,
        database: str,
        datasette: Datasette,
    ) -> Markup | None:
        """Dates, languages, links to pages, long text clipped, right to left respected."""
        site = self.site(datasette)
        if site is None or site.database != database:
            return None
        return narrow.BLANK if narrow.left_out(column) else cells.cell(site, cells.Cell(table, column, value, row))

    @hook
    def prepare_connection(self, conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
        """The search functions, for SQL as for our pages."""
        site = self.site(datasette)
        if site and site.database == database:
            self.rooms.register(conn)

    @hook
    def startup(self, datasette: Datasette) -> Callable[[], Awaitable[None]]:
        """Settings that make the tables fast, and on datasette 1.0 what the tables are."""

        async def begin() -> None:
            site = self.site(datasette)
            if site is None:
                return
            lines.prefer(datasette, config.SETTINGS, config.DATASETTE_DEFAULTS)
            await site.begin()
            await lines.describe(datasette, site.database, site.described)
            lines.keep_counts(datasette, site.database, site.row_counts)

        return begin

    @hook
    def get_metadata(self, datasette: Datasette) -> dict[str, Any]:
        """Datasette 0.65: what the tables are. Asked for on every page, so it is read once, at the start."""
        site = self.site(datasette)
        return {"databases": {site.database: site.described}} if site and site.described else {}


def _led_on(app: security.App, site: Site) -> security.App:
    """Whoever asks datasette for what our pages do better is sent to them."""

    async def lead(scope: security.Scope, receive: security.Receive, send: security.Send) -> None:
        better = _better(scope, site) if scope["type"] == "http" else None
        if better is not None:
            await Response.redirect(site.at(better)).asgi_send(send)
            return
        await app(scope, receive, send)

    return lead


def _better(scope: security.Scope, site: Site) -> str | None:
    path, query = scope["path"], scope.get("query_string", b"").decode("latin-1")
    # Datasette's page of the bare database counts every row of each table before it answers.
    if path == site.data_url() and not query:
        return "/data"
    # Its own search of a table knows nothing of our word index, and would give every row without a word of warning.
    for extension in ("", ".json", ".csv"):
        if path == site.data_url("statements") + extension and "_search=" in query:
            words = parse_qs(query).get("_search", [""])[0]
            return f"/search{extension}?{urlencode({'q': words})}"
    return None


async def _nowhere(site: Site, request: Request, why: str) -> Response:
    """The answer for an address that nothing has; whom the archive is closed to learns no more than that."""
    try:
        await site.ensure_may_read(request.actor)
    except Forbidden:
        return Response.text("Not found", status=404)
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": why, "status": 404, "title": None}, status=404)
    return await site.missing(request, f"Nothing here has the address {request.path}")


def _handler(site: Site, view: View) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        await site.ensure_may_read(request.actor)
        return await view(site, request)

    return handle
