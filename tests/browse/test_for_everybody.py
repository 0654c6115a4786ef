"""The pages in a real Chromium for everybody: by keyboard, on a phone, without scripts, to a screen reader."""

from __future__ import annotations

import functools
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from chromiums import DESK, DRAWN, PHONE, SMALLEST, pages
from servers import Server

pytestmark = pytest.mark.browser

# Datasette's own pages, as far as our style and script make them ours.
TABLES = (
    "/archive/statements", "/archive/runs", "/archive/events?_facet=what", "/archive/silent_edits",
    "/archive?sql=select+id,title+from+statements+limit+5", "/archive/documents/3", "/archive/versions/2",
)  # fmt: skip


@pytest.mark.parametrize("viewport", [DESK, PHONE, SMALLEST], ids=["desk", "phone", "smallest"])
def test_no_page_is_wider_than_the_screen_and_none_shifts(open_page, library: Server, viewport) -> None:
    page = open_page("/about", viewport=viewport)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shift += entry.value; }))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    for name, path in {**pages(library), **{path: path for path in TABLES}}.items():
        page.goto(path)
        page.evaluate(DRAWN)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
        assert page.evaluate("window.shift") < 0.01, name


@pytest.mark.parametrize("table", ["urls", "documents", "failures"])
def test_an_address_in_a_wide_table_is_not_squeezed_to_a_letters_width(open_page, table: str) -> None:
    page = open_page(f"/archive/{table}")
    widths = page.locator("td.col-url").evaluate_all("cells => cells.map(cell => cell.offsetWidth)")
    assert widths
    assert min(widths) > 200


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
    """axe-core's source from npm's registry, kept in *folder*; None where it cannot be had. Never shipped."""
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


@pytest.fixture
def axe_core(request: pytest.FixtureRequest) -> str:
    if not request.config.pluginmanager.hasplugin("cacheprovider"):
        pytest.skip("axe-core is kept in pytest's cache, which is switched off")
    source = axe(str(request.config.cache.mkdir("axe")))
    if source is None:
        pytest.skip("axe-core could not be had from npm; the checks of our own ran")
    return source


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious(open_page, library: Server, axe_core: str, scheme: str, viewport) -> None:
    page = open_page("/", viewport=viewport, scheme=scheme)
    found = []
    for name, path in pages(library).items():
        page.goto(path)
        page.evaluate(axe_core)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
        for violation in result["violations"]:
            if violation["impact"] != "minor":
                where = " ".join(violation["nodes"][0]["target"][0].split())
                found.append(f"{name}: {violation['id']} at {where}: {violation['nodes'][0]['failureSummary']}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_datasettes_own_pages(
    chromium, library: Server, axe_core: str, scheme: str
) -> None:
    context = chromium.new_context(viewport=DESK, color_scheme=scheme, base_url=library.url, bypass_csp=True)
    page = context.new_page()
    found = []
    for path in TABLES:
        page.goto(path)
        page.evaluate(DRAWN)
        page.evaluate(axe_core)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [f"{path}: {v['id']} at {v['nodes'][0]['target'][0]}" for v in result["violations"]
                  if v["impact"] in ("serious", "critical")]  # fmt: skip
    context.close()
    assert not found, "\n".join(found)
