"""A real Chromium before the pages of an archive, and a foreign host that nothing may reach."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from invented import build
from servers import Server, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESK, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 640}  # also a desk of 1280 pixels at 400 % (WCAG 2.2, 1.4.10)
# Resolved once the page that has loaded was drawn twice: none of our scripts asks for more after that.
DRAWN = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn))))"


class Away(ThreadingHTTPServer):
    """A foreign host that remembers everybody who so much as connects to it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), AwayHandler)
        self.connected = 0
        self.asked: list[str] = []
        self.page = b"x"
        self.policy = ""

    def get_request(self):
        self.connected += 1
        return super().get_request()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class AwayHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        if self.server.policy:
            self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write(self.server.page)

    do_POST = do_GET  # noqa: N815 - the name that http.server asks for

    def log_message(self, *arguments: object) -> None:
        """Silence."""


def listening() -> Iterator[Away]:
    server = Away()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def away() -> Iterator[Away]:
    yield from listening()


@pytest.fixture
def elsewhere() -> Iterator[Away]:
    yield from listening()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, away: Away) -> Iterator[Server]:
    """The archive whose hostile capture tries to reach *away*."""
    made = build(tmp_path_factory.mktemp("library") / "archive.db", away=away.url)
    with serving(sys.executable, str(made.path), archive=made) as server:
        yield server


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install playwright"
    )
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, library: Server):
    """Opens a page in a fresh context; at the end, no page may have asked another host or complained."""
    contexts, foreign, complaints = [], [], []

    def note_request(request) -> None:
        if not request.url.startswith((library.url, "data:", "blob:")):
            foreign.append(request.url)

    def note_message(message) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def opened(path: str, viewport=DESK, scheme: str = "light"):
        context = chromium.new_context(
            viewport=viewport, color_scheme=scheme, accept_downloads=True, base_url=library.url
        )
        context.set_default_timeout(15_000)
        context.on("request", note_request)
        context.on("console", note_message)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert foreign == []
    assert complaints == []


def pages(library: Server) -> dict[str, str]:
    ids = library.archive.ids
    return {
        "front": "/", "search": "/search?q=floods", "nothing found": "/search?q=nosuchword", "arabic": "/search?q=الفيضانات",
        "statement": f"/statements/{ids['edited']}", "arabic statement": f"/statements/{ids['arabic']}",
        "hostile": f"/statements/{ids['hostile']}", "taken down": f"/statements/{ids['gone']}", "comparison": f"/statements/{ids['edited']}/compare", "changes": "/changes",
        "coverage": "/coverage", "coverage of one": "/coverage/water", "countries": "/countries", "country": "/countries/SD",
        "tag": "/tagged?scheme=sdg&tag=10", "capture": "/captures/3", "data": "/data", "about": "/about",
    }  # fmt: skip
