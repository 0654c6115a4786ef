"""A reader at a real Chromium: searching, narrowing, reading, comparing, citing; and nothing stored runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from chromiums import Away, pages
from invented import HOSTILE_PAGE
from servers import Server

from scraper.browse import security

pytestmark = pytest.mark.browser


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
