"""Sitemaps of every kind, whole and broken, to (loc, lastmod)."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawler.sitemaps import MAX_BYTES, MAX_ENTRIES, parse_sitemap

URL = "https://www.a.example/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

URLSET = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {NS} xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://www.a.example/news/one</loc><lastmod>2022-06-10T08:00:00Z</lastmod>
<image:image><image:loc>https://www.a.example/image.jpg</image:loc></image:image>
<xhtml:link rel="alternate" hreflang="es" href="https://www.a.example/es/news/uno"/></url>
<url><loc>
 https://www.a.example/news/two?a=1&amp;b=2 </loc></url>
<url><loc>/news/three</loc></url>
<url><lastmod>2022-06-10</lastmod></url>
<url><loc>https://www.a.example/news/one</loc></url>
</urlset>""".encode()

INDEX = f"""<sitemapindex {NS}>
<sitemap><loc>https://www.a.example/sitemap.xml?page=1</loc><lastmod>2022-06-10</lastmod></sitemap>
<sitemap><loc>https://a.example/sitemap.xml?page=2</loc></sitemap>
<sitemap><loc>https://other.example/sitemap.xml</loc></sitemap>
<sitemap><loc>https://www.a.example/sitemap.xml</loc></sitemap>
</sitemapindex>""".encode()

LISTED = [
    ("https://www.a.example/news/one", "2022-06-10T08:00:00Z"),
    ("https://www.a.example/news/two?a=1&b=2", None),
    ("https://www.a.example/news/three", None),
]


def test_urlset():
    page = parse_sitemap(URLSET, URL)
    assert page.urls == LISTED
    assert page.sitemaps == []
    assert page.urls[0].alternates == (("es", "https://www.a.example/es/news/uno"),)
    assert page.problems == ["1 entries without a URL that can be followed"]


def test_index_refuses_other_hosts_and_itself():
    page = parse_sitemap(INDEX, URL)
    assert page.sitemaps == [
        ("https://www.a.example/sitemap.xml?page=1", "2022-06-10"),
        ("https://a.example/sitemap.xml?page=2", None),
    ]
    assert page.urls == []
    assert page.foreign == [("https://other.example/sitemap.xml", None)]
    assert page.problems == ["lists itself", "1 entries on other.example refused: a sitemap speaks for its own host"]


def test_pages_on_other_hosts_are_refused_too():
    page = parse_sitemap(URLSET.replace(b"https://www.a.example/news/one", b"https://office.a.example/news/one"), URL)
    assert [loc for loc, _ in page.urls] == [loc for loc, _ in LISTED[1:]]
    assert page.foreign[0].loc == "https://office.a.example/news/one"


def test_news_fields():
    body = URLSET.replace(
        b"</lastmod>",
        b"</lastmod><news:news><news:publication><news:name>A</news:name><news:language>en</news:language></news:publication>"
        b"<news:publication_date>2022-06-09</news:publication_date><news:title>One &amp;\n all</news:title></news:news>",
        1,
    )
    listed = parse_sitemap(body, URL).urls[0]
    assert (listed.title, listed.language, listed.published.on, listed.published.source) == (
        "One & all", "en", date(2022, 6, 9), "sitemap",
    )  # fmt: skip


def test_a_prefix_of_its_own():
    body = f'<sm:urlset xmlns:sm="{NS[7:-1]}"><sm:url><sm:loc>https://www.a.example/x</sm:loc></sm:url></sm:urlset>'
    assert parse_sitemap(body.encode(), URL).urls == [("https://www.a.example/x", None)]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(gzip.compress(URLSET), id="gzip"),
        pytest.param(gzip.compress(URLSET[:300]) + gzip.compress(URLSET[300:]), id="gzip in two members"),
        pytest.param(b"\xef\xbb\xbf" + URLSET, id="BOM"),
        pytest.param(b"\n\n  " + URLSET, id="space before the declaration"),
        pytest.param(URLSET.decode().replace("UTF-8", "UTF-16").encode("utf-16"), id="UTF-16"),
        pytest.param(
            URLSET.replace(b'<?xml version="1.0" encoding="UTF-8"?>', b"<!-- made by hand -->"), id="no declaration"
        ),
    ],
)
def test_the_document_is_read_however_it_is_written(body):
    assert parse_sitemap(body, URL).urls == LISTED


