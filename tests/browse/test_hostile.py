"""Nothing stored can run: every text, address and capture of the hostile statement is shown as text, everywhere."""

from __future__ import annotations

import re

import pytest
from invented import HOSTILE, HOSTILE_PAGE, HOSTILE_URL
from markup import Page
from servers import Server

from scraper.browse import cells, jinja, prose, security
from scraper.plugin import ROOMS


@pytest.fixture(scope="module")
def paths(archive) -> list[str]:
    number = archive.ids["hostile"]
    return [
        "/", f"/statements/{number}", f"/statements/{number}/compare", "/changes", "/changes?what=suspected", "/coverage",
        f"/search?q={HOSTILE}", "/search?q=window.hacked", f"/search?kind={HOSTILE}", "/search?sort=date&country=SD",
        f"/tagged?scheme=theme&tag={HOSTILE}", f"/search?q=<script>alert(1)</script>&source={HOSTILE}", "/countries/SD",
        f"/changes?source={HOSTILE}", "/about", "/data", f"/coverage/{'x' * 30}",
    ]  # fmt: skip


def dangers(html: str) -> list[str]:
    """What on a page could run or reach out, as a browser's parser reads it."""
    found = []
    for element in Page(html).elements:
        found += [f"{element.name} {name}" for name in element.attributes if name.startswith("on")]
        for name in ("href", "src", "action", "formaction", "srcdoc", "data"):
            value = element.attributes.get(name, "")
            if re.match(r"[\s\x00-\x1f]*(javascript|data|vbscript):", value, re.IGNORECASE):
                found.append(f"{element.name} {name}={value[:40]}")
        if element.name == "script" and element.attributes.get("type") != "application/ld+json":
            source = element.attributes.get("src", "")
            if not source.startswith("/-/statements/") or element.text:
                found.append(f"script {source} {element.text[:40]}")
        if element.name in ("object", "embed", "base") or (element.name == "svg" and "onload" in element.attributes):
            found.append(element.name)
        if element.name in ("img", "link", "iframe", "video", "audio") and element.attributes.get(
            "src", "/"
        ).startswith("http"):
            found.append(f"{element.name} {element.attributes['src']}")
    return found


def test_no_page_of_ours_carries_what_a_statement_brought(site: Server, paths: list[str]) -> None:
    for path in paths:
        answer = site.get(path)
        assert answer.status in (200, 404), path
        assert dangers(answer.text) == [], path


def test_template_syntax_in_a_text_is_text(site: Server, archive) -> None:
    text = site.page(f"/statements/{archive.ids['hostile']}")
    assert "{{ 7*7 }}" in Page(text).one("h1").text
    assert " 49 " not in Page(text).one("h1").text


def test_an_address_that_is_no_web_address_is_no_link(site: Server, archive) -> None:
    page = Page(site.page(f"/statements/{archive.ids['hostile']}"))
    assert HOSTILE_URL in page.one("aside").text
    assert not any(HOSTILE_URL in href for href in page.links().values())


@pytest.mark.parametrize("path", ["/", "/search?q=floods", "/statements/1", "/changes", "/data"])
def test_our_pages_allow_no_inline_script_and_no_foreign_host(site: Server, path: str) -> None:
    policy = site.get(path).headers["content-security-policy"]
    assert policy == security.PAGES
    assert "unsafe-inline" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "path", ["/archive/statements", "/archive/events", "/archive?sql=select+1", "/-/versions.json"]
)
def test_datasettes_pages_reach_no_foreign_host_either(site: Server, path: str) -> None:
    answer = site.get(path)
    assert "http" not in answer.headers.get("content-security-policy", "http")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_cells_of_tables_are_text(site: Server, archive) -> None:
    own = Page(site.page("/archive/sources"))  # what datasette itself brings along
    scripts = len(own.all("script"))
    for path in (
        "/archive/statements?_sort=id&id__gt=200",
        "/archive/tags?scheme=theme",
        "/archive/events?_sort_desc=id",
    ):
        html = site.page(path)
        assert "<script>window.hacked" not in html
        assert "<img src=x" not in html
        assert len(Page(html).all("script")) <= scripts + 2


@pytest.mark.parametrize(
    "column", ["title", "url", "detail", "language", "country", "published", "languages", "digest"]
)
def test_no_column_lets_markup_through(column: str) -> None:
    cell = cells.Cell("events", column, HOSTILE, {"id": 1})
    assert "<script" not in str(cells.cell(None, cell))


