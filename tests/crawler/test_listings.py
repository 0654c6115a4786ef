"""Listing pages to the statements they list, with titles and dates, and to the page that continues them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.config import parse_source
from scraper.crawler import discover
from scraper.crawler.listings import parse_listing
from scraper.crawler.scope import Scope
from scraper.extractor.guard import MAX_TAGS
from scraper.model import Capture
from scraper.reading import markup
from tests.clock import NOW

SCOPE = Scope(
    parse_source(
        """
        hosts = ["www.a.example"]
        seeds = ["https://www.a.example/news"]
        statement = ['^/(?:[a-z]{2}/)?news/[^/?]+$', '^/story/\\d+$']
        listing = ['^/news(?:/archive)?(?:/\\d{4})?(?:/page/\\d+)?/?(?:\\?.*)?$', '^/archive\\d*\\.html$']
        exclude = ['^/news/internal-']
        """,
        "a.toml",
        least_delay=timedelta(0),
    )
)
NEWS = "https://www.a.example/news"


def listed(html: str, url: str = NEWS):
    return parse_listing(f"<html><body>{html}</body></html>", url, SCOPE)


DRUPAL = """
<div class="views-row"><div class="card"><a href="/news/one?utm_source=list"><img src="x.jpg" alt="">
<div class="article-detail"><div class="tag">News</div><h5 class="title">Statement
 one</h5><div class="date">26 Feb 2026</div></div></a></div></div>
