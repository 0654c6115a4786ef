"""Any bytes give a statement: nothing raises, nothing hangs, and what comes out can be stored."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper import extract
from scraper.extractor.guard import defuse

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
URL = "https://a.example/news/x"
PAGES = [path.read_bytes() for path in sorted((FIXTURES / "families").rglob("*.htm*"))]
TAGS = ["p", "div", "a", "table", "tr", "td", "ul", "li", "h1", "h2", "b", "br", "script", "style", "noscript", "form",
        "template", "svg", "math", "select", "option", "textarea", "title", "frameset", "iframe", "time", "meta"]  # fmt: skip


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(key)
            yield from strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from strings(item)


def assert_storable(found):
    """SQLite takes every string of it: UTF-8 without NUL."""
    for text in strings(asdict(found) | {"url": ""}):  # the caller's own
        text.encode("utf-8")
        assert "\0" not in text
    assert 0.0 <= found.confidence <= 1.0
    assert found.title is None or found.title.strip()


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=2000), st.sampled_from([None, "text/html", "text/html; charset=utf-16", "application/pdf", "x"])
)
def test_any_bytes(body, content_type):
    assert_storable(extract(body, URL, content_type=content_type))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TAGS), st.booleans(), st.text(max_size=30)), max_size=60))
def test_any_nesting_of_tags(pieces):
    html = "".join(f"<{'/' if closes else ''}{tag}>{text}" for tag, closes, text in pieces)
    assert_storable(extract(html, URL))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_pages_that_were_cut_short_or_run_into_each_other(data):
    one, other = data.draw(st.sampled_from(PAGES)), data.draw(st.sampled_from(PAGES))
    cut, start = data.draw(st.integers(0, len(one))), data.draw(st.integers(0, len(other)))
    assert_storable(extract(one[:cut] + other[start:], URL, content_type="text/html; charset=utf-8"))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PAGES), st.sampled_from(["utf-16", "shift_jis", "koi8-r", "windows-1256", "utf-7", "no-such"]))
def test_pages_whose_declared_charset_is_wrong(page, charset):
    assert_storable(extract(page, URL, content_type=f"text/html; charset={charset}"))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=100))
def test_any_url(url, path):
    for address in (url, f"https://a.example/{path}"):
        assert_storable(extract("<title>T</title><h1>A title</h1><p><a href='x'>Text</a> of a page.</p>", address))


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p>a\0b\ud800c\x01", id="NUL and lone surrogates"),
        pytest.param("<p>&#0;&#xd800;&#x110000;&#99999999999;", id="the same as references"),
        pytest.param('<script type="application/ld+json">{"headline": "a\\u0000b\\ud800", "datePublished": 3}</script><p>x', id="in JSON-LD"),
        pytest.param('<meta property="og:title" content="a&#xd800;"><meta name="author" content="\ud800"><p>x', id="in metadata"),
        pytest.param('<title>\udfff</title><h1>\udfff</h1><p>\udfff', id="as the title"),
        pytest.param('<link rel="canonical" href="http://[::1"><link rel="alternate" hreflang="fr" href="//\ud800"><p>x', id="in links"),
        pytest.param('<a class="tag" href="/themes/x">\ud800</a><p>x', id="in tags"),
        pytest.param('<a download href="/a\ud800.pdf">\ud800</a><p>x', id="in attachments"),
    ],
)  # fmt: skip
def test_characters_that_no_database_takes(html):
    assert_storable(extract(html, URL))
    assert_storable(extract(html.encode("utf-8", "surrogatepass"), URL))


# Sizes at which the unguarded parser would run for minutes: that these tests end is what they show.
@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<div>" * 100_000, id="100,000 nested elements"),
        pytest.param("<div " + " ".join(f"a{n}" for n in range(100_000)) + ">x", id="100,000 attribute names"),
        pytest.param(f'<p class="{"x" * 1_000_000}" id="{"y " * 500_000}">x', id="attributes of a megabyte"),
        pytest.param("<ul><li>x" * 100_000, id="100,000 nested lists"),
        pytest.param("<select>" + "<option>x" * 100_000, id="100,000 options"),
        # End tags that close nothing, or not what stands before them.
        pytest.param("<div></b>" * 45_000, id="45,000 elements and end tags of others"),
        pytest.param("<b><div></b>" * 30_000, id="30,000 elements in emphasis that ends in them"),
        pytest.param("<form><div></form>" * 30_000, id="30,000 elements in forms that end in them"),
        pytest.param("<div><table><td></div></table>" * 18_000, id="18,000 elements ended in a table"),
        pytest.param(
            "<div " + " ".join(f"{'a' * 30}{n}" for n in range(80_000)) + ">x", id="80,000 long attribute names"
        ),
    ],
)
def test_hostile_markup_is_taken_out_and_the_page_still_read(html):
    text = "The organization welcomes the agreement that the ministers signed in the morning. " * 5
    page = f"<title>An agreement</title><h1>An agreement</h1><p>{text}</p>{html}"
    found = extract(page, URL)
    assert_storable(found)
    assert "welcomes the agreement" in found.text


def test_people_s_pages_are_not_touched():
    for page in PAGES:
        text = page.decode("utf-8", "replace")
        assert defuse(text) is text


def test_of_elements_that_nobody_closes_the_first_are_read():
    page = "".join(f"<p>{number}" for number in range(60_000))
    assert defuse(page) == "".join(f"<p>{number}" for number in range(30_000))
