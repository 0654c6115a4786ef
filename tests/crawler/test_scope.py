"""What a URL is to a source, what its one name is, and what is never fetched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.config import parse_source
from scraper.crawler.scope import Caps, Scope, shape

WWW = "https://www.a.example"


def scope_of(text: str) -> Scope:
    return Scope(parse_source(text, "a.toml", least_delay=timedelta(0)))


NEWSROOM = scope_of(
    """
    hosts = ["www.a.example", "a.example", "*.office.a.example"]
    aliases = { "a.example" = "www.a.example" }
    seeds = ["https://www.a.example/news", "https://www.a.example/search?type%5B0%5D=press&page=0"]
    feeds = ["https://www.a.example/rss.xml"]
    sitemaps = ["https://www.a.example/sitemap.xml"]
    statement = ['^(?:/[a-z]{2})?/news/[^/?]+$', '//press.office.a.example/[0-9]+$']
    listing = ['^/news(?:\\?page=\\d+)?$']
    exclude = ['^/news/test-']
    digest = ['^/newsdesk/\\d{8}$']
    """
)
IN_QUERY = scope_of(
    """
    hosts = ["b.example"]
    seeds = ["http://b.example/index?page=archive"]
    statement = ['^/index\\?page=article&id=\\w+$', '^/release\\.asp\\?sCodigo=']
    keep_parameters = ["ref"]
    drop_parameters = ["mode"]
    """
)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        pytest.param("/news/iom-welcomes", "statement", id="statement"),
        pytest.param("/es/news/la-oim", "statement", id="translation"),
        pytest.param("https://press.office.a.example/12", "statement", id="pattern with a host"),
        pytest.param("/12", "page", id="that path on another host"),
        pytest.param("/news", "listing", id="seed"),
        pytest.param("/news?page=3", "listing", id="listing pattern"),
        pytest.param("/search?page=4&type%5B0%5D=press", "listing", id="further page of a seed"),
        pytest.param("/rss.xml", "feed", id="feed"),
        pytest.param("/sitemap.xml", "sitemap", id="sitemap"),
        pytest.param("/newsdesk/20171218", "digest", id="digest"),
        pytest.param("/about", "page", id="anything else"),
    ],
)
def test_roles(path, role):
    assert NEWSROOM.role(NEWSROOM.canonical(path if "://" in path else WWW + path)) == role


# Parameters are sorted in a key, so a pattern may name them in any order.
@pytest.mark.parametrize("query", ["page=article&id=7", "id=7&page=article", "mode=news&page=article&id=7"])
def test_patterns_see_parameters_in_any_order(query):
    assert IN_QUERY.role(IN_QUERY.canonical(f"http://b.example/index?{query}")) == "statement"


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        pytest.param("https://a.example/news/x", f"{WWW}/news/x", id="apex is www"),
        pytest.param("http://www.a.example/news/x", f"{WWW}/news/x", id="http is https where the source says https"),
        pytest.param(
            "http://press.office.a.example/1", "https://press.office.a.example/1", id="on every host of its own"
        ),
        pytest.param("http://stranger.example/news/x", "http://stranger.example/news/x", id="not on others"),
        pytest.param(f"{WWW}/news/x?page=5", f"{WWW}/news/x", id="pager on an article"),
        pytest.param(f"{WWW}/news/x?f[0]=region:asia", f"{WWW}/news/x", id="facet on an article"),
        pytest.param(f"{WWW}/news/x?utm_source=rss", f"{WWW}/news/x", id="tracker"),
        pytest.param(f"{WWW}/news/x?ref=annual", f"{WWW}/news/x?ref=annual", id="what may name a document stays"),
        pytest.param(f"{WWW}/news?page=5", f"{WWW}/news?page=5", id="pager on a listing"),
    ],
)
def test_one_document_one_key(printed, key):
    assert NEWSROOM.canonical(printed) == key


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        pytest.param(
            "index?page=article&id=7&mode=news", "index?id=7&page=article", id="pager names the document here"
        ),
        pytest.param("index?page=article&id=7&ref=2", "index?id=7&page=article&ref=2", id="kept"),
        pytest.param("release.asp?sCodigo=E-101/19", "release.asp?sCodigo=E-101/19", id="identity in the query"),
    ],
)
def test_where_the_query_names_the_document_it_stays(printed, key):
    assert IN_QUERY.canonical(f"http://b.example/{printed}") == f"http://b.example/{key}"


def test_a_source_that_says_http_is_asked_by_http():
    assert IN_QUERY.canonical("http://b.example/x") == "http://b.example/x"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        pytest.param("https://stranger.example/news/x", "stranger.example is not one of the source's hosts", id="host"),
        pytest.param(
            "https://office.a.example/x", "office.a.example is not one of the source's hosts", id="* needs a name"
        ),
        pytest.param("/news/test-page", "excluded by the source file", id="excluded, though it looks like a statement"),
        pytest.param("/news?f[0]=region:asia", "a facet of a listing", id="facet"),
        pytest.param("/news?page=2&f%5B1%5D=year%3A2022", "a facet of a listing", id="facet on a further page"),
        pytest.param("/calendar/2022-06", "a calendar", id="calendar"),
        pytest.param("/about?month=7", "a calendar", id="calendar in a query"),
        pytest.param("/report.docx", "a file, not a page", id="file"),
        pytest.param("/print/node/123", "a print or AMP view of a page", id="print"),
        pytest.param("/fr/printpdf/123", "a print or AMP view of a page", id="print in French"),
        pytest.param("/news/x/amp/", "a print or AMP view of a page", id="AMP"),
        pytest.param("/a/b/a/b/a/b/a/b", "a path that repeats itself", id="nesting"),
        pytest.param("/" + "/".join(map(str, range(16))), "more than 15 path segments", id="deep"),
        pytest.param("/news/" + "x" * 2000, "longer than 2000 characters", id="long"),
        pytest.param("/x?" + "&".join(f"a{n}=1" for n in range(9)), "more than 8 parameters", id="many parameters"),
    ],
)
def test_traps_and_strangers_are_refused(path, why):
    url = NEWSROOM.canonical(path if "://" in path else WWW + path)
    assert str(NEWSROOM.refuses(url)) == why


@pytest.mark.parametrize(
    "path",
    ["/news/events-in-2022", "/news/x", "/about", "/news?page=2", "/sitemap.xml", "https://press.office.a.example/1"],
)
def test_what_is_the_sources_own_is_not_refused(path):
    assert NEWSROOM.refuses(NEWSROOM.canonical(path if "://" in path else WWW + path)) is None


def test_a_statement_may_look_like_a_trap():
    scope = scope_of("seeds = ['https://c.example/events']\nstatement = ['^/events/\\d{4}/']")
    assert scope.refuses("https://c.example/events/2022/statement") is None


def test_what_is_asked_for_is_what_was_printed():
    printed = "http://b.example/index?page=article&utm_source=x&id=7"
    key = IN_QUERY.canonical(printed)
    address = IN_QUERY.hints(printed)["address"]
    assert address == "http://b.example/index?page=article&id=7"
    assert IN_QUERY.asked(key, address) == address
    assert IN_QUERY.asked(key, "http://b.example/index?page=article&id=8") == key  # another document's address
    assert IN_QUERY.hints(key) == {}


def test_the_number_of_pages_of_one_shape_is_capped(monkeypatch):
    monkeypatch.setattr(Caps, "most", 2)
    caps = Caps()
    admitted = [caps.admits(f"{WWW}/calendar/2022/{month}?day={month}") for month in range(5)]
    assert admitted == [True, True, False, False, False]
    assert caps.admits(f"{WWW}/about")
    assert len(caps.cut()) == 1
    assert "links to 5 such pages, 2 followed" in caps.cut()[0]
    assert shape(f"{WWW}/x/12") == shape(f"{WWW}/x/7") != shape(f"{WWW}/y/7")


PATHS = st.text(alphabet=st.sampled_from("ab/?&=%20.-[]fpage1é:"), max_size=40)


@given(PATHS)
def test_a_key_is_its_own_key_and_any_url_is_judged(path):
    for scope, front in (
        (NEWSROOM, f"{WWW}/"),
        (NEWSROOM, "http://a.example/news/"),
        (IN_QUERY, "http://b.example/index?"),
    ):
        key = scope.canonical(front + path)
        assert scope.canonical(key) == key
        assert scope.canonical(scope.request(front + path)) == key
        scope.role(key)
        scope.refuses(key)