<div class="views-row"><div class="card"><a href="/blogs/x"><h5>A blog</h5></a></div></div>
<div class="views-row"><div class="card"><a href="/news/two"><h5 class="title">Statement two</h5>
<time datetime="2026-02-24T23:30:00-05:00">24 Feb</time></a></div></div>
<nav class="pager"><ul><li><a href="?page=1" title="Go to page 2">2</a></li><li><a href="?page=2">3</a></li>
<li class="pager__item--next"><a href="?page=1" rel="next">Next ›</a></li><li><a href="?page=40">Last »</a></li></ul></nav>
"""


def test_cards_give_title_and_date():
    page = listed(DRUPAL)
    one, two = page.sightings
    assert (one.url, one.title, one.published, one.printed) == (f"{NEWS}/one", "Statement one", None, "26 Feb 2026")
    assert (two.url, two.title, two.printed) == (f"{NEWS}/two", "Statement two", None)
    assert (two.published.on, two.published.precision, two.published.source) == (date(2026, 2, 24), "time", "listing")
    assert {(s.discovered_via, s.listed_on) for s in page.sightings} == {("listing", NEWS)}
    assert page.next_urls == (f"{NEWS}?page=1",)


def test_a_page_of_a_million_links_is_read_in_bounded_time_and_says_what_it_left():
    body = b"<html><body>" + b"".join(b'<p><a href="/news/%d">x</a>' % number for number in range(1_000_000))
    capture = Capture(NEWS, NOW, 200, (("Content-Type", "text/html"),), body)
    source = parse_source(
        'hosts = ["www.a.example"]\nstatement = ["^/news/."]\nseeds = ["https://www.a.example/news"]', "a.toml"
    )
    page = discover.read("listing", capture, source, Scope(source), markup)
    assert 10_000 < len(page.sightings) <= MAX_TAGS
    assert page.problems == (
        f"{NEWS}: {1_000_000 - len(page.sightings):,} links lie beyond what is read of one page; "
        "name a sitemap, or listings by year, in the source file",
    )


@pytest.mark.parametrize(
    "href",
    [
        pytest.param("/news/" + "a" * 1_000_000, id="a million characters"),
        pytest.param("/news/%00", id="NUL, escaped"),
        pytest.param("javascript:/news/x", id="script"),
        pytest.param("data:text/html,/news/x", id="data"),
        pytest.param("https://www.a.example:99999/news/x", id="no port"),
        pytest.param("//[::1/news/x", id="half an address"),
    ],
)
def test_links_that_lead_nowhere_are_left_out(href: str):
    found = listed(f'<a href="{href}">Statement</a><a href="/news/two">Statement two</a>').sightings
    kept = [s.url for s in found if SCOPE.refuses(SCOPE.canonical(s.url)) is None]
    assert f"{NEWS}/two" in kept
    assert all(len(url) < 2_000 and "\0" not in url for url in kept)


def test_line_breaks_inside_an_address_are_no_part_of_it():
    """URL Standard, 4.4: tabs and line feeds are removed."""
    assert [s.url for s in listed('<a href="/ne\nws/o\tne">One</a>').sightings] == [f"{NEWS}/one"]


# One card each: what stands beside a link belongs to it, and to no other.
@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<ul><li><a href="/news/one">First</a> 2026-02-01</li><li><a href="/news/two">Second</a></li></ul>',
            [("First", "2026-02-01"), ("Second", None)],
            id="list",
        ),
        pytest.param(
            '<table><tr><td>2026-02-01</td><td><a href="/news/one">First</a></td></tr>'
            '<tr><td>2026-02-02</td><td><a href="/news/two">Second</a></td></tr></table>',
            [("First", "2026-02-01"), ("Second", "2026-02-02")],
            id="table",
        ),
        pytest.param(
            '<div><p><a href="/news/one">First</a></p><p><a href="/news/two">Second</a></p><p>2026-02-01</p></div>',
            [("First", None), ("Second", None)],
            id="a date of nobody",
        ),
        pytest.param(
            '<article><a href="/news/one"><img></a><h3><a href="/news/one">First, in full</a></h3>'
            '<a href="/news/one">Read more about this</a><time datetime="2026-02-01">1 Feb</time></article>',
            [("First, in full", "2026-02-01")],
            id="three links, one statement",
        ),
        pytest.param(
            '<article><h3><a href="/news/one">First</a></h3><p>See also <a href="/news/two">Second</a></p>2026-02-01</article>',
            [("First", None), ("Second", None)],
            id="a card that speaks of two",
        ),
        pytest.param(
            '<div><a href="/news/one">First</a><span property="dc:date" content="2026-02-01T00:00:00-05:00">x</span></div>',
            [("First", "2026-02-01")],
            id="RDFa, midnight is a day",
        ),
        pytest.param('<a href="/news/one"><img alt=""></a>', [(None, None)], id="image without words"),
        pytest.param(
            "<p>" + "<a href='/news/one'>First</a>" + "word " * 400 + "2026-02-01</p>",
            [("First", None)],
            id="a page, no card",
        ),
    ],
)
def test_what_a_card_says(html, expected):
    found = [(s.title, s.published.on.isoformat() if s.published else None) for s in listed(html).sightings]
    assert found == expected


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        pytest.param("10 June 2022", "10 June 2022", id="English"),
        pytest.param("Published on 10/06/22", "Published on 10/06/22", id="numbers"),
        pytest.param("2026年7月8日", "2026年7月8日", id="Chinese"),
        pytest.param("١٠ يونيو ٢٠٢٢", "١٠ يونيو ٢٠٢٢", id="Arabic digits"),
        pytest.param("Updated 25 min ago", None, id="relative"),
        pytest.param("In 2022 the organization helped more people than ever before.", None, id="a sentence"),
        pytest.param("Tel. 022 717 9111", None, id="telephone"),
    ],
)
def test_a_date_in_words_waits_for_whoever_reads_words(words, printed):
    sighting = listed(f'<div><a href="/news/one">Statement of 2022</a><div>{words}</div></div>').sightings[0]
    assert (sighting.published, sighting.printed) == (None, printed)


def test_only_statements_of_the_source_are_listed():
    page = listed(
        '<a href="/news/one">One</a><a href="/about">About</a><a href="https://b.example/news/x">Elsewhere</a>'
        '<link rel="alternate" hreflang="es" href="/es/news/uno"><link rel="canonical" href="/news/canonical">'
        '<a href="/news/internal-memo">Excluded, and so counted as such later</a><a href="mailto:x@a.example">Mail</a>'
    )
    assert [s.url.rpartition("/")[2] for s in page.sightings] == ["one", "internal-memo"]


ONE = '<a href="/news/one">One</a> '


@pytest.mark.parametrize(
    ("here", "html", "following"),
    [
        pytest.param("", '<a rel="next" href="?page=1">x</a>', ["?page=1"], id="rel"),
        pytest.param("", '<link rel="next" href="/news?page=1">', ["?page=1"], id="rel in the head"),
        pytest.param("", '<a href="?page=1">Next page</a>', ["?page=1"], id="words"),
        pytest.param("", '<a href="?page=1">التالي ›</a>', ["?page=1"], id="words in Arabic"),
        pytest.param("", '<a href="?page=1" aria-label="Next page"><i></i></a>', ["?page=1"], id="spoken words"),
        pytest.param("", '<a href="?page=1">›</a>', ["?page=1"], id="arrow"),
        pytest.param("?page=2", '<a href="?page=1">‹</a><a href="?page=0">«</a>', [], id="arrows back"),
        pytest.param("", '<li class="pager-next"><a href="?page=1">more</a></li>', ["?page=1"], id="class"),
        pytest.param(
            "", '<a href="?page=3">4</a><a href="?page=1">2</a><a href="?page=99">last</a>', ["?page=1"], id="nearest"
        ),
        pytest.param(
            "?page=1", '<a href="?page=0">1</a><a href="?page=2">3</a><a href="/news">1</a>', ["?page=2"], id="not back"
        ),
        pytest.param("?page=1", '<a rel="prev" href="?page=0">previous</a>', [], id="last page"),
        pytest.param("?page=1", '<a href="?page=1">2</a>', [], id="itself"),
        pytest.param("", '<a href="?page=1&f[0]=region:asia">2</a>', [], id="facet"),
        pytest.param("", '<a href="/news/page/2/">2</a>', ["/page/2/"], id="WordPress"),
        pytest.param(
            "/page/2/", '<a href="/news/page/3/">3</a><a href="/news/page/9/">9</a>', ["/page/3/"], id="WordPress on"
        ),
        pytest.param("/2021", '<a href="/news/2022">2022</a>', [], id="years are lists of their own"),
        pytest.param("", '<a href="?page=abc">2</a><a href="?page=99999999999999">2</a>', [], id="no number"),
        pytest.param("", '<a href="https://b.example/news?page=1">2</a>', [], id="another host"),
    ],
)
def test_the_next_page(here, html, following):
    assert list(listed(ONE + html, NEWS + here).next_urls) == [NEWS + end for end in following]


def test_numbers_in_file_names_count_too():
    page = listed(
        ONE + '<a href="archive2.html">2</a><a href="archive3.html">3</a>', "https://www.a.example/archive1.html"
    )
    assert page.next_urls == ("https://www.a.example/archive2.html",)


def test_an_empty_page_ends_a_list_that_only_counts():
    counting = '<a href="?page=10000">10001</a>'
    assert listed(counting, f"{NEWS}?page=9999").next_urls == ()
    assert listed(f'<a rel="next" href="?page=1">Next</a>{counting}').next_urls == (f"{NEWS}?page=1",)


def test_other_lists_of_the_source_are_named():
    page = listed(ONE + '<a href="/news/archive/2021">2021</a><a href="/news/archive/2020">2020</a><a href="/x">x</a>')
    assert page.other_lists == (f"{NEWS}/archive/2021", f"{NEWS}/archive/2020")
    assert page.next_urls == ()


@given(st.text(max_size=300))
def test_any_text_is_a_listing(html):
    parse_listing(html, NEWS, SCOPE)
