"""A queue before what costs most: SQL of a visitor's own and whole exports. A reader's page never waits behind them.

Datasette runs queries in a few threads. Without a limit, one program that asks a hundred slow questions at once takes
all of them, and the site is down for everybody; that has happened to public archives.
"""

from __future__ import annotations

import asyncio
import re
from urllib.parse import parse_qs

from scraper.browse.security import App, Message, Receive, Scope, Send

RUNNING = 2  # at once; one thread of datasette's three always stays free for pages
WAITING = 8  # beyond those, the answer is "later" at once
RETRY_AFTER_S = 10

_COSTLY_PATH = re.compile(r"/-/query(?:\.\w+)?$|/search\.(?!atom$)[a-z.-]+$|/search_ranked(?:\.\w+)?$")


class Queue:
    """Lets :data:`RUNNING` costly requests through to *app*, lets :data:`WAITING` wait, sends the others away (429)."""

    def __init__(self, app: App, running: int = RUNNING, waiting: int = WAITING) -> None:
        self._app = app
        self._places = asyncio.Semaphore(running)
        self._waiting = 0
        self._most = waiting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        if not costly(scope):
            await self._app(scope, receive, send)
            return
        if self._places.locked() and self._waiting >= self._most:
            await _later(send)
            return
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._places.release()


def costly(scope: Scope) -> bool:
    """Whether a request brings its own SQL or takes a whole search away."""
    if scope["type"] != "http":
        return False
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return "sql" in query or bool(_COSTLY_PATH.search(scope["path"]))


async def _later(send: Send) -> None:
    body = f"Too many queries at once; please ask again in {RETRY_AFTER_S} seconds.\n".encode()
    start: Message = {
        "type": "http.response.start",
        "status": 429,
        "headers": [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"retry-after", str(RETRY_AFTER_S).encode()),
            (b"content-length", str(len(body)).encode()),
        ],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})