@pytest.mark.parametrize(
    ("body", "listed"),
    [
        pytest.param(URLSET.replace(b"&amp;", b"&"), LISTED, id="plain ampersand"),
        pytest.param(URLSET[: URLSET.index(b"<url><loc>/news/three")], LISTED[:2], id="cut short"),
        pytest.param(URLSET.replace(b"</url>", b"", 1), LISTED, id="tag not closed"),
        pytest.param(URLSET.replace(b"image:loc", b"img", 1), LISTED, id="tags that do not match"),
        pytest.param(URLSET.replace(b"UTF-8", b"no-such"), LISTED, id="unknown charset"),
        pytest.param(
            URLSET.replace(b"/news/three", b"<![CDATA[/news/three]]>").replace(b"&amp;", b"&"), LISTED, id="CDATA too"
        ),
        pytest.param(gzip.compress(URLSET, mtime=0)[:-40], LISTED[:1], id="gzip cut short"),
        pytest.param(gzip.compress(URLSET, mtime=0)[:-8] + b"\x00" * 8, LISTED, id="gzip with a wrong checksum"),
    ],
)
def test_broken_documents_give_what_can_be_read_and_say_so(body, listed):
    page = parse_sitemap(body, URL)
    assert page.urls[: len(listed)] == listed
    assert any("read as far as possible" in problem for problem in page.problems)


def test_a_text_sitemap_holds_urls_and_nothing_else():
    page = parse_sitemap(b"https://www.a.example/x\r\n\r\n  http://www.a.example/y \nnot a URL\n", URL)
    assert page.urls == [("https://www.a.example/x", None), ("http://www.a.example/y", None)]
    assert page.problems == ["1 entries without a URL that can be followed"]


def test_a_feed_may_stand_in_for_a_sitemap():
    body = b'<rss version="2.0"><channel><item><title>One</title><link>/one</link></item></channel></rss>'
    page = parse_sitemap(body, URL)
    assert (page.urls, page.urls[0].title) == ([("https://www.a.example/one", None)], "One")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b"", "empty document", id="nothing"),
        pytest.param(b"<!DOCTYPE html><title>404</title>", "a web page, not a sitemap", id="web page"),
        pytest.param(b"<svg/>", "no sitemap: its root element is 'svg'", id="other XML"),
        pytest.param(f"<urlset {NS}/>".encode(), "lists nothing", id="no entries"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00", "3 entries without a URL that can be followed", id="image"),
        pytest.param(b"\x1f\x8b", "gzip cut short, read as far as possible", id="gzip without content"),
    ],
)
def test_what_is_no_sitemap_is_a_problem(body, problem):
    page = parse_sitemap(body, URL)
    assert (page.urls, page.sitemaps) == ([], [])
    assert problem in page.problems


def test_entities_are_refused(tmp_path):
    (tmp_path / "secret").write_text("https://www.a.example/secret")
    for declaration in (f'<!ENTITY x SYSTEM "file://{tmp_path}/secret">', '<!ENTITY x "https://www.a.example/inner">'):
        body = f"<!DOCTYPE urlset [{declaration}]><urlset {NS}><url><loc>&x;</loc></url></urlset>"
        page = parse_sitemap(body.encode(), URL)
        assert (page.urls, page.problems) == ([], ["declares entities: refused"])


def test_a_bomb_of_entities_is_refused():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE x [<!ENTITY e0 "boom">{levels}]><urlset {NS}><url><loc>&e9;</loc></url></urlset>'
    assert parse_sitemap(body.encode(), URL).problems == ["declares entities: refused"]


def test_a_bomb_of_zeros_is_unpacked_to_the_limit_only():
    page = parse_sitemap(gzip.compress(b"<urlset>" + b" " * (MAX_BYTES + 1_000_000)), URL)
    assert page.urls == []
    assert "longer than 50 MiB: the rest was not read" in page.problems


def test_more_entries_than_the_protocol_allows_are_cut():
    entry = b"<url><loc>/%d</loc></url>"
    body = f"<urlset {NS}>".encode() + b"".join(entry % n for n in range(MAX_ENTRIES + 5)) + b"</urlset>"
    page = parse_sitemap(body, URL)
    assert len(page.urls) == MAX_ENTRIES
    assert page.problems == [f"more than {MAX_ENTRIES} entries: the rest was not read"]


@given(st.one_of(
    st.binary(max_size=400),
    st.binary(max_size=40).map(lambda junk: URLSET[:350] + junk + URLSET[350:]),
    st.binary(max_size=100).map(lambda junk: gzip.compress(URLSET, mtime=0)[:60] + junk),
))  # fmt: skip
def test_any_bytes_give_a_page(body):
    page = parse_sitemap(body, URL)
    assert all(loc.startswith("http") for loc, _ in page.urls + page.sitemaps + page.foreign)
    assert page.urls or page.sitemaps or page.problems
