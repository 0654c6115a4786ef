"""One archive in one datasette: how its pages read, what they share, and how they are rendered and answered."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from datasette import Request, Response
from datasette.utils import sqlite_timelimit

from scraper.browse import archives, columns, figures, lines, security, tables
from scraper.browse.kept import Kept
from scraper.browse.pages import data
from scraper.browse.rooms import Rooms
from scraper.version import __version__

if TYPE_CHECKING:
    from datasette.app import Datasette

T = TypeVar("T")

READ_LIMIT_MS = 10_000  # a page that reads longer is given up; far beyond any measured one
STATIC = files("scraper.browse") / "static"
STATIC_PATH = "/-/statements/"
MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@lru_cache(maxsize=16)
def static_bytes(name: str) -> bytes | None:
    """One of our own static files; None if there is none of that name."""
    if name not in {entry.name for entry in STATIC.iterdir()} or name.rsplit(".", 1)[-1] not in MEDIA_TYPES:
        return None
    return (STATIC / name).read_bytes()


@lru_cache(maxsize=16)
def static_version(name: str) -> str:
    """Changes with the file, so that browsers may keep it for ever."""
    return hashlib.sha256(static_bytes(name) or b"").hexdigest()[:12]


class Site:
    """The archive *database* of *datasette*, with *rooms* to work with."""

    places = (
        ("search", "/search", "Search"),
        ("changes", "/changes", "Changes"),
        ("coverage", "/coverage", "Coverage"),
        ("countries", "/countries", "Countries"),
        ("data", "/data", "Data"),
        ("about", "/about", "About"),
    )
    version = __version__

    def __init__(self, datasette: Datasette, database: str, rooms: Rooms) -> None:
        self.datasette = datasette
        self.database = database
        self.rooms = rooms
        self.title = archives.UNTITLED
        self.described: dict[str, Any] = {}  # the tables in datasette's terms, once it has started
        self.columns = self._kept(columns.read)
        self.rows = self._kept(lambda conn: data.count(conn, [*tables.quickly_counted(conn), "statements"]))
        self.sources = self._kept(figures.sources)
        self.coverage = self._kept(figures.coverage)
        self.countries = self._kept(figures.countries)

    def _kept(self, count: Callable[[sqlite3.Connection], T]) -> Kept[T]:
        return Kept(count, time.monotonic, self.connect)

    # --- reading ------------------------------------------------------------------------------------------------------

    async def read(self, reading: Callable[[sqlite3.Connection], T]) -> T:
        """Run *reading* on one of datasette's read-only connections, within a time limit."""

        def limited(conn: sqlite3.Connection) -> T:
            # Datasette's connections give sqlite3.Row; 40,000 of them cost 35 ms more than tuples.
            rows, conn.row_factory = conn.row_factory, None
            try:
                with sqlite_timelimit(conn, READ_LIMIT_MS):
                    return reading(conn)
            finally:
                conn.row_factory = rows

        result: T = await self.datasette.get_database(self.database).execute_fn(limited)
        return result

    def connect(self) -> sqlite3.Connection:
        """A read-only connection of one's own, for reading that takes long; the caller closes it."""
        held = self.datasette.get_database(self.database)
        mode = "mode=ro" if held.is_mutable else "immutable=1"
        conn = sqlite3.connect(f"{Path(held.path).resolve().as_uri()}?{mode}", uri=True, check_same_thread=False)
        self.rooms.register(conn)
        return conn

    def titles(self, conn: sqlite3.Connection) -> dict[str, str]:
        """Source name -> the institution's name."""
        return {source.source: source.title for source in self.sources.get(conn)}

    async def row_counts(self) -> Mapping[str, int]:
        """Rows of the tables that can be counted quickly."""
        return await self.read(self.rows.get)

    async def begin(self) -> None:
        """Read what every page needs and no crawl changes: the archive's title and what its tables are."""
        self.title = await self.read(lambda conn: archives.title(conn) or archives.UNTITLED)
        self.described = await self.read(tables.described)
        # The first visitor of a large archive should not wait for the counting.
        threading.Thread(target=self._warm, name="counting", daemon=True).start()

    def _warm(self) -> None:
        # If the file goes away meanwhile, the first page says so better than a thread could.
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self.connect()) as conn:
            # The front page's first.
            for figure in (self.sources, self.coverage, self.columns, self.rows, self.countries):
                figure.get(conn)

    # --- addresses ----------------------------------------------------------------------------------------------------

    def at(self, path: str) -> str:
        """The address of one of our pages, under the base URL that datasette was given."""
        return str(self.datasette.urls.path(path))

    def asset(self, name: str) -> str:
        """The address of a static file."""
        return self.at(f"{STATIC_PATH}{name}?v={static_version(name)}")

    def data_url(self, rest: str = "") -> str:
        """The address of datasette's page of the database, or of a table or saved query."""
        return str(self.datasette.urls.database(self.database)) + (f"/{quote(rest)}" if rest else "")

    def file_to_take(self) -> tuple[str, int] | None:
        """Where the whole file can be had, and its bytes; None where datasette does not give it: a crawl may write it."""
        held = self.datasette.get_database(self.database)
        if held.is_mutable or not self.datasette.setting("allow_download"):
            return None
        return self.data_url() + ".db", held.size

    def absolute(self, request: Request, path: str) -> str:
        """The whole address, as others may link to it."""
        return str(self.datasette.absolute_url(request, self.at(path)))

    # --- answering ----------------------------------------------------------------------------------------------------

    def names(self) -> dict[str, Any]:
        """What every template of ours may use."""
        return {"archive": self, "at": self.at, "asset": self.asset, "data_url": self.data_url}

    async def page(self, request: Request, template: str, status: int = 200, **context: object) -> Response:
        """One of our pages as an answer."""
        html = await self.datasette.render_template(
            f"statements/{template}.html",
            {"titles": {}, "here": template, **self.names(), **context},
            request=request,
            view_name=f"statements_{template}",
        )
        return Response.html(html, status=status, headers=self.headers())

    async def missing(self, request: Request, what: str) -> Response:
        """The answer for what is not here, with a way on."""
        return await self.page(request, "missing", status=404, what=what)

    def headers(self, policy: str = security.PAGES) -> dict[str, str]:
        """Headers of our own pages."""
        seconds = self.datasette.setting("default_cache_ttl")
        return {"Content-Security-Policy": policy, "Cache-Control": f"max-age={seconds}" if seconds else "no-cache"}

    async def ensure_may_read(self, actor: Mapping[str, Any] | None) -> None:
        """Raise datasette's Forbidden if the archive is closed to *actor*."""
        await lines.ensure_may_read(self.datasette, actor, self.database)
