"""A reader at a real Chromium: searching, narrowing, reading, comparing, citing, by mouse, by keyboard and on a phone."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
from invented import HOSTILE_PAGE, build
from servers import Server, serving

from scraper.browse import security

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESK, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}


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
        "hostile": f"/statements/{ids['hostile']}", "comparison": f"/statements/{ids['edited']}/compare", "changes": "/changes",
        "coverage": "/coverage", "coverage of one": "/coverage/water", "countries": "/countries", "country": "/countries/SD",
        "tag": "/tagged?scheme=sdg&tag=10", "capture": "/captures/3", "data": "/data", "about": "/about",
    }  # fmt: skip


# Datasette's own pages, as far as our style and script make them ours.
TABLES = (
    "/archive/statements", "/archive/runs", "/archive/events?_facet=what", "/archive/silent_edits",
    "/archive?sql=select+id,title+from+statements+limit+5",
)  # fmt: skip


# --- finding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("floods", id="English"), pytest.param("inondations", id="French"), pytest.param("inundaciones", id="Spanish"),
        pytest.param("الفيضانات", id="Arabic"), pytest.param("наводнения", id="Russian"), pytest.param("洪水", id="Chinese"),
    ],
)  # fmt: skip
def test_searches_from_the_front_page_in_six_languages(open_page, words: str) -> None:
    page = open_page("/")
    page.fill("input[name=q]", words)
    page.press("input[name=q]", "Enter")
    page.wait_for_selector("h1")
    assert re.match(r"\d+ statements?", page.inner_text("h1"))
    assert page.locator("mark").count() > 0


def count(page) -> int:
    return int(page.inner_text("h1").split()[0].replace(",", ""))


def test_a_facet_narrows_and_widens_again(open_page) -> None:
    page = open_page("/search?q=families")
    before = count(page)
    facet = page.locator("#facet-source + ul a").first
    expected = int(facet.locator(".count").inner_text().replace(",", ""))
    facet.click()
    assert count(page) == expected < before
    page.locator(".chips a").first.click()
    assert count(page) == before


def test_a_click_on_the_picture_narrows_to_that_month(open_page) -> None:
    page = open_page("/search?q=families")
    before = count(page)
    bar = page.locator("svg.strip a").last
    name = bar.get_attribute("aria-label")
    bar.locator(".target").click()
    assert name.split(":")[0] in page.inner_text(".chips")
    assert count(page) == int(name.split(":")[1]) < before


def test_taken_down_statements_are_a_click_away(open_page) -> None:
    page = open_page("/search?q=families")
    page.click("text=Taken down")
    assert page.locator(".badge.gone").count() == page.locator("ol.statements > li").count() > 0


def test_the_next_page_goes_on_where_this_one_ended(open_page) -> None:
    page = open_page("/search?sort=date")
    links = "[...document.querySelectorAll('ol.statements h2 a')].map(a => a.href)"
    first = page.evaluate(links)
    page.click("text=Next page")
    page.wait_for_url("**page=2")
    assert len(first) == 20
    assert not set(first) & set(page.evaluate(links))


def test_the_feed_of_this_search_is_linked_and_is_a_feed(open_page, library: Server) -> None:
    page = open_page("/search?q=floods")
    href = page.get_attribute("text=Feed of new results", "href")
    assert library.get(href).headers["content-type"].startswith("application/atom+xml")


# --- reading ----------------------------------------------------------------------------------------------------------


def test_opens_a_statement_and_compares_its_versions(open_page) -> None:
    page = open_page("/search?q=Declaration on Rivers")
    page.click("text=Statement on the Los Angeles Declaration")
    page.select_option("select[name=from]", "1")
    page.select_option("select[name=to]", "2")
    page.click("text=Show")
    assert page.locator(".diffed del").all_inner_texts() == ["21"]
    assert page.locator(".diffed ins").all_inner_texts() == ["20"]


def test_cites_with_one_click(open_page, library: Server) -> None:
    page = open_page(f"/statements/{library.archive.ids['edited']}")
    with page.expect_download() as download:
        page.click("text=BibTeX")
    assert Path(download.value.path()).read_text().startswith("@")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("text=Copy")
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.inner_text("#citation").strip()


def test_walks_to_the_earlier_statement_and_back(open_page, library: Server) -> None:
    page = open_page(f"/statements/{library.archive.ids['edited']}")
    title = page.inner_text("h1")
    page.click("a[rel=prev]")
    assert page.inner_text("h1") != title
    page.click("a[rel=next]")
    assert page.inner_text("h1") == title


# --- nothing stored runs, nothing leaves --------------------------------------------------------------------------------


def hostile_capture(library: Server) -> str:
    text = library.page(f"/statements/{library.archive.ids['hostile']}")
    return re.search(r'href="(/captures/\d+)"', text)[1]


def test_the_trap_works_on_a_page_that_is_not_guarded(chromium, elsewhere: Away) -> None:
    page = chromium.new_context().new_page()
    page.set_content(HOSTILE_PAGE.format(away=elsewhere.url), wait_until="commit")
    page.wait_for_timeout(700)
    page.context.close()
    assert elsewhere.connected > 0


def test_the_policy_alone_stops_scripts_and_fetches(chromium, elsewhere: Away) -> None:
    # Without the cleaning: the page as it came, under the headers of the capture view. A preconnect is no fetch to
    # a policy, which is why pages are cleaned as well.
    elsewhere.page = re.sub(r"<link rel=.preconnect.*?>|<link rel=.dns-prefetch.*?>", "", HOSTILE_PAGE).replace(
        "{away}", elsewhere.url).replace("{{", "{").replace("}}", "}").encode()  # fmt: skip
    elsewhere.policy = security.CAPTURE
    page = chromium.new_context().new_page()
    page.goto(f"{elsewhere.url}/page")
    page.wait_for_timeout(700)
    asked = [path for path in elsewhere.asked if path not in ("/page", "/favicon.ico")]
    hacked = page.evaluate("window.hacked")
    page.context.close()
    assert asked == []
    assert hacked is None


def test_a_capture_runs_no_script_and_reaches_no_network(open_page, library: Server, away: Away) -> None:
    before = away.connected
    page = open_page(hostile_capture(library))
    frame = page.frame_locator("iframe")
    assert "Captured words" in frame.locator("body").inner_text()
    for words in ("a script link", "an outward link", "Send"):
        frame.locator(f"text={words}").first.click()
    page.wait_for_timeout(700)
    inner = page.frames[1]
    assert inner.evaluate("window.origin") == "null"
    assert [f.evaluate("window.hacked") for f in page.frames] == [None, None]
    assert inner.url.endswith("/page")
    assert away.connected == before


def test_the_capture_opened_by_itself_is_as_harmless(open_page, library: Server, away: Away) -> None:
    before = away.connected
    page = open_page(f"{hostile_capture(library)}/page")
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    assert away.connected == before


def test_no_page_runs_what_a_statement_brought(open_page, library: Server, away: Away) -> None:
    before = away.connected
    paths = [
        *pages(library).values(),
        "/archive/statements?_sort_desc=id",
        "/archive/events",
        "/archive/tags?scheme=theme",
    ]
    page = open_page("/")
    for path in paths:
        page.goto(path)
        assert page.evaluate("window.hacked") is None, path
    assert away.connected == before


# --- for everybody ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_is_wider_than_the_screen_and_none_shifts(open_page, library: Server, viewport) -> None:
    page = open_page("/about", viewport=viewport)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shift += entry.value; }))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    for name, path in {**pages(library), **{path: path for path in TABLES}}.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
        assert page.evaluate("window.shift") < 0.01, name


def test_everything_works_by_keyboard(open_page) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("families / floods")
    assert page.input_value("input[name=q]") == "families / floods"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("families")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=families*")
    last = page.locator("svg.strip a[tabindex='0']")
    assert last.count() == 1  # the picture is one stop
    last.focus()
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowLeft")
    moved = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert moved != name
    page.keyboard.press("Enter")
    page.wait_for_url("**since=*")
    assert moved.split(":")[0] in page.inner_text(".chips")


def test_pages_work_without_javascript(chromium, library: Server) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=library.url)
    page = context.new_page()
    page.goto("/search?q=families")
    page.click("#facet-source + ul a >> nth=0")
    page.click("ol.statements h2 a >> nth=0")
    assert page.inner_text("h1")
    assert page.locator("text=BibTeX").count() == 1
    context.close()


def test_headings_never_skip_a_level_and_every_field_has_a_name(open_page, library: Server) -> None:
    page = open_page("/")
    for name, path in pages(library).items():
        page.goto(path)
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
        assert levels.count(1) == 1, name
        own = page.evaluate(
            "[...document.querySelectorAll('main :not(.prose) > :is(h1,h2,h3,h4)')].map(h => +h.tagName[1])"
        )
        assert all(after - before <= 1 for before, after in pairwise(own)), (name, own)
        unnamed = page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]),select,textarea')]"
            ".filter(e => !e.labels?.length && !e.getAttribute('aria-label')).map(e => e.outerHTML)"
        )
        assert unnamed == [], name
        assert page.evaluate("document.querySelectorAll('main').length") == 1


@functools.lru_cache(maxsize=1)
def axe(folder: str) -> str | None:
    """axe-core's source from npm's registry, kept in pytest's cache; None where it cannot be had. Never shipped."""
    script = Path(folder) / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        if shutil.which("npm") is None:
            return None
        command = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, "axe-core@4"]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=120)
        except (subprocess.SubprocessError, OSError):
            return None
    return script.read_text(encoding="utf-8") if script.exists() else None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious(open_page, library: Server, request, scheme: str, viewport) -> None:
    source = axe(str(request.config.cache.mkdir("axe")))
    if source is None:
        pytest.skip("axe-core could not be had from npm; the checks of our own ran")
    page = open_page("/", viewport=viewport, scheme=scheme)
    found = []
    for name, path in pages(library).items():
        page.goto(path)
        page.evaluate(source)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
        for violation in result["violations"]:
            if violation["impact"] != "minor":
                where = " ".join(violation["nodes"][0]["target"][0].split())
                found.append(f"{name}: {violation['id']} at {where}: {violation['nodes'][0]['failureSummary']}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_datasettes_own_pages(chromium, library: Server, request, scheme: str) -> None:
    source = axe(str(request.config.cache.mkdir("axe")))
    if source is None:
        pytest.skip("axe-core could not be had from npm")
    context = chromium.new_context(viewport=DESK, color_scheme=scheme, base_url=library.url, bypass_csp=True)
    page = context.new_page()
    found = []
    for path in TABLES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.evaluate(source)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [f"{path}: {v['id']} at {v['nodes'][0]['target'][0]}" for v in result["violations"]
                  if v["impact"] in ("serious", "critical")]  # fmt: skip
    context.close()
    assert not found, "\n".join(found)
