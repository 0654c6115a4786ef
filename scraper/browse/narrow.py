"""Which columns of a table page are left out, known before its cells are written.

Datasette asks for each cell of each row, those that our template then leaves out included, and 0.65 does not say for
which page. So the page notes its columns when it is asked for; writing only these halves the time of a wide table.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from urllib.parse import parse_qs

from markupsafe import Markup

from scraper.browse.config import NARROW
from scraper.browse.security import App, Receive, Scope, Send

BLANK = Markup(" ")  # something, or datasette would write the cell itself

_shown: ContextVar[frozenset[str] | None] = ContextVar("shown", default=None)
_TABLE = re.compile(r"/(?P<table>\w+)\Z")


def left_out(column: str) -> bool:
    """Whether the page that is being made leaves *column* out."""
    shown = _shown.get()
    return shown is not None and column not in shown


def noting(app: App, database: str) -> App:
    """*app*, with the columns of each table page of the database at the path *database* noted for :func:`left_out`."""

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _shown.set(_columns(scope, database))
        await app(scope, receive, send)

    return note


def _columns(scope: Scope, database: str) -> frozenset[str] | None:
    path: str = scope["path"]
    found = _TABLE.match(path.removeprefix(database)) if path.startswith(database) else None
    if found is None or found["table"] not in NARROW:
        return None
    # The reader's own choice of columns is shown whole, as in the template.
    chosen = "_col" in parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return None if chosen else frozenset(NARROW[found["table"]])
