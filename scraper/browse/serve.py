"""``scraper browse``: datasette over one archive, read-only, with our plugin and settings, until it is stopped."""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

from scraper.browse import archives, config, lines, security
from scraper.browse.plugin import BrowsingPlugin
from scraper.errors import NotAnArchive, PortTaken, UnreadableInput

PLUGIN_NAME = "statement_scraper"


def serve(
    path: Path,
    plugin: BrowsingPlugin,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    open_browser: bool = False,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the archive at *path* until interrupted; *port* 0 takes a free one. Prints nothing.

    *ready* is told the address as soon as it answers.

    The archive is opened read-only, beside a crawl that may be writing it. Raises :class:`UnreadableInput`,
    :class:`NotAnArchive` or :class:`PortTaken` before anything is served.
    """
    import uvicorn

    application = app(path, plugin)
    listener = listen(host, port)
    try:
        ready(address(listener))
        if open_browser:
            # A moment later, so that the server is there when the browser asks.
            threading.Timer(0.8, webbrowser.open, [address(listener)]).start()
        server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="on"))
        server.run(sockets=[listener])
    finally:
        listener.close()


def app(path: Path, plugin: BrowsingPlugin) -> security.App:
    """The ASGI application that :func:`serve` runs, for servers of one's own. Raises as :func:`serve` does."""
    check(path)
    register(plugin)
    # A write-ahead log needs a folder that can be written; on a read-only disk nobody writes, so the file stands still.
    frozen = not os.access(path.parent, os.W_OK)
    application: security.App = lines.open_datasette(
        path, metadata={}, settings=config.SETTINGS, immutable=frozen
    ).app()
    return application


def register(plugin: BrowsingPlugin) -> None:
    """Make sure that datasette knows *plugin*: an installed package is found by itself, a checkout is not."""
    from datasette.plugins import pm

    if not any(isinstance(known, BrowsingPlugin) for known in pm.get_plugins()):
        pm.register(plugin, PLUGIN_NAME)


def check(path: Path) -> None:
    """Raise unless *path* is an archive that can be read."""
    if not path.exists():
        raise UnreadableInput(path, "no archive there yet; `scraper crawl` or `scraper demo` makes one")
    try:
        conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            ours = archives.is_archive(conn)
        finally:
            conn.close()
    except sqlite3.Error as error:
        raise NotAnArchive(path, f"cannot be read as SQLite: {error}") from error
    if not ours:
        raise NotAnArchive(path, "a SQLite database, but not a statement archive")


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; raises :class:`PortTaken`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortTaken(host, port, error.strerror or str(error)) from error
    return listener


def address(listener: socket.socket) -> str:
    """Where a reader finds what *listener* serves."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
