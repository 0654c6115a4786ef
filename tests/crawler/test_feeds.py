"""Feeds of every kind, whole and broken, to (url, title, published)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.crawler.feeds import MAX_REFERENCES, MAX_TAGS, parse_feed
from scraper.crawler.stamps import read_stamp

URL = "https://www.a.example/feeds/news.xml"

RSS_20 = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title><link>https://www.a.example/</link>
<item><title>IOM &amp; partners &lt;i&gt;welcome&lt;/i&gt; the pact</title><link>https://www.a.example/news/one</link>
<description>&lt;p&gt;Teaser&lt;/p&gt;</description><pubDate>Fri, 10 Jun 2022 23:30:00 +0200</pubDate>
<guid isPermaLink="false">123 at https://www.a.example</guid></item>
<item><title><![CDATA[Relative & plain]]></title><link>/news/two?utm_source=rss</link></item>
<item><title>Only a permanent id</title><guid>https://www.a.example/news/three</guid></item>
<item><title>No link at all</title></item>
<item><title>Again</title><link>https://www.a.example/news/one</link></item>
</channel></rss>"""

RSS_10 = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title></channel>
<item rdf:about="https://www.a.example/news/one"><title>One</title><link>https://www.a.example/news/one</link>
<dc:date>2022-06-10</dc:date></item></rdf:RDF>"""

RSS_091 = b"""<rss version="0.91"><channel><title>t</title><item><title>One</title><link>https://www.a.example/news/one</link>
</item></channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><link rel="next" href="?page=2"/>
<entry><title type="html">One</title><link rel="edit" href="/edit"/><link rel="alternate" href="../news/one"/>
<published>2022-06-10T08:00:00-05:00</published><updated>2022-06-12T08:00:00Z</updated></entry>
<entry><title>Only updated</title><link href="https://www.a.example/news/two"/><updated>2022-06-12T08:00:00Z</updated></entry>
</feed>"""

JSON = """{"version": "https://jsonfeed.org/version/1.1", "next_url": "/feed.json?page=2", "items": [
{"id": "1", "url": "/news/one", "title": "One — two", "date_published": "2022-06-10T08:00:00+00:00"},
{"id": "https://www.a.example/news/two", "date_modified": "2022-06-12"}, "not an object", 7, null, {"id": "3"},
{"url": 5}]}""".encode()


def test_rss_2_0():
    page = parse_feed(RSS_20, URL)
    assert [tuple(entry)[:2] for entry in page.entries] == [
        ("https://www.a.example/news/one", "IOM & partners welcome the pact"),
        ("https://www.a.example/news/two?utm_source=rss", "Relative & plain"),
        ("https://www.a.example/news/three", "Only a permanent id"),
    ]
    published = page.entries[0].published
    assert (published.on, published.precision, published.source) == (date(2022, 6, 10), "time", "feed")
    assert published.at == datetime(2022, 6, 10, 21, 30, tzinfo=UTC)
    assert published.printed == "Fri, 10 Jun 2022 23:30:00 +0200"
    assert page.entries[1].published is None
    assert page.problems == ["1 items without a link that can be followed"]


def test_an_entry_unpacks_as_three():
    url, title, published = parse_feed(RSS_091, URL).entries[0]
    assert (url, title, published) == ("https://www.a.example/news/one", "One", None)


def test_rss_1_0_takes_the_dublin_core_date():
    published = parse_feed(RSS_10, URL).entries[0].published
    assert (published.on, published.precision) == (date(2022, 6, 10), "day")


def test_atom_keeps_published_and_updated_apart():
    page = parse_feed(ATOM, URL)
    one, two = page.entries
    assert one.url == "https://www.a.example/news/one"
    assert (one.published.on, one.updated.on) == (date(2022, 6, 10), date(2022, 6, 12))
    assert (two.published, two.updated.on) == (None, date(2022, 6, 12))
    assert page.next_url == "https://www.a.example/feeds/news.xml?page=2"
    assert page.problems == []


def test_json_feed_with_items_that_are_no_objects():
    page = parse_feed(JSON, URL)
    assert [entry.url for entry in page.entries] == ["https://www.a.example/news/one", "https://www.a.example/news/two"]
    assert (page.entries[0].title, page.entries[0].published.on) == ("One — two", date(2022, 6, 10))
    assert page.entries[1].title is None
    assert page.problems == ["5 items without a link that can be followed"]
    assert page.next_url == "https://www.a.example/feed.json?page=2"


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        pytest.param("half &#xD83D; of one", "half \ufffd of one", id="half a character"),
        pytest.param("&#55357;&#56832; smiles", "\U0001f600 smiles", id="both halves"),
        pytest.param("&#54620;&#44544; Hangul", "한글 Hangul", id="a letter just below"),
    ],
)
def test_references_to_halves_of_characters_do_not_cost_the_feed(printed: str, title: str) -> None:
    rss = f"<rss version='2.0'><channel><item><title>{printed}</title><link>https://a.example/1</link></item></channel></rss>"
    assert [entry.title for entry in parse_feed(rss.encode(), "https://a.example/feed").entries] == [title]


@pytest.mark.parametrize("title", [rb"half \ud83d of one", b"half \xed\xa0\xbd of one"], ids=["escaped", "raw"])
def test_halves_of_characters_in_json_are_replaced(title: bytes) -> None:
    body = b'{"version": "1", "items": [{"url": "https://a.example/1", "title": "%s"}]}' % title
    (entry,) = parse_feed(body, "https://a.example/feed").entries
    assert entry.title == "half \ufffd of one"


def test_the_publishers_own_link_wins_over_a_feed_services():
    body = RSS_091.replace(
        b"<link>https://www.a.example/news/one</link>",
        b"<link>http://feeds.b.example/~r/1</link><feedburner:origLink>https://www.a.example/news/one</feedburner:origLink>",
    ).replace(b"<rss ", b'<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" ')
    assert parse_feed(body, URL).entries[0].url == "https://www.a.example/news/one"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(RSS_20.replace(b"&amp;", b"&"), id="plain ampersand"),
        pytest.param(RSS_20[: RSS_20.index(b"<item><title>Only")], id="cut short"),
        pytest.param(RSS_20.replace(b"</description>", b""), id="tag not closed"),
        pytest.param(RSS_20.replace(b"Teaser", b"\x08\xff Teaser"), id="control character"),
    ],
)
def test_broken_xml_gives_what_can_be_read_and_says_so(broken):
    page = parse_feed(broken, URL)
    assert "https://www.a.example/news/one" in [entry.url for entry in page.entries]
    assert any("broken XML" in problem for problem in page.problems)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b"", "empty document", id="nothing"),
        pytest.param(b" \n<!DOCTYPE html><title>404", "a web page, not a feed", id="web page"),
        pytest.param(b"{", "broken JSON", id="half a JSON document"),
        pytest.param(b"[1]", "no feed: a JSON document without a list of items", id="JSON, but a list"),
        pytest.param(b'{"items": {}}', "no feed: a JSON document without a list of items", id="items no list"),
        pytest.param(b"[" * 100_000, "broken JSON", id="JSON nested without end"),
        pytest.param(b"<a><b/></a>", "no feed: neither RSS nor Atom nor JSON Feed", id="other XML"),
        pytest.param(b"hello", "no feed: neither RSS nor Atom nor JSON Feed", id="text"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "no feed: neither RSS nor Atom nor JSON Feed", id="image"),
        pytest.param(b'<rss version="2.0"><channel/></rss>', "lists nothing", id="empty feed"),
    ],
)
def test_what_is_no_feed_is_a_problem(body, problem):
    page = parse_feed(body, URL)
    assert page.entries == []
    assert any(found.startswith(problem) for found in page.problems)


def test_entities_are_neither_fetched_nor_multiplied(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("do not tell")
    head = f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY a "{"b" * 1000}">'
    head += "".join(
        f'<!ENTITY {name} "{("&" + before + ";") * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    body = f"{head}]>" + RSS_091.decode().replace("One", "&x;&i;")
    page = parse_feed(body.encode(), URL)
    assert "do not tell" not in repr(page)
    assert len(repr(page)) < 20_000


def test_a_body_that_names_a_file_is_not_opened(tmp_path):
    feed = tmp_path / "feed.xml"
    feed.write_bytes(RSS_20)
    assert parse_feed(str(feed).encode(), URL).entries == []


# Shapes that took feedparser minutes, so that these tests would not end: it is only given what it reads in bounded time.
@pytest.mark.parametrize(
    ("body", "entries"),
    [
        pytest.param(b"\n" * 1_000_000 + RSS_091, 1, id="empty lines"),
        pytest.param(
            RSS_091.replace(b"<title>", b"<title " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b">"),
            1,
            id="attributes",
        ),
        pytest.param(RSS_091.replace(b"</item>", b"<link/>" * 300_000 + b"</item>"), 0, id="links"),
        pytest.param(RSS_091.replace(b"<item>", b"<![CDATA[" * 100_000 + b"<item>"), 0, id="CDATA never closed"),
    ],
)
def test_hostile_shapes_are_read_in_bounded_time(body, entries):
    page = parse_feed(body, URL)
    assert len(page.entries) == entries


def test_a_feed_of_all_posts_with_their_bodies_is_read_whole():
    item = (
        b"<item><title>t%d</title><link>/news/%d</link><description><![CDATA["
        + b"<p>words</p>" * 400
        + b"]]></description></item>"
    )
    body = b'<rss version="2.0"><channel>' + b"".join(item % (n, n) for n in range(600)) + b"</channel></rss>"
    page = parse_feed(body, URL)
    assert (len(page.entries), page.problems) == (600, [])


def test_a_longer_feed_is_cut_and_says_so():
    body = b'<rss version="2.0"><channel>' + b"".join(b"<item><link>/%d</link></item>" % n for n in range(20_000))
    page = parse_feed(body, URL)
    assert MAX_TAGS / 8 < len(page.entries) <= MAX_TAGS / 4
    assert page.problems[0] == f"more than {MAX_TAGS} tags: the rest was not read"


@pytest.mark.parametrize("reference", [b"&amp;", b"&#65;", b"& ", b"&a"])
def test_a_feed_of_nothing_but_references_is_cut_and_says_so(reference):
    start = b'<rss version="2.0"><channel><item><link>/1</link></item><item><title>'
    page = parse_feed(start + reference * 800_000 + b"</title><link>/2</link></item></channel></rss>", URL)
    assert [entry.url for entry in page.entries] == ["https://www.a.example/1"]
    assert f"more than {MAX_REFERENCES} references: the rest was not read" in page.problems


@given(st.one_of(st.binary(max_size=400), st.binary(max_size=40).map(lambda junk: RSS_20[:700] + junk + RSS_20[700:])))
def test_any_bytes_give_a_page(body):
    page = parse_feed(body, URL)
    assert all(entry.url.startswith("http") for entry in page.entries)
    assert page.entries or page.problems


# Machine-written dates: RFC 822, RFC 3339, W3CDTF. The day is the publisher's own, in its own offset.
@pytest.mark.parametrize(
    ("printed", "on", "precision"),
    [
        pytest.param("Fri, 10 Jun 2022 23:30:00 +0200", date(2022, 6, 10), "time", id="RFC 822"),
        pytest.param("10 Jun 22 08:00 GMT", date(2022, 6, 10), "time", id="RFC 822, two-digit year"),
        pytest.param("Fri, 10 Jun 2022 08:00:00 EST", date(2022, 6, 10), "time", id="named zone"),
        pytest.param("Fri, 10 Jun 2022 08:00:00", date(2022, 6, 10), "day", id="no offset: the hour is unknown"),
        pytest.param("Fri, 10 Jun 2022 00:00:00 +0200", date(2022, 6, 10), "day", id="midnight is a day"),
        pytest.param("2022-06-10T23:30:00-05:00", date(2022, 6, 10), "time", id="RFC 3339"),
        pytest.param("2022-06-10T23:30:00.123456Z", date(2022, 6, 10), "time", id="fraction of a second"),
        pytest.param("2022-06-10 23:30:00 +0200", date(2022, 6, 10), "time", id="spaces"),
        pytest.param("2022-06-10T23:30", date(2022, 6, 10), "day", id="no offset"),
        pytest.param("2022-06-10", date(2022, 6, 10), "day", id="day"),
        pytest.param("2022-06", date(2022, 6, 1), "month", id="month"),
        pytest.param("2022", date(2022, 1, 1), "year", id="year"),
    ],
)
def test_machine_dates(printed, on, precision):
    stamp = read_stamp(printed, "feed")
    assert (stamp.on, stamp.precision, stamp.printed) == (on, precision, printed)
    assert (stamp.at is not None) == (precision == "time")


@pytest.mark.parametrize(
    "printed",
    ["", "today", "0001-01-01T00:00:00Z", "2022-02-31", "2022-06-10T25:00:00Z", "2022-13-01", "10/06/2022", "06-10-2022",
     "2022-06-10T08:00:00+99:00", "٢٠٢٢-٠٦-١٠", "2022-06-10 until 2022-07-10", "1 " * 100, "Fri, 99 Jun 2022 00:00:00 GMT"],
)  # fmt: skip
def test_what_is_no_machine_date_is_unknown(printed):
    assert read_stamp(printed, "feed") is None


def test_the_time_keeps_the_publishers_offset():
    assert read_stamp("2022-06-10T23:30:00-05:00", "feed").at.tzinfo == timezone(timedelta(hours=-5))


@given(st.text(max_size=60))
def test_any_text_gives_a_date_or_none(text):
    stamp = read_stamp(text, "feed")
    assert stamp is None or 1900 <= stamp.on.year <= 9999
