"""The fixture site keeps its promises: what the other tests rely on is checked here, from outside, over HTTP."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import time

import pytest
from asking import ROOT, SECONDS, SEED, WWW, get, words

from scraper.demo.site import FixtureSite

# --- the seed ---------------------------------------------------------------------------------------------------------


def test_seed_page_carries_the_users_sample_word_for_word(site):
    """Every line of the sample, in its order: label, scope, title, seven paragraphs, SDGs and the whole office list."""
    page = words(re.sub(r'alt="([^"]*)"', r">\1<", get(site, SEED).text))
    sample = (ROOT / "fixtures" / "expected" / "P01-seed.txt").read_text(encoding="utf-8")
    place = 0
    for line in filter(None, (re.sub(r"\s+", " ", line).strip() for line in sample.splitlines())):
        found = page.find(line, place)
        assert found >= 0, line
        place = found + len(line)


def test_seed_page_has_the_office_list_only_below_the_statement(site):
    html = get(site, SEED).text
    assert html.index("Zimbabwe") > html.index("from paper to reality.")
    assert len(re.findall(r'<label class="option"', html)) == 188


def test_seed_page_prints_no_date(site):
    html = get(site, SEED).text
    assert 'property="article:published_time" content="2022-06-10T' in html
    assert "2022" not in words(html[html.index("<article") : html.index("</article>")])


# --- pages and listings -----------------------------------------------------------------------------------------------


def test_every_page_of_every_crawl_answers(fresh):
    for crawl in fresh.crawls:
        fresh.at = crawl
        for (host, path), page in fresh.state.pages.items():
            fate = fresh.state.fates.get((host, path))
            assert get(fresh, path, host).status == (int(fate.answer) if fate else 200), (crawl, page.id)


def test_text_is_there_in_the_six_languages_of_the_united_nations(site):
    assert {page.language for page in site.state.pages.values()} == {"ar", "zh-hans", "en", "fr", "ru", "es"}


def test_news_listing_pages_through_to_the_end(site):
    found = []
    for number in range(5):
        html = get(site, f"/news?page={number}").text
        found.append(re.findall(r'<div class="card"><a href="([^"]+)"', html))
        assert ('rel="next"' in html) is (number < 3)
    assert [len(cards) for cards in found] == [12, 12, 12, 5, 0]
    assert len({card for cards in found for card in cards}) == 41


def test_listing_far_beyond_its_end_is_an_empty_200(site):
    got = get(site, "/news?page=9999")
    assert got.status == 200
    assert "There are no results" in got.text


def test_search_lists_releases_only_and_with_their_whole_bodies(site):
    html = get(site, "/search?type[0]=press_release&page=0").text
    assert "Displaying 1 - 12 of 26" in html
    assert "recieved the keys" in "".join(get(site, f"/search?type[0]=press_release&page={n}").text for n in range(3))


@pytest.mark.parametrize(
    ("host", "path", "cards"),
    [
        (WWW, "/es/news", 1),
        (WWW, "/fr/news", 1),
        (WWW, "/speeches", 6),
        ("philippines.iom.example", "/news", 5),
        ("philippines.iom.example", "/zh-hans/news", 1),
        ("costarica.iom.example", "/es/news", 3),
        ("mena.iom.example", "/ar/news", 2),
        ("mena.iom.example", "/ru/news", 1),
    ],
)
def test_each_host_lists_what_it_publishes(site, host, path, cards):
    assert len(re.findall('class="article-detail"', get(site, path, host).text)) == cards


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/press_release.asp?sCodigo=E-101/19", "OAS Mission"),
        ("/press_release.asp?sCodigo=E-102/19", "Judicial Independence"),
        ("/press_release.asp?utm_source=x&sCodigo=E-102%2F19", "Judicial Independence"),
        ("/index?page=article&id=0024004102b1", "Endangered Archives"),
        ("/index?subject_id=7&page=article&id=0024004102b7&mode=list", "Container Security"),
    ],
)
def test_query_strings_of_the_organisation_with_asp_addresses_name_documents(site, path, title):
    assert title in get(site, path, "oas.example").text


# --- feed, sitemap, robots --------------------------------------------------------------------------------------------


def test_feed_has_the_ten_newest_of_all_kinds(site):
    feed = get(site, "/rss.xml").text
    links = re.findall(r"<item>.*?<link>(.*?)</link>", feed, re.DOTALL)
    assert len(links) == 10
    assert [link for link in links if link.startswith("/")] == [links[3]]
    assert any(link.startswith("https://philippines.iom.example/") for link in links)
    assert {"news", "speeches", "blogs", "stories"} <= {
        re.sub("https://[^/]+", "", link).split("/")[1] for link in links
    }
    assert "+0200</pubDate>" in feed
    assert '<guid isPermaLink="false">31402 at https://www.iom.example</guid>' in feed


def test_four_of_the_burst_of_fourteen_are_never_in_the_feed(fresh):
    fresh.at = "T4"
    before = {page.id for page in fresh.state.pages.values()}
    fresh.at = "T5"
    burst = {page.path: page.id for page in fresh.state.pages.values() if page.id not in before | {"P12"}}
    feed = get(fresh, "/rss.xml").text
    assert len(burst) == 14
    assert sorted(page for path, page in burst.items() if f"{path}?" not in feed and f"{path}<" not in feed) == [
        "P70", "P72", "P73", "P74",
    ]  # fmt: skip


def test_sitemap_index_names_two_parts_and_a_stranger(site):
    index = get(site, "/sitemap.xml").text
    assert re.findall("<loc>(.*?)</loc>", index) == [
        "https://www.iom.example/sitemap.xml?page=1",
        "https://www.iom.example/sitemap.xml?page=2",
        "https://cdn.sitemaps.example/iom/sitemap-3.xml",
    ]


def test_sitemap_parts_hold_every_page_and_three_addresses_that_are_none(site):
    parts = "".join(get(site, f"/sitemap.xml?page={number}").text for number in (1, 2))
    locations = re.findall("<loc>https://www.iom.example(.*?)</loc>", parts)
    assert {page.path for page in site.state.pages.values() if page.host == WWW and page.listed} <= set(locations)
    assert sorted(get(site, path).status for path in locations if get(site, path).status != 200) == [301, 404, 404]
    assert len(locations) > len(re.findall("<lastmod>", parts)) > 10
    assert 'hreflang="es"' in parts


def test_robots_is_the_stock_file_with_its_faults(site):
    body = get(site, "/robots.txt").body
    assert body.startswith(b"\xef\xbb\xbf")
    assert b"\nDisallow: /search/\n" in body
    assert b"\nSitemap: /sitemap.xml\n" in body
    assert b"User-agent: GreedyBot\nDisallow: /\n" in body
    assert b"Crawl-delay" not in body


def test_robots_asks_for_the_delay_it_is_told():
    with FixtureSite(crawl_delay=10) as slow:
        assert b"\nCrawl-delay: 10\n" in get(slow, "/robots.txt").body


@pytest.mark.parametrize(
    ("variant", "status", "start"),
    [
        ("404", 404, b"no robots"),
        ("500", 500, b"no robots"),
        ("html", 200, b"<!DOCTYPE html>"),
        ("empty", 200, b""),
        ("closed", 200, b"User-agent: *\nDisallow: /\n"),
        ("redirect", 301, b""),
    ],
)
def test_robots_comes_in_variants_for_each_host(variant, status, start):
    with FixtureSite(robots={"mena.iom.example": variant}) as odd:
        got = get(odd, "/robots.txt", "mena.iom.example")
        assert (got.status, got.body[: len(start)]) == (status, start)
        assert get(odd, "/robots.txt").status == 200


# --- the server -------------------------------------------------------------------------------------------------------


def test_the_log_tells_who_asked_what_and_when(fresh):
    start = time.monotonic()
    get(fresh, "/news?page=1", User_Agent="tester/1.0")
    get(fresh, "/nowhere")
    first, second = fresh.requests
    assert (first.host, first.path, first.status, first.headers["user-agent"]) == (
        WWW,
        "/news?page=1",
        200,
        "tester/1.0",
    )
    assert (second.path, second.status) == ("/nowhere", 404)
    assert start <= first.at <= second.at


def test_pages_are_compressed_for_those_who_can_read_it(site):
    got = get(site, SEED, Accept_Encoding="gzip, deflate")
    assert got.headers["content-encoding"] == "gzip"
    assert b"from paper to reality" in gzip.decompress(got.body)


def test_a_connection_serves_many_requests(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)
    for _ in range(3):
        connection.request("GET", SEED, headers={"Host": WWW})
        assert connection.getresponse().read()
    connection.close()


def test_unknown_hosts_are_refused(site):
    assert get(site, "/", "elsewhere.example").status == 421


def test_closing_cuts_open_connections_and_stops_listening():
    running = FixtureSite()
    with socket.create_connection(("127.0.0.1", running.port), timeout=SECONDS) as idle:
        idle.sendall(b"HEAD /robots.txt HTTP/1.1\r\nHost: www.iom.example\r\n\r\n")
        assert idle.recv(10_000).endswith(b"\r\n\r\n")
        running.close()
        assert idle.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port), timeout=SECONDS)