def test_feeds_carry_it_as_text(site: Server) -> None:
    text = site.page("/changes.atom?what=suspected")
    assert "&lt;script&gt;" in text
    assert "<script>" not in text


# --- texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markdown",
    [
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>alert(1)</script>)",
        "<javascript:alert(1)>", "![x](http://a.example/x.png)", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]", "<a href='javascript:alert(1)'>x</a>", "<iframe src=//a.example>",
        "**<b onclick=alert(1)>**", "`<script>alert(1)</script>`", "&#x3C;script&#x3E;alert(1)&#x3C;/script&#x3E;",
        "<style>@import url(//a.example)</style>", "[x](\x01javascript:alert(1))", "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    ],
)  # fmt: skip
def test_markdown_brings_no_script_no_picture_and_no_markup(markdown: str) -> None:
    html = str(prose.article("", markdown))
    assert dangers(html) == []
    assert not Page(html).all("img")


def test_markdown_headings_begin_below_the_title() -> None:
    assert [e.name for e in Page(str(prose.article("", "# One\n\n## Two\n\n###### Six"))).elements] == [
        "h2",
        "h3",
        "h6",
    ]


def test_json_ld_cannot_close_its_element() -> None:
    assert "</script" not in str(jinja.json_ld({"headline": "</script><script>alert(1)</script>"}))


# --- captures ---------------------------------------------------------------------------------------------------------


def test_the_capture_view_has_a_policy_of_its_own(site: Server, archive) -> None:
    path = f"/captures/{capture_of(site, archive)}/page"
    policy = site.get(path).headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "allow-" not in policy
    assert "default-src 'none'" in policy
    assert "'self'" not in policy.replace("frame-ancestors 'self'", "")


def test_a_captured_page_keeps_its_words_and_loses_everything_else(site: Server, archive) -> None:
    html = site.page(f"/captures/{capture_of(site, archive)}/page")
    assert "Captured words that a reader may read." in html
    page = Page(html)
    assert not {"script", "link", "base", "iframe", "form", "object", "embed", "video", "svg", "math"} & {
        element.name for element in page.elements
    }
    assert not any({"href", "src", "ping", "action", "style"} & set(element.attributes) for element in page.elements)
    assert [m.attributes for m in page.all("meta") if "http-equiv" in m.attributes] == []


@pytest.mark.parametrize(
    "html",
    [
        HOSTILE_PAGE.format(away="//a.example"), "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<math><mi><style><script>alert(1)</script>",
        "<template><script>alert(1)</script></template>", "<p><a href='  javascript:alert(1)'>x", "<plaintext><script>x",
        "<!--><img src=x onerror=alert(1)>-->", "<title><script>alert(1)</script>", "<p\x0bonclick=alert(1)>x",
        "<textarea></textarea><script>x</script>", "<details open ontoggle=alert(1)>x", "<img alt='x' src=//a.example/x>",
    ],
)  # fmt: skip
def test_cleaning_survives_what_parsers_are_fooled_with(html: str) -> None:
    clean = str(prose.page_as_it_was(html))
    assert dangers(clean) == []
    assert "a.example" not in "".join(" ".join(e.attributes.values()) for e in Page(clean).elements)


def test_the_bytes_are_handed_over_as_a_file_and_are_the_bytes(site: Server, archive) -> None:
    import hashlib

    number = capture_of(site, archive)
    answer = site.get(f"/captures/{number}/bytes")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert hashlib.sha256(answer.body).hexdigest() in site.page(f"/captures/{number}")


def test_the_frame_is_sandboxed_without_any_permission(site: Server, archive) -> None:
    frame = Page(site.page(f"/captures/{capture_of(site, archive)}")).one("iframe")
    assert frame["sandbox"] == ""


def test_a_file_that_is_no_page_is_not_shown(site: Server, archive, tmp_path) -> None:
    from scraper.browse.pages.capture import CapturePage

    page = CapturePage(
        1, "https://a.example/x.pdf", "2026-01-01T00:00:00Z", 200, [("Content-Type", "application/pdf")], "0" * 64, 9, "a",
        "link", None, [], None, None, None, None, None, True, None,
    )  # fmt: skip
    assert not page.shown


def test_comparisons_escape_both_texts() -> None:
    html = ROOMS.compare("a <script>x</script> b", "a <script>y</script> b").html
    assert "<script" not in html


def capture_of(site: Server, archive) -> int:
    page = Page(site.page(f"/statements/{archive.ids['hostile']}"))
    href = next(href for href in page.links().values() if href.startswith("/captures/"))
    return int(href.rsplit("/", 1)[1])
